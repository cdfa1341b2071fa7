package mapping

import (
	"strconv"
	"strings"
	"testing"
	"time"
)

// Go's own reading of ISO 8601 and ours agree on what Go takes.
func FuzzISO(f *testing.F) {
	for _, s := range []string{"2026-11-21", "2026-11-21T10:30:00Z", "2024-02-29T23:59:59.123+14:00", "0001-01-01", "9999-12-31T00:00:00-12:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, layout := range []string{time.DateOnly, time.RFC3339, time.DateTime} {
			want, err := time.Parse(layout, s)
			if err != nil || want.Year() < 1000 || strings.Contains(s, ",") {
				continue
			}
			if _, offset := want.Zone(); offset > 14*3600 || offset < -14*3600 {
				continue
			}
			if n := len(s); layout == time.RFC3339 && s[n-3] == ':' && s[n-2] >= '6' {
				continue // Go takes an hour of 60 minutes in an offset
			}
			m, ok := parseISO(s)
			if !ok || m.unix(time.UTC) != want.Unix() {
				t.Fatalf("%q is %+v, %t, want %s", s, m, ok, want)
			}
		}
	})
}

// plain reports whether the text between the words cannot be taken for a part
// of them: "MMM[uary]" and "Z+D" have two readings, and nobody writes them.
func (l *layout) plain() bool {
	for _, it := range l.items {
		if it.word == "" && strings.Trim(it.text, " ,./") != "" && it.text != "T" && it.text != "-" && it.text != ":" {
			return false
		}
	}
	for i, it := range l.items[1:] {
		before := l.items[i]
		if before.part == "offset" {
			return false // it stands at the end
		}
		if before.word != "" && !isNumeric(before.word) && strings.HasPrefix(it.text, ".") {
			return false // "Nov." is a way to write November
		}
	}
	return true
}

// A moment written in any plain layout is read back as it was.
func FuzzLayout(f *testing.F) {
	for _, s := range []string{"DD/MM/YYYY", "YYYY-MM-DD HH:mm:ss", "D MMM YYYY h:mm A", "dddd D MMMM YY", "YYYYMMDDHHmmssZ", "YYMMDD0HZ0", "YYMM DZ0", "DZZM YY", "D M SYY"} {
		f.Add(s, int64(1763720000), s)
	}
	f.Fuzz(func(t *testing.T, format string, seconds int64, cell string) {
		l, err := parseLayout(format)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n") {
				t.Fatalf("%q: %q has more than one line", format, err)
			}
			return
		}
		l.unix(cell, time.UTC)
		if l.epoch != 0 || !l.plain() {
			return
		}
		const most = 253402300799 // the end of the year 9999
		moment := time.Unix(((seconds%most)+most)%most, 0).UTC()
		text, want := l.write(moment)
		got, ok := l.unix(text, time.UTC)
		if !ok || got != want {
			t.Fatalf("%s written as %q in %q is read as %d, %t, want %d", moment, text, format, got, ok, want)
		}
	})
}

// write is the reverse of parse, and what is left of the moment: a layout need
// not have the time, nor the century.
func (l *layout) write(at time.Time) (text string, seconds int64) {
	var b strings.Builder
	year, month, day := at.Date()
	hour, minute, second := 0, 0, 0
	for _, it := range l.items {
		switch it.word {
		case "":
			b.WriteString(it.text)
			continue
		case "YY":
			year = 1969 + (year+31)%100 // any century ends up in the one that YY means
		case "HH", "H", "hh", "h":
			hour = at.Hour()
		case "mm", "m":
			minute = at.Minute()
		case "ss", "s":
			second = at.Second()
		}
	}
	if year%4 != 0 && month == 2 && day == 29 {
		day = 28
	}
	at = time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	b.Reset()
	for _, it := range l.items {
		goWord := map[string]string{"YYYY": "2006", "YY": "06", "MMMM": "January", "MMM": "Jan", "MM": "01", "M": "1", "DD": "02", "D": "2",
			"dddd": "Monday", "ddd": "Mon", "HH": "15", "hh": "03", "h": "3", "mm": "04", "m": "4", "ss": "05", "s": "5", "A": "PM", "a": "pm", "Z": "Z07:00", "ZZ": "-0700"}[it.word]
		switch {
		case it.word == "":
			b.WriteString(it.text)
		case it.word == "H":
			b.WriteString(strconv.Itoa(at.Hour()))
		case strings.HasPrefix(it.word, "S"):
			b.WriteString("000"[:min(3, len(it.word))])
		default:
			b.WriteString(at.Format(goWord))
		}
	}
	return b.String(), at.Unix()
}
