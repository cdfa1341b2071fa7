package importer

import (
	"slices"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// Only says which of creates and updates a run sends. What may have been
// created already is looked up and recorded whatever it says.
type Only string

const (
	// OnlyCreate leaves the rows whose contact is known or found.
	OnlyCreate Only = "create"
	// OnlyUpdate leaves the rows whose contact is neither.
	OnlyUpdate Only = "update"
)

// leaveUpdate skips a row that would be an update.
func (l *loop) leaveUpdate(w *row) {
	if w.standing != "" { // as it was sent before, so it stays
		l.stand(w)
		return
	}
	line := results.Line{Status: results.Skipped, ErrorCode: onlyCreate, ID: w.lead.ID, UserID: w.lead.UserID,
		Error: "the contact exists, and --only create updates nobody"}
	past := w.past()
	switch n := w.lane; {
	case w.doubt != nil: // an earlier update may have been applied
		if n != nil {
			n.unknown = true
		}
	case n != nil && n.hash != "":
		w.hash = n.knownHash()
	case past.ID == w.lead.ID:
		w.hash = past.Hash
	}
	if past.ID == w.lead.ID && line.UserID == "" {
		line.UserID = past.UserID
	}
	l.record(w, line)
}

// foresee fits the forecast to what the run is told to leave out and to look
// up first.
func (j *Job) foresee() {
	f := &j.forecast
	// Nobody has an attribute yet that is still to be created.
	j.match.By = slices.DeleteFunc(j.match.By, func(name string) bool {
		return slices.ContainsFunc(f.Missing, func(a mapping.Attribute) bool { return a.Name == name })
	})
	if n := len(j.match.By); n > 0 {
		f.LookUp, f.MatchBy = f.Create, j.match.By
		f.LookUps = f.Create * n
		if j.cfg.Version.Family() == client.Contacts {
			f.LookUps = (f.Create + matchBatch - 1) / matchBatch * n
		}
	}
	switch j.cfg.Only {
	case OnlyCreate:
		f.Skip, f.Update = f.Skip+f.Update, 0
	case OnlyUpdate:
		if f.LookUp > 0 {
			f.Update += f.Create // at most
		} else {
			f.Skip += f.Create
		}
		f.Create = 0
	}
}
