package importer

import (
	"context"
	"fmt"
	"time"

	"leadimport/importer/results"
	"leadimport/importer/source"
)

// feed reads the file a last time and hands its rows to the loop, in file
// order. It closes out when it returns.
func (j *Job) feed(ctx context.Context, out chan<- *row) error {
	defer close(out)
	began := time.Now()
	return j.eachRow(ctx, pass{limit: j.cfg.Limit, keep: true}, func(r source.Row) error {
		w := newRow(j.plan, r)
		if !j.cfg.Shard.has(w.key, w.number) {
			return nil
		}
		var err error
		if w.before, err = j.lookPrevious(w.key); err != nil {
			return err
		}
		if err := j.recall(w, began); err != nil {
			return err
		}
		select {
		case out <- w:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// recall gives a row what an interrupted run knew of it: its fate, or the
// doubt that it is in.
func (j *Job) recall(w *row, now time.Time) error {
	if j.earlier == nil {
		return nil
	}
	if j.recallApplied(w) {
		return nil
	}
	status := j.earlier.Status(w.number)
	if d, open := j.earlier.Doubt(w.number); open {
		// How many of the intents were followed by a request died with the
		// process; at most, all of them.
		w.intents, w.attempts = d.Number, d.Number
		w.doubt = &doubt{first: d.First, last: d.Last, since: d.Since, skew: d.Skew, body: d.Body}
		w.remember(d.Key, d.ID)
	} else if status == "" && j.blind() && w.fault == nil && !w.lead.IsUpdate() {
		// R7: nothing is known, so everything is possible.
		w.doubt = &doubt{since: now}
		if since, lost := j.earlier.Lost(); lost {
			w.doubt.since = since
		}
	}
	if status == "" {
		return nil
	}
	if stands(status) && !j.isShared(w) {
		w.standing = status
		w.doubt = nil
		return nil
	}
	line, _, err := j.earlier.Line(w.number)
	if err != nil {
		return fmt.Errorf("reading row %d of the interrupted run's results: %w", w.number, err)
	}
	w.attempts = max(w.attempts, line.Attempts)
	switch {
	case stands(status):
		w.standing, w.hash, w.doubt = status, line.Hash, nil
		w.recorded, w.late = &line, j.earlier.Doubtful(w.number)
	case line.ID != "" && line.Key == string(w.key) && w.fault == nil && !w.lead.IsUpdate():
		w.lead.ID, w.known = line.ID, true // whatever is wrong with it, it is not to be created
	case status == results.Unresolved && w.doubt == nil && !w.lead.IsUpdate():
		w.doubt = &doubt{since: line.At}
	}
	return nil
}

func (j *Job) isShared(w *row) bool { return w.fault == nil && j.keys.isShared(w.key) }
