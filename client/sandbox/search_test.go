package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// found are the names that a query finds, sorted.
func found(r *room, query string) string {
	r.Helper()
	a := r.ok("POST", "/contacts/search", `{"query":`+query+`,"pagination":{"per_page":150}}`)
	var names []string
	for _, c := range a.at("data").([]any) {
		names = append(names, fmt.Sprint(c.(map[string]any)["name"]))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func single(field, operator, value string) string {
	return fmt.Sprintf(`{"field":%q,"operator":%q,"value":%s}`, field, operator, value)
}

func TestSearch(t *testing.T) {
	r := open(t, Config{Attributes: map[string]string{"plan": "string", "seats": "integer", "score": "float", "vip": "boolean", "trial": "date"}})
	tag := r.ok("POST", "/tags", `{"name":"Fair"}`).text("id")
	for _, body := range []string{
		`{"role":"lead","name":"Ann","email":"ann@example.com","phone":"+3531","custom_attributes":{"plan":"pro","seats":3,"vip":true}}`,
		`{"role":"lead","name":"Bob","email":"bob@example.org","custom_attributes":{"plan":"free","seats":10,"score":1.5,"vip":false}}`,
		`{"role":"user","name":"Cyd","email":"cyd@example.com","owner_id":5017691,"unsubscribed_from_emails":true,"custom_attributes":{"trial":1769846400}}`,
	} {
		id := r.ok("POST", "/contacts", body).text("id")
		if strings.Contains(body, "Bob") {
			r.ok("POST", "/contacts/"+id+"/tags", `{"id":"`+tag+`"}`)
		}
	}
	for _, c := range []struct{ query, want string }{
		{single("email", "=", `"ANN@example.com"`), ""}, // kept in lower case, and compared as it is kept
		{single("email", "!=", `"ann@example.com"`), "Bob Cyd"},
		{single("email", "IN", `["ann@example.com","bob@example.org","x"]`), "Ann Bob"},
		{single("email", "NIN", `["ann@example.com"]`), "Bob Cyd"},
		{single("email", "~", `"example.com"`), "Ann Cyd"},
		{single("email", "!~", `"example.com"`), "Bob"},
		{single("email", "^", `"b"`), "Bob"},
		{single("email", "$", `".org"`), "Bob"},
		{single("email_domain", "=", `"example.org"`), "Bob"},
		{single("role", "=", `"lead"`), "Ann Bob"},
		{single("phone", "=", `null`), "Bob Cyd"},
		{single("custom_attributes.plan", "=", `"pro"`), "Ann"},
		{single("custom_attributes.plan", "=", `"Pro"`), ""},
		{single("custom_attributes.seats", ">", `3`), "Bob"},
		{single("custom_attributes.seats", ">=", `"3"`), "Ann Bob"},
		{single("custom_attributes.seats", "<", `10`), "Ann"},
		{single("custom_attributes.seats", "<=", `10`), "Ann Bob"},
		{single("custom_attributes.seats", "!=", `3`), "Bob Cyd"},
		{single("custom_attributes.seats", "=", `null`), "Cyd"},
		{single("custom_attributes.score", "=", `"1.5"`), "Bob"},
		{single("custom_attributes.vip", "=", `true`), "Ann"},
		{single("custom_attributes.vip", "!=", `true`), "Bob Cyd"},
		{single("custom_attributes.trial", "=", `1769850000`), "Cyd"},
		{single("owner_id", "=", `5017691`), "Cyd"},
		{single("unsubscribed_from_emails", "=", `true`), "Cyd"},
		{single("tag_id", "=", `"`+tag+`"`), "Bob"},
		{single("tag_id", "!=", tag), "Ann Cyd"},
		{single("browser", "=", `"Chrome"`), ""},
		{`{"operator":"AND","value":[` + single("role", "=", `"lead"`) + `,` + single("email", "~", `"example"`) + `]}`, "Ann Bob"},
		{`{"operator":"OR","value":[` + single("email", "=", `"ann@example.com"`) + `,` + single("email", "=", `"cyd@example.com"`) + `]}`, "Ann Cyd"},
		{`{"operator":"AND","value":[{"operator":"OR","value":[` + single("name", "=", `"Ann"`) + `,` + single("name", "=", `"Cyd"`) + `]},{"operator":"OR","value":[` + single("role", "=", `"user"`) + `]}]}`, "Cyd"},
	} {
		if got := found(r, c.query); got != c.want {
			t.Errorf("%s found %q, want %q", c.query, got, c.want)
		}
	}
}

func TestSearchRefusals(t *testing.T) {
	r := open(t, Config{Attributes: map[string]string{"plan": "string", "trial": "date"}})
	f := single("email", "=", `"x"`)
	group := func(n int) string {
		return `{"operator":"OR","value":[` + strings.TrimSuffix(strings.Repeat(f+",", n), ",") + `]}`
	}
	values := `["x"` + strings.Repeat(`,"x"`, 15) + `]`
	for _, bad := range []string{
		`{}`, `[]`, `"x"`, `{"operator":"AND","value":[]}`, `{"operator":"AND","value":{}}`, `{"operator":"XOR","value":[]}`, `{"field":"email","operator":"="}`,
		single("email", "==", `"x"`), single("email", ">", `"x"`), single("email", "IN", `"x"`), single("email", "=", `5`), single("email", "IN", values),
		single("created_at", "!=", `1`), single("created_at", ">=", `1`), single("created_at", "IN", `[1]`), single("created_at", "=", `"foorbar"`),
		single("custom_attributes.trial", "<=", `1`), single("custom_attributes.nope", "=", `"x"`), single("shoe_size", "=", `1`),
		single("tag_id", "IN", `["1"]`), single("owner_id", "=", `"x"`), single("has_hard_bounced", "=", `"x"`), single("has_hard_bounced", "~", `true`),
		group(16), `{"operator":"AND","value":[` + f + `,` + group(2) + `]}`,
		`{"operator":"AND","value":[{"operator":"AND","value":[{"operator":"AND","value":[` + f + `]}]}]}`,
	} {
		if a := r.call("POST", "/contacts/search", `{"query":`+bad+`}`); a.status != 400 {
			t.Errorf("%.80s: %d", bad, a.status)
		}
	}
	found(r, group(15))
	for _, bad := range []string{`{}`, `{"query":` + f + `,"pagination":{"per_page":151}}`, `{"query":` + f + `,"pagination":5}`, `{"query":` + f + `,"pagination":{"starting_after":"x"}}`, `{"query":` + f + `,"sort":{"field":"x"}}`} {
		if a := r.call("POST", "/contacts/search", bad); a.status != 400 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
}

// Dates match by calendar day in the workspace's time zone (the example of the
// search page).
func TestSearchKnowsDaysOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zone, err := time.LoadLocation("America/Los_Angeles")
		if err != nil {
			t.Fatal(err)
		}
		r := open(t, Config{})
		midnight := time.Date(2000, 1, 2, 0, 0, 0, 0, zone)
		for i, name := range []string{"late on the 1st", "early on the 2nd", "late on the 2nd", "early on the 3rd"} {
			at := midnight.AddDate(0, 0, i/2).Add(time.Duration(i%2) * time.Hour)
			if i%2 == 0 {
				at = at.Add(-time.Hour)
			}
			if i >= 2 {
				at = midnight.AddDate(0, 0, 1).Add(time.Duration(2*i-5) * time.Hour)
			}
			time.Sleep(time.Until(at))
			r.ok("POST", "/contacts", `{"role":"lead","name":"`+name+`"}`)
		}
		noon := midnight.Add(12 * time.Hour).Unix()
		for operator, want := range map[string]string{
			"=": "early on the 2nd late on the 2nd", ">": "early on the 3rd", "<": "late on the 1st",
		} {
			if got := found(r, single("created_at", operator, fmt.Sprint(noon))); got != want {
				t.Errorf("%s found %q, want %q", operator, got, want)
			}
			if got := found(r, single("created_at", operator, fmt.Sprintf(`"%d"`, noon))); got != want {
				t.Errorf("%s with a text found %q, want %q", operator, got, want)
			}
		}
	})
}

func TestSearchPages(t *testing.T) {
	r := open(t, Config{})
	for i := range 7 {
		r.ok("POST", "/contacts", fmt.Sprintf(`{"role":"lead","name":"n%d"}`, i))
	}
	query := `"query":` + single("role", "=", `"lead"`)
	for _, sort := range []string{``, `,"sort":{"field":"name","order":"descending"}`} {
		after, seen := "", []string{}
		for {
			a := r.ok("POST", "/contacts/search", `{`+query+sort+`,"pagination":{"per_page":3`+after+`}}`)
			for i := range a.at("data").([]any) {
				seen = append(seen, a.text(fmt.Sprintf("data.%d.name", i)))
			}
			next, ok := a.at("pages").(map[string]any)["next"].(map[string]any)
			if !ok {
				break
			}
			text, _ := json.Marshal(next["starting_after"])
			after = `,"starting_after":` + string(text)
		}
		if got := strings.Join(seen, " "); got != "n6 n5 n4 n3 n2 n1 n0" {
			t.Errorf("%s paged through %s", sort, got)
		}
	}
	a := r.ok("POST", "/contacts/search", `{`+query+`}`)
	a.want("pages.per_page", 50, "total_count", 7)
	id := r.ok("POST", "/contacts", `{"role":"lead","name":"filed"}`).text("id")
	r.ok("POST", "/contacts/"+id+"/archive", "")
	r.ok("POST", "/contacts/search", `{`+query+`}`).want("total_count", 7)
	shown := open(t, Config{ArchivedInSearch: true})
	id = shown.ok("POST", "/contacts", `{"role":"lead"}`).text("id")
	shown.ok("POST", "/contacts/"+id+"/archive", "")
	shown.ok("POST", "/contacts/search", `{`+query+`}`).want("total_count", 1)
}

// The shortcuts of the search must find what a scan finds.
func TestSearchIndexes(t *testing.T) {
	r := open(t, Config{Attributes: map[string]string{"stamp": "string"}})
	var ids []string
	for i := range 30 {
		ids = append(ids, r.ok("POST", "/contacts", fmt.Sprintf(`{"role":"lead","name":"n%02d","custom_attributes":{"stamp":"s%d"}}`, i, i%3)).text("id"))
		if i == 10 {
			found(r, single("custom_attributes.stamp", "=", `"s0"`)) // makes the index
		}
	}
	r.ok("PUT", "/contacts/"+ids[0], `{"custom_attributes":{"stamp":"s1"}}`)
	r.ok("PUT", "/contacts/"+ids[0], `{"custom_attributes":{"stamp":"s0"}}`)
	r.ok("PUT", "/contacts/"+ids[1], `{"custom_attributes":{"stamp":"s2"}}`)
	r.ok("PUT", "/contacts/"+ids[3], `{"custom_attributes":{"stamp":null}}`)
	r.ok("DELETE", "/contacts/"+ids[6], "")
	for i := range 3 {
		exact, scanned := found(r, single("custom_attributes.stamp", "=", fmt.Sprintf(`"s%d"`, i))), found(r, single("custom_attributes.stamp", "^", fmt.Sprintf(`"s%d"`, i)))
		if exact != scanned || exact == "" {
			t.Errorf("s%d: the index finds %q, a scan %q", i, exact, scanned)
		}
	}
	if got := found(r, single("id", "=", `"`+ids[5]+`"`)); got != "n05" {
		t.Errorf("by id: %q", got)
	}
}
