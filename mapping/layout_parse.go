package mapping

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// unix reads s as Unix seconds; what has no offset is read in zone.
func (l *layout) unix(s string, zone *time.Location) (int64, bool) {
	if l.epoch > 0 {
		return sinceEpoch(s, int64(l.epoch))
	}
	m, ok := l.parse(s)
	if !ok {
		return 0, false
	}
	return m.unix(zone), true
}

func (l *layout) parse(s string) (moment, bool) {
	if l.epoch == spreadsheetDays {
		return spreadsheetDay(s)
	}
	r := reading{rest: s}
	for i := range l.items {
		if !r.take(&l.items[i]) {
			return moment{}, false
		}
	}
	return r.moment, r.rest == "" && r.halve() && r.valid()
}

// reading is a moment while it is being read.
type reading struct {
	moment
	rest string
	half byte // 'A' or 'P' of AM and PM; 0: neither
}

// take reads one item of a layout off the rest.
func (r *reading) take(it *item) (ok bool) {
	n := 0
	switch it.part {
	case "":
		r.rest, ok = strings.CutPrefix(r.rest, it.text)
		return ok
	case "half":
		return r.takeHalf()
	case "offset":
		end := offsetEnd(r.rest)
		ok = end > 0 && r.zone(r.rest[:end]) && r.offsetSet
		r.rest = r.rest[end:]
		return ok
	case "weekday":
		_, r.rest, ok = name(r.rest, it.word == "ddd", weekday, 0, 6)
		return ok
	case "fraction":
		digits := 0
		for digits < len(r.rest) && isDigit(r.rest[digits]) {
			digits++
		}
		r.rest = r.rest[digits:]
		return digits > 0
	case "month":
		if it.word == "MMM" || it.word == "MMMM" {
			r.month, r.rest, ok = name(r.rest, it.word == "MMM", month, 1, 12)
			return ok
		}
	}
	n, r.rest, ok = field(r.rest, it)
	r.set(it, n)
	return ok
}

func weekday(i int) string { return time.Weekday(i).String() }

func month(i int) string { return time.Month(i).String() }

func (r *reading) takeHalf() bool {
	if len(r.rest) < 2 || r.rest[1]|0x20 != 'm' {
		return false
	}
	r.half, r.rest = r.rest[0]&^0x20, r.rest[2:]
	return r.half == 'A' || r.half == 'P'
}

// halve turns an hour of twelve into one of the day.
func (r *reading) halve() bool {
	if r.half == 0 {
		return true
	}
	ok := r.hour >= 1 && r.hour <= 12
	r.hour %= 12
	if r.half == 'P' {
		r.hour += 12
	}
	return ok
}

func (m *moment) set(it *item, n int) {
	switch it.part {
	case "year":
		m.year = n
		if it.word == "YY" { // as strptime: 69 to 99 are of the last century
			m.year += 2000
			if n >= 69 {
				m.year -= 100
			}
		}
	case "month":
		m.month = n
	case "day":
		m.day = n
	case "hour":
		m.hour = n
	case "minute":
		m.minute = n
	case "second":
		m.second = n
	}
}

// field takes the digits of a word off s. Two letters ask for two digits, but
// one will do where something else tells where the number ends.
func field(s string, it *item) (n int, rest string, ok bool) {
	most, least := len(it.word), len(it.word)
	if most <= 2 && it.word != "YY" {
		most = 2
		if it.alone || len(it.word) == 1 {
			least = 1
		}
	}
	digits := 0
	for digits < len(s) && digits < most && isDigit(s[digits]) {
		digits++
	}
	if digits < least {
		return 0, s, false
	}
	return atoi(s[:digits]), s[digits:], true
}

// name takes an English name off s: in full, or, when short will do, its
// first three letters with or without a full stop.
func name(s string, short bool, of func(int) string, first, last int) (n int, rest string, ok bool) {
	for i := first; i <= last; i++ {
		full := of(i)
		if len(s) >= len(full) && strings.EqualFold(s[:len(full)], full) {
			return i, s[len(full):], true
		}
	}
	for i := first; short && i <= last; i++ {
		if abbr := of(i)[:3]; len(s) >= 3 && strings.EqualFold(s[:3], abbr) {
			return i, strings.TrimPrefix(s[3:], "."), true
		}
	}
	return 0, s, false
}

// offsetEnd is how much of s can be an offset.
func offsetEnd(s string) int {
	i := 0
	for i < len(s) && (isAlnum(s[i]) || strings.IndexByte("+-:", s[i]) >= 0) {
		i++
	}
	return i
}

// sinceEpoch reads seconds or milliseconds; a fraction of a second is dropped.
func sinceEpoch(s string, units int64) (int64, bool) {
	if !allDigits(strings.TrimPrefix(s, "-")) || len(s) > 16 {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if n < 0 {
		n -= units - 1
	}
	return n / units, err == nil
}

// spreadsheetDay reads a day number with the time as its fraction. Before 61,
// 1 March 1900, Excel counts a day that never was.
func spreadsheetDay(s string) (m moment, ok bool) {
	n, ok := plainNumber(s, '.')
	if !ok {
		return m, false
	}
	days, err := strconv.ParseFloat(n.text, 64)
	if err != nil || days < 61 || days >= 2958466 {
		return m, false
	}
	t := time.Unix(int64(math.Round(days*86400))-25569*86400, 0).UTC()
	m.year, m.month, m.day = t.Year(), int(t.Month()), t.Day()
	m.hour, m.minute, m.second = t.Clock()
	return m, m.valid()
}
