package importer

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

// accept takes a row from the feed.
func (l *loop) accept(w *row) {
	switch {
	case w.fault != nil && w.doubt != nil:
		l.record(w, results.Line{Status: results.Unresolved, ErrorCode: "row_changed",
			Error: "a create of this row was interrupted, and the row is no longer valid: " + w.fault.message})
	case w.fault != nil:
		line := results.Line{Status: results.Invalid, ErrorCode: w.fault.code, Error: w.fault.message}
		if w.met {
			line.ID, line.UserID, line.Hash = w.before.Line.ID, w.before.Line.UserID, w.before.Line.Hash
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
}

// begin decides what is to be done with a row whose turn it is.
func (l *loop) begin(w *row) {
	if w.lane != nil && l.beginShared(w) {
		return
	}
	if w.lane == nil && w.met {
		line := w.before.Line
		if line.ID != "" && line.Hash == hexDigest(w.digest) {
			w.hash = line.Hash
			l.record(w, results.Line{Status: results.Unchanged, ID: line.ID, UserID: line.UserID})
			return
		}
		if line.ID != "" && !w.lead.IsUpdate() {
			w.lead.ID, w.known = line.ID, true
		}
	}
	if w.before.Unresolved && w.doubt == nil && !w.lead.IsUpdate() {
		w.doubt = doubtOf(w.before)
	}
	switch {
	case w.lead.IsUpdate():
		l.push(task{kind: save, row: w})
	case w.doubt != nil:
		l.enterDoubt(w)
	default:
		l.creates = append(l.creates, w)
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
	w.adopted = w.standing == results.Created
	if l.job.chains[w.key].unchanged {
		n.hash = chainHash(n.hash, w.digest)
		w.hash = n.hash
		l.record(w, results.Line{Status: results.Unchanged, ID: n.id, UserID: n.userID})
		return true
	}
	if n.id != "" && !w.lead.IsUpdate() {
		w.lead.ID, w.known = n.id, n.rows == 1 && !n.sent
	}
	n.busy = true
	if w.lead.IsUpdate() && w.doubt != nil {
		n.wait(w.doubt.last.Add(l.job.cfg.Settle))
		w.doubt = nil
	}
	if w.lead.IsUpdate() && time.Now().Before(n.notBefore) {
		l.delayed = append(l.delayed, w)
		l.parked++
		return true
	}
	return false
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

func (l *loop) push(t task) { l.others = append(l.others, t) }

// settle takes a task back from a worker.
func (l *loop) settle(t task) {
	if t.kind == look {
		l.looked(t)
		return
	}
	w := t.row
	create := !w.lead.IsUpdate()
	if create {
		l.fresh--
	}
	w.attempts += t.answer.Attempts
	var failure *client.Error
	switch {
	case t.err == nil:
		l.sent = true
		l.streak.reset()
		switch {
		case create && l.owned.has(t.answer.Contact.ID):
			l.lost(w, t.answer, t.answer.Contact.ID) // another row's: not an answer to this one
		case create:
			l.proven = true
			l.saved(w, results.Created, t.answer)
		case w.adopted:
			l.saved(w, results.Created, t.answer)
		default:
			l.saved(w, results.Updated, t.answer)
		}
	case errors.As(t.err, &failure) && failure.Kind == client.Refused:
		l.refused(w, failure, t.answer)
	case errors.As(t.err, &failure) && failure.Kind == client.Ambiguous:
		l.sent = true
		if create {
			l.lost(w, t.answer, failure.ContactID)
		} else {
			l.unresolved(w, "in_doubt", "the update may or may not have been applied: "+failure.Message, t.answer)
		}
	default:
		l.sent = l.sent || t.answer.Attempts > 0 && !unapplied(failure)
		l.halt(stopFor(t.err, l.sent))
	}
}

// unapplied reports whether an error that stops the run proves that its
// request was not applied.
func unapplied(e *client.Error) bool {
	if e == nil {
		return false
	}
	return e.Kind == client.Unauthorised || e.Kind == client.Unavailable || e.Kind == client.Misdirected && e.Status >= 300 && e.Status < 500
}

// lost puts a row in doubt whose create has no usable answer. echo is the
// contact that the answer named, if any.
func (l *loop) lost(w *row, a client.Answer, echo string) {
	d := w.doubt
	d.since, d.skew, d.answer, d.echo = a.Ended, a.Skew, a, echo
	l.enterDoubt(w)
}

// saved records a success.
func (l *loop) saved(w *row, status results.Status, a client.Answer) {
	l.owned.add(a.Contact.ID)
	w.hash = hexDigest(w.digest)
	if n := w.lane; n != nil {
		n.id, n.userID = a.Contact.ID, userID(a.Contact)
		n.hash = chainHash(n.hash, w.digest)
		n.sent = true
		w.hash = n.knownHash()
		if !a.Doubtful.IsZero() {
			n.wait(a.Doubtful.Add(l.job.cfg.Settle))
		}
	}
	l.recordAnswer(w, results.Line{Status: status, ID: a.Contact.ID, UserID: userID(a.Contact)}, a)
}

// refused records the API's no to a row.
func (l *loop) refused(w *row, e *client.Error, a client.Answer) {
	if e.ContactID != "" && w.recreate > 0 && !w.lead.IsUpdate() {
		// The conflict is with the contact that our own attempt in doubt made.
		w.lead.ID, w.adopted = e.ContactID, true
		w.doubt = nil
		l.push(task{kind: save, row: w})
		return
	}
	line := results.Line{Status: results.Failed, ErrorCode: e.Code, Error: e.Message, ID: w.lead.ID}
	if e.Status == http.StatusNotFound || e.Status == http.StatusGone {
		if w.known {
			line.Status, line.ErrorCode = results.Skipped, "gone"
			line.Error = "the lead of earlier results is no longer there: deleted, or merged into a user (" + e.Message + ")"
		}
	}
	if w.lane != nil {
		w.lane.unknown = true
	}
	l.recordAnswer(w, line, a)
	if line.Status == results.Failed {
		l.judge(e)
	}
}

// unresolved records that a row's fate cannot be found out.
func (l *loop) unresolved(w *row, code, message string, a client.Answer) {
	if w.lane != nil {
		w.lane.unresolved = w.number
		w.lane.unknown = true
	}
	l.recordAnswer(w, results.Line{Status: results.Unresolved, ErrorCode: code, Error: message, ID: w.lead.ID}, a)
}

// recordAnswer fills in what the last answer tells.
func (l *loop) recordAnswer(w *row, line results.Line, a client.Answer) {
	line.HTTPStatus, line.RequestID, line.Ms = a.Status, a.RequestID, a.Latency.Milliseconds()
	l.write(w, line, results.Outcome{UpdatedAt: a.Contact.UpdatedAt, Skew: a.Skew})
}

// record settles a row without an answer.
func (l *loop) record(w *row, line results.Line) { l.write(w, line, results.Outcome{}) }

// write puts a row's fate on record and lets the next row of its key go.
func (l *loop) write(w *row, line results.Line, o results.Outcome) {
	line.Row, line.Key, line.Attempts = w.number, string(w.key), w.attempts
	line.At = time.Now()
	if line.Hash == "" {
		switch line.Status {
		case results.Created, results.Updated, results.Unchanged, results.Skipped:
			line.Hash = w.hash
		}
	}
	line.Workspace = l.job.forecast.Workspace.ID
	o.Line, o.Cells, o.Number = line, w.cells, w.intents
	if err := l.store.Settle(o); err != nil {
		l.halt(stopFor(err, l.sent))
		return // not on record: not known
	}
	l.totals.add(line.Status)
	if n := w.lane; n != nil && n.busy {
		l.release(n)
	}
}

// judge stops a run in which too much is refused.
func (l *loop) judge(e *client.Error) {
	limit, rows := l.job.cfg.MaxErrors, l.job.forecast.Rows
	bad := l.totals.Of(results.Invalid) + l.totals.Of(results.Failed)
	if limit.exceeded(bad, rows) {
		l.halt(stop(TooManyErrors, "mend the file and resume, or raise --max-errors",
			"%d of %d rows were invalid or refused, the last with: %s", bad, rows, e.Message))
		return
	}
	if l.streak.add(e) && !limit.all() {
		l.halt(stop(TooManyErrors, "if that is right, go on with --resume --max-errors 100%",
			"the first %d rows were all refused with the same answer: %s", firstRows, e.Message))
	}
}

// firstRows is how many refusals from the start on make a mistake of the
// whole run more likely than one of each row.
const firstRows = 20

// streak counts the refusals from the first row on, while they are the same.
type streak struct {
	status int
	code   string
	rows   int
	broken bool
}

func (s *streak) reset() { s.broken = true }

// add reports whether e is the last of firstRows equal refusals.
func (s *streak) add(e *client.Error) bool {
	if s.rows == 0 {
		s.status, s.code = e.Status, e.Code
	}
	s.broken = s.broken || e.Status != s.status || e.Code != s.code
	s.rows++
	return !s.broken && s.rows == firstRows
}

// userID is what import_user_id shows: the user_id of 1.x, the external_id of 2.x.
func userID(c client.Contact) string {
	if c.UserID != "" {
		return c.UserID
	}
	return c.ExternalID
}

// wake starts what is due now and sets the timer to what is due next.
func (l *loop) wake() {
	if l.stopped != nil || (len(l.delayed) == 0 && len(l.doubts) == 0) {
		return
	}
	now := time.Now()
	l.outage(now)
	next := now.Add(time.Hour)
	l.delayed = slices.DeleteFunc(l.delayed, func(w *row) bool {
		if due := w.lane.notBefore; due.After(now) {
			next = earliest(next, due)
			return false
		}
		l.parked--
		l.push(task{kind: save, row: w}) // only updates are held back
		return true
	})
	l.lookDue(now)
	if len(l.doubts) > 0 && !l.looking {
		next = earliest(next, l.due)
	}
	if l.suspect >= suspects {
		next = earliest(next, now.Add(time.Second))
	}
	l.timer.Reset(max(next.Sub(now), time.Millisecond))
}

// outage stops a run whose first creates all ended in doubt and stay so.
func (l *loop) outage(now time.Time) {
	if l.proven || l.suspect < suspects || l.fresh > 0 {
		return
	}
	for w := range l.doubts {
		if w.doubt.suspect && now.Before(w.doubt.since.Add(l.job.cfg.RetryFor)) {
			return
		}
	}
	l.halt(stop(Unavailable, resumable, "the first %d creates all ended without a usable answer: the API is out of order", suspects))
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
