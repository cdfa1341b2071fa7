package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"leadimport/client/sandbox"
	"leadimport/importer/invariants"
)

// front is a sandbox in this process with a door before it, at which a test
// can do something to the import that knocks: at a certain write, or from then
// on.
type front struct {
	*sandbox.Server
	url  string
	addr string

	mu      sync.Mutex
	http    *http.Server
	knocks  int // requests, whatever was answered
	writes  int // of these, contact writes
	at      int // the write at which happens, 0: none
	happens func()
	revoked bool // every answer is 401
	hangsUp bool // every connection is closed without an answer
}

func newFront(t testing.TB, cfg sandbox.Config) *front {
	t.Helper()
	cfg.Token, cfg.Workspace, cfg.Limit = processToken, "front", -1
	cfg.Attributes = map[string]string{"score": "integer"}
	server, err := sandbox.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	f := &front{Server: server}
	// A port that no outgoing connection is given, so that nobody takes it
	// while the door is shut.
	for range 100 {
		f.addr = fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000))
		if err = f.open(); err == nil {
			break
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	f.url = "http://" + f.addr
	t.Cleanup(f.shut)
	return f
}

// open has the API answer, as after its start.
func (f *front) open() error {
	l, err := net.Listen("tcp", f.addr)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.http = &http.Server{Handler: f}
	go f.http.Serve(l)
	return nil
}

// shut breaks every connection; new ones are refused.
func (f *front) shut() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.http.Close()
}

// on has do happen when the n-th contact write comes, before it is served.
func (f *front) on(n int, do func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.happens = n, do
}

// set changes what the door does, and returns how many requests came so far.
func (f *front) set(revoked, hangsUp bool) (knocks int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.revoked, f.hangsUp = revoked, hangsUp
	return f.knocks
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	write := r.Method == http.MethodPut || r.Method == http.MethodPost && !strings.HasSuffix(r.URL.Path, "/search")
	f.mu.Lock()
	f.knocks++
	var happens func()
	if write {
		if f.writes++; f.writes == f.at {
			happens = f.happens
		}
	}
	f.mu.Unlock()
	if happens != nil {
		happens()
	}
	f.mu.Lock()
	revoked, hangsUp := f.revoked, f.hangsUp
	f.mu.Unlock()
	switch {
	case hangsUp:
		panic(http.ErrAbortHandler)
	case revoked:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"type":"error.list","request_id":"r","errors":[{"code":"token_revoked","message":"The access token has been revoked"}]}`)
	default:
		f.Server.ServeHTTP(w, r)
	}
}

// judge holds the results of a list against what the sandbox has.
func (f *front) judge(t testing.TB, l *list) {
	t.Helper()
	state, err := json.Marshal(f.State())
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range invariants.Violations(l.rows, l.lines(t), state) {
		t.Error(v)
	}
}
