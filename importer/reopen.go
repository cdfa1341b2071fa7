package importer

import (
	"hash/maphash"

	"leadimport/client"
	"leadimport/importer/results"
)

// recallApplied gives a row what an interrupted run knew of it when the API
// had its lead and not all that belongs to it. The lead is never created again.
func (j *Job) recallApplied(w *row) bool {
	a, ok := j.earlier.Applied(w.number)
	if !ok {
		return false
	}
	w.applied, w.intents, w.attempts, w.late = &a, a.Number, a.Line.Attempts, a.Doubtful
	w.adopted, w.known = a.Line.Status == results.Created, true
	if !w.lead.IsUpdate() {
		w.lead.ID = a.Line.ID
	}
	if d, open := j.earlier.Doubt(w.number); open { // it was sent again since
		w.intents, w.attempts = d.Number, max(w.attempts, d.Number)
		w.doubt = &doubt{first: d.First, last: d.Last, since: d.Since, skew: d.Skew, body: d.Body}
	}
	return true
}

// isOpen reports whether an interrupted run has applied a row and not
// finished it.
func (j *Job) isOpen(w *row) bool {
	if j.earlier == nil {
		return false
	}
	_, ok := j.earlier.Applied(w.number)
	return ok
}

// noteApplied takes such a row into the forecast.
func (j *Job) noteApplied(w *row, a results.Applied, shared bool) error {
	if a.Line.Key != string(w.key) {
		return stop(NothingSent, "import the changed file with --previous and other --results",
			"the file has changed since the run was interrupted: row %d was %s and is another row now", w.number, a.Line.Status)
	}
	if shared {
		j.order[w.key] = &resumedKey{id: a.Line.ID, userID: a.Line.UserID}
	}
	j.forecast.Open++
	return nil
}

// faultInPlace is the line of a row that is no longer valid, and whose lead is
// in the API. It keeps a code of those: as an invalid row it would be mended,
// fed back in, and created a second time.
func (w *row) faultInPlace() results.Line {
	return results.Line{
		Status: results.Failed, ErrorCode: results.TagFailed, ID: w.applied.Line.ID, UserID: w.applied.Line.UserID,
		Error: "the lead is there, and the row is no longer valid: " + w.fault.message,
	}
}

// firmCount counts the companies of a file, at 8 bytes and a map's overhead
// for each.
type firmCount struct {
	seed maphash.Seed
	ids  map[uint64]struct{}
	rows int // that name one, as often as they do
}

func (c *firmCount) add(lead client.Lead) {
	for _, company := range lead.Companies {
		if c.ids == nil {
			c.seed, c.ids = maphash.MakeSeed(), map[uint64]struct{}{}
		}
		c.ids[maphash.String(c.seed, company.CompanyID)] = struct{}{}
		c.rows++
	}
}

// callsBehind is how many calls come behind the saves, at least.
func (j *Job) callsBehind() int {
	f := &j.forecast
	f.Companies = len(j.firms.ids)
	f.Tags = append([]string{}, f.Tags...) // an empty list, not null, in JSON
	sent := f.Create + f.Update + f.Open
	if sent == 0 {
		return 0
	}
	calls := 0
	if n := len(j.tags); n > 0 {
		// Each is looked up or created once, and then given to leads in lists.
		// The rows of one key are one lead.
		lists := (max(sent-f.Shared, 1) + client.MaxTagged - 1) / client.MaxTagged
		calls += n * (1 + lists)
	}
	if j.cfg.Version.Family() == client.Contacts {
		named := max(0, j.firms.rows-(f.Rows-f.Invalid-sent)) // the rows that are not sent may all name one
		calls += named + min(len(j.firms.ids), named)
	}
	return calls
}
