package sandbox

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// Each kind, as it is told, kept, and looked up.
func TestRewrite(t *testing.T) {
	for _, c := range []struct {
		kinds, field, sent, kept string
	}{
		{"", "email", "Joe@Example.COM", "joe@example.com"},
		{"", "email", "İpek@example.com", "i̇pek@example.com"}, // not ipek@
		{"", "email", "joe@bücher.example", "joe@bücher.example"},
		{"", "name", " Zoë   B ", " Zoë   B "},
		{"", "phone", "+353 87 123-4567", "+353 87 123-4567"},
		{"punycode", "email", "joe@BÜCHER.example", "joe@xn--bcher-kva.example"},
		{"punycode", "email", "joe@bu\u0308cher.example", "joe@xn--bcher-kva.example"},
		{"punycode", "email", "jöe@example.com", "jöe@example.com"},
		{"unicode", "email", "joe@xn--bcher-kva.example", "joe@bücher.example"},
		{"unicode", "email", "joe@xn--0.example", "joe@xn--0.example"}, // is none
		{"nfc", "name", "Zoe\u0308", "Zoë"},
		{"nfd", "name", "Zoë", "Zoe\u0308"},
		{"nfd", "email", "zoë@example.com", "zoe\u0308@example.com"},
		{"blanks", "name", " Joe \t  de\u00a0Wit ", "Joe de Wit"},
		{"phone", "phone", "+353 (87) 123-4567", "00353871234567"},
		{"phone", "phone", "00353 87 1234567", "00353871234567"},
		{"phone", "phone", "extension 7", "extension 7"},
	} {
		for _, version := range []string{"1.4", "2.15"} {
			rewrite, err := ParseRewrite(c.kinds)
			if err != nil {
				t.Fatal(err)
			}
			r := open(t, Config{Version: version, Rewrite: rewrite})
			body := `{"role":"lead","` + c.field + `":` + string(appendString(nil, c.sent)) + `}`
			id := r.ok("POST", "/contacts", body).text("id")
			r.ok("GET", "/contacts/"+id, "").want(c.field, c.kept)
			r.ok("PUT", "/contacts/"+id, `{"`+c.field+`":"x@example.com"}`)
			r.ok("PUT", "/contacts/"+id, body).want(c.field, c.kept)
			if version == "2.15" {
				for _, text := range []string{c.sent, c.kept} {
					want := 0
					if text == c.kept {
						want = 1
					}
					r.ok("POST", "/contacts/search", `{"query":`+single(c.field, "=", string(appendString(nil, text)))+`}`).want("total_count", want)
				}
			}
		}
	}
}

func TestRewriteOfCustomAttributes(t *testing.T) {
	r := open(t, Config{Version: "1.4", Rewrite: Rewrite{NFD: true, Blanks: true}})
	r.ok("POST", "/contacts", `{"custom_attributes":{"city":" Zürich "}}`).want("custom_attributes.city", " Zu\u0308rich ")
}

// Kinds that exclude each other take turns.
func TestRewriteAll(t *testing.T) {
	rewrite, err := ParseRewrite("all")
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, Config{Version: "1.4", Rewrite: rewrite})
	kept := map[string]int{}
	for range 50 {
		a := r.ok("POST", "/contacts", `{"email":"joe@bücher.example","name":"Zoë  B"}`)
		kept[a.text("email")]++
		kept[a.text("name")]++
	}
	want := []string{"joe@xn--bcher-kva.example", "joe@bücher.example", norm.NFD.String("joe@bücher.example"), "Zoë B", norm.NFD.String("Zoë B")}
	for _, text := range want {
		if kept[text] < 5 {
			t.Errorf("%s %d times", text, kept[text])
		}
	}
	if len(kept) != len(want) {
		t.Errorf("kept %v", kept)
	}
}

func TestParseRewrite(t *testing.T) {
	if w, err := ParseRewrite(" nfd, blanks "); err != nil || w != (Rewrite{NFD: true, Blanks: true}) {
		t.Errorf("%+v, %v", w, err)
	}
	for _, bad := range []string{"upper", "nfc,", "all,upper"} {
		if _, err := ParseRewrite(bad); err == nil || !strings.Contains(err.Error(), "use all or some of punycode, ") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
