package mapping

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// layout is a date format in words such as DD/MM/YYYY HH:mm.
type layout struct {
	text  string
	items []item
	epoch int // of the formats that are a number: units in a second, or spreadsheetDays
}

// spreadsheetDays marks days since 30 December 1899.
const spreadsheetDays = -1

// item is a word of a layout, or the text between two words.
type item struct {
	word  string // empty: literal
	part  string // of a moment, that the word gives
	text  string
	alone bool // no digits stand beside it
}

// words are what a layout is made of, and what part of a moment each gives.
var words = map[string]string{
	"YYYY": "year", "YY": "year", "MMMM": "month", "MMM": "month", "MM": "month", "M": "month", "DD": "day", "D": "day",
	"dddd": "weekday", "ddd": "weekday", "HH": "hour", "H": "hour", "hh": "hour", "h": "hour", "mm": "minute", "m": "minute",
	"ss": "second", "s": "second", "S": "fraction", "SS": "fraction", "SSS": "fraction", "SSSSSS": "fraction",
	"A": "half", "a": "half", "Z": "offset", "ZZ": "offset",
}

// spelled are the layouts that have one reading because the month is a word.
var spelled = sync.OnceValue(func() []*layout {
	return mustLayouts("D MMM YYYY", "D-MMM-YYYY", "MMM D, YYYY", "MMM D YYYY", "D MMM YYYY HH:mm", "D MMM YYYY HH:mm:ss", "MMM D, YYYY h:mm A", "ddd, D MMM YYYY HH:mm:ss ZZ", "D. MMM YYYY")
})

func mustLayouts(texts ...string) []*layout {
	var list []*layout
	for _, t := range texts {
		l, err := parseLayout(t)
		if err != nil {
			panic(err)
		}
		list = append(list, l)
	}
	return list
}

// parseLayout reads a format. Letters that are no word stand in brackets, but
// for the T of ISO 8601.
func parseLayout(text string) (*layout, error) {
	l := &layout{text: text}
	switch strings.ToLower(text) {
	case "unix":
		l.epoch = 1
	case "unix_ms":
		l.epoch = 1000
	case "excel":
		l.epoch = spreadsheetDays
	}
	if l.epoch != 0 {
		return l, nil
	}
	if strings.Contains(text, "%") || strings.Contains(text, "2006") {
		return nil, fmt.Errorf("format %q: write it in words such as DD/MM/YYYY or YYYY-MM-DD HH:mm:ss", text)
	}
	for rest := text; rest != ""; {
		n := 1
		switch c := rest[0]; {
		case c == '[':
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, fmt.Errorf("format %q: a [ is not closed", text)
			}
			l.literal(rest[1:end])
			n = end + 1
		case isAlnum(c) && !isDigit(c):
			for n < len(rest) && rest[n] == c {
				n++
			}
			if part, ok := words[rest[:n]]; ok {
				l.items = append(l.items, item{word: rest[:n], part: part})
			} else if rest[:n] == "T" {
				l.literal("T")
			} else {
				return nil, fmt.Errorf("format %q: %q is no word of a format: %s", text, rest[:n], layoutHint(text))
			}
		default:
			l.literal(rest[:n])
		}
		rest = rest[n:]
	}
	for i := range l.items {
		l.items[i].alone = (i == 0 || !isNumeric(l.items[i-1].word)) && (i+1 == len(l.items) || !isNumeric(l.items[i+1].word))
	}
	return l, l.check()
}

func (l *layout) literal(s string) {
	if n := len(l.items); n > 0 && l.items[n-1].word == "" {
		l.items[n-1].text += s
		return
	}
	l.items = append(l.items, item{text: s})
}

func layoutHint(text string) string {
	upper := strings.NewReplacer("d", "D", "m", "M", "y", "Y").Replace(text)
	if upper != text && !strings.ContainsAny(text, ":Hh") {
		if l, err := parseLayout(upper); err == nil {
			return "did you mean " + strconv.Quote(l.text) + "?"
		}
	}
	var list []string
	for w := range words {
		list = append(list, w)
	}
	sort.Strings(list)
	return "use " + strings.Join(list, " ") + ", or unix, unix_ms, excel"
}

// check makes sure that the words give one moment.
func (l *layout) check() error {
	given := map[string]string{}
	for i, it := range l.items {
		if other, ok := given[it.part]; ok && it.part != "" {
			return fmt.Errorf("format %q: %s and %s both give the %s", l.text, other, it.word, it.part)
		}
		given[it.part] = it.word
		if i > 0 && it.word != "" && isVariable(it.word) && isNumeric(l.items[i-1].word) || i > 0 && endless(l.items[i-1]) && isNumeric(it.word) {
			return fmt.Errorf("format %q: nothing tells where %s ends and %s begins", l.text, l.items[i-1].word, it.word)
		}
		if word, digit, beside := l.besideDigit(i); beside {
			return fmt.Errorf("format %q: nothing tells %s from the %c beside it", l.text, word, digit)
		}
	}
	for _, part := range []string{"year", "month", "day"} {
		if _, ok := given[part]; !ok {
			return fmt.Errorf("format %q has no %s: %s", l.text, part, layoutHint(l.text))
		}
	}
	half, twelve := given["half"] != "", given["hour"] == "hh" || given["hour"] == "h"
	switch {
	case half != twelve:
		return fmt.Errorf("format %q: hours of twelve (h) go with AM and PM (A), hours of a day are HH", l.text)
	case given["minute"] != "" && given["hour"] == "":
		return fmt.Errorf("format %q has minutes (mm) and no hours: months are MM", l.text)
	case given["second"] != "" && given["minute"] == "":
		return fmt.Errorf("format %q has seconds and no minutes", l.text)
	}
	return nil
}

// besideDigit reports whether item i is a number or an offset and has a literal
// digit as its neighbour.
func (l *layout) besideDigit(i int) (word string, digit byte, beside bool) {
	it := l.items[i]
	if !isNumeric(it.word) && it.part != "offset" {
		return "", 0, false
	}
	if i > 0 {
		if before := l.items[i-1].text; before != "" && isDigit(before[len(before)-1]) {
			return it.word, before[len(before)-1], true
		}
	}
	if i+1 < len(l.items) {
		if after := l.items[i+1].text; after != "" && isDigit(after[0]) {
			return it.word, after[0], true
		}
	}
	return "", 0, false
}

// endless reports whether only what follows it can tell where an item ends.
func endless(it item) bool {
	return isVariable(it.word) || it.part == "offset" || it.part == "fraction"
}

func isVariable(word string) bool { return len(word) == 1 && strings.Contains("MDHhms", word) }

func isNumeric(word string) bool {
	switch word {
	case "", "MMMM", "MMM", "dddd", "ddd", "A", "a", "Z", "ZZ":
		return false
	}
	return true
}
