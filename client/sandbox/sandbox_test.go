package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// room is a server and a client of it for one test.
type room struct {
	*testing.T
	s       *Server
	rt      http.RoundTripper
	version string
}

func open(t *testing.T, cfg Config) *room {
	t.Helper()
	if cfg.Seed == 0 {
		cfg.Seed = 1
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &room{T: t, s: s, rt: s.Transport()}
}

// answered is an answer, read whole.
type answered struct {
	t      *testing.T
	status int
	header http.Header
	body   []byte
	json   map[string]any
}

// call sends one request; body is JSON text, or nothing.
func (r *room) call(method, path, body string) answered {
	r.Helper()
	req := r.request(method, path, body)
	resp, err := r.rt.RoundTrip(req)
	if err != nil {
		r.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		r.Fatalf("%s %s: reading the answer: %v", method, path, err)
	}
	a := answered{t: r.T, status: resp.StatusCode, header: resp.Header, body: b}
	if bytes.HasPrefix(b, []byte("{")) {
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.UseNumber()
		if err := dec.Decode(&a.json); err != nil {
			r.Fatalf("%s %s answered broken JSON: %v\n%s", method, path, err, b)
		}
	}
	return a
}

func (r *room) request(method, path, body string) *http.Request {
	r.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(r.Context(), method, "http://sandbox"+path, in)
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+r.s.Token())
	req.Header.Set("Accept", "application/json")
	if r.version != "" {
		req.Header.Set("Intercom-Version", r.version)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// ok is call that must end with 200.
func (r *room) ok(method, path, body string) answered {
	r.Helper()
	a := r.call(method, path, body)
	if a.status != 200 {
		r.Fatalf("%s %s %s: %d %s", method, path, body, a.status, a.body)
	}
	return a
}

// refused is call that must end with that error.
func (r *room) refused(method, path, body string, status int, code, message string) answered {
	r.Helper()
	a := r.call(method, path, body)
	gotCode, gotMessage := a.failure()
	if a.status != status || gotCode != code || gotMessage != message {
		r.Fatalf("%s %s %s: %d %s %q, want %d %s %q", method, path, body, a.status, gotCode, gotMessage, status, code, message)
	}
	return a
}

// failure is the first error of an error list.
func (a answered) failure() (code, message string) {
	if a.json["type"] != "error.list" {
		return "", string(a.body)
	}
	first := a.json["errors"].([]any)[0].(map[string]any)
	return first["code"].(string), fmt.Sprint(first["message"])
}

// at follows keys and indexes into the answer: at("tags.data.0.id").
func (a answered) at(path string) any {
	a.t.Helper()
	var v any = a.json
	for key := range strings.SplitSeq(path, ".") {
		switch have := v.(type) {
		case map[string]any:
			value, ok := have[key]
			if !ok {
				a.t.Fatalf("no %s in %s", path, a.body)
			}
			v = value
		case []any:
			var i int
			fmt.Sscan(key, &i)
			if i >= len(have) {
				a.t.Fatalf("no %s in %s", path, a.body)
			}
			v = have[i]
		default:
			a.t.Fatalf("no %s in %s", path, a.body)
		}
	}
	return v
}

func (a answered) text(path string) string { a.t.Helper(); return fmt.Sprint(a.at(path)) }

// want checks values by path.
func (a answered) want(pairs ...any) {
	a.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		path := pairs[i].(string)
		if got, want := a.at(path), pairs[i+1]; fmt.Sprint(got) != fmt.Sprint(want) {
			a.t.Errorf("%s is %v, want %v", path, got, want)
		}
	}
}

func TestZeroConfigWorks(t *testing.T) {
	a, b := open(t, Config{}), open(t, Config{})
	if a.s.Workspace() == b.s.Workspace() || a.s.Token() == b.s.Token() {
		t.Error("two servers share a workspace id or a token")
	}
	me := a.ok("GET", "/me", "")
	me.want("type", "admin", "app.id_code", a.s.Workspace(), "app.region", "US", "app.timezone", "America/Los_Angeles", "app.name", "Sandbox")
	if v := me.header.Get("Intercom-Version"); v != "2.15" {
		t.Errorf("served version %q", v)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, cfg := range []Config{
		{Version: "3.0"}, {Strangers: -0.1}, {Strangers: 2}, {MaxPage: -1}, {Timezone: "Mars/Olympus"}, {LeadExternalID: "maybe"}, {Lag: -1},
		{Faults: Faults{Slow: 2}}, {Faults: Faults{LostApplied: 0.6, Error500: 0.6}}, {Attributes: map[string]string{"a": "list"}},
	} {
		if _, err := New(cfg); err == nil {
			t.Errorf("%+v was accepted", cfg)
		}
	}
}

func TestAuthorisation(t *testing.T) {
	r := open(t, Config{})
	req := r.request("GET", "/me", "")
	for _, c := range []struct {
		version, header string
		status          int
	}{
		{"2.15", "", 401},
		{"2.15", "Bearer nonsense", 401},
		{"2.15", "Bearer " + r.s.Token(), 200},
		{"1.4", "Bearer " + r.s.Token(), 200},
	} {
		req.Header.Set("Intercom-Version", c.version)
		req.Header.Set("Authorization", c.header)
		resp, err := r.rt.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != c.status {
			t.Errorf("%s %.10q: %d, want %d", c.version, c.header, resp.StatusCode, c.status)
		}
		if resp.StatusCode == 401 && resp.Header.Get("X-RateLimit-Limit") != "" {
			t.Error("nobody's rate limit was told")
		}
	}
	for version, status := range map[string]int{"1.4": 200, "2.15": 401} {
		req.Header.Set("Intercom-Version", version)
		req.SetBasicAuth(r.s.Token(), "")
		if resp, _ := r.rt.RoundTrip(req); resp.StatusCode != status {
			t.Errorf("%s with HTTP Basic: %d, want %d", version, resp.StatusCode, status)
		}
	}
	r.s.Revoke("api_plan_restricted")
	r.refused("GET", "/me", "", 403, "api_plan_restricted", "Active subscription needed.")
	r.s.Revoke("token_revoked")
	r.refused("GET", "/me", "", 401, "token_revoked", "Access Token Invalid")
	r.s.Revoke("")
	r.ok("GET", "/me", "")
}

func TestVersions(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	r.ok("POST", "/contacts", "{}").want("anonymous", true) // no header: the app's own version
	for _, v := range []string{"1.0", "1.4", "2.0", "2.15", "2.17"} {
		r.version = v
		if got := r.ok("GET", "/me", "").header.Get("Intercom-Version"); got != v {
			t.Errorf("%s was answered as %q", v, got)
		}
	}
	for _, v := range []string{"3.0", "abc", "2", "1.5", "2.99", "2.015", "Unstable"} {
		r.version = v
		if code, _ := r.call("GET", "/me", "").failure(); code != "intercom_version_invalid" {
			t.Errorf("%s was served: %q", v, code)
		}
	}
	const text = "Requested resource is not available in current API version."
	r.version = "2.15"
	r.refused("GET", "/users", "", 400, "intercom_version_invalid", text)
	r.refused("GET", "/contacts/scroll", "", 400, "intercom_version_invalid", text)
	r.version = "1.4"
	r.refused("POST", "/contacts/search", "{}", 400, "intercom_version_invalid", text)
	r.version = "2.12"
	r.refused("GET", "/contacts/find_by_external_id/7", "", 400, "intercom_version_invalid", text)
	r.refused("GET", "/nowhere", "", 404, "not_found", "Resource Not Found")
}

func TestBodiesAreChecked(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		r := open(t, Config{Version: version})
		for _, body := range []string{"nonsense", "[]", `"x"`, `{"email":`, `{} {}`, "null"} {
			if a := r.call("POST", "/contacts", body); a.status != 400 {
				t.Errorf("%s: body %s: %d", version, body, a.status)
			}
		}
		req := r.request("POST", "/contacts", `{"email":"a@example.com"}`)
		req.Header.Set("Content-Type", "text/plain")
		if resp, _ := r.rt.RoundTrip(req); resp.StatusCode != 415 {
			t.Errorf("text/plain: %d", resp.StatusCode)
		}
		req = r.request("POST", "/contacts", `{"email":"a@example.com"}`)
		req.Header.Set("Accept", "text/html")
		if resp, _ := r.rt.RoundTrip(req); resp.StatusCode != 406 {
			t.Errorf("Accept text/html: %d", resp.StatusCode)
		}
		if n := len(r.s.State().Contacts); n != 0 {
			t.Errorf("%s: %d contacts were created on the way", version, n)
		}
	}
}
