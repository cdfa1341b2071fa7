package importer

import (
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// row is one row of the input on its way to its fate. It has one owner at a
// time: the feed, then the loop, a worker while a request for it is out, then
// the loop again.
type row struct {
	number int
	cells  []string
	lead   client.Lead
	key    mapping.Key
	digest [16]byte // of lead
	hash   string   // import_hash, once the API is known to hold the row
	lane   *lane    // nil: no other row has this key

	fault    *fault         // not nil: the row is invalid
	standing results.Status // not empty: an earlier run settled it so, and so it stays

	recorded *results.Line // its line of the earlier run, when the key is shared
	late     time.Time     // end of an attempt of the earlier run that may still be applied

	before *results.PreviousEntry // what earlier runs know of its key; nil: nothing

	matched  bool   // its contact was looked up
	rivals   string // ids of contacts that its create in doubt may have made
	known    bool   // the id came from earlier results: a 404 means the lead is gone
	adopted  bool   // this run's or an interrupted run's own create was found: the fate is created
	intents  int    // recorded for the row, across resumes
	attempts int    // requests sent for the row, across resumes
	made     bool   // this run's create was applied
	recreate int    // creates sent again after a doubt
	doubt    *doubt

	applied *results.Applied // the API has its lead since the interrupted run; nil: it may not
	rest    *rest            // what is left to do; nil: its lead is not known to be there yet
}

// doubt is what is known of creates whose answers are not.
type doubt struct {
	first time.Time     // of the oldest intent without an outcome; zero: not known
	last  time.Time     // deadline of the newest
	since time.Time     // end of the newest attempt: the wait counts from here
	skew  time.Duration // server's clock minus ours
	body  string        // digest of what the newest attempt sent; empty: not known
	next  time.Time     // when to look next
	pause time.Duration // between looks, growing
	// echo is the contact that an answer named without showing what was sent:
	// the row's own, rewritten by the API, or somebody else's.
	echo    string
	suspect bool          // from before any create of the run was proved to work
	answer  client.Answer // of the attempt that left the doubt
}

// fault is why a row is invalid.
type fault struct{ code, message string }

func hexDigest(d [16]byte) string { return hex.EncodeToString(d[:]) }

// newRow maps one record.
func newRow(plan *mapping.Plan, r source.Row) *row {
	w := &row{number: r.Number, cells: r.Cells}
	w.lead, w.key, w.fault, _ = convert(plan, r)
	if w.fault == nil {
		w.digest = w.lead.Digest()
	}
	return w
}

// convert makes one record a lead, or says why it is none. The problems are
// those of its cells, which the fault sums up.
func convert(plan *mapping.Plan, r source.Row) (client.Lead, mapping.Key, *fault, []mapping.Problem) {
	if p := r.Problem; p != nil {
		place := fmt.Sprintf("line %d", p.Line)
		if p.Column > 0 {
			place += fmt.Sprintf(", column %d", p.Column)
		}
		return client.Lead{}, "", &fault{p.Code, place + ": " + p.Message}, nil
	}
	if n, open := unclosed(r); open {
		message := fmt.Sprintf("line %d: a quote opens and is not closed: close it, or double it if it belongs to the text", n.Line)
		return client.Lead{}, "", &fault{n.Code, message}, nil
	}
	lead, key, problems := plan.Lead(r.Cells)
	if len(problems) == 0 {
		return lead, key, nil, nil
	}
	texts := make([]string, len(problems))
	for i, p := range problems {
		texts[i] = problemText(p)
	}
	return lead, key, &fault{problems[0].Code, strings.Join(texts, "; ")}, problems
}

// past is the line that earlier runs recorded of the row's key; zero when there
// is none with an id.
func (w *row) past() results.Line {
	if w.before == nil {
		return results.Line{}
	}
	return w.before.Line
}

// differs reports whether hash is not what the newest earlier results recorded
// of the row's key.
func (w *row) differs(hash string) bool {
	past := w.past()
	return past.ID != "" && w.before.Newest && past.Hash != "" && past.Hash != hash
}

// unclosed finds a row with a cell whose quote was never closed. Its text can
// be read, and more of it may be missing: a mailing list may live with that, a
// CRM may not.
func unclosed(r source.Row) (source.Note, bool) {
	for _, n := range r.Notes {
		if n.Code != source.CodeStrayQuote {
			continue
		}
		for _, cell := range r.Cells {
			if strings.HasPrefix(cell, `"`) && strings.Count(cell, `"`)%2 == 1 {
				return n, true
			}
		}
	}
	return source.Note{}, false
}

// problemText is one problem of a cell in one line: its column, its value,
// what would be right.
func problemText(p mapping.Problem) string {
	if p.Column == "" {
		return p.Message
	}
	if p.Value == "" {
		return fmt.Sprintf("column %q: %s", p.Column, p.Message)
	}
	return fmt.Sprintf("column %q, value %q: %s", p.Column, p.Value, p.Message)
}
