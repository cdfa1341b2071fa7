package results

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"leadimport/client"
)

// parseRecord reads an intent or an outcome as encodeIntent and encodeOutcome
// write them, five times as fast as encoding/json: a run that is resumed has
// two of them for each row. ok is false for whatever it does not know, also
// when that is fine: encoding/json decides then.
func parseRecord(line []byte) (e entry, ok bool) {
	p := parser{b: line}
	switch {
	case p.skip(`{"intent":{`):
		e.Intent = new(intentRecord)
		ok = p.object(func(name string) bool { return p.intent(name, e.Intent) })
	case p.skip(`{"outcome":{`):
		e.Outcome = new(outcomeRecord)
		ok = p.object(func(name string) bool { return p.outcome(name, e.Outcome) })
	case p.skip(`{"applied":{`):
		e.Applied = new(outcomeRecord)
		ok = p.object(func(name string) bool { return p.outcome(name, e.Applied) })
	}
	return e, ok && string(p.b) == "}\n"
}

func (p *parser) intent(name string, in *intentRecord) bool {
	switch name {
	case "row":
		return integer(p, &in.Row)
	case "n":
		return integer(p, &in.Number)
	case "key":
		return p.text(&in.Key)
	case "body":
		return p.text(&in.Body)
	case "at":
		return p.time(&in.At)
	case "deadline":
		return p.time(&in.Deadline)
	case "server":
		return p.moment(&in.Server)
	case "id":
		return p.text(&in.ID)
	case "lead":
		return p.raw(&in.Lead)
	case "was":
		return p.raw(&in.Was)
	case "skew_ns":
		return integer(p, &in.Skew)
	}
	return false
}

func (p *parser) outcome(name string, o *outcomeRecord) bool {
	switch name {
	case "row":
		return integer(p, &o.Row)
	case "status":
		return p.text((*string)(&o.Status))
	case "id":
		return p.text(&o.ID)
	case "user_id":
		return p.text(&o.UserID)
	case "error_code":
		return p.text(&o.ErrorCode)
	case "error":
		return p.text(&o.Error)
	case "http_status":
		return integer(p, &o.HTTPStatus)
	case "attempts":
		return integer(p, &o.Attempts)
	case "request_id":
		return p.text(&o.RequestID)
	case "at":
		return p.time(&o.At)
	case "key":
		return p.text(&o.Key)
	case "hash":
		return p.text(&o.Hash)
	case "ms":
		return integer(p, &o.Ms)
	case "workspace":
		return p.text(&o.Workspace)
	case "note":
		return p.text(&o.Note)
	case "n":
		return integer(p, &o.Number)
	case "updated_at":
		return p.time(&o.UpdatedAt)
	case "content":
		return p.text(&o.Content)
	case "skew_ns":
		return integer(p, &o.Skew)
	case "doubtful":
		return p.time(&o.Doubtful)
	case "doubtful_server":
		return p.moment(&o.DoubtfulServer)
	case "body":
		return p.text(&o.Body)
	}
	return false
}

// parser reads JSON as far as encode.go writes it, without escapes.
type parser struct{ b []byte }

func (p *parser) skip(s string) bool {
	if len(p.b) < len(s) || string(p.b[:len(s)]) != s {
		return false
	}
	p.b = p.b[len(s):]
	return true
}

// object reads the rest of an object; member reads the value of one name.
func (p *parser) object(member func(name string) bool) bool {
	for {
		name, ok := p.quoted()
		if !ok || !p.skip(":") || !member(string(name)) {
			return false
		}
		if p.skip("}") {
			return true
		}
		if !p.skip(",") {
			return false
		}
	}
}

// quoted reads a string of printable ASCII.
func (p *parser) quoted() ([]byte, bool) {
	if !p.skip(`"`) {
		return nil, false
	}
	end := bytes.IndexByte(p.b, '"')
	if end < 0 {
		return nil, false
	}
	s := p.b[:end]
	for _, c := range s {
		if c < ' ' || c > '~' || c == '\\' {
			return nil, false
		}
	}
	p.b = p.b[end+1:]
	return s, true
}

func (p *parser) text(v *string) bool {
	s, ok := p.quoted()
	*v = string(s)
	return ok
}

func (p *parser) time(v *time.Time) bool {
	s, ok := p.quoted()
	return ok && v.UnmarshalText(s) == nil
}

func (p *parser) moment(m *client.Moment) bool {
	return p.skip("{") && p.object(func(name string) bool {
		switch name {
		case "low":
			return p.time(&m.Low)
		case "high":
			return p.time(&m.High)
		}
		return false
	})
}

// raw passes over an object, an array, a string or a literal, and keeps its
// bytes for whoever looks into it.
func (p *parser) raw(v *json.RawMessage) bool {
	whole := p.b
	if !p.value(0) {
		return false
	}
	*v = json.RawMessage(whole[:len(whole)-len(p.b)])
	return true
}

// value passes over one value.
func (p *parser) value(depth int) bool {
	switch {
	case depth > 8 || len(p.b) == 0:
		return false
	case p.skip("{}"), p.skip("[]"):
		return true
	case p.skip("{"):
		return p.list('}', func() bool { return p.string() && p.skip(":") && p.value(depth+1) })
	case p.skip("["):
		return p.list(']', func() bool { return p.value(depth + 1) })
	case p.b[0] == '"':
		return p.string()
	}
	end := bytes.IndexAny(p.b, ",]}")
	if end < 1 || end > 30 || !json.Valid(p.b[:end]) {
		return false
	}
	p.b = p.b[end:]
	return true
}

func (p *parser) list(end byte, item func() bool) bool {
	for item() {
		switch {
		case len(p.b) == 0:
			return false
		case p.b[0] == end:
			p.b = p.b[1:]
			return true
		case p.b[0] != ',':
			return false
		}
		p.b = p.b[1:]
	}
	return false
}

// string passes over a string, in any script, with escapes of one letter.
func (p *parser) string() bool {
	if !p.skip(`"`) {
		return false
	}
	for i := 0; i < len(p.b); i++ {
		switch c := p.b[i]; {
		case c == '"':
			p.b = p.b[i+1:]
			return true
		case c < ' ':
			return false
		case c == '\\':
			if i++; i == len(p.b) || bytes.IndexByte([]byte(`"\/bfnrt`), p.b[i]) < 0 {
				return false
			}
		}
	}
	return false
}

func integer[T ~int | ~int64](p *parser, v *T) bool {
	end := bytes.IndexAny(p.b, ",}")
	if end < 1 || end > 1 && (p.b[0] == '0' || p.b[0] == '-' && p.b[1] == '0') || p.b[0] == '+' {
		return false
	}
	n, err := strconv.ParseInt(string(p.b[:end]), 10, 64)
	*v = T(n)
	p.b = p.b[end:]
	return err == nil && int64(*v) == n
}
