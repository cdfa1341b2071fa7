package mapping

import (
	"strings"
	"time"

	"leadimport/client"
)

// dayOrder tells which of the first two numbers of 3/4/2026 is the day.
type dayOrder uint8

const (
	orderUnknown dayOrder = iota
	dayFirst
	monthFirst
)

func (o dayOrder) String() string { return [...]string{"", "DD/MM/YYYY", "MM/DD/YYYY"}[o] }

// moment is a date and time as it was written.
type moment struct {
	year, month, day     int
	hour, minute, second int
	offset               int // seconds east of UTC, when offsetSet
	offsetSet            bool
}

func (m moment) valid() bool {
	return m.year >= 1000 && m.year <= 9999 && m.month >= 1 && m.month <= 12 &&
		m.day >= 1 && m.day <= daysIn(m.year, m.month) &&
		m.hour <= 23 && m.minute <= 59 && m.second <= 59
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// unix is m in seconds; a moment without an offset is read in zone. Fractions
// of a second were dropped.
func (m moment) unix(zone *time.Location) int64 {
	if m.offsetSet {
		return time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, 0, time.UTC).Unix() - int64(m.offset)
	}
	at, _, _ := m.in(zone)
	return at
}

// date reads s by the formats of the mapping; without one it takes what has one
// reading only.
func (c *conversion) date(s string) (client.Value, *fault) {
	s = trim(s)
	if len(c.layouts) > 0 {
		return c.byLayout(s)
	}
	if m, ok := parseISO(s); ok {
		return c.moment(m)
	}
	if seconds, ok := parseEpoch(s); ok {
		return client.Integer(seconds), nil
	}
	if d, ok := parseSlashed(s); ok {
		return c.slashed(d)
	}
	for _, l := range spelled() {
		if m, ok := l.parse(s); ok {
			return c.moment(m)
		}
	}
	return client.Value{}, faultf("not_a_date", "not a date: %s", dateHint(s))
}

// byLayout reads s by the one format that fits; two that fit have to agree.
func (c *conversion) byLayout(s string) (client.Value, *fault) {
	var first *layout
	var seconds int64
	for _, l := range c.layouts {
		n, ok := l.unix(s, c.zone)
		switch {
		case !ok:
		case first == nil:
			first, seconds = l, n
		case n != seconds:
			return client.Value{}, faultf("ambiguous_date", "%s (%s) or %s (%s)? Two formats of the mapping fit it",
				showUnix(seconds, c.zone), first.text, showUnix(n, c.zone), l.text)
		}
	}
	if first == nil {
		texts := make([]string, len(c.layouts))
		for i, l := range c.layouts {
			texts[i] = l.text
		}
		return client.Value{}, faultf("not_a_date", "not a date in the format %s", strings.Join(texts, " or "))
	}
	if first.epoch != 0 && isYear(s) {
		return client.Value{}, faultf("ambiguous_date", "the year %s, or %s (%s)? Write the whole date", s, showUnix(seconds, c.zone), first.text)
	}
	if first.epoch <= 0 {
		if m, ok := first.parse(s); ok {
			return c.moment(m)
		}
	}
	return client.Integer(seconds), nil
}

// isYear reports whether a number is more likely a year than a day or a second.
func isYear(s string) bool {
	s = strings.TrimSuffix(s, ".0")
	return len(s) == 4 && s >= "1900" && s <= "2100" && allDigits(s)
}

func showUnix(seconds int64, zone *time.Location) string {
	return time.Unix(seconds, 0).In(zone).Format("2 January 2006")
}

// isZeroDate reports whether s is what programs write where they have no date:
// zeros, day 0 of a spreadsheet (30 December 1899), or day 1 of a calendar
// (1 January 0001), alone or at midnight.
func isZeroDate(s string) bool {
	if len(s) < 8 || len(s) > 35 || !isDigit(s[0]) {
		return false
	}
	day, clock := s, ""
	if i := strings.IndexAny(s, "T "); i >= 0 {
		day, clock = s[:i], strings.TrimSuffix(s[i+1:], " AM")
	}
	clock = strings.Replace(clock, "12:00", "00:00", 1)
	if strings.Trim(clock, "0:.,Z+-UTC ") != "" {
		return false
	}
	if strings.ContainsAny(day, "23456789") && !strings.Contains(day, "1899") && !strings.Contains(day, "1900") {
		return false // nearly always
	}
	parts := strings.FieldsFunc(day, func(r rune) bool { return r == '-' || r == '/' || r == '.' })
	if len(parts) != 3 || !allDigits(parts[0]) || !allDigits(parts[1]) || !allDigits(parts[2]) {
		return false
	}
	if len(parts[0]) != 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	if len(parts[0]) > 4 || len(parts[1]) > 2 || len(parts[2]) > 2 {
		return false
	}
	year, a, b := atoi(parts[0]), atoi(parts[1]), atoi(parts[2])
	switch {
	case year == 0:
		return a == 0 && b == 0
	case year == 1:
		return len(parts[0]) == 4 && a == 1 && b == 1
	case year == 1899:
		return a == 12 && b >= 30 || b == 12 && a >= 30
	case year == 1900:
		return a == 0 || b == 0
	}
	return false
}

// slashed converts a date such as 3/4/2026. The first reading that fits is
// never taken when another fits too, unless the whole column leaves only one.
func (c *conversion) slashed(d slashed) (client.Value, *fault) {
	day, month := d.as(dayFirst), d.as(monthFirst)
	switch {
	case day.valid() && month.valid() && d.first != d.second && c.order == orderUnknown:
		return client.Value{}, faultf("ambiguous_date", "%s (%s) or %s (%s)? State the format", day.show(), d.layout(dayFirst), month.show(), d.layout(monthFirst))
	case day.valid() && (c.order != monthFirst || !month.valid()):
		return c.moment(day)
	case month.valid():
		return c.moment(month)
	}
	return client.Value{}, faultf("not_a_date", "no such day")
}

func (m moment) show() string {
	return time.Date(m.year, time.Month(m.month), m.day, 0, 0, 0, 0, time.UTC).Format("2 January 2006")
}

// parseEpoch reads Unix seconds (9 or 10 digits: since 1973) and milliseconds
// (13 digits: since 2001). Shorter and longer numbers could be days of a
// spreadsheet or dates without separators.
func parseEpoch(s string) (int64, bool) {
	if !allDigits(s) {
		return 0, false
	}
	var n int64
	for i := 0; i < len(s) && i < 13; i++ {
		n = n*10 + int64(s[i]-'0')
	}
	switch {
	case len(s) == 13 && s[0] != '0':
		return n / 1000, true
	case (len(s) == 9 || len(s) == 10) && s[0] != '0':
		return n, true
	}
	return 0, false
}

func dateHint(s string) string {
	switch {
	case allDigits(s) && len(s) == 8:
		return "write 2026-11-21, or state format: YYYYMMDD"
	case allDigits(s) && len(s) == 5:
		return "it looks like a spreadsheet's day number: write 2026-11-21, or state format: excel"
	case strings.Count(s, "/") == 2:
		return "write 2026-11-21, or state its format, such as DD/MM/YY"
	}
	return "write 2026-11-21 or 2026-11-21T10:30:00Z, or state its format, such as DD/MM/YYYY"
}
