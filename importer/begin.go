package importer

import (
	"fmt"
	"time"

	"leadimport/importer/results"
)

// accept takes a row from the feed.
func (l *loop) accept(w *row) {
	l.claim(w)
	switch {
	case w.fault != nil && w.doubt != nil:
		l.record(w, results.Line{Status: results.Unresolved, ErrorCode: "row_changed",
			Error: "a create of this row was interrupted, and the row is no longer valid: " + w.fault.message})
	case w.fault != nil:
		line := results.Line{Status: results.Invalid, ErrorCode: w.fault.code, Error: w.fault.message}
		past := w.past() // what the API is known to hold has not changed
		line.ID, line.UserID, line.Hash = past.ID, past.UserID, past.Hash
		if w.applied != nil {
			line = w.faultInPlace()
		}
		l.record(w, line)
	case l.job.isShared(w):
		w.lane = l.lane(w)
		if w.lane.busy {
			w.lane.waiting = append(w.lane.waiting, w)
			l.parked++
			return
		}
		l.begin(w)
	case w.standing != "":
		l.stand(w)
	default:
		l.begin(w)
	}
}

// stand leaves a row as an interrupted run settled it.
func (l *loop) stand(w *row) {
	if l.job.earlier.Missing(w.number) {
		if err := l.store.Restore(w.number, w.cells); err != nil {
			l.halt(stopFor(err, l.sent))
			return
		}
	}
	l.totals.add(w.standing)
	l.stood++
}

// begin decides what is to be done with a row whose turn it is.
func (l *loop) begin(w *row) {
	if l.goOn(w) || w.lane != nil && l.beginShared(w) {
		return
	}
	if past := w.past(); w.lane == nil && past.ID != "" {
		if past.Hash == hexDigest(w.digest) {
			w.hash = past.Hash
			l.record(w, results.Line{Status: results.Unchanged, ID: past.ID, UserID: past.UserID})
			return
		}
		if !w.lead.IsUpdate() {
			w.lead.ID, w.known = past.ID, true
		}
	}
	if w.before != nil && w.before.Unresolved && w.doubt == nil && !w.lead.IsUpdate() {
		if w.doubt = doubtOf(*w.before); w.before.Doubt.ID != "" {
			w.lead.ID, w.known = w.before.Doubt.ID, true
		}
	}
	switch {
	case w.lead.IsUpdate():
		l.update(w)
	case w.doubt != nil:
		l.enterDoubt(w)
	default:
		l.create(w)
	}
}

// beginShared does what a shared key adds to begin. It reports whether the
// row has its fate already, or waits.
func (l *loop) beginShared(w *row) bool {
	n, policy := w.lane, l.job.cfg.Duplicates
	n.rows++
	again := n.rows > 1
	switch {
	case w.standing != "" && (!n.sent || n.unresolved != 0 || w.standing == results.Skipped):
		if !w.late.IsZero() {
			n.wait(w.late.Add(l.job.cfg.Settle))
		}
		if w.recorded.ID != "" {
			n.id, n.userID = w.recorded.ID, w.recorded.UserID
		}
		n.hash, n.unknown = w.recorded.Hash, w.recorded.Hash == ""
		l.stand(w)
		return true
	case again && policy == SkipDuplicates:
		line := results.Line{Status: results.Skipped, ErrorCode: "duplicate_key", Error: "a row with this key came earlier in the file", ID: n.id, UserID: n.userID}
		w.hash = n.knownHash()
		l.record(w, line)
		return true
	case again && policy == RejectDuplicates:
		l.record(w, results.Line{Status: results.Invalid, ErrorCode: "duplicate_key", Error: "a row with this key came earlier in the file"})
		return true
	case n.unresolved != 0:
		l.record(w, results.Line{Status: results.Failed, ErrorCode: "waits_for_row",
			Error: fmt.Sprintf("row %d has the same key and is unresolved: resume when it is known", n.unresolved), ID: n.id, UserID: n.userID})
		return true
	}
	// A row that an interrupted run settled is sent again when an earlier one
	// of its key went out only now: the last row of the file must win.
	w.adopted = w.adopted || w.standing == results.Created
	if l.job.chains[w.key].unchanged {
		n.hash = chainHash(n.hash, w.digest)
		w.hash = n.hash
		l.record(w, results.Line{Status: results.Unchanged, ID: n.id, UserID: n.userID})
		return true
	}
	if n.id != "" && !w.lead.IsUpdate() {
		w.lead.ID, w.known = n.id, n.rows == 1 && !n.sent
	}
	if w.lead.IsUpdate() && l.job.cfg.Only == OnlyCreate && w.applied == nil {
		l.leaveUpdate(w)
		return true
	}
	n.busy = true
	if w.lead.IsUpdate() && w.doubt != nil {
		n.wait(latest(w.doubt.last, w.doubt.since).Add(l.job.cfg.Settle))
		w.doubt = nil
	}
	if w.lead.IsUpdate() && time.Now().Before(n.notBefore) {
		l.delayed = append(l.delayed, w)
		l.parked++
		return true
	}
	return false
}

func (l *loop) push(t task) { l.others = append(l.others, t) }
