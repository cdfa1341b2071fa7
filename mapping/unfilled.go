package mapping

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"leadimport/client/email"
)

var (
	// tags are where a program should have put a value, in forms that nothing
	// else has.
	tags = pattern(`\*\|[^|*]+\|\*|%%[^%]+%%|\{\{[^{}]*\}\}|\{%[^{}]*%\}|\$\{[^{}]*\}|<<[^<>]+>>|<%[^<>]*%>`)
	// namedTags are names in brackets, which are tags when nothing else stands
	// in the cell, and what Facebook fills its test leads with.
	namedTags = pattern(`^((\[[\pL][\pL\pN_. -]+\]|\{[\pL][\pL\pN_. -]+\}|%[\pL][\pL\pN_.-]+%|\$\pL[\pL\pN]*_[\pL\pN_]*\$?|<test lead: [^<>]*>)\s*)+$`)
)

var (
	unfilled   = &fault{"merge_tag", "looks like a placeholder that a program should have filled in: sent as it stands"}
	unfilledID = &fault{"merge_tag", "a placeholder that a program should have filled in, so it identifies nobody: fill it in, or leave the cell blank"}
)

// holdsUnfilled reports whether a placeholder of a mailing or a template stands
// in s: {{city}}, *|FNAME|*, [First Name].
func holdsUnfilled(s string) bool {
	return strings.ContainsAny(s, "|%{[<$") && (tags().MatchString(s) || namedTags().MatchString(s))
}

// isUnfilled reports whether s is nothing but a placeholder.
func isUnfilled(s string) bool {
	return holdsUnfilled(s) && strings.ContainsAny(s[:1], "*%{[<$")
}

// hidden is a remark on a text within which something stands that nobody sees:
// two texts that look alike are not. Joiners and direction marks belong to the
// spelling of some scripts, and to emoji.
func hidden(s string) *fault {
	if isASCII(s) && !strings.ContainsFunc(s, isControl) {
		return nil
	}
	latin := !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x300 && (r < 0x2000 || r > 0x206f) && r != 0xfeff })
	for _, r := range s {
		switch {
		case r < utf8.RuneSelf && !isControl(r) || r > 0xffff:
		case isControl(r), r == 0xad, r == 0x200b, r == 0x2060, r == 0xfeff, latin && r != 0x2028 && r != 0x2029 && email.Invisible(r):
			return &fault{"hidden_character", fmt.Sprintf("holds %s, which nobody sees: sent as it stands", named(r))}
		}
	}
	return nil
}

// isControl reports whether r is a control character other than those of lines
// and tabs.
func isControl(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f }
