package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

// tagWait is how long a row waits for others to be tagged with: a call tags as
// many leads as one.
const tagWait = time.Second

// tagging gives the run's tags to leads, up to client.MaxTagged in a call.
type tagging struct {
	batch   []*row // that wait for company
	since   time.Time
	alone   bool // the API takes leads one by one only
	proven  bool // a call with a list was seen to have tagged
	refused int  // calls with a list that were refused before one was proven
	out     int  // calls with a list that are out
}

func (g *tagging) add(w *row) {
	if len(g.batch) == 0 {
		g.since = time.Now()
	}
	g.batch = append(g.batch, w)
}

// tagDue sends the batches that are full, and the last one when it has waited
// long enough or there is nothing else to do. It returns when to look again,
// or next when that is sooner.
func (l *loop) tagDue(now, next time.Time) time.Time {
	g := &l.tagging
	for len(g.batch) > 0 {
		due := g.since.Add(tagWait)
		if !g.alone && len(g.batch) < client.MaxTagged && due.After(now) && !l.quiet() {
			return earliest(next, due)
		}
		if !g.proven && g.out > 0 {
			return next // its answer decides how the others go
		}
		n := min(len(g.batch), client.MaxTagged)
		rows := slices.Clone(g.batch[:n])
		g.batch = slices.Delete(g.batch, 0, n)
		g.since = now
		if g.alone {
			for _, w := range rows {
				l.tagAlone(w)
			}
			continue
		}
		g.out++
		l.push(task{kind: giveTags, rows: rows, prove: !g.proven})
	}
	return next
}

func (l *loop) tagAlone(w *row) { l.push(task{kind: giveTags, rows: []*row{w}, alone: true}) }

// quiet reports whether nothing else is under way or can be sent: no row will
// join the batch before it is gone.
func (l *loop) quiet() bool {
	if l.flight > 0 || len(l.waiting) > 0 || l.rows != nil && l.hasRoom() {
		return false
	}
	_, more := l.next()
	return !more
}

// tagged takes back a call that gave tags. A list that was refused is sent
// lead by lead: one that the API does not know fails the call for all.
func (l *loop) tagged(t task, e *client.Error, final bool) {
	g := &l.tagging
	if !t.alone {
		g.out--
	}
	if !final {
		return
	}
	if e != nil && !t.alone {
		if !g.proven {
			g.refused++
		}
		g.alone = g.alone || e.Code == codeNotTagged || g.refused > 1
		for _, w := range t.rows {
			l.tagAlone(w)
		}
		return
	}
	if e == nil && !t.alone {
		g.proven = true
	}
	for _, w := range t.rows {
		if e != nil {
			w.attempts += t.answer.Attempts
			l.fail(w, results.TagFailed, t.what, e, t.answer)
			continue
		}
		if t.alone {
			w.attempts += t.answer.Attempts
		}
		w.touched(t.answer)
		if w.lane != nil {
			w.lane.tagged = true
		}
		l.parked--
		l.write(w, w.rest.line, w.rest.outcome)
	}
}

// codeNotTagged is the code of a list that the API took and did not act upon.
const codeNotTagged = "not_tagged"

// tag gives the job's tags to the rows' leads. It runs in a worker.
func (j *Job) tag(ctx context.Context, t *task) {
	contacts := j.cfg.Version.Family() == client.Contacts
	leads := make([]string, len(t.rows))
	for i, w := range t.rows {
		leads[i] = w.lead.ID
	}
	for i, tag := range j.tags {
		var a client.Answer
		t.what = fmt.Sprintf("the tag %q", tag.Name)
		if t.alone && contacts && j.tagIDs != nil {
			a, t.err = j.cfg.Client.AttachTag(ctx, j.tagIDs[i], leads[0])
		} else {
			a, t.err = j.cfg.Client.Tag(ctx, tag.Name, leads)
		}
		a.Attempts += t.answer.Attempts
		if t.answer = a; t.err != nil {
			return
		}
	}
	if !t.prove || !contacts || j.tagIDs == nil {
		return
	}
	// The answer to a list does not tell who was tagged. The documents say
	// users where 2.x means contacts, so the first list is looked at.
	has, err := j.cfg.Client.HasTag(ctx, j.tagIDs[0], leads[0])
	var no *client.Error
	switch {
	case errors.As(err, &no) && (no.Kind == client.Refused || no.Kind == client.Unauthorised):
		// To look at tags takes another right ("Read tags") than to give them.
	case err != nil:
		t.err = err
	case !has:
		t.err = &client.Error{Kind: client.Refused, Code: codeNotTagged, Message: "the API took a list of leads and tagged nobody"}
	}
}
