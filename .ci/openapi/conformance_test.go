package openapi

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sort"
	"strings"
	"testing"

	"leadimport.local/client/sandbox"
)

// judge loads the description.
func judge(t *testing.T) *Judge {
	t.Helper()
	j, err := Load(File())
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// visit sends requests to a sandbox and has each exchange judged.
type visit struct {
	*testing.T
	judge  *Judge
	server *sandbox.Server
	token  string
}

// call sends a request. Its status must be want; below 400 the request is
// judged, too.
func (v *visit) call(want int, method, path, body string) map[string]any {
	v.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(v.Context(), method, "http://sandbox"+path, in)
	if err != nil {
		v.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+v.token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Intercom-Version", "2.15")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := v.server.Transport().RoundTrip(req)
	if err != nil {
		v.Fatal(err)
	}
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		v.Fatal(err)
	}
	if resp.StatusCode != want {
		v.Errorf("%s %s %s: %d, want %d: %s", method, path, body, resp.StatusCode, want, b)
	}
	if err := v.judge.Check(req, []byte(body), resp, b, want < 400); err != nil {
		v.Error(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		v.Errorf("%s %s answered %q: %v", method, path, b, err)
	}
	return out
}

func newVisit(t *testing.T, cfg sandbox.Config) *visit {
	t.Helper()
	cfg.Seed = 1
	s, err := sandbox.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &visit{T: t, judge: judge(t), server: s, token: s.Token()}
}

const nobody = "6762f0dd1bb69f9f2193bb83"

// TestConformance drives every endpoint of the 2.x dialect, its successes and
// its errors, past the description.
func TestConformance(t *testing.T) {
	v := newVisit(t, sandbox.Config{Attributes: map[string]string{"plan": "string", "seats": "integer", "score": "float", "vip": "boolean", "trial_ends_at": "date"}})
	v.workspace()
	lead, user := v.contacts()
	v.lists(lead)
	v.around(lead)
	v.fates(lead, user)
	v.errors(user)

	var seen []string
	for name, n := range v.judge.Seen() {
		seen = append(seen, fmt.Sprintf("%4d %s", n, name))
	}
	sort.Strings(seen)
	t.Logf("judged:\n%s", strings.Join(seen, "\n"))
}

func (v *visit) workspace() {
	v.call(200, "GET", "/me", "")
	admin := v.call(200, "GET", "/admins", "")["admins"].([]any)[0].(map[string]any)["id"].(string)
	v.call(200, "GET", "/admins/"+admin, "")
	v.call(404, "GET", "/admins/1", "")
	v.call(200, "GET", "/data_attributes", "")
	v.call(200, "GET", "/data_attributes?model=contact&include_archived=true", "")
	v.call(200, "GET", "/data_attributes?model=company", "")
	v.call(400, "GET", "/data_attributes?model=customer", "")
	v.call(200, "POST", "/data_attributes", `{"name":"Mithril Shirt","model":"company","data_type":"string"}`)
	v.call(400, "POST", "/data_attributes", `{"name":"Mithril Shirt","model":"contact","data_type":"string"}`)
	v.call(400, "POST", "/data_attributes", `{"name":"!nv@l!d","model":"contact","data_type":"string"}`)
	v.call(400, "POST", "/data_attributes", `{"name":"x","model":"contact","data_type":"mithril"}`)
	options := v.call(200, "POST", "/data_attributes", `{"name":"tier","model":"contact","data_type":"options","options":[{"value":"1-10"},{"value":"11-20"}],"description":"Just a plain old ring"}`)
	id := fmt.Sprint(options["id"])
	v.call(200, "PUT", "/data_attributes/"+id, `{"description":"x","options":[{"value":"1-10"},{"value":"11-20"}],"archived":false}`)
	v.call(200, "PUT", "/data_attributes/"+id, `{"archived":true}`)
	v.call(400, "PUT", "/data_attributes/"+id, `{"options":{"value":"1-10"}}`)
	v.call(404, "PUT", "/data_attributes/9", `{"description":"x"}`)
	v.call(200, "GET", "/subscription_types", "")
	v.call(200, "GET", "/segments", "")
}

func (v *visit) contacts() (lead, user string) {
	lead = v.call(200, "POST", "/contacts", `{"role":"lead","email":"Joe@Example.com","phone":"+1123456789","name":"John Doe","avatar":"https://example.org/128Wash.jpg",
		"signed_up_at":1571672154,"last_seen_at":1571672154,"owner_id":5017691,"unsubscribed_from_emails":true,
		"custom_attributes":{"plan":"pro","seats":3,"score":1.5,"vip":true,"trial_ends_at":1571672154}}`)["id"].(string)
	v.call(200, "POST", "/contacts", `{"role":"lead","phone":null,"name":null,"avatar":null,"signed_up_at":null,"last_seen_at":null,"owner_id":null,"unsubscribed_from_emails":null,"custom_attributes":null}`)
	v.call(200, "POST", "/contacts", `{"email":"joebloggs@intercom.io"}`)
	user = v.call(200, "POST", "/contacts", `{"external_id":"70","email":"joe@bloggs.com","name":"Joe Bloggs"}`)["id"].(string)
	v.call(409, "POST", "/contacts", `{"external_id":"70"}`)
	v.call(400, "POST", "/contacts", `{"name":"x"}`)
	v.call(400, "POST", "/contacts", `{"role":"lead","custom_attributes":{"nope":1}}`)
	v.call(400, "POST", "/contacts", `{"role":"lead","email":7}`)
	v.call(400, "POST", "/contacts", `[]`)
	v.call(200, "PUT", "/contacts/"+lead, `{"name":"joe bloggs","custom_attributes":{"plan":null}}`)
	v.call(404, "PUT", "/contacts/"+nobody, `{"name":"x"}`)
	v.call(400, "PUT", "/contacts/"+user, `{"role":"lead"}`)
	v.call(200, "GET", "/contacts/"+lead, "")
	v.call(404, "GET", "/contacts/"+nobody, "")
	v.call(200, "GET", "/contacts/find_by_external_id/70", "")
	v.call(404, "GET", "/contacts/find_by_external_id/71", "")
	return lead, user
}

func (v *visit) lists(lead string) {
	v.call(200, "GET", "/contacts", "")
	page := v.call(200, "GET", "/contacts?per_page=1", "")
	after := page["pages"].(map[string]any)["next"].(map[string]any)["starting_after"].(string)
	v.call(200, "GET", "/contacts?per_page=1&starting_after="+strings.ReplaceAll(after, "=", "%3D"), "")
	v.call(400, "GET", "/contacts?starting_after=nonsense", "")
	for _, query := range []string{
		`{"field":"email","operator":"=","value":"joe@example.com"}`,
		`{"field":"email","operator":"IN","value":["joe@example.com"]}`,
		`{"field":"custom_attributes.seats","operator":">","value":1}`,
		`{"field":"custom_attributes.vip","operator":"=","value":true}`,
		`{"field":"custom_attributes.plan","operator":"=","value":null}`,
		`{"operator":"AND","value":[{"field":"created_at","operator":">","value":"1306054154"}]}`,
		`{"operator":"OR","value":[{"operator":"AND","value":[{"field":"role","operator":"=","value":"lead"}]},{"operator":"AND","value":[{"field":"id","operator":"=","value":"` + lead + `"}]}]}`,
	} {
		v.call(200, "POST", "/contacts/search", `{"query":`+query+`,"pagination":{"per_page":5}}`)
	}
	v.call(200, "POST", "/contacts/search", `{"query":{"field":"role","operator":"=","value":"lead"},"pagination":{"per_page":1,"starting_after":null}}`)
	v.call(400, "POST", "/contacts/search", `{"query":{"field":"created_at","operator":">=","value":1}}`)
	v.call(400, "POST", "/contacts/search", `{}`)
}

func (v *visit) around(lead string) {
	path := "/contacts/" + lead
	tag := v.call(200, "POST", "/tags", `{"name":"test"}`)["id"].(string)
	v.call(200, "POST", "/tags", `{"name":"test","users":[{"id":"`+lead+`"}]}`)
	v.call(400, "POST", "/tags", `{"test":"invalid"}`)
	v.call(404, "POST", "/tags", `{"name":"test","users":[{"id":"123"}]}`)
	v.call(404, "POST", "/tags", `{"name":"test","companies":[{"company_id":"123"}]}`)
	v.call(200, "GET", "/tags", "")
	v.call(200, "GET", "/tags/"+tag, "")
	v.call(404, "GET", "/tags/1", "")
	v.call(200, "POST", path+"/tags", `{"id":"`+tag+`"}`)
	v.call(404, "POST", path+"/tags", `{"id":"123"}`)
	v.call(200, "GET", path+"/tags", "")
	v.call(404, "GET", "/contacts/"+nobody+"/tags", "")

	company := v.call(200, "POST", "/companies", `{"company_id":"company_remote_id","name":"my company","remote_created_at":1374138000,"monthly_spend":7,"plan":"gold","size":3,"website":"https://x.example","industry":"Tea","custom_attributes":{"Mithril Shirt":"yes"}}`)["id"].(string)
	v.call(400, "POST", "/companies", `{"test":"invalid"}`)
	v.call(200, "GET", "/companies/"+company, "")
	v.call(404, "GET", "/companies/"+nobody, "")
	v.call(200, "PUT", "/companies/"+company, `{"name":"my company","website":"http://www.mycompany.com/"}`)
	v.call(404, "PUT", "/companies/"+nobody, `{"name":"x"}`)
	v.call(200, "POST", path+"/companies", `{"id":"`+company+`"}`)
	v.call(400, "POST", path+"/companies", `{}`)
	v.call(404, "POST", path+"/companies", `{"id":"123"}`)
	v.call(200, "POST", "/tags", `{"name":"test","companies":[{"company_id":"company_remote_id"}]}`)
	v.call(200, "GET", path+"/companies", "")
	v.call(404, "GET", "/contacts/"+nobody+"/companies", "")
	v.call(200, "GET", "/companies", "")
	v.call(404, "GET", "/companies?company_id=none", "")
	v.call(200, "POST", "/companies/list?per_page=1&order=asc", "")
	v.call(200, "GET", "/companies/"+company+"/contacts", "")

	v.call(200, "POST", path+"/notes", `{"body":"Hello","admin_id":"5017691"}`)
	v.call(404, "POST", path+"/notes", `{"body":"Hello","admin_id":"123"}`)
	v.call(200, "GET", path+"/notes", "")
	v.call(404, "GET", "/contacts/"+nobody+"/notes", "")
	v.call(200, "GET", "/notes/1", "")
	v.call(404, "GET", "/notes/77", "")

	v.call(200, "POST", path+"/subscriptions", `{"id":"93","consent_type":"opt_in"}`)
	v.call(404, "POST", path+"/subscriptions", `{"id":"invalid_id","consent_type":"opt_in"}`)
	v.call(200, "GET", path+"/subscriptions", "")
	v.call(200, "GET", path+"/segments", "")

	v.call(200, "GET", path, "") // with everything on it
	v.call(200, "DELETE", path+"/subscriptions/93", "")
	v.call(404, "DELETE", path+"/subscriptions/93", "")
	v.call(200, "DELETE", path+"/tags/"+tag, "")
	v.call(404, "DELETE", path+"/tags/"+tag, "")
	v.call(200, "DELETE", path+"/companies/"+company, "")
	v.call(404, "DELETE", path+"/companies/"+company, "")
	v.call(200, "DELETE", "/companies/"+company, "")
	v.call(200, "DELETE", "/tags/"+tag, "")
	v.call(404, "DELETE", "/tags/"+tag, "")
}

func (v *visit) fates(lead, user string) {
	v.call(200, "POST", "/contacts/"+user+"/archive", "")
	v.call(409, "POST", "/contacts", `{"external_id":"70"}`)
	v.call(200, "POST", "/contacts/"+user+"/unarchive", "")
	v.call(404, "POST", "/contacts/"+nobody+"/archive", "")
	v.call(200, "POST", "/contacts/merge", `{"from":"`+lead+`","into":"`+user+`"}`)
	v.call(404, "POST", "/contacts/merge", `{"from":"`+lead+`","into":"`+user+`"}`)
	v.call(404, "GET", "/contacts/"+lead, "")
	blocked := v.call(200, "POST", "/contacts", `{"role":"lead","email":"spam@example.com"}`)["id"].(string)
	v.call(200, "POST", "/contacts/"+blocked+"/block", "")
	v.call(200, "DELETE", "/contacts/"+blocked, "")
	v.call(404, "DELETE", "/contacts/"+blocked, "")
}

func (v *visit) errors(user string) {
	v.server.Revoke("api_plan_restricted")
	v.call(403, "GET", "/contacts/"+user, "")
	v.server.Revoke("")
	token := v.token
	v.token = "nonsense"
	for path, method := range map[string]string{"/me": "GET", "/contacts": "POST", "/contacts/search": "POST", "/data_attributes": "GET", "/contacts/" + user: "PUT", "/tags": "GET"} {
		v.call(401, method, path, "")
	}
	v.token = token
}

// TestRateLimitConforms: the 429, too, has the form of an error.
func TestRateLimitConforms(t *testing.T) {
	v := newVisit(t, sandbox.Config{Limit: 1})
	v.call(200, "GET", "/me", "")
	v.call(429, "GET", "/me", "")
}

// TestJudgeSeesFaults shows that the judge is able to find something.
func TestJudgeSeesFaults(t *testing.T) {
	j := judge(t)
	const contact = `{"type":"contact","id":"1","role":"lead"}`
	for name, c := range map[string]struct {
		method, path, body string
		status             int
		answer             string
		fault              bool
	}{
		"right":                   {"POST", "/contacts", `{"email":"a@example.com"}`, 200, contact, false},
		"wrong type in answer":    {"POST", "/contacts", `{"email":"a@example.com"}`, 200, `{"type":"contact","id":1}`, true},
		"null where none may be":  {"POST", "/contacts", `{"email":"a@example.com"}`, 200, `{"type":"contact","email":null}`, true},
		"wrong type in request":   {"POST", "/contacts", `{"email":1}`, 200, contact, true},
		"none of the anyOf":       {"POST", "/contacts", `{"name":"x"}`, 200, contact, true},
		"unknown path":            {"POST", "/kontakte", `{}`, 200, `{}`, true},
		"unknown success":         {"POST", "/contacts", `{"email":"a@example.com"}`, 201, contact, true},
		"error without a code":    {"POST", "/contacts", `{"email":"a@example.com"}`, 400, `{"type":"error.list","errors":[{"message":"x"}]}`, true},
		"error of the right form": {"POST", "/contacts", `{"email":"a@example.com"}`, 400, `{"type":"error.list","request_id":null,"errors":[{"code":"x"}]}`, false},
	} {
		req, _ := http.NewRequest(c.method, "http://sandbox"+c.path, strings.NewReader(c.body))
		req.Header.Set("Content-Type", "application/json")
		resp := &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}}
		if err := j.Check(req, []byte(c.body), resp, []byte(c.answer), true); (err != nil) != c.fault {
			t.Errorf("%s: %v", name, err)
		}
	}
}
