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
	saveCompany
	attachCompany
	giveTags
)

// task is what a worker does: one save, one look-up for many rows, in doubt or
// about to be created, or what comes behind the save of a row.
type task struct {
	kind   taskKind
	row    *row   // to save
	rows   []*row // to look up, or to give tags
	answer client.Answer
	found  []finding // one for each of rows
	err    error

	matches []candidates   // one for each of rows
	company client.Company // to save
	firm    string         // the API's id of a company: to attach to, or of the one that was saved
	alone   bool           // tags: one row, by a call of its own for each tag
	prove   bool           // tags: look whether the API did it
	what    string         // tags: the one that was refused
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
	case saveCompany:
		t.firm, t.answer, t.err = j.cfg.Client.SaveCompany(ctx, t.company)
	case attachCompany:
		t.answer, t.err = j.cfg.Client.AttachCompany(ctx, t.firm, t.row.lead.ID)
	case giveTags:
		j.tag(ctx, t)
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
		in := results.Intent{
			Row: w.number, Number: w.intents, Key: string(w.key), Body: body,
			At: a.At, Deadline: a.Deadline,
		}
		if w.matched {
			in.ID = w.lead.ID
		}
		return j.cfg.Store.Intent(in)
	})
}
