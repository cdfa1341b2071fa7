package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The requests of the old official Go SDK (intercom-go v2): HTTP Basic with
// the access token as user name, no Intercom-Version, Accept but no
// Content-Type on GET and DELETE, empty fields left out. Its answers are read
// into the fields that it knows.
func TestRequestsOfTheOldGoSDK(t *testing.T) {
	s, err := New(Config{Version: "1.4", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	defer web.Close()

	type lead struct {
		ID               string         `json:"id"`
		UserID           string         `json:"user_id"`
		Email            string         `json:"email"`
		Phone            string         `json:"phone"`
		Name             string         `json:"name"`
		CreatedAt        int64          `json:"created_at"`
		UpdatedAt        int64          `json:"updated_at"`
		LastRequestAt    int64          `json:"last_request_at"`
		SessionCount     int64          `json:"session_count"`
		Unsubscribed     *bool          `json:"unsubscribed_from_emails"`
		UserAgentData    string         `json:"user_agent_data"`
		CustomAttributes map[string]any `json:"custom_attributes"`
		Avatar           *struct {
			ImageURL string `json:"image_url"`
		} `json:"avatar"`
		Tags struct {
			Tags []struct{ ID, Name string } `json:"tags"`
		} `json:"tags"`
		Companies struct {
			Companies []struct {
				CompanyID string `json:"company_id"`
			} `json:"companies"`
		} `json:"companies"`
	}
	type list struct {
		Pages struct {
			Page       int64 `json:"page"`
			PerPage    int64 `json:"per_page"`
			TotalPages int64 `json:"total_pages"`
		} `json:"pages"`
		Contacts    []lead `json:"contacts"`
		ScrollParam string `json:"scroll_param"`
	}
	do := func(method, path, body string, into any) int {
		t.Helper()
		var in io.Reader
		if body != "" {
			in = strings.NewReader(body)
		}
		req, err := http.NewRequest(method, web.URL+path, in)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(s.Token(), "")
		req.Header.Add("Accept", "application/json")
		if body != "" {
			req.Header.Add("Content-Type", "application/json")
		}
		resp, err := web.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
		return resp.StatusCode
	}

	var made, again lead
	do("POST", "/contacts", `{"email":"jamie@example.io","name":"Jamie","phone":"123","unsubscribed_from_emails":false,"companies":[{"company_id":"762","name":"Important"}],"custom_attributes":{"is_awesome":true}}`+"\n", &made)
	if made.ID == "" || made.UserID == "" || made.CreatedAt == 0 || made.CustomAttributes["is_awesome"] != true || made.Companies.Companies[0].CompanyID != "762" {
		t.Fatalf("%+v", made)
	}
	do("POST", "/contacts", `{"id":"`+made.ID+`","email":"jamie@example.io","user_id":"`+made.UserID+`","name":"James","last_request_at":1422143201,"update_last_request_at":false,"new_session":false}`, &again)
	if again.ID != made.ID || again.Name != "James" || again.LastRequestAt != 1422143201 {
		t.Errorf("%+v", again)
	}
	do("POST", "/contacts", `{"email":"jamie@example.io"}`, &again)
	if again.ID == made.ID {
		t.Error("a create updated")
	}
	do("GET", "/contacts/"+made.ID, "", &again)
	do("GET", "/contacts?user_id="+made.UserID, "", &again)
	if again.ID != made.ID {
		t.Errorf("found %s", again.ID)
	}
	var found list
	do("GET", "/contacts?email=jamie%40example.io&page=1&per_page=50", "", &found)
	if len(found.Contacts) != 2 || found.Pages.TotalPages != 1 {
		t.Errorf("%+v", found)
	}
	do("GET", "/contacts/scroll", "", &found)
	if len(found.Contacts) != 2 || found.ScrollParam == "" {
		t.Errorf("%+v", found)
	}
	var tag struct{ Type, ID, Name string }
	do("POST", "/tags", `{"name":"Awesome","users":[{"id":"`+made.ID+`"}]}`, &tag)
	do("GET", "/contacts/"+made.ID, "", &again)
	if tag.Type != "tag" || again.Tags.Tags[0].ID != tag.ID {
		t.Errorf("%+v %+v", tag, again.Tags)
	}
	var user struct{ Type, ID, Email string }
	do("POST", "/contacts/convert", `{"user":{"user_id":"7"},"contact":{"user_id":"`+made.UserID+`"}}`, &user)
	if user.Type != "user" || user.Email != "jamie@example.io" {
		t.Errorf("%+v", user)
	}
	do("DELETE", "/contacts/"+found.Contacts[0].ID, "", &again)
	var failure struct {
		Type   string
		Errors []struct{ Code, Message string }
	}
	if status := do("GET", "/contacts/"+found.Contacts[0].ID, "", &failure); status != 404 || failure.Errors[0].Code != "not_found" {
		t.Errorf("%d %+v", status, failure)
	}
	if n := len(s.State().Contacts); n != 2 {
		t.Errorf("%d contacts: the deleted one is archived, the other a user", n)
	}
}
