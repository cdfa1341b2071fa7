package client

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func FuzzClean(f *testing.F) {
	for _, s := range []string{"", "plain", "a\x1b[31mred\x1b[0m", "two\r\nlines", "\u202egnp.exe", strings.Repeat("é", 1000), "\xff\xfe", "a\x00b", "  padded  "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := clean(s)
		if utf8.RuneCountInString(got) > maxMessage+1 || !utf8.ValidString(got) || strings.TrimSpace(got) != got {
			t.Errorf("%q", got)
		}
		for _, r := range got {
			if !unicode.IsPrint(r) {
				t.Errorf("%q holds %U", got, r)
			}
		}
		if clean(got) != got && utf8.RuneCountInString(got) <= maxMessage {
			t.Errorf("%q is cleaned again to %q", got, clean(got))
		}
		for _, r := range cleanCode(s) {
			if r >= 0x7f || r <= ' ' {
				t.Errorf("code %q", cleanCode(s))
			}
		}
	})
}

func FuzzContact(f *testing.F) {
	f.Add(`{"type":"contact","id":"c1","email":"a@example.com","created_at":1700000000,"custom_attributes":{"a":1}}`)
	f.Add(`{"type":"contact","id":6762,"avatar":{"image_url":"x"},"archived":null,"created_at":"17e8","custom_attributes":[]}`)
	f.Add(`{"type":"error.list","errors":[{"code":null,"message":5}]}`)
	f.Add(`{"type":"list","data":[{"id":"1"}],"pages":{"next":{"starting_after":"x"}}}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, body string) {
		c := &Client{family: Contacts}
		contact, ok := readContact([]byte(body), Contacts)
		if ok && (contact.ID == "" || !json.Valid([]byte(body))) {
			t.Errorf("%q is %+v", body, contact)
		}
		if ok {
			contact.Compare(Lead{Fields: []Field{{"custom_attributes.a", Integer(1)}, {"email", String("a")}}}, nil)
		}
		if p, err := c.readPage([]byte(body)); err == nil {
			for _, contact := range p.list {
				if contact.ID == "" {
					t.Errorf("%q holds a contact without an id", body)
				}
			}
		}
		if p, ok := readProblem([]byte(body)); ok {
			if s := p.code() + p.message(); strings.ContainsAny(s, "\n\x1b") {
				t.Errorf("%q", s)
			}
		}
		var w Workspace
		w.decode([]byte(body))
		readDataAttributes([]byte(body))
	})
}

func FuzzBody(f *testing.F) {
	f.Add("c1", "email", "a@example.com", "plan", "Pro")
	f.Add("", "name", "\"\\\n\u2028<&>", "a b", "\x7f")
	f.Add("../x", "avatar", "", "id", "")
	f.Fuzz(func(t *testing.T, id, name, value, custom, customValue string) {
		for _, s := range []string{id, name, value, custom, customValue} {
			if !utf8.ValidString(s) {
				t.Skip("the reader of the file refuses it")
			}
		}
		if strings.HasPrefix(name, CustomPrefix) {
			t.Skip("an attribute stands once")
		}
		lead := Lead{ID: id, Fields: []Field{{name, String(value)}, {CustomPrefix + custom, String(customValue)}, {CustomPrefix + custom + "2", Value{}}}}
		for _, family := range []Family{Leads, Contacts} {
			r, err := saving(family, lead)
			if err != nil {
				continue
			}
			var got map[string]any
			if err := json.Unmarshal(r.body, &got); err != nil {
				t.Fatalf("%s: %v", r.body, err)
			}
			attributes, _ := got["custom_attributes"].(map[string]any)
			if attributes[custom] != customValue {
				t.Errorf("%s: %q is %v", r.body, custom, attributes[custom])
			}
			switch {
			case name == "id" || name == "user_id" && family == Leads:
				if v, ok := got[name]; ok && v != id {
					t.Errorf("%s: an identifier that is a field", r.body)
				}
			case name == "avatar" && family == Leads, name == "custom_attributes":
			default:
				if got[name] != value {
					t.Errorf("%s: %q is %v", r.body, name, got[name])
				}
			}
			if strings.Count(r.path, "/") > 2 {
				t.Errorf("path %q", r.path)
			}
			w := &wire{}
			w.base, _ = checkBase("https://api.example.com/base")
			if u := w.url(r); u.Host != "api.example.com" || u.EscapedPath() != "/base"+r.path {
				t.Errorf("%q goes to %s", r.path, u)
			}
		}
	})
}
