package importer

import (
	"errors"
	"net/http"
	"regexp"

	"leadimport/client"
	"leadimport/importer/results"
)

// settle takes a task back from a worker.
func (l *loop) settle(t task) {
	switch t.kind {
	case save:
	case look:
		l.looked(t)
		return
	case match:
		l.matched(t)
		return
	default:
		l.followed(t)
		return
	}
	w := t.row
	create := !w.lead.IsUpdate()
	if create {
		l.fresh--
	}
	w.attempts += t.answer.Attempts
	if n := w.lane; n != nil && !t.answer.Doubtful.IsZero() {
		n.wait(t.answer.Doubtful.Add(l.job.cfg.Settle))
	}
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
		} else if l.stopped == nil { // else a resume sends it again, which is safe
			l.unresolved(w, "in_doubt", "the update may or may not have been applied: "+failure.Message, t.answer)
		}
	default:
		l.sent = l.sent || t.answer.Attempts > 0 && !unapplied(failure)
		l.unsent(t, failure)
		l.halt(stopFor(t.err, l.sent))
	}
}

// unsent takes back the intent of a row that the run ends before it was sent,
// so that the next run need not look it up and wait. A save is begun only when
// nothing earlier of its row is open, so there is nothing to fall back to.
func (l *loop) unsent(t task, failure *client.Error) {
	refused := failure != nil && failure.Kind == client.Unauthorised
	if t.row.intents == 0 || (t.answer.Attempts > 0 && !refused) {
		return
	}
	// When the journal cannot be written the run ends for that reason anyway.
	_ = l.store.Unsent(results.Unsent{Row: t.row.number, Number: t.row.intents})
}

// unapplied reports whether an error that stops the run proves that its
// request was not applied.
func unapplied(e *client.Error) bool {
	if e == nil || e.MayBeApplied() {
		return false
	}
	return e.Kind == client.Unauthorised || e.Kind == client.Unavailable || e.Kind == client.Misdirected && e.Status >= 300 && e.Status < 500
}

// lost puts a row in doubt whose create has no usable answer. echo is the
// contact that the answer named, if any.
func (l *loop) lost(w *row, a client.Answer, echo string) {
	d := w.doubt
	d.since, d.skew, d.answer, d.echo = a.Ended, skew(a), a, echo
	l.enterDoubt(w)
}

// saved records a success.
func (l *loop) saved(w *row, status results.Status, a client.Answer) {
	if status == results.Created {
		l.countCreate(w)
	}
	l.owned.add(a.Contact.ID, w.number)
	w.hash = hexDigest(w.digest)
	if n := w.lane; n != nil {
		n.id, n.userID = a.Contact.ID, userID(a.Contact)
		n.hash = chainHash(n.hash, w.digest)
		n.sent = true
		w.hash = n.knownHash()
	}
	line := results.Line{Status: status, ID: a.Contact.ID, UserID: userID(a.Contact)}
	if !l.follow(w, line, a) {
		l.recordAnswer(w, line, a)
	}
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
	if l.conflict(w, e, a) {
		return
	}
	line := results.Line{Status: results.Failed, ErrorCode: e.Code, Error: e.Message, ID: w.lead.ID, UserID: w.lead.UserID}
	if e.Status == http.StatusNotFound || e.Status == http.StatusGone {
		if w.known {
			line.Status, line.ErrorCode = results.Skipped, "gone"
			line.Error = "the lead of earlier results is no longer there: deleted, or merged into a user (" + e.Message + ")"
		}
	}
	if !w.lead.IsUpdate() && workspaceFull.MatchString(e.Message) {
		line.Error += " (a development workspace holds 20 people: take the token of another one, or delete some there)"
	}
	if w.lane != nil {
		w.lane.unknown = true
	}
	l.recordAnswer(w, line, a)
	if line.Status == results.Failed {
		l.judge(e)
	}
}

// workspaceFull recognises the refusal of a development workspace, which holds
// 20 people (guide "Import contacts"). The words are not documented.
var workspaceFull = regexp.MustCompile(`(?i)\b(development|test|trial) (workspace|app)\b|\b(contacts?|users?|leads?|people) limit\b|\blimit of (contacts|users|leads|people)\b`)

// unresolved records that a row's fate cannot be found out.
func (l *loop) unresolved(w *row, code, message string, a client.Answer) {
	if w.lane != nil {
		w.lane.unresolved = w.number
		w.lane.unknown = true
	}
	l.recordAnswer(w, results.Line{Status: results.Unresolved, ErrorCode: code, Error: message, ID: w.lead.ID, UserID: w.lead.UserID}, a)
}
