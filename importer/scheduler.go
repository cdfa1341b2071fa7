package importer

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/fate"
	"leadimport/importer/outcome"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// maxOpen bounds the rows in memory: those behind a busy key, in doubt, or
// being followed up. When there are this many, the file is read no further
// until some have their outcome.
const maxOpen = 10_000

// scheduler hands events to fate.Next and carries out what comes back: it
// sends tasks to workers, parks rows in their lanes, wakes them, writes lines.
// One goroutine runs it, and owns all that is in here: lanes, results, counts
// and the decision to stop. It knows no rules about rows.
type scheduler struct {
	job   *Job
	store *results.Store

	rows  <-chan *row // nil once the feed ended
	tasks chan<- *task
	done  <-chan *task

	creates []*row  // ready to be sent
	others  []*task // updates, look-ups and what follows, ready to be sent
	batch   []*row  // to be matched, not enough for a call yet
	held    []*row  // updates that must not overtake an earlier one, not read yet
	flying  map[*row]bool
	flight  int // tasks that a worker has
	open    int // rows that were taken and have no outcome yet

	lanes    map[mapping.Key]*lane
	doubts   *doubts
	follower *follower
	contacts owners         // whose a contact is
	found    map[string]ref // contacts that a row only found; by id
	values   owners         // whose a value is that rows are matched by
	timer    *time.Timer

	proven  bool               // a create was answered and echoed: mapping, token and version are right (rule R8)
	suspect map[*row]time.Time // since when: creates in doubt before one was proved
	doubted int                // how many there were
	sent    bool               // a write may have been applied

	totals   Totals
	codes    codes
	omitted  Omitted
	heldBack map[string]int // values that updates did not send, by attribute
	lostOuts int            // invalid rows that say no to e-mail, while the lead is there without
	optOuts  int            // rows left out as duplicates that say no to e-mail, unlike the first of their key
	keptOuts int            // rows that would have taken back what an earlier row of their key says: no e-mail
	pulse    pulse
	standing int // rows of totals that an interrupted run settled
	vanished int // lines behind those of the rows
	lostRows int // of these, unresolved
	resolved int // doubts that were decided
	made     int // creates of this run that are known to have been applied
	closed   int // rows of theirs that are on record
	refusals streak
	followed streak
	stopped  *StopError
	cancel   context.CancelFunc // stops the feed and what waits at the gate
}

// ref is a row that is on record with a contact that it only found.
type ref struct {
	line    results.Line
	cells   []string
	omitted []mapping.Problem
	held    []fate.Held
}

// run goes on until every row has its outcome, or the run was stopped and
// nothing is in flight any more.
func (s *scheduler) run(ctx context.Context) {
	interrupted := ctx.Done()
	for {
		s.wake()
		if s.flight == 0 && (s.stopped != nil || s.rows == nil && s.open == 0) {
			return
		}
		rows := s.rows
		if s.stopped != nil || !s.hasRoom() {
			rows = nil
		}
		next := s.next()
		tasks := s.tasks
		if next == nil {
			tasks = nil
		}
		select {
		case w, more := <-rows:
			if more {
				s.take(w)
			} else {
				s.endOfFile()
			}
		case tasks <- next:
			s.handed(next)
		case t := <-s.done:
			s.flight--
			s.settle(t)
		case <-s.timer.C:
		case <-interrupted:
			interrupted = nil
			s.halt(stopFor(ctx.Err(), s.sent))
		}
		s.report()
	}
}

// hasRoom keeps the number of rows in memory bounded.
func (s *scheduler) hasRoom() bool {
	return len(s.creates)+len(s.others) < 2*s.job.cfg.Workers && s.open < maxOpen
}

// halt stops the run: the first reason counts. What is in flight goes on to
// its end; what waits at the gate comes back unsent.
func (s *scheduler) halt(why *StopError) {
	if s.stopped == nil {
		s.stopped = why
		s.cancel()
	}
}

// next is the task that goes out next, nil when none may.
func (s *scheduler) next() *task {
	switch {
	case s.stopped != nil:
	case len(s.others) > 0:
		return s.others[0]
	case len(s.creates) > 0 && s.mayCreate():
		return &task{kind: save, row: s.creates[0]}
	}
	return nil
}

// maxSuspects is how many creates of a run may end in doubt before one has
// proved that they work at all.
const maxSuspects = 3

// mayCreate keeps the first create of a run alone (rule R8), and stops
// creating while the first few are all in doubt, or the canary is full.
func (s *scheduler) mayCreate() bool {
	if n := s.job.cfg.Canary; n > 0 && s.made+len(s.flying)+len(s.doubts.rows) >= n {
		return false
	}
	return s.proven || len(s.flying) == 0 && s.doubted < maxSuspects
}

func (s *scheduler) handed(t *task) {
	s.flight++
	if t.kind == save && !t.row.state.IsUpdate() {
		t.row.from = s.job.serverNow()
		s.creates = s.creates[1:]
		s.flying[t.row] = true
		return
	}
	s.others = s.others[1:]
}

// take takes a row from the feed, or one of those that the list has no more.
func (s *scheduler) take(w *row) {
	s.open++
	if w.facts.Fault == nil && w.number > 0 {
		if s.job.keys.isShared(w.key) {
			w.lane = s.lane(w)
			w.saysNo = s.job.takesBack(w.lead, w.number, &w.lane.saysNo)
		}
		if w.lead.ID != "" {
			s.contacts.add(w.lead.ID, w.claim())
		}
		if p := w.facts.Planned; p != nil && p.ID != "" && p.Status.Stands() {
			s.contacts.add(p.ID, w.claim()) // whoever else comes to this contact first
		}
		s.job.claimValues(&s.values, w)
	}
	if w.lane != nil && w.lane.busy {
		w.lane.waiting = append(w.lane.waiting, w)
		return
	}
	s.turn(w)
}

// lane returns the lane of a row's shared key.
func (s *scheduler) lane(w *row) *lane {
	n := s.lanes[w.key]
	if n == nil {
		n = &lane{known: w.first, claim: w.number, optsOut: optsOut(w.lead), hold: w.hold}
		s.lanes[w.key] = n
	}
	return n
}

// turn gives a row its turn.
func (s *scheduler) turn(w *row) {
	known := w.first
	if w.lane != nil {
		w.lane.busy = true
		known = w.lane.known
		w.intents = max(w.intents, w.lane.intents)
	}
	s.apply(w, fate.Event{Kind: fate.Turn, Known: known})
}

// endOfFile takes up the creates of an interrupted run whose rows are gone.
func (s *scheduler) endOfFile() {
	s.rows = nil
	for _, d := range s.job.orphans {
		s.take(s.job.orphan(d))
	}
}

// apply is the way of a row through fate, one event at a time.
func (s *scheduler) apply(w *row, e fate.Event) {
	before := w.state.Phase
	var a fate.Action
	w.state, a = fate.Next(&w.facts, w.state, e)
	if before == fate.InDoubt && w.state.Phase != fate.InDoubt {
		s.decided(w, a)
	}
	switch a.Kind {
	case fate.Nothing:
		s.open--
	case fate.Drop:
		s.drop(w)
	case fate.Keep:
		s.keep(w)
	case fate.Write:
		s.write(w, a.Line)
	case fate.SendCreate:
		s.creates = append(s.creates, w)
	case fate.Read:
		s.read(w)
	case fate.SendUpdate:
		// Before all that waits: it is written to what it was read from.
		s.others = slices.Insert(s.others, 0, &task{kind: save, row: w})
	case fate.Match:
		s.match(w)
	case fate.LookUp:
		s.lookUp(w, e.Kind != fate.LookedUp)
	case fate.Inspect:
		s.push(&task{kind: inspect, row: w, contact: a.ContactID})
	case fate.Trace:
		s.push(&task{kind: trace, row: w, contact: a.ContactID, asked: before == fate.Reading})
	case fate.Follow:
		s.follow(w, a.Line)
	}
}

func (s *scheduler) push(t *task) { s.others = append(s.others, t) }

// read begins an update by reading the contact, unless an earlier update may
// still be applied (rule R10).
func (s *scheduler) read(w *row) {
	if w.state.ID != "" {
		s.contacts.add(w.state.ID, w.claim()) // from now on: others look while it is under way
	}
	hold := w.hold
	if w.lane != nil {
		hold = w.lane.hold
	}
	if time.Now().Before(hold) {
		w.hold = hold
		s.held = append(s.held, w)
		return
	}
	known := w.successor // as it was just read
	if w.lane != nil && w.lane.shown.ID == w.state.ID {
		known = w.lane.shown // by the answer to the row before
	}
	if known.ID == w.state.ID && known.ID != "" {
		s.wasRead(&task{kind: read, row: w, answer: client.Answer{Contact: known}})
		return
	}
	s.push(&task{kind: read, row: w})
}

// match answers a row with what Prepare has found for it, or looks it up.
func (s *scheduler) match(w *row) {
	if e, ok := s.job.matches[w.number]; ok {
		s.matched(w, e)
		return
	}
	s.batch = append(s.batch, w)
}

func (s *scheduler) matched(w *row, e fate.Event) {
	s.apply(w, s.job.matched(w, e, &s.values, &s.contacts))
}

// judge adds to a contact whose it is.
func (s *scheduler) judge(w *row, e *fate.Evidence) { s.job.judge(w, e, &s.contacts) }

// lookUp notes that a row is in doubt, and watches it.
func (s *scheduler) lookUp(w *row, fresh bool) {
	now, server := time.Now(), s.job.serverNow()
	if fresh {
		w.state.Doubt.Reckon(now, server)
		if err := s.store.Doubt(noteOf(w)); err != nil {
			s.halt(stopFor(err, s.sent))
			return
		}
		if x, ok := s.job.settled[w.key]; ok && x.event.Over && w.state.Sends <= 1 {
			delete(s.job.settled, w.key)
			s.doubts.add(w, now, server)
			s.pulse.doubt(w.state.Doubt.Since)
			w.sights = x.sights
			e := x.event
			e.Found = slices.Clone(e.Found)
			for i := range e.Found { // others may have taken it since
				if s.judge(w, &e.Found[i]); e.Found[i].Owner != 0 && e.Found[i].Class != fate.Proved {
					e.Found[i].Class = fate.NotOurs
				}
			}
			s.apply(w, e)
			return
		}
		s.pulse.doubt(w.state.Doubt.Since)
		if !s.proven && w.answer.Attempts > 0 {
			s.suspect[w] = w.state.Doubt.Since
			s.doubted++
		}
	}
	s.doubts.add(w, now, server)
}

// decided takes a row off the list of those in doubt.
func (s *scheduler) decided(w *row, a fate.Action) {
	lost := a.Kind == fate.Write && a.Line.Status == outcome.Unresolved
	s.doubts.remove(w, lost)
	s.pulse.decided(w.state.Doubt.Since)
	if lost {
		return
	}
	s.resolved++
	if w.state.Created {
		s.proven = true
		s.count(w)
	}
}

// count notes that this run's create of a row was applied. One whose row is
// gone is none of those that a canary is to create.
func (s *scheduler) count(w *row) {
	if !w.created && w.number > 0 {
		w.created = true
		s.made++
	}
}

// looked hands rows what a look-up showed of them.
func (s *scheduler) looked(t *task) {
	lag := &s.job.lag
	lag.Took(t.probes)
	s.noteLag()
	if len(t.rows) == 0 {
		return
	}
	s.doubts.looking = false
	if t.err != nil {
		s.halt(stopFor(t.err, s.sent))
		return
	}
	for i, w := range t.rows {
		f := t.looks[i]
		e := fate.Event{Kind: fate.LookedUp, Blind: f.blind}
		e.Over = w.state.Doubt.Over(f.began, f.server, lag.Wait()) && !lag.Unasked(t.probes)
		if w.state.Doubt.Reckon(time.Now(), s.job.serverNow()) {
			if err := s.store.Doubt(noteOf(w)); err != nil {
				s.halt(stopFor(err, s.sent))
			}
		}
		for _, sight := range f.sights {
			e.Found = append(e.Found, s.weigh(w, sight))
		}
		w.sights = f.sights
		seen := s.doubts.rows[w]
		seen.see(f.began, e.Found)
		if s.apply(w, e); w.state.Created && w.state.Phase != fate.InDoubt {
			lag.Decided(&w.state.Doubt, seen.absent, seen.shown)
			s.noteLag()
		}
	}
}

// noteLag puts on record what was seen of the index's lag.
func (s *scheduler) noteLag() {
	if err := s.store.Lag(s.job.lag.Longest()); err != nil {
		s.halt(stopFor(err, s.sent))
	}
}

// probe has a lead looked for that a create was answered with.
func (s *scheduler) probe(w *row) {
	if now, lag := time.Now(), &s.job.lag; lag.Wants(now) {
		if p, ok := s.job.probeOf(w.sent, w.answer.Contact); ok {
			lag.Add(p, w.answer.Ended)
		}
	}
}

// weigh tells what a contact is to a row in doubt.
func (s *scheduler) weigh(w *row, in fate.Sight) fate.Evidence {
	d, weigh := &w.state.Doubt, &s.job.weigher
	e := fate.Show(in.Contact)
	s.judge(w, &e)
	in.Owned = e.Owner != 0 || e.Class == fate.NotOurs || s.job.shown[e.ID] && !d.FirstAt.Before(s.job.opened)
	open := false
	if !in.Owned {
		in.Rival, open = s.doubts.contest(w, in.Contact, weigh, time.Now(), s.job.serverNow())
		for other := range s.flying {
			lead := s.job.toSend(other)
			if other != w && weigh.Fits(&fate.Doubt{Sent: lead, First: other.from}, in.Contact) {
				in.Rival, open = true, true
			}
		}
	}
	e.Class = weigh.Weigh(d, in)
	e.Contested = open && e.Class == fate.Unclear
	return e
}

// wake starts what is due now and sets the timer to what is due next.
func (s *scheduler) wake() {
	if s.stopped != nil {
		return
	}
	now := time.Now()
	s.outage(now)
	var next time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (next.IsZero() || t.Before(next)) {
			next = t
		}
	}
	s.held = slices.DeleteFunc(s.held, func(w *row) bool {
		if w.hold.After(now) {
			sooner(w.hold)
			return false
		}
		s.push(&task{kind: read, row: w})
		return true
	})
	s.sendMatches()
	lag := &s.job.lag
	if due := s.doubts.due(now); len(due) > 0 {
		s.doubts.looking = true
		t := &task{kind: look, rows: due}
		if s.doubts.asks(due, now, s.job.serverNow()) {
			t.probes = lag.Looks(now)
		}
		s.others = slices.Insert(s.others, 0, t)
	}
	if looks := lag.Due(now); len(looks) > 0 {
		s.others = slices.Insert(s.others, 0, &task{kind: look, probes: looks})
	}
	sooner(lag.Next())
	sooner(s.follower.due(now, s.quiet))
	s.drain()
	sooner(s.doubts.next())
	if s.doubted >= maxSuspects && !s.proven {
		sooner(now.Add(time.Second))
	}
	if !next.IsZero() {
		s.timer.Reset(max(next.Sub(now), time.Millisecond))
	}
}

// quiet reports whether nothing else is under way or can be sent: no row will
// join those that wait to be tagged.
func (s *scheduler) quiet() bool {
	return s.flight == 0 && len(s.batch) == 0 && (s.rows == nil || !s.hasRoom()) && s.next() == nil
}

// sendMatches sends the rows that wait to be matched, once there are enough
// for a call, or no more come.
func (s *scheduler) sendMatches() {
	size := s.job.matchBatch()
	last := s.rows == nil || !s.hasRoom() || s.flight == 0
	for len(s.batch) >= size || last && len(s.batch) > 0 {
		n := min(size, len(s.batch))
		s.push(&task{kind: match, rows: s.batch[:n:n]})
		s.batch = s.batch[n:]
	}
}

// outage stops a run whose first creates all ended in doubt and stay so.
func (s *scheduler) outage(now time.Time) {
	if s.proven || s.doubted < maxSuspects || len(s.flying) > 0 {
		return
	}
	// A look-up may still prove that they work, for as long as the API may be
	// away.
	for _, since := range s.suspect {
		if len(s.doubts.rows) > 0 && now.Before(since.Add(s.job.cfg.RetryFor)) {
			return
		}
	}
	s.halt(stop(Unavailable, resumable, "the first %d creates all ended without a usable answer: the API is out of order", maxSuspects))
}

// settle takes a task back from a worker.
func (s *scheduler) settle(t *task) {
	switch t.kind {
	case save:
		s.saved(t)
	case look:
		s.looked(t)
	case match:
		if t.err != nil {
			s.halt(matchStop(t.err, s.sent))
			return
		}
		for i, w := range t.rows {
			s.matched(w, t.matches[i])
		}
	case read:
		s.wasRead(t)
	case inspect, trace:
		s.inspected(t)
	default:
		s.tookFollow(t)
	}
	s.drain()
}

// saved turns the answer to a save into an event.
func (s *scheduler) saved(t *task) {
	w, a := t.row, t.answer
	create := !w.state.IsUpdate()
	delete(s.flying, w)
	w.attempts += a.Attempts
	w.answer = a
	if !a.Doubtful.IsZero() && w.lane != nil {
		w.lane.hold = latest(w.lane.hold, a.Doubtful.Add(s.job.cfg.Settle))
	}
	var failure *client.Error
	errors.As(t.err, &failure)
	switch {
	case t.err == nil:
		s.sent = true
		s.refusals.reset()
		e := fate.Event{Kind: fate.Answered, Contact: a.Contact, Doubt: t.doubt(s.job.cfg.Timeout)}
		if create {
			s.acknowledged(w, &e)
		}
		s.apply(w, e)
	case failure != nil && failure.Kind == client.Refused:
		s.refused(t, failure, create)
	case failure != nil && failure.MayBeApplied() && (create || s.stopped == nil):
		s.sent = true
		if failure.Kind != client.Ambiguous {
			s.halt(stopFor(t.err, true))
		}
		s.apply(w, fate.Event{Kind: fate.Lost, Message: failure.Message, ContactID: failure.ContactID, Doubt: t.doubt(s.job.cfg.Timeout)})
	default:
		s.sent = s.sent || a.Attempts > 0 && !unapplied(failure)
		s.unsent(w, a, failure)
		s.halt(stopFor(t.err, s.sent))
		s.apply(w, fate.Event{Kind: fate.Unsent})
	}
}

// wasRead hands on what a row's contact holds.
func (s *scheduler) wasRead(t *task) {
	w := t.row
	var no *client.Error
	switch {
	case t.err == nil:
		e, _ := s.job.show(w, t.answer.Contact)
		if e.Same {
			w.answer = t.answer
		} else {
			w.read = true
			s.pulse.read++
		}
		s.apply(w, e)
	case errors.As(t.err, &no) && no.Kind == client.Refused:
		w.attempts += t.answer.Attempts
		w.answer = t.answer
		s.refused(t, no, false)
	default:
		s.halt(stopFor(t.err, s.sent))
		s.apply(w, fate.Event{Kind: fate.Unsent})
	}
}

// acknowledged gives a contact to the row whose create was answered with it.
// An answer outranks a look-up: a row that only found the contact loses it.
func (s *scheduler) acknowledged(w *row, e *fate.Event) {
	id := e.Contact.ID
	if e.Foreign = !s.job.weigher.Answers(w.sent, e.Contact); e.Foreign {
		return
	}
	if owner := s.contacts.row(id); owner != 0 && owner != w.claim() {
		loser, only := s.found[id]
		if !only {
			e.Owner = owner
			return
		}
		delete(s.found, id)
		s.takeBack(loser, w)
	}
	s.contacts.give(id, w.claim())
	s.proven = true
	s.count(w)
	s.probe(w)
}

// takeBack corrects the line of a row whose contact turned out to be another's.
func (s *scheduler) takeBack(r ref, by *row) {
	s.totals.add(r.line.Status, -1)
	s.omitted.add(r.omitted, -1)
	s.addHeld(r.held, -1)
	l := r.line
	l.Status, l.ErrorCode, l.Hash, l.At = outcome.Unresolved, outcome.InDoubt, "", time.Now()
	l.Error = fmt.Sprintf("created perhaps; %s was found for it, and turned out to be what %s created", l.ID, s.job.rowName(by.number))
	l.ID, l.UserID = "", ""
	if err := s.store.Settle(results.Outcome{Line: l, Cells: r.cells}); err != nil {
		s.halt(stopFor(err, s.sent))
		return
	}
	s.totals.add(l.Status, 1)
	s.codes.add(l.ErrorCode)
}

// refused hands on the API's no to a row.
func (s *scheduler) refused(t *task, no *client.Error, create bool) {
	w := t.row
	message := no.Message
	if create && workspaceFull.MatchString(message) {
		message += " (a development workspace holds 20 people: take the token of another one, or delete some there)"
	}
	if create {
		s.takeIntentBack(w) // it was not applied: the next run need not look for it
	}
	failed := s.totals.Of(outcome.Failed)
	s.apply(w, fate.Event{Kind: fate.Refused, Status: no.Status, Code: no.Code, Message: message, ContactID: no.ContactID, Doubt: t.doubt(s.job.cfg.Timeout)})
	// One that is left out for it counts for nothing.
	if s.totals.Of(outcome.Failed) > failed && s.stopped == nil {
		s.limitErrors(no.Message)
		if s.refusals.add(no) && !s.job.cfg.MaxErrors.all() {
			s.halt(stop(TooManyErrors, "if that is right, go on with --resume --max-errors 100%",
				"the first %d rows were all refused with the same answer: %s", firstRows, no.Message))
		}
	}
}

// workspaceFull recognises the refusal of a development workspace, which holds
// 20 people (guide "Import contacts"). The words are not documented.
var workspaceFull = regexp.MustCompile(`(?i)\b(development|test|trial) (workspace|app)\b|\b(contacts?|users?|leads?|people) limit\b|\blimit of (contacts|users|leads|people)\b`)

// unsent takes back the intent of a row that the run ends before it was sent.
func (s *scheduler) unsent(w *row, a client.Answer, failure *client.Error) {
	refused := failure != nil && failure.Kind == client.Unauthorised
	if w.intents > 0 && (a.Attempts == 0 || refused) && w.state.Sends == 0 {
		s.takeIntentBack(w)
	}
}

// takeIntentBack notes that a row's newest intent came to nothing. When an
// earlier one is still in doubt, that goes on.
func (s *scheduler) takeIntentBack(w *row) {
	if w.intents == 0 || w.state.Sends > 0 {
		return
	}
	// When the journal cannot be written the run ends for that reason anyway.
	_ = s.store.Unsent(results.Unsent{Row: w.number, Number: w.intents, Key: string(w.key)})
}

// unapplied reports whether an error that stops the run proves that its
// request was not applied.
func unapplied(e *client.Error) bool {
	if e == nil {
		return false
	}
	return (e.Kind == client.Unauthorised || e.Kind == client.Unavailable || e.Kind == client.Misdirected) && !e.MayBeApplied()
}

// inspected hands on what a look at one contact, or for one, has shown.
func (s *scheduler) inspected(t *task) {
	w := t.row
	if t.err != nil {
		s.halt(stopFor(t.err, s.sent))
		s.apply(w, fate.Event{Kind: fate.Unsent})
		return
	}
	if t.kind == trace {
		if t.merged {
			w.successor = t.sights[0].Contact
		}
		e := s.job.traced(w, t.sights, &s.contacts)
		e.Merged, e.Message = t.merged, t.why
		s.apply(w, e)
		return
	}
	e := fate.Event{Kind: fate.Inspected}
	for _, sight := range t.sights {
		e.Found = append(e.Found, s.weigh(w, sight))
	}
	s.apply(w, e)
}

// follow puts on record that a row is applied, and goes on with what belongs
// to its lead.
func (s *scheduler) follow(w *row, l fate.Line) {
	line := s.lineOf(w, l)
	line.Hash = "" // what is not finished must not look unchanged tomorrow
	a := w.answer
	err := s.store.Applied(results.Applied{
		Line: line, Number: w.intents, Body: w.facts.Body,
		UpdatedAt: a.Contact.UpdatedAt, Doubtful: a.Doubtful, DoubtfulServer: a.DoubtfulServer, Content: s.content(s.shown(w, line.ID)),
	})
	if err != nil {
		s.halt(stopFor(err, s.sent))
		return
	}
	w.follow = &followUp{updatedAt: a.Contact.UpdatedAt}
	s.follower.advance(w)
}

// tookFollow takes a task back that came behind a save.
func (s *scheduler) tookFollow(t *task) {
	var failure *client.Error
	final := t.err == nil
	if errors.As(t.err, &failure) {
		// What may have been applied and got no answer is a failure of these
		// rows, as long as the API answers others: the breaker sees to that.
		final = failure.Kind == client.Refused || failure.Kind == client.Ambiguous && s.stopped == nil
	}
	if t.err == nil {
		s.sent = true
		s.followed.reset()
	}
	if !final {
		s.halt(stopFor(t.err, s.sent)) // the rows are on record as applied
	}
	s.follower.took(t, failure, final)
}

// drain sends what the follower wants sent, and ends the rows that it is
// through with.
func (s *scheduler) drain() {
	f := s.follower
	for len(f.tasks)+len(f.ended) > 0 {
		s.others = append(s.others, f.tasks...)
		ended := f.ended
		f.tasks, f.ended = nil, nil
		for _, x := range ended {
			w := x.row
			if x.err != nil {
				w.answer.Status, w.answer.RequestID, w.answer.Latency = x.answer.Status, x.answer.RequestID, x.answer.Latency
			}
			s.apply(w, x.event)
			if x.err == nil || s.stopped != nil {
				continue
			}
			s.limitErrors(x.err.Message)
			if s.followed.add(x.err) && !s.job.cfg.MaxErrors.all() {
				s.halt(stop(TooManyErrors, "the leads are there: mend it and go on with --resume",
					"for the first %d rows %s was refused with the same answer: %s", firstRows, x.what, x.err.Message))
			}
		}
	}
}

// keep leaves a row as an interrupted run settled it. Its line is written
// again when the list is another, for its place or its cells may have changed.
func (s *scheduler) keep(w *row) {
	l := w.kept
	if l.ErrorCode == outcome.ValueOmitted || l.ErrorCode == outcome.OptOutKept { // of what the row said then
		l.ErrorCode, l.Error = "", ""
	}
	l.Row = w.number
	l = s.job.remarked(w, l)
	var err error
	if w.keeps && l == w.kept {
		err = s.store.Keep(w.number, w.place, w.cells)
	} else {
		// The journal takes this for a new answer, after which nothing is late.
		err = s.store.Settle(results.Outcome{Line: l, Cells: w.cells, Doubtful: w.lateAt, DoubtfulServer: w.late})
	}
	if err != nil {
		s.halt(stopFor(err, s.sent))
		return
	}
	s.standing++
	s.addHeld(fate.HeldIn(w.kept.Note), 1)
	if w.kept.ID != "" {
		s.contacts.add(w.kept.ID, w.claim())
	}
	s.ended(w, w.kept)
}

// drop closes the intent of a create that came to nothing, and has no row.
func (s *scheduler) drop(w *row) {
	if err := s.store.Unsent(results.Unsent{Row: w.number, Number: w.intents, Key: string(w.key)}); err != nil {
		s.halt(stopFor(err, s.sent))
	}
	s.open--
}

// lineOf is a row's line as it is recorded.
func (s *scheduler) lineOf(w *row, l fate.Line) results.Line {
	a := w.answer
	return s.job.remarked(w, results.Line{
		Row: w.number, Status: l.Status, ID: l.ID, UserID: l.UserID, ErrorCode: l.Code, Error: l.Message,
		HTTPStatus: a.Status, Attempts: w.attempts, RequestID: a.RequestID, At: time.Now(),
		Key: string(w.key), Hash: l.Hash, Ms: a.Latency.Milliseconds(), Workspace: s.job.forecast.Workspace.ID,
	})
}

// remarked adds to a line what is to be said of a row whatever became of it.
func (j *Job) remarked(w *row, l results.Line) results.Line {
	switch {
	case !l.Status.Stands():
		l.Note = ""
	case w.held != nil:
		l.Note = fate.NoteOf(w.held)
	}
	remark := func(code, text string) {
		if l.ErrorCode == "" {
			l.ErrorCode, l.Error = code, text
		} else if !strings.Contains(l.Error, text) {
			l.Error += "; " + text
		}
	}
	if keepsOptOut(w, l.Status) {
		remark(outcome.OptOutKept, fmt.Sprintf("%s, of the same lead, says that the person wants no e-mail: that this row says otherwise was not sent (allow_resubscribe: true in the mapping sends it)", j.rowName(w.saysNo)))
	}
	if other, lost := j.lostNo[w.number]; lost && l.Status == outcome.Invalid {
		where := "an earlier run has sent the lead"
		if other != 0 {
			where = j.rowName(other) + ", of the same lead, does not say so"
		}
		remark(l.ErrorCode, "this row says that the person wants no e-mail: that was not sent, and "+where)
	}
	switch {
	case l.Status.Stands() && len(w.omitted) > 0:
		remark(outcome.ValueOmitted, omittedText(w.at, w.omitted))
	case l.ErrorCode == outcome.DuplicateKey && w.lane != nil && optsOut(w.lead) && !w.lane.optsOut:
		l.ErrorCode = outcome.DuplicateOptOut
		l.Error += fmt.Sprintf(", and this row, unlike the first, %s, says that the person wants no e-mail: that was not sent", j.rowName(w.lane.claim))
	}
	return l
}

// write puts a row's outcome on record and lets the next row of its key go.
func (s *scheduler) write(w *row, l fate.Line) {
	line := s.lineOf(w, l)
	o := results.Outcome{
		Line: line, Cells: w.cells, Number: w.intents,
		UpdatedAt: w.answer.Contact.UpdatedAt, Doubtful: w.answer.Doubtful, DoubtfulServer: w.answer.DoubtfulServer,
	}
	if w.follow != nil {
		o.UpdatedAt = latest(o.UpdatedAt, w.follow.updatedAt)
	}
	if c := s.shown(w, line.ID); c.ID != "" {
		o.Content, o.UpdatedAt = s.content(c), latest(o.UpdatedAt, c.UpdatedAt)
	}
	if err := s.store.Settle(o); err != nil {
		s.halt(stopFor(err, s.sent))
		return // not on record: not known
	}
	if line.ID != "" && line.Status != outcome.Invalid {
		s.contacts.add(line.ID, w.claim())
		if w.state.Sends > 0 && w.state.Created { // found, not answered
			s.found[line.ID] = ref{line: line, cells: w.cells, omitted: w.omitted, held: w.held}
		}
	}
	s.codes.add(line.ErrorCode)
	s.pulse.settled(line, w)
	s.ended(w, line)
	switch line.ErrorCode {
	case outcome.Stale:
		if s.job.cfg.RefuseStale {
			s.halt(&StopError{Reason: staleRow, Err: fmt.Errorf("%s: %s", s.job.rowName(w.number), line.Error)})
		}
	case outcome.AmbiguousMatch, outcome.MatchTaken, outcome.MatchIsUser, outcome.MatchIsArchived:
		if line.Status == outcome.Failed {
			s.limitErrors(line.Error)
		}
	}
}

// shown is a row's contact as the API showed it last; without an id when it
// did not.
func (s *scheduler) shown(w *row, id string) client.Contact {
	if w.answer.Contact.ID == id {
		return w.answer.Contact
	}
	for _, sight := range w.sights {
		if sight.Contact.ID == id {
			return sight.Contact
		}
	}
	return client.Contact{}
}

// content identifies what a contact shows of what the mapping sends, for undo;
// blank: it was not shown.
func (s *scheduler) content(c client.Contact) string {
	if c.ID == "" {
		return ""
	}
	return contentOf(c, s.job.weigher.Attributes)
}

// ended counts a row that has its outcome, and gives the next of its key its
// turn.
func (s *scheduler) ended(w *row, line results.Line) {
	s.open--
	if w.number == 0 {
		s.vanished++
		if line.Status == outcome.Unresolved {
			s.lostRows++
		}
		return
	}
	s.totals.add(line.Status, 1)
	if line.Status.Stands() {
		s.omitted.add(w.omitted, 1)
		s.addHeld(w.held, 1)
	}
	if line.ErrorCode == outcome.DuplicateOptOut {
		s.optOuts++
	}
	if _, lost := s.job.lostNo[w.number]; lost && line.Status == outcome.Invalid {
		s.lostOuts++
	}
	if keepsOptOut(w, line.Status) {
		s.keptOuts++
	}
	if w.created {
		s.closed++
		if n := s.job.cfg.Canary; n > 0 && s.closed >= n {
			s.halt(&StopError{Reason: canaryDone, Err: errors.New("as many leads as asked for were created")})
		}
	}
	n := w.lane
	if n == nil {
		return
	}
	n.known, n.shown = w.state.Known, s.shown(w, w.state.Known.ID)
	n.intents = w.intents
	n.busy = false
	for !n.busy && len(n.waiting) > 0 && s.stopped == nil {
		next := n.waiting[0]
		n.waiting = n.waiting[1:]
		s.turn(next)
	}
}

func (s *scheduler) addHeld(back []fate.Held, n int) {
	for _, h := range back {
		s.heldBack[h.Attribute] += n
	}
}

// limitErrors stops a run in which more rows are refused than --max-errors
// allows. last is why the last one was.
func (s *scheduler) limitErrors(last string) {
	limit, rows := s.job.cfg.MaxErrors, s.job.forecast.Rows
	bad := s.totals.Of(outcome.Invalid) + s.totals.Of(outcome.Failed)
	if limit.Exceeded(bad, rows) {
		s.halt(stop(TooManyErrors, "mend the file and resume, or raise --max-errors",
			"%d of %d rows were invalid or refused, the last with: %s", bad, rows, last))
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

// report tells how far the run is.
func (s *scheduler) report() {
	if s.job.progress == nil {
		return
	}
	f, p := &s.job.forecast, &s.pulse
	now := time.Now()
	p.look(now, s.flight)
	work, calls := f.Create+f.Update+f.Open, f.Calls
	if n := s.job.cfg.Canary; n > 0 && n < f.Create { // the first part of the list is like the whole, as far as anybody knows
		work, calls = work*n/f.Create, calls*n/f.Create
	}
	s.job.progress(Progress{
		Rows: f.Rows, Totals: s.totals,
		Work: work, Worked: p.worked, Read: p.read, Calls: calls, Busy: p.busy,
		Doubt: len(s.doubts.rows), DoubtUntil: s.doubts.until(now, s.job.serverNow()),
		Doubted: p.doubted, DoubtSince: p.since, DoubtTook: p.took / time.Duration(max(1, p.decisions)),
	})
}
