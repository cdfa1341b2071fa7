package client

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

const redacted = "[redacted]"

// Token is an access token. It prints as [redacted] everywhere. The zero
// Token is empty, and refused by New.
type Token struct {
	// A pointer: fmt prints the fields of a struct that holds a Token in an
	// unexported field without asking its methods, and then shows an address.
	secret *string
}

// NewToken takes the token's text, without the white space around it that
// files and shells add. New says what is wrong with a token that cannot be one.
func NewToken(s string) Token {
	s = strings.TrimSpace(s)
	return Token{&s}
}

// String is [redacted].
func (Token) String() string { return redacted }

// GoString is [redacted].
func (Token) GoString() string { return redacted }

// Format prints [redacted] whatever the verb.
func (Token) Format(s fmt.State, _ rune) { io.WriteString(s, redacted) }

// MarshalText is [redacted].
func (Token) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// MarshalJSON is "[redacted]".
func (Token) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// text is the token itself, for the Authorization header alone.
func (t Token) text() string {
	if t.secret == nil {
		return ""
	}
	return *t.secret
}

// check reports whether t can be sent in a header. The format of tokens is not
// documented, so nothing else is asked of them. No error shows a part of it.
func (t Token) check() error {
	if t.text() == "" {
		return errors.New("the access token is empty")
	}
	for _, r := range t.text() {
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			return errors.New("the access token has white space inside: is there more than the token in the file?")
		case r == '"' || r == '\'':
			return errors.New("the access token has quotes around it or inside: write it without")
		case r < 0x20 || r >= 0x7f:
			return errors.New("the access token holds a character that no token has: copy it again")
		}
	}
	return nil
}
