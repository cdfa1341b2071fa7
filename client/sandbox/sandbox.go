// Package sandbox is an embedded emulation of Intercom's contacts API: leads
// of the 1.x family, users and leads of the 2.x family, and what surrounds
// them (tags, companies, notes, data attributes, search, lists, rate limit).
// It serves for trying an import without an account and as a test bed.
//
// It is written from the API's own documents and imports nothing of this
// project, so that a mistake in the client does not hide in its mirror.
// Where the documents are silent it takes the harsher reading, and the
// readings can be switched (see Config). It is never kinder than the API.
package sandbox

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the workspace has a time zone, the container may have none
)

// Server is one workspace and its API. It is an http.Handler; its methods may
// be called from any goroutine. It starts no goroutine of its own: a write
// that is due later is applied by the next request or look at State after
// that time, as of that time.
type Server struct {
	cfg  Config
	zone *time.Location
	skew atomic.Int64 // the server's clock minus the true one

	mu        sync.Mutex // guards all below
	rng       *rand.Rand
	born      time.Time
	serial    uint32 // of ids
	strangers float64
	faults    Faults
	refusal   *answer // when set, what every request gets; see Revoke
	window    window
	people    people
	fields    fields
	labels    labels
	companies workspaceCompanies
	notes     []*note
	pending   []*event
	scroll    *scroll
	count     Counters
	writes    []Write
}

// New checks cfg and returns an empty workspace.
func New(cfg Config) (*Server, error) {
	cfg, zone, err := cfg.complete()
	if err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	s := &Server{
		cfg:       cfg,
		zone:      zone,
		rng:       rand.New(rand.NewPCG(cfg.Seed, 0x5a4db0c5)),
		faults:    cfg.Faults,
		strangers: cfg.Strangers,
		window:    window{limit: cfg.Limit},
		people:    newPeople(cfg.Lag),
		count:     newCounters(),
	}
	s.skew.Store(int64(cfg.Skew))
	s.born = s.clock(time.Now())
	for _, name := range slices.Sorted(maps.Keys(cfg.Attributes)) {
		s.fields.add(&field{model: "contact", name: name, kind: cfg.Attributes[name], created: s.born, updated: s.born})
	}
	return s, nil
}

// Token is the access token that the server accepts.
func (s *Server) Token() string { return s.cfg.Token }

// Workspace is the workspace's id, app.id_code of GET /me.
func (s *Server) Workspace() string { return s.cfg.Workspace }

// SetFaults replaces the faults from the next request on.
func (s *Server) SetFaults(f Faults) error {
	if err := f.check(); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = f.complete()
	return nil
}

// Revoke makes the server refuse every request from now on with an error of
// that code: "token_revoked", "token_unauthorized" and others of 401, or
// "api_plan_restricted" (403). The empty code lifts it.
func (s *Server) Revoke(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch code {
	case "":
		s.refusal = nil
	case "api_plan_restricted":
		s.refusal = refuse(http.StatusForbidden, code, "Active subscription needed.")
	case "token_unauthorized":
		s.refusal = refuse(http.StatusUnauthorized, code, "Not authorized to access resource")
	default:
		s.refusal = refuse(http.StatusUnauthorized, code, "Access Token Invalid")
	}
}

// SetSkew sets the server's clock: its Date header, the times of what it
// writes from now on and the Reset of its rate limit differ from the true time
// by skew. How long things take (the index, the rate limit's window, writes
// that come late) does not change.
func (s *Server) SetSkew(skew time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.applyDue(time.Now()) // with the clock as it was
	s.skew.Store(int64(skew))
}

// clock is the server's own time at a moment of true time.
func (s *Server) clock(at time.Time) time.Time { return at.Add(time.Duration(s.skew.Load())) }
