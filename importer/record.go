package importer

import (
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

// recordAnswer fills in what the last answer tells.
func (l *loop) recordAnswer(w *row, line results.Line, a client.Answer) {
	line.HTTPStatus, line.RequestID, line.Ms = a.Status, a.RequestID, a.Latency.Milliseconds()
	l.write(w, line, results.Outcome{UpdatedAt: a.Contact.UpdatedAt, Skew: skew(a), Doubtful: a.Doubtful})
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
	l.codes.add(line.ErrorCode)
	l.pulse.settled(line, w.matched)
	if w.made {
		l.canary()
	}
	if n := w.lane; n != nil && n.busy {
		l.release(n)
	}
}

// userID is what import_user_id shows: the user_id of 1.x, the external_id of 2.x.
func userID(c client.Contact) string {
	if c.UserID != "" {
		return c.UserID
	}
	return c.ExternalID
}

// skew is the server's clock minus ours.
func skew(a client.Answer) time.Duration {
	m := a.EndedServer
	if !m.Known() {
		return 0
	}
	return m.Low.Add(m.High.Sub(m.Low) / 2).Sub(a.Ended.Round(0)).Round(time.Second)
}
