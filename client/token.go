package client

// Token is an access token. It prints as [redacted] everywhere.
type Token struct{ secret string }

// NewToken takes the token's text.
func NewToken(s string) Token { return Token{s} }

func (Token) String() string { return "[redacted]" }
