package importer

import (
	"errors"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

// The way of a row whose lead belongs to a company or gets a tag goes on
// behind its save: company, then tags, then its line. What of it is still to
// come is in the journal (results.Applied), so that a resume goes on from
// there; all of it may be sent again, for a second time changes nothing. The
// lane of a shared key stays busy until the row's line is written.

// rest is what is left to do for a row whose lead is in the API.
type rest struct {
	line    results.Line    // the row's, once that is done
	outcome results.Outcome // the rest of its record
	company int             // of lead.Companies, the next to attach
}

// follower does what comes behind the saves. It belongs to the loop.
type follower struct {
	firms   firms
	tagging tagging
	streak  streak
}

// follows reports whether something comes behind the save of a row.
func (j *Job) follows(w *row) bool {
	return len(j.tags) > 0 || j.attaches(w)
}

// attaches reports whether companies are attached by calls of their own.
func (j *Job) attaches(w *row) bool {
	return j.cfg.Version.Family() == client.Contacts && len(w.lead.Companies) > 0
}

// follow takes up a row whose lead the API has. It returns false when nothing
// comes behind it.
func (l *loop) follow(w *row, line results.Line, a client.Answer) bool {
	if !l.job.follows(w) {
		return false
	}
	line.HTTPStatus, line.RequestID, line.Ms = a.Status, a.RequestID, a.Latency.Milliseconds()
	w.lead.ID = line.ID
	l.note(w, &rest{line: line, outcome: results.Outcome{UpdatedAt: a.Contact.UpdatedAt, Skew: skew(a), Doubtful: a.Doubtful}})
	return true
}

// note puts on record that a row is applied, and goes on with it.
func (l *loop) note(w *row, r *rest) {
	line := r.line
	line.Row, line.Key, line.Attempts, line.At = w.number, string(w.key), w.attempts, time.Now()
	line.Workspace = l.job.forecast.Workspace.ID
	err := l.store.Applied(results.Applied{
		Line: line, Number: w.intents, Body: hexDigest(w.digest),
		UpdatedAt: r.outcome.UpdatedAt, Skew: r.outcome.Skew, Doubtful: r.outcome.Doubtful,
	})
	if err != nil {
		l.halt(stopFor(err, l.sent))
		return
	}
	w.rest = r
	l.parked++
	l.advance(w)
}

// advance does the next thing for a row, or writes its line.
func (l *loop) advance(w *row) {
	switch {
	case l.job.attaches(w) && w.rest.company < len(w.lead.Companies):
		l.attach(w)
	case len(l.job.tags) > 0 && (w.lane == nil || !w.lane.tagged):
		l.tagging.add(w)
	default:
		l.parked--
		l.write(w, w.rest.line, w.rest.outcome)
	}
}

// touched notes that a row's lead was written to once more: undo must not
// take that for somebody else's work.
func (w *row) touched(a client.Answer) {
	if at := a.Ended.Add(skew(a)); !a.Ended.IsZero() && at.After(w.rest.outcome.UpdatedAt) {
		w.rest.outcome.UpdatedAt = at
	}
}

// followed takes a task back that came behind a save.
func (l *loop) followed(t task) {
	var failure *client.Error
	final := t.err == nil
	if errors.As(t.err, &failure) {
		// What may have been applied and got no answer is a failure of these
		// rows, as long as the API answers others: the breaker sees to that.
		final = failure.Kind == client.Refused || failure.Kind == client.Ambiguous && l.stopped == nil
	}
	if t.err == nil {
		l.sent = true
		l.follower.streak.reset()
	}
	if !final {
		l.halt(stopFor(t.err, l.sent)) // the rows are on record as applied
	}
	switch t.kind {
	case saveCompany:
		l.companySaved(t, failure, final)
	case attachCompany:
		l.companyAttached(t, failure, final)
	case giveTags:
		l.tagged(t, failure, final)
	}
}

// fail records that the API refuses what belongs to a row's lead, which is
// there: import_id names it, and a resume goes on with it.
func (l *loop) fail(w *row, code, what string, e *client.Error, a client.Answer) {
	w.touched(a)
	line := w.rest.line
	line.Status, line.ErrorCode, line.Error = results.Failed, code, what+": "+e.Message
	line.HTTPStatus, line.RequestID, line.Ms = a.Status, a.RequestID, a.Latency.Milliseconds()
	if w.lane != nil {
		w.lane.unknown = true // of what the key's rows ask for, something is missing
	}
	l.parked--
	l.write(w, line, w.rest.outcome)
	l.judge(e)
	if l.follower.streak.add(e) && !l.job.cfg.MaxErrors.all() {
		l.halt(stop(TooManyErrors, "the leads are there: mend it and go on with --resume",
			"for the first %d rows %s was refused with the same answer: %s", firstRows, what, e.Message))
	}
}

// goOn takes up a row that an interrupted run has applied. It returns true
// when that decides what is to be done with it.
func (l *loop) goOn(w *row) bool {
	a := w.applied
	if a == nil {
		return false
	}
	if w.lane != nil {
		// The rows before it may have changed the lead: it is sent again, in
		// its turn.
		if !w.late.IsZero() {
			w.lane.wait(w.late.Add(l.job.cfg.Settle))
		}
		return false
	}
	if a.Body != hexDigest(w.digest) {
		l.push(task{kind: save, row: w}) // mended since: update what is there
		return true
	}
	w.hash = hexDigest(w.digest)
	r := &rest{line: a.Line, outcome: results.Outcome{UpdatedAt: a.UpdatedAt, Skew: a.Skew, Doubtful: a.Doubtful}}
	r.line.ErrorCode, r.line.Error = "", ""
	if l.job.follows(w) {
		w.rest = r
		l.parked++
		l.advance(w)
		return true
	}
	l.write(w, r.line, r.outcome)
	return true
}
