package client_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"leadimport/client"
)

const (
	tagBody     = `{"type":"tag","id":"17513","name":"newsletter"}`
	companyBody = `{"type":"company","id":"c9","company_id":"acme","name":"Acme"}`
)

// follows are the calls for what belongs to a lead that is there.
var follows = []struct {
	name         string
	version      client.Version
	do           func(context.Context, *client.Client) (string, error)
	answer       string
	method, path string
	body         string
	says         string // what do returns
}{
	{"tag 1.4", client.Version1, func(ctx context.Context, c *client.Client) (string, error) {
		_, err := c.Tag(ctx, "newsletter", []string{"c1", "c2"})
		return "", err
	}, tagBody, "POST", "/tags", `{"name":"newsletter","users":[{"id":"c1"},{"id":"c2"}]}`, ""},
	{"tag 2.15", client.Version2, func(ctx context.Context, c *client.Client) (string, error) {
		_, err := c.Tag(ctx, `a "b"`, []string{"c1"})
		return "", err
	}, tagBody, "POST", "/tags", `{"name":"a \"b\"","users":[{"id":"c1"}]}`, ""},
	{"save tag", client.Version1, func(ctx context.Context, c *client.Client) (string, error) {
		return c.SaveTag(ctx, "newsletter")
	}, `{"type":"tag","id":17513,"name":"Newsletter"}`, "POST", "/tags", `{"name":"newsletter"}`, "17513"},
	{"attach tag", client.Version2, func(ctx context.Context, c *client.Client) (string, error) {
		_, err := c.AttachTag(ctx, "17513", "a/b")
		return "", err
	}, tagBody, "POST", "/contacts/a%2Fb/tags", `{"id":"17513"}`, ""},
	{"has tag", client.Version2, func(ctx context.Context, c *client.Client) (string, error) {
		has, err := c.HasTag(ctx, "17513", "c1")
		return fmt.Sprint(has), err
	}, `{"type":"list","data":[` + tagBody + `]}`, "GET", "/contacts/c1/tags", ``, "true"},
	{"has not the tag", client.Version2, func(ctx context.Context, c *client.Client) (string, error) {
		has, err := c.HasTag(ctx, "1", "c1")
		return fmt.Sprint(has), err
	}, `{"type":"list","data":[` + tagBody + `]}`, "GET", "/contacts/c1/tags", ``, "false"},
	{"save company", client.Version2, func(ctx context.Context, c *client.Client) (string, error) {
		id, _, err := c.SaveCompany(ctx, client.Company{CompanyID: "acme", Name: "Acme"})
		return id, err
	}, companyBody, "POST", "/companies", `{"company_id":"acme","name":"Acme"}`, "c9"},
	{"save a company without a name", client.Version2, func(ctx context.Context, c *client.Client) (string, error) {
		id, _, err := c.SaveCompany(ctx, client.Company{CompanyID: "acme"})
		return id, err
	}, companyBody, "POST", "/companies", `{"company_id":"acme"}`, "c9"},
	{"attach company", client.Version2, func(ctx context.Context, c *client.Client) (string, error) {
		_, err := c.AttachCompany(ctx, "c9", "c1")
		return "", err
	}, companyBody, "POST", "/contacts/c1/companies", `{"id":"c9"}`, ""},
}

func TestFollowSends(t *testing.T) {
	for _, tt := range follows {
		c, s := scripted(t, tt.version, []step{says(200, tt.answer)})
		got, err := tt.do(background, c)
		if err != nil || got != tt.says {
			t.Errorf("%s: %q, %v", tt.name, got, err)
			continue
		}
		if r := s.seen[0]; r.Method != tt.method || r.URL.EscapedPath() != tt.path || string(s.sent[0]) != tt.body {
			t.Errorf("%s: sent %s %s %s", tt.name, r.Method, r.URL.EscapedPath(), s.sent[0])
		}
	}
}

// TestFollowIsRepeated: what may have been applied is sent again, until an
// answer comes that is the API's own.
func TestFollowIsRepeated(t *testing.T) {
	for _, tt := range follows {
		synctest.Test(t, func(t *testing.T) {
			c, s := scripted(t, tt.version, []step{lost, silent, says(504, html), cutShort(200), says(200, `{"status":"ok"}`), unreachable, says(429, "null"), says(200, tt.answer)})
			got, err := tt.do(background, c)
			if err != nil || got != tt.says || s.requests() != 8 {
				t.Errorf("%s: %q, %v after %d requests", tt.name, got, err, s.requests())
			}
		})
	}
}

func TestFollowIsRefused(t *testing.T) {
	for _, tt := range follows {
		for _, answer := range []struct {
			status int
			code   string
			kind   client.Kind
		}{
			{400, "parameter_invalid", client.Refused}, {404, "not_found", client.Refused}, {422, "x", client.Refused},
			{401, "unauthorized", client.Unauthorised}, {403, "forbidden", client.Unauthorised},
		} {
			c, s := scripted(t, tt.version, []step{says(answer.status, apiError(answer.code, "no"))})
			if _, err := tt.do(background, c); kindOf(err) != answer.kind || codeOf(err) != answer.code || s.requests() != 1 {
				t.Errorf("%s, %d: %v after %d requests", tt.name, answer.status, err, s.requests())
			}
		}
	}
}

// TestFollowIsDrained: one that is on its way when the run is interrupted is
// awaited, as a save is.
func TestFollowIsDrained(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(background)
		c, _ := scripted(t, client.Version2, []step{func(r *http.Request) (*http.Response, error) {
			cancel()
			synctest.Wait()
			if r.Context().Err() != nil {
				t.Error("the request was cut")
			}
			return says(200, tagBody)(r)
		}})
		if _, err := c.Tag(ctx, "newsletter", []string{"c1"}); err != nil {
			t.Error(err)
		}
		if _, err := c.Tag(ctx, "newsletter", []string{"c1"}); err != context.Canceled {
			t.Errorf("a new one after the interruption: %v", err)
		}
	})
}

// TestFollowCountsForTheBreaker: tags that fail stop creates, too.
func TestFollowCountsForTheBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps := make([]step, 11)
		for i := range steps {
			steps[i] = says(503, apiError("service_unavailable", "away"))
		}
		steps = append(steps, says(200, `{"type":"admin","app":{"id_code":"w"}}`), says(200, tagBody))
		c, s := scripted(t, client.Version2, steps)
		if _, err := c.Tag(background, "newsletter", []string{"c1"}); err != nil {
			t.Fatal(err)
		}
		if path := s.seen[11].URL.Path; path != "/me" {
			t.Errorf("after 11 failures comes %s, not a probe", path)
		}
	})
}

func TestFollowHasItsFamily(t *testing.T) {
	c, s := scripted(t, client.Version1, nil)
	if _, err := c.AttachTag(background, "1", "c1"); codeOf(err) != "not_in_this_version" {
		t.Error(err)
	}
	if _, err := c.HasTag(background, "1", "c1"); codeOf(err) != "not_in_this_version" {
		t.Error(err)
	}
	if _, err := c.AttachCompany(background, "1", "c1"); codeOf(err) != "not_in_this_version" {
		t.Error(err)
	}
	c2, s2 := scripted(t, client.Version2, nil)
	if _, err := c2.AttachTag(background, "1", ".."); codeOf(err) != "invalid_id" {
		t.Error(err)
	}
	if s.requests()+s2.requests() != 0 {
		t.Error("something was sent")
	}
}

// TestCompaniesOfALead: 1.x takes them in the body, 2.x by calls of their own;
// a lead without any keeps the digest that earlier results have of it.
func TestCompaniesOfALead(t *testing.T) {
	lead := client.Lead{Fields: jane.Fields, Companies: []client.Company{{CompanyID: "acme", Name: "Acme"}, {CompanyID: "b"}}}
	for v, want := range map[client.Version]string{
		client.Version1: `{"email":"Jane@example.com","companies":[{"company_id":"acme","name":"Acme"},{"company_id":"b"}]}`,
		client.Version2: `{"role":"lead","email":"Jane@example.com"}`,
	} {
		c, s := scripted(t, v, nil)
		if _, err := c.Save(background, lead, nil); err != nil || string(s.sent[0]) != want {
			t.Errorf("%s: %s, %v", v, s.sent[0], err)
		}
	}
	if got := fmt.Sprintf("%x", jane.Digest()); got != "55ccffcdd864352612b27c3fa4cfb936" {
		t.Errorf("the digest of a lead without a company has changed: %s", got)
	}
	renamed := client.Lead{Fields: jane.Fields, Companies: []client.Company{{CompanyID: "acme", Name: "ACME"}, {CompanyID: "b"}}}
	if lead.Digest() == jane.Digest() || lead.Digest() == renamed.Digest() {
		t.Error("a company makes no difference")
	}
	if got := fmt.Sprintf("%x", lead.Digest()); got != "5fd348e892557987098a8788b438a5aa" {
		t.Errorf("the digest of a lead with companies has changed: %s", got)
	}
}

// TestAttributesOfACompany: they go where its name goes, and are part of the
// lead's digest.
func TestAttributesOfACompany(t *testing.T) {
	acme := client.Company{CompanyID: "acme", Fields: []client.Field{field("plan", "Pro"), {Name: "size", Value: client.Integer(9)}, field("custom_attributes.tier", "A")}}
	lead := client.Lead{Fields: jane.Fields, Companies: []client.Company{acme}}
	const want = `{"company_id":"acme","plan":"Pro","size":9,"custom_attributes":{"tier":"A"}}`
	c, s := scripted(t, client.Version1, nil)
	if _, err := c.Save(background, lead, nil); err != nil || string(s.sent[0]) != `{"email":"Jane@example.com","companies":[`+want+`]}` {
		t.Errorf("1.x: %s, %v", s.sent[0], err)
	}
	c, s = scripted(t, client.Version2, []step{says(200, `{"type":"company","id":"1"}`)})
	if _, _, err := c.SaveCompany(background, acme); err != nil || string(s.sent[0]) != want {
		t.Errorf("2.x: %s, %v", s.sent[0], err)
	}
	acme.Fields = acme.Fields[1:]
	if lead.Digest() == (client.Lead{Fields: jane.Fields, Companies: []client.Company{acme}}).Digest() {
		t.Error("an attribute of a company makes no difference")
	}
}

// TestTagsOfALead: neither their order nor their capitals make another lead,
// for the API does not tell them apart.
func TestTagsOfALead(t *testing.T) {
	digest := func(tags ...string) [16]byte { return client.Lead{Fields: jane.Fields, Tags: tags}.Digest() }
	if digest("Golf", "chess") != digest("Chess", "golf") {
		t.Error("order or capitals make a difference")
	}
	if digest("golf") == digest("golf", "chess") || digest("golf") == jane.Digest() {
		t.Error("a tag makes no difference")
	}
}
