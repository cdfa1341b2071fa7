package importer

import (
	"context"

	"leadimport/client"
	"leadimport/importer/results"
)

type taskKind uint8

const (
	save taskKind = iota
	look
	match
)

// task is what a worker does: one save, or one look-up for many rows, in doubt
// or about to be created.
type task struct {
	kind   taskKind
	row    *row   // to save
	rows   []*row // to look up
	answer client.Answer
	found  []finding // one for each of rows
	err    error

	matches []candidates // one for each of rows
}

// do runs in a worker. It changes nothing but the task and its rows.
func (t *task) do(ctx context.Context, j *Job) {
	switch t.kind {
	case save:
		t.answer, t.err = j.save(ctx, t.row)
	case look:
		t.found, t.err = j.look(ctx, t.rows)
	case match:
		t.matches, t.err = j.candidates(ctx, t.rows)
	}
}

// save sends a row. The intent of every create is durable before its first
// byte (R1). So is that of an update whose key other rows share: after a crash
// the next of them must not be overtaken by it (R10).
func (j *Job) save(ctx context.Context, w *row) (client.Answer, error) {
	body := hexDigest(w.digest)
	return j.cfg.Client.Save(ctx, j.stamped(w), func(a client.Attempt) error {
		if !a.Create && w.lane == nil {
			return nil
		}
		w.intents++
		if a.Create {
			if w.doubt == nil {
				w.doubt = &doubt{first: a.At}
			}
			w.doubt.last, w.doubt.body = a.Deadline, body
		}
		return j.cfg.Store.Intent(results.Intent{
			Row: w.number, Number: w.intents, Key: string(w.key), Body: body,
			At: a.At, Deadline: a.Deadline,
		})
	})
}
