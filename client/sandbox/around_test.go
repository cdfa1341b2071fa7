package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

func TestTags(t *testing.T) {
	r := open(t, Config{})
	a := r.ok("POST", "/contacts", `{"role":"lead"}`).text("id")
	b := r.ok("POST", "/contacts", `{"role":"lead"}`).text("id")
	tag := r.ok("POST", "/tags", `{"name":"Fair"}`)
	tag.want("type", "tag", "name", "Fair")
	r.ok("POST", "/tags", `{"name":"fAIR"}`).want("id", tag.text("id"), "name", "Fair") // "Names are case insensitive"
	r.refused("POST", "/tags", `{"name":"New","users":[{"id":"`+a+`"},{"id":"nobody"}]}`, 404, "not_found", "User Not Found")
	if len(r.s.State().Tags) != 1 || len(r.s.State().Contacts[0].Tags) != 0 {
		t.Error("a refused call tagged somebody")
	}
	r.ok("POST", "/tags", `{"name":"New","users":[{"id":"`+a+`"},{"id":"`+b+`"}]}`)
	r.ok("POST", "/tags", `{"name":"New","users":[{"id":"`+b+`","untag":true}]}`)
	for range 2 {
		r.ok("POST", "/contacts/"+a+"/tags", `{"id":`+tag.text("id")+`}`).want("applied_by.id", "5017691")
	}
	r.ok("GET", "/contacts/"+a, "").want("tags.total_count", 2, "tags.data.1.id", tag.text("id"), "tags.data.1.type", "tag")
	r.ok("GET", "/contacts/"+a+"/tags", "").want("data.0.name", "New")
	r.ok("GET", "/tags", "").want("type", "list", "data.1.name", "New")
	r.ok("GET", "/tags/"+tag.text("id"), "").want("name", "Fair")
	r.ok("DELETE", "/contacts/"+a+"/tags/"+tag.text("id"), "").want("name", "Fair")
	r.refused("DELETE", "/contacts/"+a+"/tags/"+tag.text("id"), "", 404, "not_found", "Resource Not Found")
	r.refused("POST", "/contacts/"+a+"/tags", `{"id":"999"}`, 404, "not_found", "Resource Not Found")
	r.refused("POST", "/contacts/nobody/tags", `{"id":"999"}`, 404, "not_found", "User Not Found")
	for _, bad := range []string{`{}`, `{"test":"invalid"}`, `{"name":5}`, `{"name":"x","users":{}}`, `{"name":"x","users":[],"companies":[]}`} {
		r.refused("POST", "/tags", bad, 400, "parameter_invalid", "invalid tag parameters")
	}
	r.ok("POST", "/tags", `{"id":"`+tag.text("id")+`","name":"Renamed"}`).want("id", tag.text("id"), "name", "Renamed")
	r.ok("DELETE", "/tags/"+tag.text("id"), "")
	r.refused("GET", "/tags/"+tag.text("id"), "", 404, "not_found", "Resource Not Found")
}

// Leads of 1.x are tagged as users, by id.
func TestTagsOfLeads(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	lead := r.ok("POST", "/contacts", `{}`)
	r.ok("POST", "/tags", `{"name":"Fair","users":[{"id":"`+lead.text("id")+`"}]}`)
	r.ok("GET", "/contacts/"+lead.text("id"), "").want("tags.tags.0.name", "Fair")
	tags := r.ok("GET", "/tags", "")
	tags.want("type", "tag.list", "tags.0.name", "Fair")
	r.ok("GET", "/contacts?tag_id="+tags.text("tags.0.id"), "").want("total_count", 1)
	r.ok("POST", "/tags", `{"name":"Fair","users":[{"user_id":"`+lead.text("user_id")+`","untag":true}]}`)
	r.ok("GET", "/contacts/"+lead.text("id"), "").want("tags.tags", []any{})
}

func TestCompanies(t *testing.T) {
	r := open(t, Config{})
	person := r.ok("POST", "/contacts", `{"role":"lead"}`).text("id")
	a := r.ok("POST", "/companies", `{"company_id":"6","name":"Blue Sun","monthly_spend":9.9,"remote_created_at":1374138000,"plan":"gold","size":7,"website":"https://x.example","industry":"Tea"}`)
	a.want("type", "company", "monthly_spend", 9, "plan.name", "gold", "user_count", 0, "app_id", r.s.Workspace())
	r.ok("POST", "/companies", `{"company_id":"6","name":"Bluer Sun"}`).want("id", a.text("id"), "size", 7)
	r.refused("POST", "/companies", `{"company_id":"6","test":"invalid"}`, 400, "bad_request", "bad 'test' parameter")
	r.refused("POST", "/companies", `{"name":"x"}`, 400, "parameter_not_found", "company_id is required")
	r.refused("POST", "/companies", `{"company_id":"6","custom_attributes":{"isOpenSource":"no"}}`, 400, "parameter_invalid", "Custom attribute 'isOpenSource' does not exist")
	r.ok("POST", "/companies/list", "").want("total_count", 0) // nobody is in it
	path := "/contacts/" + person + "/companies"
	r.refused("POST", path, `{"id":"6"}`, 404, "company_not_found", "Company Not Found") // Intercom's id, not company_id
	r.refused("POST", path, `{}`, 400, "parameter_not_found", "company not specified")
	r.refused("POST", "/contacts/nobody/companies", `{"id":"`+a.text("id")+`"}`, 404, "not_found", "User Not Found")
	for range 2 {
		r.ok("POST", path, `{"id":"`+a.text("id")+`"}`).want("user_count", 1)
	}
	r.ok("GET", path, "").want("total_count", 1, "data.0.company_id", "6")
	r.ok("GET", "/contacts/"+person, "").want("companies.data.0.id", a.text("id"), "companies.data.0.type", "company")
	r.ok("GET", "/companies", "").want("total_count", 1)
	r.ok("GET", "/companies?company_id=6", "").want("name", "Bluer Sun")
	r.ok("GET", "/companies?name=Bluer+Sun", "").want("company_id", "6")
	r.refused("GET", "/companies?company_id=7", "", 404, "company_not_found", "Company Not Found")
	r.ok("GET", "/companies/"+a.text("id")+"/contacts", "").want("data.0.id", person)
	r.ok("PUT", "/companies/"+a.text("id"), `{"name":"Sun"}`).want("name", "Sun")
	r.ok("DELETE", path+"/"+a.text("id"), "").want("user_count", 0)
	r.refused("DELETE", path+"/"+a.text("id"), "", 404, "company_not_found", "Company Not Found")
	r.ok("POST", path, `{"id":"`+a.text("id")+`"}`)
	r.ok("DELETE", "/companies/"+a.text("id"), "").want("deleted", true)
	r.refused("GET", "/companies/"+a.text("id"), "", 404, "company_not_found", "Company Not Found")
	r.ok("GET", "/contacts/"+person, "").want("companies.total_count", 0)
}

func TestNotes(t *testing.T) {
	r := open(t, Config{})
	person := r.ok("POST", "/contacts", `{"role":"lead"}`).text("id")
	path := "/contacts/" + person + "/notes"
	for range 2 { // not idempotent
		r.ok("POST", path, `{"body":"Met <her> at the fair","admin_id":5017691}`).want("body", "<p>Met &lt;her&gt; at the fair</p>", "author.type", "admin", "contact.id", person)
	}
	r.ok("GET", path, "").want("total_count", 2, "data.0.id", "2")
	r.ok("GET", "/notes/1", "").want("type", "note")
	r.refused("GET", "/notes/9", "", 404, "not_found", "Resource Not Found")
	r.refused("POST", path, `{"body":"x","admin_id":"1"}`, 404, "not_found", "Resource Not Found")
	r.refused("POST", path, `{}`, 400, "parameter_not_found", "body is required")
	r.refused("POST", "/contacts/nobody/notes", `{"body":"x"}`, 404, "not_found", "User Not Found")
	r.ok("GET", "/contacts/"+person, "").want("notes.total_count", 2)
}

func TestSubscriptions(t *testing.T) {
	r := open(t, Config{})
	person := r.ok("POST", "/contacts", `{"role":"lead"}`).text("id")
	path := "/contacts/" + person + "/subscriptions"
	r.ok("GET", "/subscription_types", "").want("data.0.consent_type", "opt_out")
	r.ok("GET", path, "").want("data", []any{})
	r.ok("POST", path, `{"id":"93","consent_type":"opt_in"}`).want("consent_type", "opt_in")
	r.ok("GET", path, "").want("data.0.id", "93")
	r.ok("GET", "/contacts/"+person, "").want("opted_in_subscription_types.total_count", 1, "opted_out_subscription_types.total_count", 0)
	r.ok("DELETE", path+"/93", "")
	r.refused("DELETE", path+"/93", "", 404, "not_found", "Resource Not Found")
	r.refused("POST", path, `{"id":"invalid_id","consent_type":"opt_in"}`, 404, "not_found", "Resource Not Found")
	r.ok("GET", "/contacts/"+person+"/segments", "").want("data", []any{})
}

func TestDataAttributes(t *testing.T) {
	r := open(t, Config{})
	a := r.ok("POST", "/data_attributes", `{"name":"The One Ring","model":"company","data_type":"string","description":"One"}`)
	a.want("full_name", "custom_attributes.The One Ring", "custom", true, "archived", false, "data_type", "string")
	for body, message := range map[string]string{
		`{"name":"The One Ring","model":"contact","data_type":"integer"}`:    "You already have 'The One Ring' in your company data. To save this as new people data, use a different name.",
		`{"name":"!nv@l!d n@me","model":"company","data_type":"string"}`:     "Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens",
		`{"name":"The Second Ring","model":"company","data_type":"mithril"}`: "Data Type isn't an option",
		`{"name":"x","model":"customer","data_type":"string"}`:               "The Data Attribute model field must be either contact or company",
		`{"name":"Email","model":"contact","data_type":"string"}`:            "'Email' is one of our standard attributes for your people data. To save this as new people data, use a different name.",
		`{"name":"x","model":"contact","data_type":"options","options":[]}`:  "You must have at least two options on a list type data attribute",
		`{"name":"x","model":"contact","data_type":"options","options":{}}`:  "Options isn't an array",
		`{"name":"x","model":"contact","data_type":"options"}`:               "Options isn't an array",
	} {
		r.refused("POST", "/data_attributes", body, 400, "parameter_invalid", message)
	}
	list := r.ok("POST", "/data_attributes", `{"name":"tier","model":"contact","data_type":"options","options":[{"value":"1-10"},{"value":"11-20"}]}`)
	list.want("options.1", "11-20", "data_type", "string")
	r.ok("POST", "/contacts", `{"role":"lead","custom_attributes":{"tier":"not in the list"}}`) // values are not validated
	r.ok("POST", "/data_attributes", `{"name":"when","model":"contact","data_type":"datetime"}`).want("data_type", "date")
	names := func(path, key string) string {
		a, out := r.ok("GET", path, ""), []string{}
		for _, d := range a.at(key).([]any) {
			if d := d.(map[string]any); d["custom"] == true {
				out = append(out, fmt.Sprint(d["model"], "/", d["name"]))
			}
		}
		return strings.Join(out, " ")
	}
	if got := names("/data_attributes", "data"); got != "contact/tier contact/when company/The One Ring" {
		t.Errorf("listed %s", got)
	}
	path := "/data_attributes/" + list.text("id")
	r.ok("PUT", path, `{"archived":true,"description":"old"}`).want("archived", true, "description", "old")
	r.refused("PUT", "/data_attributes/9", `{}`, 404, "field_not_found", "We couldn't find that data attribute to update")
	if got := names("/data_attributes?model=contact", "data"); got != "contact/when" {
		t.Errorf("without archived ones: %s", got)
	}
	if got := names("/data_attributes?model=contact&include_archived=true", "data"); got != "contact/tier contact/when" {
		t.Errorf("with archived ones: %s", got)
	}
	r.refused("POST", "/contacts", `{"role":"lead","custom_attributes":{"tier":"x"}}`, 400, "parameter_invalid", "Custom attribute 'tier' does not exist")

	r.version = "1.4"
	if got := names("/data_attributes?model=customer", "data_attributes"); got != "customer/when" {
		t.Errorf("1.4: %s", got)
	}
	r.version = "1.2"
	if got := names("/data_attributes/customer", "data_attributes"); got != "customer/when" {
		t.Errorf("1.2: %s", got)
	}
	r.version = "1.4"
	if code, _ := r.call("POST", "/data_attributes", `{}`).failure(); code != "intercom_version_invalid" {
		t.Errorf("1.x creates data attributes: %q", code)
	}
}

func TestAdmins(t *testing.T) {
	r := open(t, Config{})
	id := r.ok("GET", "/admins", "").text("admins.0.id")
	r.ok("GET", "/admins/"+id, "").want("type", "admin")
	r.refused("GET", "/admins/1", "", 404, "admin_not_found", "Admin not found")
}
