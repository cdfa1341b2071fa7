package mapping

import "testing"

// The dots of East Asian keyboards are those of a domain, and of nothing before it.
func TestAddressDots(t *testing.T) {
	for cell, want := range map[string]string{
		"ann@example。org": "ann@example.org", "ann@example．org": "ann@example.org", "ann@example｡org": "ann@example.org", "Ann <ann@mail。example．org>": "ann@mail.example.org", "ann@例え。jp": "ann@例え.jp",
		"a。nn@example.org": "a。nn@example.org",
	} {
		v, remark, f := (&conversion{form: asEmail}).convert(cell)
		if f != nil || v.Text() != want || remark == nil {
			t.Errorf("%q is %q, %+v, %+v", cell, v.Text(), remark, f)
		}
	}
}
