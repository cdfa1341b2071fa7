package detect

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/htmlindex"
)

// TestDetectLittle: one character is enough to know the most common encoding.
func TestDetectLittle(t *testing.T) {
	for _, enc := range []string{"windows-1252"} {
		e, _ := htmlindex.Get(enc)
		for _, text := range []string{"costs £5", "£1,234.50", "Joe’s", "a – b", "“quoted” text", "café", "naïve", "Zoë", "a\u00a0b", "5 ½", "20 °C", "10 m²", "5 µm", "€ 5", "5 €", "5€", "Acme®", "Acme™", "wait…", "• item", "©2026", "Müller", "Straße", "Ñandú", "São", "Ø 5", "Åse", "12º", "±5", "×2", "‘single’", "1–2", "2010–2011", "Jane—Pat", "Beyoncé", "École", "à la carte", "co-opérative", "façade", "§5", "¿Qué?", "¡Hola!", "Ærø", "Łódź"} {
			in, err := e.NewEncoder().String("id,text\n1," + "\"" + text + "\"\n2,plain\n")
			if err != nil {
				continue
			}
			got := Encoding([]byte(in[strings.Index(in, "1,"):]))
			if got != enc {
				t.Errorf("%s %q: %s", enc, text, got)
			}
		}
	}
}
