package sandbox

import (
	"strings"
	"testing"
)

func TestCreateContact(t *testing.T) {
	r := open(t, Config{})
	a := r.ok("POST", "/contacts", `{"role":"lead","email":"Joe@Example.com","phone":"+1123456789","name":"John Doe","avatar":"https://example.org/a.jpg",
		"signed_up_at":1571672154,"last_seen_at":1571672155,"owner_id":5017691,"unsubscribed_from_emails":true,"nonsense":{"a":1}}`)
	a.want("type", "contact", "role", "lead", "email", "joe@example.com", "email_domain", "example.com", "workspace_id", r.s.Workspace(),
		"external_id", nil, "avatar.image_url", "https://example.org/a.jpg", "signed_up_at", 1571672154, "last_seen_at", 1571672155,
		"owner_id", 5017691, "unsubscribed_from_emails", true, "tags.total_count", 0, "tags.url", "/contacts/"+a.text("id")+"/tags")
	r.ok("GET", "/contacts/"+a.text("id"), "").want("name", "John Doe")

	b := r.ok("POST", "/contacts", `{"role":"lead","phone":null,"name":null,"avatar":null,"signed_up_at":null,"owner_id":null,"unsubscribed_from_emails":null,"custom_attributes":null}`)
	b.want("phone", nil, "avatar", nil, "owner_id", nil, "signed_up_at", nil, "unsubscribed_from_emails", false)
	if _, ok := b.json["email"]; ok {
		t.Error("a contact without an address has an email: the schema takes no null there")
	}
	r.ok("POST", "/contacts", `{"email":"role@example.com","type":"lead"}`).want("role", "user") // forgetting the role makes users
}

func TestLeadsNeverConflictUsersDo(t *testing.T) {
	r := open(t, Config{})
	lead := r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com"}`)
	if again := r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com"}`); again.text("id") == lead.text("id") {
		t.Error("the second lead is the first")
	}
	user := r.ok("POST", "/contacts", `{"role":"user","email":"JOE@example.com","external_id":"7"}`).text("id")
	const live, archived = "A contact matching those details already exists with id=", "An archived contact matching those details already exists with id="
	r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com"}`)
	r.ok("PUT", "/contacts/"+lead.text("id"), `{"email":"joe@example.com"}`)
	r.refused("POST", "/contacts", `{"email":"joe@example.com"}`, 409, "conflict", live+user)
	r.refused("POST", "/contacts", `{"external_id":"7"}`, 409, "conflict", live+user)
	r.refused("PUT", "/contacts/"+lead.text("id"), `{"role":"user"}`, 409, "conflict", live+user)
	other := r.ok("POST", "/contacts", `{"external_id":"8"}`).text("id")
	r.refused("PUT", "/contacts/"+other, `{"email":"joe@example.com"}`, 409, "conflict", live+user)
	r.ok("PUT", "/contacts/"+user, `{"email":"joe@example.com","name":"same"}`)
	r.ok("POST", "/contacts/"+user+"/archive", "").want("archived", true, "type", "contact", "external_id", "7")
	r.refused("POST", "/contacts", `{"email":"joe@example.com"}`, 409, "conflict", archived+user)
	r.ok("POST", "/contacts/"+user+"/unarchive", "").want("archived", false)
	r.ok("DELETE", "/contacts/"+user, "").want("deleted", true)
	r.ok("POST", "/contacts", `{"email":"joe@example.com"}`)
}

func TestUpdateContact(t *testing.T) {
	r := open(t, Config{Attributes: map[string]string{"plan": "string"}})
	a := r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com","name":"Joe","phone":"1","custom_attributes":{"plan":"pro"}}`)
	path := "/contacts/" + a.text("id")
	r.ok("PUT", path, `{"name":"Joseph"}`).want("name", "Joseph", "email", "joe@example.com", "phone", "1", "role", "lead", "custom_attributes.plan", "pro")
	r.ok("PUT", path, `{"phone":null,"custom_attributes":{"plan":null}}`).want("phone", nil, "custom_attributes.plan", nil, "name", "Joseph")
	r.ok("PUT", path, `{"role":"user"}`).want("role", "user")
	r.refused("PUT", path, `{"role":"lead"}`, 400, "client_error", "Contact with user role can't be converted to a lead")
	r.refused("PUT", path, `{"owner_id":123}`, 400, "parameter_invalid", "The owner specified is not a member of the workspace")
	r.refused("PUT", "/contacts/6762f0dd1bb69f9f2193bb83", `{"name":"x"}`, 404, "not_found", "Contact Not Found")
	r.refused("GET", "/contacts/6762f0dd1bb69f9f2193bb83", "", 404, "not_found", "User Not Found")
}

func TestContactFieldsAreChecked(t *testing.T) {
	r := open(t, Config{Attributes: map[string]string{"s": "string", "i": "integer", "f": "float", "b": "boolean", "d": "date"}})
	for _, bad := range []string{
		`{"name":"nobody in particular"}`, `{}`, `{"role":"user"}`, `{"role":"visitor"}`, `{"role":null}`, `{"role":"lead","email":null}`, `{"role":"lead","email":""}`,
		`{"role":"lead","email":["a@example.com"]}`, `{"role":"lead","email":"a b@example.com"}`, `{"role":"lead","email":"joe@localhost"}`, `{"role":"lead","phone":353}`,
		`{"role":"lead","avatar":{"image_url":"x"}}`, `{"role":"lead","signed_up_at":"1571672154"}`, `{"role":"lead","signed_up_at":1571672154000}`,
		`{"role":"lead","owner_id":"5017691"}`, `{"role":"lead","unsubscribed_from_emails":1}`, `{"role":"lead","external_id":"9"}`, `{"external_id":9}`,
		`{"role":"lead","custom_attributes":{"s":1}}`, `{"role":"lead","custom_attributes":{"i":"1"}}`, `{"role":"lead","custom_attributes":{"i":1.5}}`,
		`{"role":"lead","custom_attributes":{"f":"1.5"}}`, `{"role":"lead","custom_attributes":{"b":"true"}}`, `{"role":"lead","custom_attributes":{"d":"2026-01-31"}}`,
		`{"role":"lead","custom_attributes":{"d":1571672154000}}`, `{"role":"lead","custom_attributes":{"s":"` + strings.Repeat("x", 256) + `"}}`,
		`{"role":"lead","custom_attributes":{"s":["x"]}}`, `{"role":"lead","custom_attributes":{"S":"x"}}`,
	} {
		if a := r.call("POST", "/contacts", bad); a.status != 400 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
	r.refused("POST", "/contacts", `{"role":"lead","custom_attributes":{"s":"x","isOpenSource":true}}`, 400, "parameter_invalid", "Custom attribute 'isOpenSource' does not exist")
	if st := r.s.State(); len(st.Contacts) != 0 || len(st.Attributes) != 5 {
		t.Errorf("a refused body left something behind: %+v", st)
	}
	r.ok("POST", "/contacts", `{"role":"lead","custom_attributes":{"s":"x","i":7,"f":7,"b":false,"d":"31/01/2026"}}`).want("custom_attributes.d", 1769846400)
}

func TestSwitchesForWhatIsNotKnown(t *testing.T) {
	lead := `{"role":"lead","external_id":"9"}`
	open(t, Config{LeadExternalID: "ignore"}).ok("POST", "/contacts", lead).want("external_id", nil)
	accept := open(t, Config{LeadExternalID: "accept"})
	accept.ok("POST", "/contacts", lead).want("external_id", "9")
	accept.refused("GET", "/contacts/find_by_external_id/9", "", 404, "not_found", "User Not Found") // users only

	long := strings.Repeat("x", 300)
	body := `{"role":"lead","custom_attributes":{"s":"` + long + `"}}`
	attrs := map[string]string{"s": "string"}
	open(t, Config{LongText: "accept", Attributes: attrs}).ok("POST", "/contacts", body).want("custom_attributes.s", long)
	open(t, Config{LongText: "truncate", Attributes: attrs}).ok("POST", "/contacts", body).want("custom_attributes.s", long[:255])

	body = `{"role":"lead","custom_attributes":{"s":5}}`
	open(t, Config{TypeMismatch: "ignore", Attributes: attrs}).ok("POST", "/contacts", body).want("custom_attributes", map[string]any{})
	open(t, Config{TypeMismatch: "accept", Attributes: attrs}).ok("POST", "/contacts", body).want("custom_attributes.s", 5)

	open(t, Config{Email: "accept"}).ok("POST", "/contacts", `{"role":"lead","email":"nonsense"}`)
	open(t, Config{}).ok("POST", "/contacts", `{"role":"lead","phone":"call me"}`)
	phone := open(t, Config{Phone: "reject"})
	phone.refused("POST", "/contacts", `{"role":"lead","phone":"call me"}`, 400, "parameter_invalid", "phone is not a valid phone number")
	phone.ok("POST", "/contacts", `{"role":"lead","phone":"+353 (87) 123-4567"}`)
	unknown := open(t, Config{UnknownAttribute: 422})
	unknown.refused("POST", "/contacts", `{"role":"lead","custom_attributes":{"x":1}}`, 422, "parameter_invalid", "Custom attribute 'x' does not exist")
}

func TestFindByExternalID(t *testing.T) {
	r := open(t, Config{})
	a := r.ok("POST", "/contacts", `{"external_id":"70","email":"joe@example.com"}`)
	r.ok("GET", "/contacts/find_by_external_id/70", "").want("id", a.text("id"))
	r.ok("PUT", "/contacts/"+a.text("id"), `{"external_id":"71"}`)
	r.refused("GET", "/contacts/find_by_external_id/70", "", 404, "not_found", "User Not Found")
	r.ok("GET", "/contacts/find_by_external_id/71", "").want("id", a.text("id"))
}

func TestMerge(t *testing.T) {
	r := open(t, Config{})
	tag := r.ok("POST", "/tags", `{"name":"Fair"}`).text("id")
	lead := r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com","phone":"1"}`).text("id")
	user := r.ok("POST", "/contacts", `{"external_id":"7"}`).text("id")
	r.ok("POST", "/contacts/"+lead+"/tags", `{"id":"`+tag+`"}`)
	if a := r.call("POST", "/contacts/merge", `{"from":"`+user+`","into":"`+lead+`"}`); a.status != 400 {
		t.Errorf("a user was merged into a lead: %d", a.status)
	}
	r.ok("POST", "/contacts/merge", `{"from":"`+lead+`","into":"`+user+`"}`).want("id", user, "email", "joe@example.com", "phone", "1", "tags.data.0.id", tag)
	r.refused("GET", "/contacts/"+lead, "", 404, "not_found", "User Not Found")
	r.refused("PUT", "/contacts/"+lead, `{"name":"x"}`, 404, "not_found", "Contact Not Found")
	r.refused("POST", "/contacts/"+lead+"/unarchive", "", 400, "bad_request", "User has been merged and is not restorable.")
	r.version = "2.16"
	gone := r.call("GET", "/contacts/"+lead, "")
	if code, _ := gone.failure(); gone.status != 410 || code != "contact_merged" || gone.header.Get("Link") != "</contacts/"+user+`>; rel="canonical"` {
		t.Errorf("2.16: %d %s %q", gone.status, code, gone.header.Get("Link"))
	}
	// Of writes the description knows no 410.
	r.refused("PUT", "/contacts/"+lead, `{"name":"x"}`, 404, "not_found", "Contact Not Found")
	r.s.cfg.MergedWrites = true
	if a := r.call("PUT", "/contacts/"+lead, `{"name":"x"}`); a.status != 410 || a.header.Get("Link") != gone.header.Get("Link") {
		t.Errorf("PUT: %d %q", a.status, a.header.Get("Link"))
	}
	other := r.ok("POST", "/contacts", `{"role":"lead","email":"else@example.com"}`).text("id")
	if code, _ := r.call("POST", "/contacts/merge", `{"from":"`+other+`","into":"`+user+`"}`).failure(); code != "invalid_merge" {
		t.Errorf("2.16 merged strangers: %q", code)
	}
	r.ok("GET", "/contacts/"+user, "").want("owner_id", nil)
	r.ok("PUT", "/contacts/"+user, `{"owner_id":"5017691"}`).want("owner_id", "5017691")
}

func TestBlockedContactsStayAway(t *testing.T) {
	r := open(t, Config{})
	id := r.ok("POST", "/contacts", `{"role":"lead"}`).text("id")
	r.ok("POST", "/contacts/"+id+"/block", "").want("blocked", true)
	r.refused("POST", "/contacts/"+id+"/unarchive", "", 400, "not_restorable", "This user was blocked and cannot be recreated")
	for _, verb := range []string{"archive", "unarchive", "block"} {
		r.refused("POST", "/contacts/6762f0dd1bb69f9f2193bb83/"+verb, "", 404, "not_found", "Contact Not Found")
	}
}

func TestIdempotencyKeyIsIgnored(t *testing.T) {
	r := open(t, Config{})
	for range 2 {
		req := r.request("POST", "/contacts", `{"role":"lead","email":"joe@example.com"}`)
		req.Header.Set("Idempotency-Key", "1")
		if resp, err := r.rt.RoundTrip(req); err != nil || resp.StatusCode != 200 {
			t.Fatal(resp, err)
		}
	}
	if n := len(r.s.State().Contacts); n != 2 {
		t.Errorf("%d contacts for 2 requests", n)
	}
}

func TestFamiliesShareTheWorkspace(t *testing.T) {
	r := open(t, Config{})
	lead := r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com"}`).text("id")
	user := r.ok("POST", "/contacts", `{"role":"user","email":"ann@example.com"}`).text("id")
	r.version = "1.4"
	old := r.ok("GET", "/contacts/"+lead, "")
	old.want("email", "joe@example.com", "type", "contact")
	r.refused("GET", "/contacts/"+user, "", 404, "not_found", "User Not Found")
	r.ok("GET", "/users/"+user, "").want("type", "user")
	r.ok("POST", "/contacts", `{"user_id":"`+old.text("user_id")+`","name":"Joe"}`)
	r.version = "2.15"
	r.ok("GET", "/contacts/"+lead, "").want("name", "Joe", "external_id", nil)
}

// A Link leads past 3 merges at most.
func TestMergedInTurn(t *testing.T) {
	r := open(t, Config{Version: "2.16"})
	ids := []string{r.s.SignUp("lead", "joe@example.com", "")}
	for range 5 {
		ids = append(ids, r.s.SignUp("user", "", ""))
	}
	for i, id := range ids[:5] {
		if err := r.s.Merge(id, ids[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []int{3, 4, 5, 5, 5} {
		a := r.call("GET", "/contacts/"+ids[i], "")
		if got := a.header.Get("Link"); a.status != 410 || got != "</contacts/"+ids[want]+`>; rel="canonical"` {
			t.Errorf("%d: %d %q, want a link to %d", i, a.status, got, want)
		}
	}
	r.ok("GET", "/contacts/"+ids[5], "").want("email", "joe@example.com")
}

// What 2.16 changed of what is written.
func TestAttributesByVersion(t *testing.T) {
	verified := func(r *room, id string) bool {
		for _, c := range r.s.State().Contacts {
			if c.ID == id {
				return c.Verified
			}
		}
		t.Fatal("nobody has the id ", id)
		return false
	}
	for version, later := range map[string]bool{"2.15": false, "2.16": true, "2.17": true} {
		r := open(t, Config{Version: version})
		r.version = version
		id := r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com","email_verified":true}`).text("id")
		if verified(r, id) != later {
			t.Errorf("%s: verified: %v", version, !later)
		}
		path := "/contacts/" + id
		for _, alone := range []string{`{"email_verified":true}`, `{"email_verified":null,"name":"Joe"}`} {
			if a := r.call("PUT", path, alone); (a.status == 400) != later {
				t.Errorf("%s: %s without an address: %d", version, alone, a.status)
			}
		}
		if later {
			if a := r.call("PUT", path, `{"email":"joe@example.com","email_verified":"yes"}`); a.status != 400 {
				t.Errorf("%s: a text: %d", version, a.status)
			}
			r.ok("PUT", path, `{"email":"joe@example.com","name":"Joe"}`)
			if !verified(r, id) {
				t.Errorf("%s: the same address is not verified any more", version)
			}
			r.ok("PUT", path, `{"email":"joseph@example.com"}`)
			if verified(r, id) {
				t.Errorf("%s: another address is verified", version)
			}
		}
		for owner, good := range map[string]bool{`5017691`: !later, `"5017691"`: later, `null`: true, `123`: false, `"123"`: false} {
			if a := r.call("PUT", path, `{"owner_id":`+owner+`}`); (a.status == 200) != good {
				t.Errorf("%s: owner %s: %d %s", version, owner, a.status, a.body)
			}
		}
		r.ok("PUT", path, `{"owner_id":`+map[bool]string{false: `5017691`, true: `"5017691"`}[later]+`}`)
		want := any(5017691)
		if later {
			want = "5017691"
		}
		r.ok("GET", path, "").want("owner_id", want)
		r.ok("PUT", path, `{"owner_id":null}`).want("owner_id", nil)
	}
}
