package importer

import (
	"fmt"
	"strings"
	"testing"

	"leadimport/mapping"
)

// A fix that helps only some of the rows says how many, beside what helps the
// others.
func TestFixOfWordsThatSayNothing(t *testing.T) {
	m, err := mapping.Parse("m.yaml", []byte("attributes: {email: Email}"))
	if err != nil {
		t.Fatal(err)
	}
	fixOf := func(values ...string) string {
		var g problemGroups
		for i, v := range values {
			g.add("VIP", "not_a_boolean", "neither true nor false", Place{Row: i + 1, Value: v})
		}
		return fixes(g.groups(), m)[0].Fix
	}
	unlike := []string{"-"}
	for i := range 13 {
		unlike = append(unlike, fmt.Sprintf("level %c", 'a'+i))
	}
	const advice, words = "Write true or false, or say under values", `blank_words: [default, "-"]`
	for _, c := range []struct {
		values []string
		want   []string
		not    string
	}{
		{unlike, []string{advice, "In 1 of the 14 rows it may say nothing: " + words}, "If that says nothing"},
		{[]string{"-", "-"}, []string{"If that says nothing, have it read as blank: " + words}, advice},
		{unlike[1:], []string{advice}, "blank_words"},
	} {
		fix := fixOf(c.values...)
		for _, want := range c.want {
			if !strings.Contains(fix, want) {
				t.Errorf("%q: %s, not %s", c.values, fix, want)
			}
		}
		if strings.Contains(fix, c.not) {
			t.Errorf("%q: %s", c.values, fix)
		}
	}
}

// A no to e-mail of an invalid row is lost where the lead is there without it.
func TestLostNoes(t *testing.T) {
	var noes lostNoes
	noes.add(1, Place{Row: 3}, false)
	noes.add(1, Place{Row: 5}, true)
	noes.add(2, Place{Row: 4}, false)
	if n := noes[1]; len(n.rows) != 2 || !n.there || noes[2].there {
		t.Errorf("%+v %+v", n, noes[2])
	}
}
