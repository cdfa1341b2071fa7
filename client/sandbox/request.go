package sandbox

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody is more than any request of the contacts API needs.
const maxBody = 4 << 20

// request is one request as the handlers see it.
type request struct {
	method  string
	path    string
	base    string // scheme and host, for the absolute URLs of 1.x
	rawurl  *url.URL
	header  http.Header
	body    []byte
	version version
	at      time.Time // when it is applied: true time, which no correction of the clock moves
	now     time.Time // the same moment by the server's clock
	args    [2]string // the path's parameters
	in      object    // the body
	values  url.Values
}

// object is a JSON object whose values are not decoded yet.
type object map[string]json.RawMessage

// query is a parameter of the query string.
func (q *request) query(name string) string {
	if q.values == nil {
		q.values = q.rawurl.Query()
	}
	return q.values.Get(name)
}

// parseObject reads b as one JSON object.
func parseObject(b []byte) (object, bool) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 || b[0] != '{' {
		return nil, false
	}
	var o object
	if json.Unmarshal(b, &o) != nil {
		return nil, false
	}
	return o, true
}

// parseBody fills q.in, or says why the body is refused (status table of the
// errors page: 415 for another media type, parameter_invalid for bad JSON).
func (q *request) parseBody() *answer {
	media := q.header.Get("Content-Type")
	if media != "application/json" {
		media, _, _ = mime.ParseMediaType(media)
	}
	if media != "application/json" {
		return refuse(http.StatusUnsupportedMediaType, "unsupported", "The Content-Type header should be application/json")
	}
	in, ok := parseObject(q.body)
	if !ok {
		return refuse(http.StatusBadRequest, "parameter_invalid", "The request body should be a JSON object")
	}
	q.in = in
	return nil
}

// accepts reports whether the client takes JSON.
func (q *request) accepts() bool {
	accept := q.header.Values("Accept")
	if len(accept) == 0 || accept[0] == "application/json" {
		return true
	}
	for _, part := range strings.Split(strings.Join(accept, ","), ",") {
		media, _, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		if media == "*/*" || media == "application/*" || media == "application/json" ||
			strings.HasPrefix(media, "application/vnd.intercom.") && strings.HasSuffix(media, "+json") {
			return true
		}
	}
	return false
}

// text is the value of key when it is a JSON string.
func (o object) text(key string) (string, bool) {
	raw, ok := o[key]
	if !ok || raw[0] != '"' {
		return "", false
	}
	return unquote(raw), true
}

// unquote decodes a JSON string that was parsed before.
func unquote(raw json.RawMessage) string {
	for _, c := range raw {
		if c == '\\' || c >= 0x80 {
			var s string
			json.Unmarshal(raw, &s)
			return s
		}
	}
	return string(raw[1 : len(raw)-1])
}

// ident is the value of key when it is a string or an integer: ids of tags,
// admins and subscriptions are sent as either.
func (o object) ident(key string) string {
	if s, ok := o.text(key); ok {
		return s
	}
	var n json.Number
	if json.Unmarshal(o[key], &n) != nil {
		return ""
	}
	return n.String()
}

// has reports whether key is there and not null.
func (o object) has(key string) bool {
	raw, ok := o[key]
	return ok && !isNull(raw)
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

// objects reads raw as an array of JSON objects.
func objects(raw json.RawMessage) ([]object, bool) {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil || raw[0] != '[' {
		return nil, false
	}
	out := make([]object, 0, len(list))
	for _, item := range list {
		o, ok := parseObject(item)
		if !ok {
			return nil, false
		}
		out = append(out, o)
	}
	return out, true
}
