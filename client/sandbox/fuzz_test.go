package sandbox

import (
	"net/http"
	"testing"
)

// FuzzSave throws bodies at the create of both families: whatever it is, the
// answer is a success with one contact more, or a refusal with none.
func FuzzSave(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"email":"joe@example.com"}`, `{"role":"lead","custom_attributes":{"plan":"pro","a_at":1}}`, `{"role":"user","external_id":"7"}`,
		`{"id":null,"user_id":""}`, `{"avatar":{"image_url":null}}`, `{"companies":[{"company_id":"1","remove":true}]}`, `{"signed_up_at":-1}`,
		`{"custom_attributes":{"x":[]}}`, `{"owner_id":5017691}`, `null`, `[`, `{"email":"\ud800"}`, `{"custom_attributes":{"":""}}`,
	} {
		f.Add(seed)
	}
	rewrite, _ := ParseRewrite("all")
	f.Fuzz(func(t *testing.T, body string) {
		for _, version := range []string{"1.4", "2.15"} {
			r := open(t, Config{Version: version, Attributes: map[string]string{"plan": "string"}, Strangers: 0.5, Rewrite: rewrite})
			req := r.request("POST", "/contacts", body)
			req.Header.Set("Content-Type", "application/json")
			resp, err := r.rt.RoundTrip(req)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, c := range r.s.State().Contacts {
				if !c.Stranger {
					n++
				}
			}
			if ok := resp.StatusCode == http.StatusOK; ok != (n == 1) || !ok && (resp.StatusCode < 400 || resp.StatusCode > 499) {
				t.Fatalf("%s: %d with %d contacts", version, resp.StatusCode, n)
			}
		}
	})
}

// FuzzSearch throws queries and cursors at the search.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{
		`{"query":{"field":"email","operator":"=","value":"joe@example.com"}}`,
		`{"query":{"operator":"AND","value":[{"field":"created_at","operator":">","value":"1306054154"}]},"pagination":{"per_page":5}}`,
		`{"query":{"field":"custom_attributes.plan","operator":"IN","value":["pro"]},"sort":{"field":"name","order":"ascending"}}`,
		`{"query":{"field":"tag_id","operator":"=","value":1},"pagination":{"starting_after":"WzEsImEiLDJd"}}`,
		`{"query":{"field":"owner_id","operator":"=","value":null}}`,
		`{"query":{"operator":"OR","value":[{"operator":"AND","value":[{}]}]}}`,
	} {
		f.Add(seed)
	}
	r := &room{}
	f.Fuzz(func(t *testing.T, body string) {
		if r.s == nil {
			r = open(t, Config{Limit: -1, Attributes: map[string]string{"plan": "string"}})
			r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com","custom_attributes":{"plan":"pro"}}`)
		}
		r.T = t
		if a := r.call("POST", "/contacts/search", body); body != "" && a.status != 200 && a.status != 400 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	})
}
