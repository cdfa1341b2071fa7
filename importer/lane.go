package importer

import (
	"time"
)

// lane keeps the rows of one shared key in file order: one request in flight,
// and a later row updates the lead that an earlier one created (R2). Only
// shared keys have one; every other row goes as soon as a worker is free.
type lane struct {
	rows    int // that came by so far
	busy    bool
	waiting []*row

	id, userID string // of the key's lead, once it is known
	hash       string // chainHash of the rows the API holds
	unknown    bool   // a row was refused: what the API holds is not known
	sent       bool   // this run has sent a row: what an earlier run did after it must be sent again
	claimant   int    // number of the row that claims values for all; 0: none yet
	tagged     bool   // its lead has the run's tags
	unresolved int    // number of the row whose fate nobody knows; 0: none
	// notBefore holds the next row back while an earlier update may still be
	// applied late (R10).
	notBefore time.Time
}

// lane returns the lane of a row's shared key.
func (l *loop) lane(w *row) *lane {
	if have := l.lanes[w.key]; have != nil {
		return have
	}
	fresh := &lane{}
	fresh.id, fresh.userID = l.job.resumed(w.key)
	if past := w.past(); fresh.id == "" {
		fresh.id, fresh.userID = past.ID, past.UserID
	}
	l.lanes[w.key] = fresh
	return fresh
}

// release lets the next row of a lane go.
func (l *loop) release(n *lane) {
	n.busy = false
	for !n.busy && len(n.waiting) > 0 && l.stopped == nil {
		next := n.waiting[0]
		n.waiting = n.waiting[1:]
		l.parked--
		l.begin(next)
	}
}

func (n *lane) wait(until time.Time) {
	if until.After(n.notBefore) {
		n.notBefore = until
	}
}

// knownHash is the import_hash of the lane's last row, blank when a refusal
// left it unknown.
func (n *lane) knownHash() string {
	if n.unknown {
		return ""
	}
	return n.hash
}
