package sandbox

import (
	"encoding/json"
	"net/http"
)

// filter is a compiled query. narrow, where it is not nil, gives a superset of
// what matches without looking at everybody.
type filter struct {
	match  func(*contact) bool
	narrow func() []*contact
}

// The documented limits of a query.
const (
	maxFilters = 15 // in each AND or OR group
	maxNesting = 2
)

func badQuery(message string) *answer {
	return refuse(http.StatusBadRequest, "parameter_invalid", message)
}

// filter compiles one object of a query: a group or a single filter.
func (s *Server) filter(in object, depth int) (filter, *answer) {
	operator, ok := in.text("operator")
	if !ok {
		return filter{}, badQuery("a filter should have an operator")
	}
	if operator == "AND" || operator == "OR" {
		return s.group(in, operator, depth)
	}
	name, ok := in.text("field")
	value, has := in["value"]
	if !ok || !has {
		return filter{}, badQuery("a filter should have a field, an operator and a value")
	}
	return s.single(name, operator, value)
}

// group compiles AND and OR. By its schema a group holds either groups or
// single filters.
func (s *Server) group(in object, operator string, depth int) (filter, *answer) {
	if depth > maxNesting {
		return filter{}, badQuery("the query has more than 2 nested filters")
	}
	items, ok := objects(in["value"])
	if !ok || len(items) == 0 {
		return filter{}, badQuery("the value of " + operator + " should be an array of filters")
	}
	if len(items) > maxFilters {
		return filter{}, badQuery("the query has more than 15 filters in one " + operator + " group")
	}
	parts := make([]filter, 0, len(items))
	groups := 0
	for _, item := range items {
		if _, single := item["field"]; !single {
			groups++
		}
		f, refusal := s.filter(item, depth+1)
		if refusal != nil {
			return filter{}, refusal
		}
		parts = append(parts, f)
	}
	if groups > 0 && groups < len(items) {
		return filter{}, badQuery("the value of " + operator + " should hold either groups or filters, not both")
	}
	if operator == "AND" {
		return all(parts), nil
	}
	return anyOf(parts), nil
}

func all(parts []filter) filter {
	f := filter{match: func(c *contact) bool {
		for _, p := range parts {
			if !p.match(c) {
				return false
			}
		}
		return true
	}}
	for _, p := range parts {
		if p.narrow != nil {
			f.narrow = p.narrow
			break
		}
	}
	return f
}

func anyOf(parts []filter) filter {
	f := filter{match: func(c *contact) bool {
		for _, p := range parts {
			if p.match(c) {
				return true
			}
		}
		return false
	}}
	for _, p := range parts {
		if p.narrow == nil {
			return f
		}
	}
	f.narrow = func() (list []*contact) {
		for _, p := range parts {
			list = append(list, p.narrow()...)
		}
		return list
	}
	return f
}

// single compiles one comparison. IN and NIN are short for OR of = and for its
// opposite, and fall under the same limit.
func (s *Server) single(name, operator string, value json.RawMessage) (filter, *answer) {
	kind, refusal := s.searchKind(name)
	if refusal != nil {
		return filter{}, refusal
	}
	if !operators[kind][operator] {
		return filter{}, badQuery("the operator " + operator + " is not supported for " + name)
	}
	if operator != "IN" && operator != "NIN" {
		return s.compare(name, kind, operator, value)
	}
	var items []json.RawMessage
	if json.Unmarshal(value, &items) != nil || value[0] != '[' {
		return filter{}, badQuery("the value of " + operator + " should be an array")
	}
	if len(items) > maxFilters {
		return filter{}, badQuery("the query has more than 15 values in one " + operator + " filter")
	}
	var parts []filter
	for _, item := range items {
		f, refusal := s.compare(name, kind, "=", item)
		if refusal != nil {
			return filter{}, refusal
		}
		parts = append(parts, f)
	}
	f := anyOf(parts)
	if operator == "NIN" {
		return not(f), nil
	}
	return f, nil
}

func not(f filter) filter {
	return filter{match: func(c *contact) bool { return !f.match(c) }}
}
