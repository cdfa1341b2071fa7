package importer

import (
	"errors"
	"fmt"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// The error codes of rows that match somebody, and are not sent for it.
const (
	ambiguousMatch    = "ambiguous_match"   // several contacts match
	matchTaken        = "match_taken"       // the contact is another row's
	matchIsUser       = "match_is_user"     // by policy
	matchIsArchived   = "match_is_archived" // by policy
	onlyCreate        = "only_create"       // would be an update
	onlyUpdate        = "only_update"       // would be a create
	matchBatch        = 15                  // rows of a look-up: one search of 2.x for each identity
	checkMatchMapping = "check match: in the mapping, and that the workspace has the attribute"
)

// create sends a row that nothing is known of: to be looked up where the
// mapping says so, then to be created. A look-up that found nobody holds: what
// comes after it is the row's own doing, and the doubts' business.
func (l *loop) create(w *row) {
	switch {
	case !w.matched && l.job.canMatch(w):
		l.waiting = append(l.waiting, w)
		l.parked++
	case w.rivals != "":
		l.indistinct(w)
	case l.job.cfg.Only == OnlyUpdate:
		l.record(w, results.Line{Status: results.Skipped, ErrorCode: onlyUpdate,
			Error: "nobody is known to be this row's contact, and --only update creates nobody"})
	default:
		l.creates = append(l.creates, w)
	}
}

// update sends a row whose contact is known.
func (l *loop) update(w *row) {
	if l.job.cfg.Only == OnlyCreate {
		l.leaveUpdate(w)
		return
	}
	l.push(task{kind: save, row: w})
}

// sendMatches sends the rows that wait to be looked up. The feed is faster
// than any look-up, so a batch is worth waiting for until it is full, or no
// more rows come.
func (l *loop) sendMatches() {
	size := matchBatch
	if l.job.cfg.Version.Family() == client.Leads {
		size = 1 // by e-mail, one by one: better by several workers
	}
	last := l.rows == nil || l.parked >= maxParked
	for len(l.waiting) >= size || last && len(l.waiting) > 0 {
		n := min(size, len(l.waiting))
		l.others = append(l.others, task{kind: match, rows: l.waiting[:n:n]})
		l.waiting = l.waiting[n:]
		l.parked -= n
	}
}

// matched takes the answer of a look-up back from a worker.
func (l *loop) matched(t task) {
	var api *client.Error
	switch {
	case t.err == nil:
	case errors.As(t.err, &api) && api.Kind == client.Refused:
		reason := NothingSent
		if l.sent {
			reason = Unavailable
		}
		l.halt(&StopError{Reason: reason, Err: t.err, Hint: checkMatchMapping})
		return
	default:
		l.halt(stopFor(t.err, l.sent))
		return
	}
	for i, w := range t.rows {
		w.matched = true
		l.assign(w, t.matches[i])
	}
}

// assign decides what a row is after its look-up.
func (l *loop) assign(w *row, found candidates) {
	names := l.job.match.By
	for _, name := range names[:min(found.by+1, len(names))] {
		// What another row of this run says of itself counts before the API
		// shows it.
		if owner := l.valueOwner(w, name); owner != 0 {
			l.refuseMatch(w, matchTaken, fmt.Sprintf("row %d of this run has the same %s and another key: one contact cannot be both", owner, name), client.Answer{})
			return
		}
	}
	switch len(found.contacts) {
	case 0:
		l.create(w)
	case 1:
		l.adopt(w, found.contacts[0], "matches by "+names[found.by], client.Answer{})
	default:
		l.refuseMatch(w, ambiguousMatch, fmt.Sprintf("%d contacts have this %s: %s", len(found.contacts), names[found.by], ids(found.contacts)), client.Answer{})
	}
}

// mayPredate reports whether the contacts that a look-up shows for a row in
// doubt may be older than its create: no journal tells when that was. What is
// found then is a match like any other, and not this run's to call created.
func (l *loop) mayPredate(w *row) bool {
	return w.doubt.first.IsZero() && l.job.canMatch(w)
}

// adopt makes a row an update of the one contact that it matches, unless the
// mapping's policy, or another row, is against it. how says how it was found, a
// is the answer that told, if any.
func (l *loop) adopt(w *row, c client.Contact, how string, a client.Answer) {
	what := fmt.Sprintf("contact %s, which %s, ", c.ID, how)
	switch {
	case c.Archived && l.job.match.Archived != mapping.Update:
		l.policy(w, l.job.match.Archived, matchIsArchived, what+"is archived", a)
		return
	case c.Role == "user" && l.job.match.User != mapping.Update:
		l.policy(w, l.job.match.User, matchIsUser, what+"is a user", a)
		return
	}
	if owner := l.contactOwner(w, c); owner != 0 {
		l.refuseMatch(w, matchTaken, fmt.Sprintf("%sis that of row %d, which has another key", what, owner), a)
		return
	}
	l.owned.add(c.ID, w.number)
	w.lead.ID = c.ID
	if n := w.lane; n != nil {
		n.id, n.userID = c.ID, userID(c)
	}
	l.update(w)
}

// conflict makes a match of a create that the API refused because a user has
// the row's identity: its search did not show that user, who is archived or
// too new for its index. It reports whether the row is settled by that.
func (l *loop) conflict(w *row, e *client.Error, a client.Answer) bool {
	if e.ContactID == "" || w.lead.IsUpdate() || !l.job.canMatch(w) {
		return false
	}
	// The create was not applied: the next run need not look for it.
	if err := l.store.Unsent(results.Unsent{Row: w.number, Number: w.intents}); err != nil {
		l.halt(stopFor(err, l.sent))
		return true
	}
	w.doubt = nil
	c := client.Contact{ID: e.ContactID, Role: "user", Archived: e.Code == "conflict_archived"}
	l.adopt(w, c, "has the row's identity", a)
	return true
}

// policy leaves a row out, or refuses it. Neither line names the contact in
// import_id: by that id a later run would update it, policy or no policy.
func (l *loop) policy(w *row, p mapping.Policy, code, message string, a client.Answer) {
	if p == mapping.Skip {
		l.recordAnswer(w, results.Line{Status: results.Skipped, ErrorCode: code, Error: message}, a)
		return
	}
	l.refuseMatch(w, code, message, a)
}

func (l *loop) refuseMatch(w *row, code, message string, a client.Answer) {
	l.recordAnswer(w, results.Line{Status: results.Failed, ErrorCode: code, Error: message}, a)
	l.judgeCount(message)
}
