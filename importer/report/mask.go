package report

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxCode    = 60  // characters
	maxName    = 200 // of a file or a column
	maxMessage = 300
	maxCell    = 120
	maxCells   = 20 // of a row
)

// clean keeps what a file says from commanding a terminal or turning the
// direction of a line, and cuts it to n characters.
func clean(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0x61c, r == 0xfeff,
			r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x2069, r&0xfffe == 0xfffe:
			return utf8.RuneError
		}
		return r
	}, s)
	if len(s) <= n {
		return s
	}
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// namedCell is a cell of the input with its column.
type namedCell struct{ Column, Value string }

// masker takes people out of what a results file says.
type masker struct {
	off   bool
	known map[string]bool // columns of the input
}

func (m *masker) columns(header []string) {
	m.known = make(map[string]bool, len(header))
	for _, name := range header {
		m.known[name] = true
	}
}

// who is a key as it may be shown.
func (m *masker) who(key string) string {
	kind, value, ok := strings.Cut(key, ":")
	switch {
	case key == "" || kind == "row":
		return ""
	case m.off && kind == "email":
		return clean(value, maxCell)
	case m.off:
		return clean(key, maxCell)
	case !ok:
		return "…"
	case kind == "email":
		return clean(maskEmail(value), maxCell)
	case kind == "id" && hexID().MatchString(value):
		return value // Intercom's own, which names nobody
	}
	return clean(kind, maxCode) + " …"
}

// hexID is an id as the API makes them; 24 digits, or a UUID.
var hexID = pattern(`^[0-9a-f-]{8,36}$`)

func maskEmail(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	if s == "" {
		return ""
	}
	if at := strings.LastIndexByte(s, '@'); at > 0 {
		return string(first) + "…" + s[at:]
	}
	return string(first) + "…"
}

var (
	emails  = pattern(`[^\s"'<>(),;:=]+@[^\s"'<>(),;:=]+`)
	numbers = pattern(`\b\d[\d ()./-]{5,}\d\b`)
	quoted  = pattern(`column ("(?:[^"\\]|\\.)*")`)
)

// message is what a line says is wrong. A cell's problem quotes the cell, and
// may read it in several ways: only the column is kept of it. What the API
// says may repeat a cell.
func (m *masker) message(text string, cells []string) string {
	if m.off {
		return clean(text, maxMessage)
	}
	if strings.Contains(text, "value \"") || strings.Contains(text, "column \"") {
		return clean(m.places(text), maxMessage)
	}
	for _, cell := range cells {
		switch cell = strings.TrimSpace(cell); {
		case utf8.RuneCountInString(cell) < 3:
		case strings.Contains(cell, "@"):
			text = strings.ReplaceAll(text, cell, "…") // an address is one wherever it stands
		default:
			text = replaceWord(text, cell)
		}
	}
	text = emails().ReplaceAllStringFunc(text, maskEmail)
	return clean(numbers().ReplaceAllString(text, "…"), maxMessage)
}

// places are the columns that a message names, those that the file has.
func (m *masker) places(text string) string {
	var list []string
	for _, match := range quoted().FindAllStringSubmatch(text, -1) {
		name, err := strconv.Unquote(match[1])
		if err != nil || !m.isColumn(name) {
			continue
		}
		list = append(list, "column "+match[1])
	}
	return strings.Join(list, ", ")
}

// isColumn tells whether name is a column, or several joined as the mapping
// shows them.
func (m *masker) isColumn(name string) bool {
	if m.known[name] {
		return true
	}
	for part := range strings.SplitSeq(name, " + ") {
		if !m.known[part] {
			return false
		}
	}
	return true
}

// replaceWord hides word in text, but not as a part of longer words.
func replaceWord(text, word string) string {
	var out strings.Builder
	for {
		at := strings.Index(text, word)
		if at < 0 {
			out.WriteString(text)
			return out.String()
		}
		end := at + len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[end:])
		out.WriteString(text[:at])
		if at > 0 && isWord(before) || end < len(text) && isWord(after) {
			out.WriteString(word)
		} else {
			out.WriteString("…")
		}
		text = text[end:]
	}
}

func isWord(r rune) bool {
	return r == '_' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= 0x80
}

// cells are a row's own cells, nil when people are masked.
func (m *masker) cells(header, cells []string) []namedCell {
	if !m.off {
		return nil
	}
	var list []namedCell
	for i, cell := range cells {
		if i >= len(header) || len(list) == maxCells {
			break
		}
		if strings.TrimSpace(cell) != "" {
			list = append(list, namedCell{clean(header[i], maxCode), clean(cell, maxCell)})
		}
	}
	return list
}
