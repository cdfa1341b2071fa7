package mapping

import "strings"

// parseISO reads year-first dates: 2026-11-21, with / for - and one-digit
// months and days too, alone or with a time behind T or a blank, with or
// without seconds, a fraction and an offset (Z, UTC, +01, +0100, +01:00).
func parseISO(s string) (moment, bool) {
	var m moment
	if len(s) < 8 || !allDigits(s[:4]) || s[4] != '-' && s[4] != '/' {
		return m, false
	}
	sep := s[4]
	m.year = atoi(s[:4])
	rest, ok := s[5:], true
	if m.month, rest, ok = oneOrTwo(rest); !ok || rest == "" || rest[0] != sep {
		return m, false
	}
	if m.day, rest, ok = oneOrTwo(rest[1:]); !ok {
		return m, false
	}
	if rest != "" {
		if c := rest[0]; c != 'T' && c != 't' && c != ' ' {
			return m, false
		}
		if rest, ok = m.clock(rest[1:]); !ok || !m.zone(rest) {
			return m, false
		}
	}
	return m, m.valid()
}

// clock reads hh:mm[:ss[.fraction]] and returns what follows.
func (m *moment) clock(s string) (rest string, ok bool) {
	if m.hour, s, ok = oneOrTwo(s); !ok || s == "" || s[0] != ':' {
		return s, false
	}
	if len(s) < 3 || !allDigits(s[1:3]) {
		return s, false
	}
	m.minute, s = atoi(s[1:3]), s[3:]
	if s == "" || s[0] != ':' {
		return s, true
	}
	if len(s) < 3 || !allDigits(s[1:3]) {
		return s, false
	}
	m.second, s = atoi(s[1:3]), s[3:]
	if s != "" && (s[0] == '.' || s[0] == ',') {
		digits := 1
		for digits < len(s) && isDigit(s[digits]) {
			digits++
		}
		if digits == 1 {
			return s, false
		}
		s = s[digits:]
	}
	return s, true
}

// zone reads an offset, or nothing.
func (m *moment) zone(s string) bool {
	s = strings.TrimPrefix(s, " ")
	switch s {
	case "":
		return true
	case "Z", "z", "UTC", "GMT":
		m.offsetSet = true
		return true
	}
	sign := 1
	switch s[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return false
	}
	digits := s[1:]
	if len(digits) == 5 && digits[2] == ':' {
		digits = digits[:2] + digits[3:]
	}
	if !allDigits(digits) || len(digits) != 2 && len(digits) != 4 {
		return false
	}
	hours, minutes := atoi(digits[:2]), 0
	if len(digits) == 4 {
		minutes = atoi(digits[2:])
	}
	m.offset, m.offsetSet = sign*(hours*3600+minutes*60), true
	return hours <= 14 && minutes <= 59
}

// slashed is a date whose first two numbers are a day and a month in an order
// that it does not tell: 3/4/2026, 03.04.2026, 3-4-2026 10:30.
type slashed struct {
	first, second int
	sep           byte
	rest          moment // year, and a time
}

func parseSlashed(s string) (d slashed, ok bool) {
	if d.first, s, ok = oneOrTwo(s); !ok || s == "" {
		return d, false
	}
	if d.sep = s[0]; d.sep != '/' && d.sep != '.' && d.sep != '-' {
		return d, false
	}
	if d.second, s, ok = oneOrTwo(s[1:]); !ok || len(s) < 5 || s[0] != d.sep || !allDigits(s[1:5]) {
		return d, false
	}
	d.rest.year, s = atoi(s[1:5]), s[5:]
	if s == "" {
		return d, true
	}
	if s[0] != ' ' && s[0] != 'T' {
		return d, false
	}
	if s, ok = d.rest.clock(s[1:]); !ok {
		return d, false
	}
	if half := strings.ToUpper(trim(s)); half == "AM" || half == "PM" {
		if d.rest.hour < 1 || d.rest.hour > 12 {
			return d, false
		}
		d.rest.hour = d.rest.hour%12 + 12*strings.Index("AP", half[:1])
		return d, true
	}
	return d, d.rest.zone(s)
}

// as is d read in order o; the moment is not valid when that does not fit.
func (d slashed) as(o dayOrder) moment {
	m := d.rest
	m.day, m.month = d.first, d.second
	if o == monthFirst {
		m.day, m.month = d.second, d.first
	}
	return m
}

func (d slashed) layout(o dayOrder) string {
	return strings.ReplaceAll(o.String(), "/", string(d.sep))
}

// oneOrTwo takes a number of one or two digits off s.
func oneOrTwo(s string) (n int, rest string, ok bool) {
	digits := 0
	for digits < len(s) && digits < 2 && isDigit(s[digits]) {
		digits++
	}
	return atoi(s[:digits]), s[digits:], digits > 0
}

// atoi reads a few digits that were checked to be digits.
func atoi(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
