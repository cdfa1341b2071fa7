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
	return m.year >= 1 && m.year <= 9999 && m.month >= 1 && m.month <= 12 &&
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
	return time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, 0, zone).Unix()
}

// date reads s by the layout of the mapping; without one it takes what has one
// reading only.
func (c *conversion) date(s string) (client.Value, *fault) {
	s = trim(s)
	if c.layout != nil {
		seconds, ok := c.layout.unix(s, c.zone)
		if !ok {
			return client.Value{}, faultf("not_a_date", "not a date in the format %s", c.layout.text)
		}
		return client.Integer(seconds), nil
	}
	if m, ok := parseISO(s); ok {
		return client.Integer(m.unix(c.zone)), nil
	}
	if seconds, ok := parseEpoch(s); ok {
		return client.Integer(seconds), nil
	}
	if d, ok := parseSlashed(s); ok {
		return c.slashed(d)
	}
	for _, l := range spelled {
		if m, ok := l.parse(s); ok {
			return client.Integer(m.unix(c.zone)), nil
		}
	}
	return client.Value{}, faultf("not_a_date", "not a date: %s", dateHint(s))
}

// slashed converts a date such as 3/4/2026. The first reading that fits is
// never taken when another fits too, unless the whole column leaves only one.
func (c *conversion) slashed(d slashed) (client.Value, *fault) {
	day, month := d.as(dayFirst), d.as(monthFirst)
	switch {
	case day.valid() && month.valid() && d.first != d.second && c.order == orderUnknown:
		return client.Value{}, faultf("ambiguous_date", "%s (%s) or %s (%s)? State the format", day.show(), d.layout(dayFirst), month.show(), d.layout(monthFirst))
	case day.valid() && (c.order != monthFirst || !month.valid()):
		return client.Integer(day.unix(c.zone)), nil
	case month.valid():
		return client.Integer(month.unix(c.zone)), nil
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
