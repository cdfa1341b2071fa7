package sandbox

import (
	"net/http"
	"strings"
)

// handler answers one request. It is called with s.mu held.
type handler func(*Server, *request) *answer

// route is a method and a path with what answers it in each family.
type route struct {
	method string
	path   string // parameters in braces
	leads  handler
	people handler // 2.x
	since  int     // minor version of 2.x that brought it
	body   bool    // needs a JSON object
	write  string  // kind of write; faults befall only these

	name  string // method and path
	parts []string
}

// routes is filled by init: its handlers mention it.
var routes map[string][]*route

func init() {
	routes = map[string][]*route{}
	for i := range table {
		r := &table[i]
		r.name = r.method + " " + r.path
		r.parts = strings.Split(r.path[1:], "/")
		routes[r.parts[0]] = append(routes[r.parts[0]], r)
	}
}

// match finds the route of q and stores the path's parameters in it.
func match(q *request) *route {
	path := strings.TrimPrefix(q.path, "/")
	first, _, _ := strings.Cut(path, "/")
	for _, r := range routes[first] {
		if r.method == q.method && r.matches(path, q) {
			return r
		}
	}
	return nil
}

func (r *route) matches(path string, q *request) bool {
	n := 0
	var args [2]string
	for i, part := range r.parts {
		seg, rest, more := strings.Cut(path, "/")
		if more != (i < len(r.parts)-1) {
			return false
		}
		switch {
		case part[0] != '{':
			if seg != part {
				return false
			}
		case seg == "":
			return false
		default:
			args[n] = seg
			n++
		}
		path = rest
	}
	q.args = args
	return true
}

// handler picks the family's handler; nil: not in this version.
func (r *route) handler(v version) handler {
	if v.major == 1 {
		return r.leads
	}
	if v.minor < r.since {
		return nil
	}
	return r.people
}

// reads reports whether r only looks.
func (r *route) reads() bool {
	return r.method == http.MethodGet || strings.HasSuffix(r.path, "/search") || strings.HasSuffix(r.path, "/list")
}
