package mapping

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// layouts are the formats that a column is tried against, after ISO 8601. Each
// day-first one is followed by its month-first twin.
var layouts = sync.OnceValue(func() []*layout {
	var texts []string
	for _, clock := range []string{"", " HH:mm", " HH:mm:ss", " h:mm A", " h:mm:ss A"} {
		for _, year := range []string{"YYYY", "YY"} {
			for _, sep := range []string{"/", ".", "-"} {
				texts = append(texts, "DD"+sep+"MM"+sep+year+clock, "MM"+sep+"DD"+sep+year+clock)
			}
		}
		texts = append(texts, "D MMM YYYY"+clock, "D-MMM-YYYY"+clock, "D MMMM YYYY"+clock, "MMM D, YYYY"+clock, "MMMM D, YYYY"+clock)
	}
	return mustLayouts(append(texts, "YYYYMMDD", "YYYYMMDDHHmmss")...)
})

func (s *survey) date() (finding, bool) {
	iso := func(v string) bool { _, ok := parseISO(v); return ok }
	if f, ok := s.take(asDate, iso, "type: date"); ok {
		f.remarks = append(f.remarks, s.zoneRemark()...)
		return f, true
	}
	var fitting []*layout
	most := mostly
	for _, l := range layouts() {
		// Most columns are no dates at all, which their first values show.
		if !l.fits(s.values[0]) && !l.fits(s.values[len(s.values)/2]) {
			continue
		}
		share := s.share(l.fits)
		if share > most {
			fitting, most = nil, share
		}
		if share >= most {
			fitting = append(fitting, l)
		}
	}
	if len(fitting) == 0 {
		return finding{}, false
	}
	l := fitting[0]
	i := slices.IndexFunc(fitting, func(l *layout) bool { return strings.HasPrefix(l.text, "MM") })
	if i > 0 && s.dates.order() == monthFirst {
		l = fitting[i]
	}
	f, _ := s.take(asDate, l.fits, "type: date", "format: "+scalarText(l.text))
	if i > 0 && s.dates.order() == orderUnknown && strings.HasPrefix(l.text, "DD") {
		f.remarks = append(f.remarks, fmt.Sprintf("all of it fits %s as well: decide", fitting[i].text))
	}
	f.remarks = append(f.remarks, s.zoneRemark()...)
	return f, true
}

func (l *layout) fits(v string) bool { _, ok := l.parse(v); return ok }

// zoneRemark asks for the zone of times that do not tell it.
func (s *survey) zoneRemark() []string {
	for _, v := range s.values {
		if m, ok := parseISO(v); ok && m.offsetSet {
			continue
		}
		return []string{"read as UTC: add zone: Europe/Dublin, say, if it is another"}
	}
	return nil
}

// epoch finds Unix times, which look like any other number: the column's name
// has to speak of a time.
func (s *survey) epoch(name string) (finding, bool) {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !isWordRune(r) })
	if !slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"at", "on", "date", "time", "timestamp", "since", "until", "ts", "last", "end", "ends", "start"}, w)
	}) {
		return finding{}, false
	}
	f, ok := s.take(asDate, func(v string) bool {
		_, ok := parseEpoch(v)
		return ok && (len(v) == 10 || len(v) == 13)
	}, "type: date")
	if ok {
		f.remarks = append(f.remarks, "Unix time")
	}
	return f, ok
}
