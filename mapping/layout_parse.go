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

func (l *layout) parse(s string) (m moment, ok bool) {
	if l.epoch == spreadsheetDays {
		return spreadsheetDay(s)
	}
	pm, half := false, false
	for i, it := range l.items {
		if it.word == "" {
			if s, ok = strings.CutPrefix(s, it.text); !ok {
				return m, false
			}
			continue
		}
		alone := i+1 == len(l.items) || !isNumeric(l.items[i+1].word)
		if i > 0 && isNumeric(l.items[i-1].word) {
			alone = false
		}
		n := 0
		switch words[it.word] {
		case "half":
			if len(s) < 2 {
				return m, false
			}
			switch strings.ToUpper(s[:2]) {
			case "AM":
			case "PM":
				pm = true
			default:
				return m, false
			}
			half, s = true, s[2:]
			continue
		case "offset":
			end := offsetEnd(s)
			if end == 0 || !m.zone(s[:end]) || !m.offsetSet {
				return m, false
			}
			s = s[end:]
			continue
		case "weekday":
			if _, s, ok = name(s, it.word == "ddd", func(i int) string { return time.Weekday(i).String() }, 0, 6); !ok {
				return m, false
			}
			continue
		case "fraction":
			digits := 0
			for digits < len(s) && isDigit(s[digits]) {
				digits++
			}
			if digits == 0 {
				return m, false
			}
			s = s[digits:]
			continue
		}
		if it.word == "MMM" || it.word == "MMMM" {
			m.month, s, ok = name(s, it.word == "MMM", func(i int) string { return time.Month(i).String() }, 1, 12)
		} else {
			n, s, ok = field(s, it.word, alone)
			m.set(it.word, n)
		}
		if !ok {
			return m, false
		}
	}
	if half {
		if m.hour < 1 || m.hour > 12 {
			return m, false
		}
		m.hour %= 12
		if pm {
			m.hour += 12
		}
	}
	return m, s == "" && m.valid()
}

func (m *moment) set(word string, n int) {
	switch words[word] {
	case "year":
		m.year = n
		if word == "YY" { // as strptime: 69 to 99 are of the last century
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
func field(s, word string, alone bool) (n int, rest string, ok bool) {
	most, least := len(word), len(word)
	if most <= 2 && word != "YY" {
		most = 2
		if alone || len(word) == 1 {
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
