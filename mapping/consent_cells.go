package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// consented is a column of consent, with what its cells say.
type consented struct {
	Consent
	byValue      bool   // its name does not speak of consent: some cells have to
	status       bool   // of these, its name is one of a column that tells so often
	bound        int    // of Plan.bound, the attribute that takes it
	to           string // another attribute that takes it alone
	rows, filled int
	dates        int             // of filled, in a column whose name speaks of consent
	nulls        bool            // a cell has a word that blank_words: default reads as blank
	counts       map[string]int  // of the words in it, as first written; few are kept
	more         bool            // there were words that are not kept
	passed       map[string]bool // words that were looked at, and are not kept
	tries        int
	idle         bool // it has shown that it is no column of consent
}

// Cells of many words are no answers. What decides is kept all the same, for
// it may come late; in columns that are not named like that only so many words
// are looked at.
const (
	maxConsentWords = 20
	maxDeciding     = 100
	maxPassed       = 1000
	maxTries        = 1000
	maxStatusTries  = 100_000
	maxConsentText  = 60 // bytes; what is longer is prose
)

// consentOf is the column at i of a header, for its cells to be looked at. A
// name that does not speak of consent leaves it to them.
func consentOf(header []string, i int) consented {
	c, named := ConsentOf(header[i])
	if !named {
		c = Consent{Column: header[i], Direction: Status}
	}
	c.Index = i
	return consented{Consent: c, byValue: !named, status: hasAny(nameWords(header[i]), statusWords)}
}

func (c *consented) look(s string) {
	c.rows++
	if c.idle {
		return
	}
	if s = trim(s); usualBlanks.has(s) {
		c.nulls = true
		return
	}
	if s == "" {
		return
	}
	c.filled++
	if !c.byValue && isTime(s) {
		c.dates++
	}
	if n, known := c.counts[s]; known {
		c.counts[s] = n + 1
		return
	}
	if c.counts == nil {
		c.counts, c.passed = map[string]int{}, map[string]bool{}
	}
	if len(c.counts) >= maxConsentWords && !c.decides(s) {
		c.more = true
		return
	}
	c.counts[strings.Clone(cut(s))]++
}

// decides reports whether a word has to be kept though there are many.
func (c *consented) decides(s string) bool {
	tries := maxStatusTries
	if c.byValue && !c.status {
		tries = maxTries
	}
	if c.tries >= tries {
		c.idle = c.byValue && !c.clear()
		return false
	}
	if len(c.counts) >= maxDeciding || len(s) > maxConsentText || c.passed[s] {
		return false
	}
	c.tries++
	_, ok := c.unsubscribed(s)
	if c.byValue {
		is, known := consentWord(s)
		ok = is && known
	}
	if !ok && len(c.passed) < maxPassed {
		c.passed[strings.Clone(s)] = true
	}
	return ok
}

// clear reports whether the column is one of consent beyond doubt.
func (c *consented) clear() bool {
	if !c.byValue && c.Sure {
		return true
	}
	yes, no, other, counted := false, false, false, false
	for v := range c.counts {
		if is, ok := consentWord(v); ok && is {
			return true
		}
		is, ok := c.unsubscribed(v)
		counted = counted || !ok && isDigit(v[0]) // how many: 0 and 1 are no answers
		yes, no, other = yes || ok && !is, no || ok && is, other || !ok
	}
	return c.Asked && !c.May && no && !counted && (yes || !other && !c.more)
}

// hints reports whether a column that is not clear may be one.
func (c *consented) hints() bool {
	if !c.byValue && (!c.Asked || c.Direction == OptOut) {
		return true
	}
	if c.Asked {
		for v := range c.counts {
			if _, ok := c.unsubscribed(v); ok {
				return true
			}
		}
		return false
	}
	yes, other, ended, going := false, false, false, false
	for v := range c.counts {
		is, ok := consentWord(v)
		name := strings.Join(nameWords(v), "")
		ended, going = ended || endedWords[name], going || goingWords[name]
		if c.status && mayBeOut[name] {
			return true
		}
		yes, other = yes || ok && !is, other || !ok
	}
	return yes && other || c.status && ended && going // subscribed, and not
}

// refuses reports whether some row says no to e-mail, or may do so.
func (c *consented) refuses() bool {
	if c.filled == 0 || c.timed() && c.Direction != OptOut {
		return false
	}
	if c.Direction == OptIn && c.filled < c.rows {
		return true // yes, or nothing
	}
	for v := range c.counts {
		if is, ok := c.unsubscribed(v); !ok || is {
			return true
		}
	}
	return false
}

// timed reports whether the column tells when, not whether: that is blank for
// the others.
func (c *consented) timed() bool {
	dates := 0
	for v := range c.counts {
		if _, ok := truth(v); ok {
			return false
		}
		if is, ok := consentWord(v); ok && is {
			return false
		}
		if isTime(v) {
			dates++
		}
	}
	return c.Time || dates > 0 && dates == len(c.counts)
}

// isTime reports whether a cell is a date, in whatever order, or a time.
func isTime(s string) bool {
	if !isDigit(s[0]) || len(s) < 8 {
		return false
	}
	if _, ok := parseSlashed(s); ok {
		return true
	}
	return shapeOf(s)&(mayDate|mayEpoch) != 0 || len(s) >= 10 && shapeOf(s[:10])&mayDate != 0
}

// unsubscribed is what a cell of the column means for unsubscribed_from_emails;
// ok is false when only a person can tell.
func (c *consented) unsubscribed(v string) (is, ok bool) {
	if c.Direction != Status {
		if is, ok = truth(v); ok {
			return is == (c.Direction == OptOut), true
		}
	}
	if is, ok = consentWord(v); ok {
		return is, true
	}
	name := strings.Join(nameWords(v), "")
	switch {
	case weakOut[name]:
		return true, true
	case inExact[name], weakIn[name]:
		return false, true
	}
	return false, false
}

// consentWord is what a cell says of e-mail by itself, in whatever column: true
// for a no to it. ok is false when it says nothing of that, or perhaps.
func consentWord(v string) (is, ok bool) {
	if v = trim(v); len(v) > maxConsentText || v == "" || saysNothing(v) {
		return false, false
	}
	words := nameWords(v)
	if len(words) == 0 || len(words) > 8 || hasAny(words, notConsent) || hasAny(words, otherChannels) && !hasAny(words, someMail) {
		return false, false
	}
	spaced := " " + strings.Join(words, " ") + " "
	switch {
	case saysOut(words, spaced):
		return true, !negated(words)
	case inExact[strings.Join(words, "")], hasStem(spaced, inWords) && !hasAny(words, negations):
		return false, true
	}
	return false, false
}

// line is the line of a mapping that sends the column the right way round, by
// the words that were seen. ok is false when no line can: a person has to say
// what the words mean.
func (c *consented) line() (line string, ok bool) {
	const to = optOut + ": "
	if c.timed() {
		if c.Direction == OptOut && c.dates > 0 && c.dates == c.filled {
			return to + "{column: " + scalarText(c.Column) + ", filled: true}", true
		}
		return "", false
	}
	plain, pairs, listed := c.Direction == OptOut, []string(nil), map[string]bool{}
	unknown := c.more
	for _, v := range slices.Sorted(maps.Keys(c.counts)) {
		is, known := c.unsubscribed(v)
		if direct, ok := truth(v); !ok || !known || direct != is {
			plain = false
		}
		meaning := fmt.Sprint(is)
		if !known {
			meaning, unknown = "?", true
		}
		if fold := foldWord(v); !listed[fold] {
			listed[fold] = true
			pairs = append(pairs, scalarText(v)+": "+meaning)
		}
	}
	if plain || len(c.counts) == 0 && c.Direction == OptOut {
		return to + scalarText(c.Column), true
	}
	if len(c.counts) == 0 {
		pairs = []string{"true: false", "false: true"}
	}
	slices.Sort(pairs)
	return to + "{column: " + scalarText(c.Column) + ", values: {" + strings.Join(pairs, ", ") + "}}", !unknown
}

// optOut is the attribute that says whether a person wants no e-mail.
const optOut = "unsubscribed_from_emails"
