package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// finding is what the values of a column look like: how a mapping would read
// them, and what a person should know or decide.
type finding struct {
	form     form
	settings []string // of the mapping, such as "format: DD/MM/YYYY"
	remarks  []string
}

// mostly is how much of a column has to look like a type: real lists have a
// few cells such as "n/a" or "tbc", which are then named.
const mostly = 0.98

// survey collects the values of one column.
type survey struct {
	values []string // of the sampled rows, trimmed, not blank
	dates  slashes  // of all rows
	filled int      // cells that are not blank, of all rows
}

// find tells what the values are. name is the column's.
func (s *survey) find(name string) finding {
	if len(s.values) == 0 {
		return finding{remarks: []string{"every cell is blank"}}
	}
	for _, look := range []func() (finding, bool){
		s.email, s.boolean, func() (finding, bool) { return s.epoch(name) }, s.date, s.number, s.phone,
	} {
		if f, ok := look(); ok {
			return f
		}
	}
	if s.share(func(v string) bool { return allDigits(v) && v[0] == '0' && len(v) > 1 }) > 0 && s.share(allDigits) >= mostly {
		return finding{remarks: []string{"text, for the sake of leading zeros"}}
	}
	if s.share(allDigits) >= mostly {
		return finding{remarks: []string{"text: numbers this long would not stay exact"}}
	}
	return finding{remarks: s.words()}
}

// share is the part of the values that satisfy ok.
func (s *survey) share(ok func(string) bool) float64 {
	n := 0
	for _, v := range s.values {
		if ok(v) {
			n++
		}
	}
	return float64(n) / float64(len(s.values))
}

// take makes a finding when most values satisfy ok, and names the others.
func (s *survey) take(as form, ok func(string) bool, settings ...string) (finding, bool) {
	if s.share(ok) < mostly {
		return finding{}, false
	}
	f := finding{form: as, settings: settings}
	others, first := 0, ""
	for _, v := range s.values {
		if !ok(v) {
			if others++; others == 1 {
				first = v
			}
		}
	}
	if others > 0 {
		f.remarks = append(f.remarks, fmt.Sprintf("%d of %d values are something else, such as %s", others, len(s.values), quote(cut(first))))
	}
	return f, true
}

func (s *survey) email() (finding, bool) {
	return s.take(asEmail, func(v string) bool { return checkAddress(bareAddress(v)) == "" }, "type: email")
}

func (s *survey) boolean() (finding, bool) {
	languages := ^uint64(0)
	isWord := func(v string) bool {
		a, ok := answerOf(v)
		if !ok || allDigits(v) {
			return false
		}
		languages &= a.languages
		return true
	}
	f, ok := s.take(asBoolean, isWord, "type: boolean")
	return f, ok && languages != 0
}

// number finds integers, and amounts with one decimal sign or the other.
func (s *survey) number() (finding, bool) {
	point, comma := s.numbers('.'), s.numbers(',')
	decimal, as := byte('.'), asInteger
	switch {
	case max(point, comma) < mostly:
		return finding{}, false
	case comma > point:
		decimal = ','
	}
	for _, v := range s.values {
		if _, ok := parseNumber(v, decimal); ok && strings.Contains(v, "%") {
			return finding{remarks: []string{fmt.Sprintf("text: as a number %s would be a hundredth of what it says; type: float, if that is meant", quote(cut(v)))}}, true
		}
	}
	differs := ""
	for _, v := range s.values {
		if n, ok := parseNumber(v, decimal); ok && (strings.ContainsAny(n.text, ".e")) {
			as = asFloat
		}
		p, ok1 := parseNumber(v, '.')
		c, ok2 := parseNumber(v, ',')
		if point == comma && ok1 && ok2 && p.text != c.text && differs == "" {
			differs = fmt.Sprintf("%s is %s, or %s with decimal: \",\": decide", quote(cut(v)), p.text, c.text)
		}
	}
	if lost := s.lost(); lost != "" {
		return finding{remarks: []string{fmt.Sprintf("text: as a number %s would not stay as it is written; type: float, if it is an amount", quote(lost))}}, true
	}
	settings := []string{"type: integer"}
	if as == asFloat || differs != "" {
		as, settings = asFloat, []string{"type: float"}
	}
	if decimal == ',' {
		settings = append(settings, `decimal: ","`)
	}
	f, _ := s.take(as, func(v string) bool { return fitsNumber(v, decimal) }, settings...)
	if differs != "" {
		f.remarks = append(f.remarks, differs)
	}
	return f, true
}

func (s *survey) numbers(decimal byte) float64 {
	return s.share(func(v string) bool { return fitsNumber(v, decimal) })
}

// fitsNumber reports whether v is a number that stays exact.
func fitsNumber(v string, decimal byte) bool {
	n, ok := parseNumber(v, decimal)
	return ok && !n.leading && len(n.text) <= 17 && v[0] != '+'
}

// lost is a number whose written form would be lost, as run finds it. A column
// with thousands separators or currencies is one of amounts, which lose
// nothing.
func (s *survey) lost() string {
	lost := ""
	for _, v := range s.values {
		is := shapeOf(v)
		if is == mayNumber && lost == "" {
			lost = v
		}
		if _, ok := parseNumber(v, '.'); is == 0 && ok {
			return ""
		}
		if _, ok := parseNumber(v, ','); is == 0 && ok {
			return ""
		}
	}
	return lost
}

// phone finds numbers with their country codes. Others need a region, which
// only a column that is known for phones gets.
func (s *survey) phone() (finding, bool) {
	c := conversion{}
	return s.take(asPhone, func(v string) bool {
		if v[0] != '+' && !strings.HasPrefix(v, "00") {
			return false
		}
		_, remark, f := c.phone(v)
		return f == nil && remark != unknownNumber
	}, "type: phone")
}

// phones is the finding for a column that is known for phones by its name: the
// numbers with a country code tell the region of those without.
func (s *survey) phones() finding {
	c := conversion{}
	var complete []string
	for _, v := range s.values {
		if v, _, f := c.phone(v); f == nil {
			complete = append(complete, v.Text())
		}
	}
	national := len(s.values) - len(complete)
	if national == 0 {
		return finding{form: asPhone, settings: []string{"type: phone"}}
	}
	for _, r := range regionsOf(complete) {
		c.region = r
		if f, ok := s.take(asPhone, func(v string) bool { _, remark, f := c.phone(v); return f == nil && remark != unknownNumber }, "type: phone", "region: "+r); ok {
			f.remarks = append(f.remarks, fmt.Sprintf("%d numbers have no country code and are numbers of %s", national, r))
			return f
		}
	}
	return finding{remarks: []string{fmt.Sprintf("sent as it is: %d of %d numbers have no country code; for E.164 add type: phone and the region, such as region: IE", national, len(s.values))}}
}

// regionsOf are the regions of some numbers, the most frequent first.
func regionsOf(numbers []string) []string {
	counts := map[string]int{}
	for _, s := range numbers[:min(len(numbers), 200)] {
		if n, err := phonenumbers.Parse(s, "ZZ"); err == nil {
			counts[phonenumbers.GetRegionCodeForNumber(n)]++
		}
	}
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
}

// escapes are the remarks on values that look escaped or decoded wrongly.
func (s *survey) escapes() []string {
	counts := map[string]int{}
	samples := map[string]string{}
	for _, v := range s.values {
		if f := (&conversion{}).escaped(v); f != nil {
			why, _, _ := strings.Cut(f.message, ", and is sent as it stands")
			_, mend, _ := strings.Cut(f.message, ": ")
			if mend != "" {
				why += " (" + mend + ")"
			}
			if counts[why]++; counts[why] == 1 {
				samples[why] = v
			}
		}
	}
	var list []string
	for _, why := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, fmt.Sprintf("%d of %d values, such as %s: %s", counts[why], len(s.values), quote(cut(samples[why])), why))
	}
	return list
}

// words are the values of a column that has few of them.
func (s *survey) words() []string {
	counts := map[string]int{}
	for _, v := range s.values {
		if counts[v]++; len(counts) > 6 || len(v) > 30 {
			return nil
		}
	}
	var list []string
	for v, n := range counts {
		if n < 2 {
			return nil
		}
		list = append(list, quote(v))
	}
	slices.Sort(list)
	return []string{strings.Join(list, ", ")}
}
