package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// statePath answers State as JSON, without a token. It is no part of the API.
const statePath = "/_sandbox/state"

// ServeHTTP serves the API over a socket. Where a fault breaks the connection
// it panics with http.ErrAbortHandler, which is how net/http does that.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == statePath && r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "application/json")
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.Encode(s.State()) // the reader may be gone: nothing to do about it
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
