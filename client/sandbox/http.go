package sandbox

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
)

// ownPath begins the paths that are no part of the API: /_sandbox/state
// answers State as JSON.
const ownPath = "/_sandbox/"

// ServeHTTP serves the API over a socket. Where a fault breaks the connection
// it panics with http.ErrAbortHandler, which is how net/http does that.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !loopback(r.Host) {
		http.Error(w, "the sandbox answers on loopback only: ask for 127.0.0.1, [::1] or localhost", http.StatusMisdirectedRequest)
		return
	}
	if strings.HasPrefix(r.URL.Path, ownPath) {
		s.serveOwn(w, r)
		return
	}
	body, err := drain(r)
	if err != nil {
		panic(http.ErrAbortHandler) // never arrived whole
	}
	q := newRequest(r, body)
	q.base = "http://" + r.Host
	if r.TLS != nil {
		q.base = "https://" + r.Host
	}
	answer := s.begin(q)
	if !s.await(r.Context(), answer) || answer.lost {
		panic(http.ErrAbortHandler)
	}
	for key, values := range answer.header {
		w.Header()[key] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.body)))
	w.WriteHeader(answer.status)
	w.Write(answer.body[:answer.sent])
	if answer.sent < len(answer.body) {
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// loopback reports whether the Host of a request is of this machine. Any other
// name was made to point here by a page that wants to read what a browser on
// this machine may read (DNS rebinding).
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// serveOwn serves what is no part of the API, for the same token: in the
// header, or where a browser can put it.
func (s *Server) serveOwn(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+s.cfg.Token && r.URL.Query().Get("token") != s.cfg.Token {
		http.Error(w, "the access token is missing or wrong: send the header Authorization: Bearer TOKEN, or ?token=TOKEN", http.StatusUnauthorized)
		return
	}
	if r.URL.Path != ownPath+"state" || r.Method != http.MethodGet {
		http.Error(w, fmt.Sprintf("there is only GET %sstate", ownPath), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.Encode(s.State()) // the reader may be gone: nothing to do about it
}
