package client

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// problem is a body of type error.list, the API's way to say no. 1.x calls an
// error's code type in places (intercom-ruby, request.rb).
type problem struct {
	Type      string        `json:"type"`
	RequestID text          `json:"request_id"`
	Errors    []problemItem `json:"errors"`
}

type problemItem struct {
	Code    text `json:"code"`
	Type    text `json:"type"`
	Message text `json:"message"`
	Field   text `json:"field"`
}

// readProblem reports whether body is an error.list. Most bodies are not, and
// are not worth decoding to find that out.
func readProblem(body []byte) (problem, bool) {
	var p problem
	if !bytes.Contains(body, []byte("error.list")) || !isObject(body) || json.Unmarshal(body, &p) != nil || p.Type != "error.list" {
		return problem{}, false
	}
	return p, true
}

// code is that of the first error.
func (p problem) code() string {
	for _, e := range p.Errors {
		if code := cleanCode(string(e.Code)); code != "" {
			return code
		}
		if code := cleanCode(string(e.Type)); code != "" {
			return code
		}
	}
	return ""
}

// has reports whether one of the errors has this code.
func (p problem) has(code string) bool {
	for _, e := range p.Errors {
		if string(e.Code) == code || string(e.Type) == code {
			return true
		}
	}
	return false
}

// message joins what the errors say, each once.
func (p problem) message() string {
	var texts []string
	seen := map[string]bool{}
	for _, e := range p.Errors {
		s := clean(string(e.Message))
		if field := clean(string(e.Field)); field != "" && !strings.Contains(s, field) {
			s = strings.TrimSpace(field + ": " + s)
		}
		if s != "" && !seen[s] {
			seen[s] = true
			texts = append(texts, s)
		}
	}
	return clean(strings.Join(texts, "; "))
}

// text is a JSON string, or what an API that is careless about types writes
// in its place: a number, a boolean, null.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case b[0] == '"' && bytes.IndexByte(b, '\\') < 0 && utf8.Valid(b):
		*t = text(b[1 : len(b)-1])
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*t = text(s)
	case b[0] == '{' || b[0] == '[' || bytes.Equal(b, []byte("null")):
		*t = ""
	default:
		*t = text(b)
	}
	return nil
}

func isObject(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n")
	return len(body) > 0 && body[0] == '{'
}
