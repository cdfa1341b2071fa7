package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

func TestLeadsAreNeverUnique(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	a := r.ok("POST", "/contacts", `{"email":"Joe@Example.com","name":"Joe"}`)
	b := r.ok("POST", "/contacts", `{"email":"joe@example.com","name":"Joe"}`)
	c := r.ok("POST", "/contacts", `{}`)
	if a.text("id") == b.text("id") || a.text("user_id") == b.text("user_id") {
		t.Error("a second create with the same e-mail address updated the first lead")
	}
	a.want("type", "contact", "email", "joe@example.com", "anonymous", true, "app_id", r.s.Workspace(),
		"companies.type", "company.list", "tags.type", "tag.list", "custom_attributes", map[string]any{}, "unsubscribed_from_emails", false)
	if len(a.text("id")) != 24 || len(a.text("user_id")) != 36 || a.text("pseudonym") == "" {
		t.Errorf("odd identity: %s", a.body)
	}
	c.want("email", nil)
	r.ok("GET", "/contacts?email=joe%40example.com", "").want("type", "contact.list", "total_count", 2, "contacts.1.id", a.text("id"))
	r.ok("GET", "/contacts?email=nobody%40example.com", "").want("total_count", 0, "contacts", []any{})
	if st := r.s.State(); len(st.Contacts) != 3 || st.Counters.Applied["create"] != 3 {
		t.Errorf("state: %+v", st.Counters)
	}
}

func TestLeadUpdate(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	a := r.ok("POST", "/contacts", `{"email":"joe@example.com","name":"Joe","phone":"123987456","custom_attributes":{"plan":"pro","seats":3}}`)
	id, userID := a.text("id"), a.text("user_id")
	for _, update := range []struct{ method, path, body string }{
		{"POST", "/contacts", `{"id":"` + id + `","name":"Winston"}`},
		{"POST", "/contacts", `{"user_id":"` + userID + `","name":"Winston"}`},
		{"PUT", "/contacts/" + id, `{"name":"Winston"}`},
	} {
		r.ok("POST", "/contacts", `{"id":"`+id+`","name":"Joe"}`)
		r.ok(update.method, update.path, update.body).want("id", id, "name", "Winston", "email", "joe@example.com", "phone", "123987456", "custom_attributes.plan", "pro")
	}
}

func TestLeadUpdateOfAnUnknownIDCreatesNobody(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	const nobody = "5811f6bbe6b4704ddfa84ac0"
	r.refused("POST", "/contacts", `{"id":"`+nobody+`","name":"x"}`, 404, "not_found", "User Not Found")
	r.refused("POST", "/contacts", `{"user_id":"77177570-cf5d-4f1a-bc75-75202af47d4f"}`, 404, "not_found", "User Not Found")
	r.refused("PUT", "/contacts/"+nobody, `{"name":"x"}`, 404, "not_found", "User Not Found")
	r.refused("GET", "/contacts/"+nobody, "", 404, "not_found", "User Not Found")
	r.refused("GET", "/contacts?user_id="+nobody, "", 404, "not_found", "User Not Found")
	if n := len(r.s.State().Contacts); n != 0 {
		t.Errorf("%d contacts", n)
	}
	kind := open(t, Config{Version: "1.4", UnknownID: "create"})
	kind.ok("POST", "/contacts", `{"id":"`+nobody+`"}`)
}

func TestLeadFields(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	a := r.ok("POST", "/contacts", `{"email":"joe@example.com","avatar":{"type":"avatar","image_url":"https://example.org/a.jpg"},
		"last_request_at":1477660267,"last_seen_ip":"10.0.0.1","last_seen_user_agent":"Mozilla/5.0","unsubscribed_from_emails":true,
		"new_session":true,"signed_up_at":1,"role":"user","unknown":[],"companies":[{"company_id":"6","name":"Blue Sun","monthly_spend":9.9}]}`)
	a.want("avatar.image_url", "https://example.org/a.jpg", "last_request_at", 1477660267, "last_seen_ip", "10.0.0.1",
		"user_agent_data", "Mozilla/5.0", "unsubscribed_from_emails", true, "session_count", 0, "signed_up_at", nil,
		"companies.companies.0.company_id", "6", "companies.companies.0.name", "Blue Sun")
	r.ok("POST", "/contacts", `{"id":"`+a.text("id")+`","companies":[{"company_id":"6","remove":true}],"update_last_request_at":true}`).want("companies.companies", []any{})
	for _, bad := range []string{
		`{"email":1}`, `{"email":null}`, `{"email":""}`, `{"email":"nonsense"}`, `{"name":["x"]}`, `{"phone":123}`, `{"avatar":"https://x"}`,
		`{"last_request_at":"yesterday"}`, `{"last_request_at":1.5}`, `{"last_request_at":1477660267000}`, `{"unsubscribed_from_emails":"yes"}`,
		`{"custom_attributes":[]}`, `{"custom_attributes":null}`, `{"companies":{}}`, `{"companies":[{"name":"no id"}]}`, `{"id":7}`,
	} {
		if got := r.call("POST", "/contacts", bad); got.status < 400 || got.status > 404 {
			t.Errorf("%s: %d", bad, got.status)
		}
	}
	if n := len(r.s.State().Contacts); n != 1 {
		t.Errorf("%d contacts: a refused body created one", n)
	}
}

func TestLeadCustomAttributes(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	a := r.ok("POST", "/contacts", `{"custom_attributes":{"paid_subscriber":true,"monthly_spend":155.5,"team_mates":9,"trial_ends_at":1477660267,"plan":"pro"}}`)
	a.want("custom_attributes.monthly_spend", 155.5, "custom_attributes.paid_subscriber", true)
	got := map[string]string{}
	for _, d := range r.s.State().Attributes {
		got[d.Name] = d.Type
	}
	want := map[string]string{"paid_subscriber": "boolean", "monthly_spend": "float", "team_mates": "integer", "trial_ends_at": "date", "plan": "string"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("types %v, want %v", got, want)
	}
	const notPlain = " not of type Numeric, String or Boolean"
	r.refused("POST", "/contacts", `{"custom_attributes":{"plan":null}}`, 400, "parameter_invalid", "Value: "+notPlain)
	r.refused("POST", "/contacts", `{"custom_attributes":{"plan":{"a":1}}}`, 400, "parameter_invalid", `Value: {"a":1}`+notPlain)
	r.refused("POST", "/contacts", `{"custom_attributes":{"plan":[1]}}`, 400, "parameter_invalid", `Value: [1]`+notPlain)
	r.refused("POST", "/contacts", `{"custom_attributes":{"plan":7}}`, 400, "type_mismatch", "Custom attribute 'plan' should be of type string")
	for _, bad := range []string{`"a.b":1`, `"a$b":1`, `"a!b":1`, `"":1`, `"` + strings.Repeat("x", 191) + `":1`, `"plan":"` + strings.Repeat("x", 256) + `"`, `"big":1e999`, `"trial_ends_at":1477660267000`} {
		if got := r.call("POST", "/contacts", `{"custom_attributes":{`+bad+`}}`); got.status != 400 {
			t.Errorf("%.40s: %d", bad, got.status)
		}
	}
	r.ok("POST", "/contacts", `{"custom_attributes":{"plan":"`+strings.Repeat("é", 255)+`","größe €":1,"A-b_c d":""}}`)
	r.ok("POST", "/contacts", `{"custom_attributes":{"team_mates":9.5}}`) // its type was only guessed
	if n := len(r.s.State().Contacts); n != 3 {
		t.Errorf("%d contacts", n)
	}
}

func TestLeadAttributeLimits(t *testing.T) {
	strict := open(t, Config{Version: "1.4", StrictAttributes: true, Attributes: map[string]string{"plan": "string"}})
	strict.ok("POST", "/contacts", `{"custom_attributes":{"plan":"pro"}}`)
	strict.refused("POST", "/contacts", `{"custom_attributes":{"other":"pro"}}`, 400, "parameter_invalid", "Custom attribute 'other' does not exist")
	full := open(t, Config{Version: "1.4"})
	for i := range 250 {
		full.ok("POST", "/contacts", fmt.Sprintf(`{"custom_attributes":{"a%d":1}}`, i))
	}
	if code, _ := full.call("POST", "/contacts", `{"custom_attributes":{"one_more":1}}`).failure(); code != "custom_data_limit_reached" {
		t.Errorf("the 251st attribute: %q", code)
	}
	ignore := open(t, Config{Version: "1.4", TypeMismatch: "ignore"})
	ignore.ok("POST", "/contacts", `{"custom_attributes":{"n":1}}`)
	ignore.ok("POST", "/contacts", `{"custom_attributes":{"n":"x"}}`).want("custom_attributes", map[string]any{})
}

func TestLeadDelete(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	a := r.ok("POST", "/contacts", `{"email":"a@example.com"}`)
	b := r.ok("POST", "/contacts", `{"email":"b@example.com"}`)
	r.ok("DELETE", "/contacts/"+a.text("id"), "").want("id", a.text("id"), "email", "a@example.com")
	r.ok("DELETE", "/contacts?user_id="+b.text("user_id"), "").want("id", b.text("id"))
	for _, gone := range []answered{a, b} {
		r.refused("GET", "/contacts/"+gone.text("id"), "", 404, "not_found", "User Not Found")
		r.refused("POST", "/contacts", `{"id":"`+gone.text("id")+`"}`, 404, "not_found", "User Not Found")
		r.refused("DELETE", "/contacts/"+gone.text("id"), "", 404, "not_found", "User Not Found")
	}
	r.ok("GET", "/contacts", "").want("total_count", 0)
	c := r.ok("POST", "/contacts", `{}`)
	r.ok("POST", "/user_delete_requests", `{"intercom_user_id":"`+c.text("id")+`"}`)
	r.refused("POST", "/user_delete_requests", `{"intercom_user_id":"`+c.text("id")+`"}`, 404, "not_found", "User Not Found")
}

func TestConvert(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	lead := r.ok("POST", "/contacts", `{"email":"joe@example.com","phone":"+353","custom_attributes":{"plan":"pro"}}`)
	user := r.ok("POST", "/contacts/convert", `{"contact":{"user_id":"`+lead.text("user_id")+`"},"user":{"user_id":"7"}}`)
	user.want("type", "user", "user_id", "7", "id", lead.text("id"), "email", "joe@example.com", "anonymous", false)
	r.refused("GET", "/contacts/"+lead.text("id"), "", 404, "not_found", "User Not Found")
	r.ok("GET", "/users?user_id=7", "").want("id", lead.text("id"))

	second := r.ok("POST", "/contacts", `{"email":"joe@example.com","name":"Joe"}`)
	merged := r.ok("POST", "/contacts/convert", `{"contact":{"id":"`+second.text("id")+`"},"user":{"email":"joe@example.com"}}`)
	merged.want("id", user.text("id"), "name", "Joe", "phone", "+353")
	r.refused("GET", "/contacts/"+second.text("id"), "", 404, "not_found", "User Not Found")
	r.refused("POST", "/contacts/convert", `{"contact":{"id":"`+second.text("id")+`"},"user":{"email":"joe@example.com"}}`, 404, "not_found", "User Not Found")
	r.refused("POST", "/contacts/convert", `{}`, 400, "parameter_not_found", "contact and user are required")
}

func TestUsers(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	a := r.ok("POST", "/users", `{"user_id":"1","email":"x@example.com","signed_up_at":1477572283}`)
	a.want("type", "user", "signed_up_at", 1477572283)
	r.ok("POST", "/users", `{"user_id":"1","name":"X"}`).want("id", a.text("id"), "email", "x@example.com")
	r.ok("POST", "/users", `{"email":"x@example.com","phone":"1"}`).want("id", a.text("id"), "name", "X")
	r.ok("POST", "/users", `{"user_id":"2","email":"x@example.com"}`)
	r.refused("POST", "/users", `{"email":"x@example.com"}`, 409, "conflict", "Multiple existing users match this email address - must be more specific using user_id")
	r.refused("POST", "/users", `{"name":"x"}`, 400, "parameter_not_found", "user_id or email is required")
	r.ok("GET", "/users?email=x%40example.com", "").want("type", "user.list", "total_count", 2)
	r.ok("GET", "/contacts", "").want("total_count", 0)
	r.ok("DELETE", "/users/"+a.text("id"), "")
	r.refused("GET", "/users/"+a.text("id"), "", 404, "not_found", "User Not Found")
}

func TestDevelopmentWorkspaceIsSmall(t *testing.T) {
	r := open(t, Config{Version: "1.4", MaxContacts: 20})
	for range 20 {
		r.ok("POST", "/contacts", `{}`)
	}
	if a := r.call("POST", "/contacts", `{}`); a.status != 400 {
		t.Errorf("the 21st contact: %d", a.status)
	}
}
