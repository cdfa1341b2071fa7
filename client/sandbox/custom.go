package sandbox

import (
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// custom reads the custom_attributes of q into p. model is that of the data
// attributes, "contact" or "company". Nothing is written here: one bad
// attribute refuses the whole request.
func (s *Server) custom(q *request, in object, model string, p *patch) *answer {
	raw, ok := in["custom_attributes"]
	if !ok || q.version.major == 2 && isNull(raw) {
		return nil
	}
	o, ok := parseObject(raw)
	if !ok {
		return refuse(http.StatusBadRequest, "type_mismatch", "custom_attributes should be an object")
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		value, refusal := s.plain(q, name, o[name])
		if refusal != nil {
			return refusal
		}
		d := s.fields.live(model, name)
		if d == nil {
			if d, refusal = s.newField(q, model, name, value, len(p.fields)); refusal != nil {
				return refusal
			}
			p.fields = append(p.fields, d)
		}
		fitting, fits := s.fit(d, value)
		if _, float := value.(float64); float && q.version.major == 1 && d.kind == "integer" {
			fitting, fits = value, true // its type was made of its first value
			p.widened = append(p.widened, d)
		}
		switch {
		case fits:
		case s.cfg.TypeMismatch == "ignore":
			continue
		case s.cfg.TypeMismatch == "reject":
			return &answer{status: http.StatusBadRequest, code: "type_mismatch", field: name,
				message: "Custom attribute '" + name + "' should be of type " + d.kind}
		}
		p.custom = append(p.custom, attribute{name, fitting})
	}
	return nil
}

// newField is the attribute that 1.x creates for an unknown name; 2.x refuses
// it. more are those that the same request creates.
func (s *Server) newField(q *request, model, name string, value any, more int) (*field, *answer) {
	if q.version.major == 2 || s.cfg.StrictAttributes {
		a := invalid("", "Custom attribute '"+name+"' does not exist")
		a.status = s.cfg.UnknownAttribute
		return nil, a
	}
	if fault := nameFault(name, q.version.minor >= 4); fault != "" {
		return nil, invalid("", fault)
	}
	if len(s.fields.list)+more >= maxFields {
		return nil, refuse(http.StatusBadRequest, "custom_data_limit_reached", "You have reached the limit of 250 custom attributes")
	}
	return &field{model: model, name: name, kind: kindOf(name, value), created: q.now, updated: q.now}, nil
}

// plain decodes one value: text, number or boolean, and in 2.x null.
func (s *Server) plain(q *request, name string, raw json.RawMessage) (any, *answer) {
	var v any
	switch raw[0] {
	case '"':
		text := unquote(raw)
		if n := utf8.RuneCountInString(text); n > 255 {
			long := s.cfg.LongText
			if q.version.major == 1 {
				long = "reject" // documented for 1.x
			}
			switch long {
			case "reject":
				return nil, invalid(name, "Custom attribute '"+name+"' should be no more than 255 characters")
			case "truncate":
				text = string([]rune(text)[:255])
			}
		}
		v = s.spellText(text)
	case 't', 'f':
		v = raw[0] == 't'
	case '{', '[', 'n':
		if raw[0] == 'n' && q.version.major == 2 {
			return nil, nil
		}
		shown := ""
		if raw[0] != 'n' {
			shown = string(raw)
		}
		return nil, invalid("", "Value: "+shown+" not of type Numeric, String or Boolean")
	default:
		if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
			return n, nil
		}
		f, err := strconv.ParseFloat(string(raw), 64)
		if err != nil || math.IsInf(f, 0) {
			return nil, invalid(name, "Custom attribute '"+name+"' is out of range")
		}
		v = f
	}
	return v, nil
}

// kindOf is the type that 1.x gives an attribute by its first value: "_at"
// and a number make a date.
func kindOf(name string, value any) string {
	switch value.(type) {
	case bool:
		return "boolean"
	case int64:
		if strings.HasSuffix(name, "_at") {
			return "date"
		}
		return "integer"
	case float64:
		return "float"
	default:
		return "string"
	}
}

// fit reports whether value is of d's type, and makes a date of a text
// "DD/MM/YYYY" (help article 3605703).
func (s *Server) fit(d *field, value any) (any, bool) {
	if value == nil {
		return nil, true
	}
	switch d.kind {
	case "boolean":
		_, ok := value.(bool)
		return value, ok
	case "integer":
		_, ok := value.(int64)
		return value, ok
	case "float":
		switch value.(type) {
		case int64, float64:
			return value, true
		}
		return value, false
	case "date":
		switch v := value.(type) {
		case int64:
			return v, plausible(v)
		case string:
			t, err := time.ParseInLocation("02/01/2006", v, s.zone)
			if err != nil {
				return value, false
			}
			return t.Unix(), true
		}
		return value, false
	default:
		_, ok := value.(string)
		return value, ok
	}
}

// plausible refuses Unix times in milliseconds, the commonest mistake: as
// seconds they lie beyond the year 9999.
func plausible(seconds int64) bool { return seconds < 253402300800 && seconds > -62135596800 }
