package invariants

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// World is what imports one after the other did, in a world in which other
// people write to the same workspace, clocks are wrong, lists are edited and
// files are lost: what is needed to say what may have come of them.
type World struct {
	*Truth
	Before    map[string]bool // ids of whom the API held before the first import
	Moved     map[string]bool // ids of whom something else changed, archived, deleted, merged or made a user since
	Taken     map[string]bool // ids that an undo took back
	Nights    []Night
	Announced map[string]bool // keys of creates that a process died with before it sent them: nobody can know that
	Settle    time.Duration
	Timeout   time.Duration
	Stamp     bool   // creates carry one
	Match     bool   // rows are looked up by e-mail, and where the API can by phone
	Search    bool   // the API can look stamps up
	Gone      string // what becomes of rows whose contact is gone: "skip", "fail"; blank: it is looked for
	Clocks    bool   // the server's clock was set while an import ran
	Foreign   bool   // answers may show somebody else
}

// Night is one import, from its first start through its resumes to its end.
type Night struct {
	Rows   []Row  // of the list, as it was at last
	Lines  []Line // of its results at the end, by row; those without one behind
	Forgot bool   // its journal was lost in between
	Faults bool   // the API was out of order now and then
	Heavy  bool   // so often that little else is in order
	Began  time.Time
	Starts []time.Time // of the program
	Ended  time.Time
}

// Violations is every promise that was not kept.
func (w World) Violations() []error {
	t := &tribunal{World: w, owner: map[string]string{}, ids: map[string]string{}, rowKeys: map[string]bool{}, unsure: map[string]bool{}}
	for n := range w.Nights {
		t.night(n)
	}
	t.leads()
	t.writes()
	return t.wrong
}

// tribunal collects what imports did wrong.
type tribunal struct {
	World
	owner   map[string]string // id: the key that it is recorded for, in the newest results
	ids     map[string]string // the other way round
	rowKeys map[string]bool   // of the last list
	unsure  map[string]bool   // keys of which a row was ever unresolved
	named   strings.Builder   // all ids that lines name
	wrong   []error
}

func (t *tribunal) report(invariant, format string, args ...any) {
	t.wrong = append(t.wrong, fmt.Errorf(invariant+": "+format, args...))
}

// night judges one import.
func (t *tribunal) night(n int) {
	night := &t.Nights[n]
	if len(night.Lines) < len(night.Rows) {
		t.report("totality", "night %d: %d lines for %d rows", n+1, len(night.Lines), len(night.Rows))
	}
	t.rowKeys = map[string]bool{}
	tonight := map[string]string{} // id: key
	firsts := map[string]bool{}
	open := map[string]bool{}
	for i, line := range night.Lines {
		fmt.Fprintln(&t.named, line["import_id"], line["import_error"])
		where := fmt.Sprintf("night %d, row %d", n+1, i+1)
		if i >= len(night.Rows) {
			t.behind(fmt.Sprintf("night %d, line %d", n+1, i+1), line)
			continue
		}
		if line["import_row"] != strconv.Itoa(i+1) {
			t.report("totality", "%s: its line is that of row %q", where, line["import_row"])
			return
		}
		key := night.Rows[i].Key()
		t.rowKeys[key] = true
		t.line(night, where, key, i, line, open)
		firsts[key] = true
		id := line["import_id"]
		switch line["import_status"] {
		case "created", "updated", "unchanged":
			if other, taken := tonight[id]; taken && other != key {
				t.report("right id", "%s: %s is recorded for two people", where, id)
			}
			tonight[id] = key
			was := t.ids[key]
			if was != "" && was != id && !t.Moved[was] && !t.Taken[was] && !open[key] && t.alive(was) {
				t.report("right id", "%s: is %s, and was %s", where, id, was)
			}
			if t.Gone != "" && was != "" && was != id && t.Moved[was] && !t.Taken[was] && !t.Match && !t.forgot() && !t.unsure[key] {
				t.report("gone", "%s: is %s, and was %s, whom nobody was to look for", where, id, was)
			}
			t.owner[id], t.ids[key] = key, id
		}
	}
	t.content(n, open)
	t.patience(n)
	t.untouched(n)
}

// line judges one line by itself.
func (t *tribunal) line(night *Night, where, key string, i int, line Line, open map[string]bool) {
	id, code := line["import_id"], line["import_error_code"]
	row := night.Rows[i]
	made, ours := t.Made[id]
	c, there := t.Contacts[id]
	switch status := line["import_status"]; status {
	case "created":
		switch {
		case ours && made.Row.Key() != key:
			t.report("right id", "%s: %s was made for %s, not for %s", where, id, made.Row.Key(), key)
		case !ours && !there:
			t.report("no loss", "%s: created as %q, whom the API does not have", where, id)
		case !ours && !t.cannotTell(c):
			t.report("no theft", "%s: created as %s, whom this program did not make: %+v", where, id, c)
		}
	case "updated", "unchanged":
		switch {
		case !there && !t.Moved[id] && !t.Taken[id], t.Taken[id] && night.Began.After(t.takenAt(id)):
			t.report("no loss", "%s: %s as %q, whom the API does not have", where, status, id)
		case ours && made.Row.Key() != key && !t.meant(row, c):
			t.report("right id", "%s: %s was made for %s, not for %s", where, id, made.Row.Key(), key)
		case !ours && there && !t.meant(row, c):
			t.report("right id", "%s: %s %s, who is somebody else: %+v", where, status, id, c)
		case !ours && !t.mayAdopt(key) && t.ids[key] != id: // the night before was judged for itself
			t.report("no theft", "%s: %s %s, whom this program did not make: %+v", where, status, id, c)
		}
	case "unresolved":
		open[key], t.unsure[key] = true, true
		t.honest(night, where, key, line)
		if why := t.excuse(night, row, key, line); why == "" {
			t.report("liveness", "%s: unresolved, and nothing stands against knowing: %s", where, line["import_error"])
		}
	case "skipped":
		if (code != "gone" || id == "" || !t.Moved[id] || t.Gone == "fail") && (code != "match_is_user" || !t.Match) {
			t.report("refusal", "%s: skipped (%s), %s", where, code, line["import_error"])
		}
		open[key] = true
	case "failed":
		switch {
		case code == "waits_for_row" && open[key]:
		case code == "ambiguous_match" && (t.Match || t.movedOf(key)) && t.several(row):
		case code == "match_taken" && (t.Match || t.Gone == "" && t.movedOf(key)):
		case t.Gone == "fail" && t.Moved[id] && slices.Contains([]string{"not_found", "contact_merged", "gone"}, code):
		case code == "conflict" && c.Role == "user" && t.several(row): // two users of one address: the API takes no e-mail for either
		default:
			t.report("refusal", "%s: failed (%s), %s", where, code, line["import_error"])
		}
		open[key] = true
	default:
		t.report("totality", "%s: is %q", where, status)
	}
}

// behind judges a line of what the list does not have any more.
func (t *tribunal) behind(where string, line Line) {
	if line["import_row"] != "" || line["import_error_code"] != "row_vanished" {
		t.report("totality", "%s: stands behind those of the rows as row %q, %q", where, line["import_row"], line["import_error_code"])
	}
	id := line["import_id"]
	if _, ours := t.Made[id]; line["import_status"] == "created" && !ours && (t.Stamp || !t.Contacts[id].Stranger) {
		t.report("no theft", "%s: created as %s, whom this program did not make", where, id)
	}
}

// honest: an unresolved row was sent, and the true lead is among the ids.
func (t *tribunal) honest(night *Night, where, key string, line Line) {
	if t.forgot() {
		return // each row may have been sent
	}
	sent := len(t.Creates[key]) > 0 || t.Announced[key] || line["import_id"] != ""
	if !sent {
		t.report("honesty", "%s: unresolved, and nothing was sent for it", where)
	}
	for _, c := range t.Creates[key] {
		if c.Applied && t.alive(c.ID) && !c.AppliedAt.After(night.Ended) && !strings.Contains(line["import_error"]+line["import_id"], c.ID) && t.owner[c.ID] == "" {
			t.report("honesty", "%s: may be %s, and the line does not say so: %s", where, c.ID, line["import_error"])
		}
	}
}

// content: what was saved is the fold of the rows in file order.
func (t *tribunal) content(n int, open map[string]bool) {
	if n < len(t.Nights)-1 {
		return // the last one has the last word
	}
	rows := t.Nights[n].Rows
	for id, key := range t.owner {
		c, there := t.Contacts[id]
		if !there || c.Archived || open[key] || !t.rowKeys[key] || t.Moved[id] || t.ids[key] != id {
			continue
		}
		var want Row
		for i, r := range rows {
			if r.Key() == key && t.Nights[n].Lines[i]["import_id"] == id {
				want = want.over(r)
			}
		}
		if got := c.Row(); !want.isIn(got) {
			t.report("order", "%s holds %+v, and the rows of its key say %+v", id, got, want)
		}
	}
}

// over is r with what later says: a blank says nothing.
func (r Row) over(later Row) Row {
	for _, f := range []struct{ to, from *string }{{&r.Email, &later.Email}, {&r.Phone, &later.Phone}, {&r.Name, &later.Name}, {&r.Score, &later.Score}} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	return r
}

// isIn reports whether got shows all that r says.
func (r Row) isIn(got Row) bool {
	a, b := r.fold(), got.fold()
	return b == b.over(a)
}

// leads judges all leads that the program made: each is in a line, and no key
// has two.
func (t *tribunal) leads() {
	named := t.named.String()
	byKey := map[string][]string{}
	for id, c := range t.Made {
		key := c.Row.Key()
		if t.alive(id) && !t.Taken[id] {
			byKey[key] = append(byKey[key], id)
		}
		if !strings.Contains(named, id) && !t.Taken[id] && !(t.forgot() && !t.rowKeys[key]) {
			t.report("totality", "%s was made for %s, and is in no line", id, key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(byKey)) {
		if ids := byKey[key]; len(ids) > 1 {
			t.report("no duplicate", "%s is %d leads: %v", key, len(ids), ids)
		}
	}
}

// writes judges how often what was sent (thrift): no create before the wait
// for the one before it is over, unless that was surely not applied.
func (t *tribunal) writes() {
	for key, list := range t.Creates {
		for i := 1; i < len(list); i++ {
			last, next := list[i-1], list[i]
			sure := last.Fault == "rate-limited" || last.Fault == "unreachable" || last.Status == 429 || last.Status == 409
			gone := last.Applied && (t.Taken[last.ID] || t.Moved[last.ID])
			if wait := next.At.Sub(last.At); !sure && !gone && wait < t.Settle {
				t.report("thrift", "%s was created again after %v (%s)", key, wait, last.Fault)
			}
		}
	}
}

// untouched: a row that is unchanged cost no call (thrift).
func (t *tribunal) untouched(n int) {
	night := &t.Nights[n]
	several := shared(night.Rows)
	for i, row := range night.Rows {
		line := night.Lines[i]
		if line["import_status"] != "unchanged" || several[row.Key()] {
			continue
		}
		for _, c := range t.Changes {
			if c.ID == line["import_id"] && c.At.After(night.Began) && c.At.Before(night.Ended) {
				t.report("thrift", "night %d, row %d: is unchanged, and a %s was sent for it", n+1, i+1, c.Kind)
			}
		}
	}
}

func (t *tribunal) alive(id string) bool {
	c, there := t.Contacts[id]
	return there && !c.Archived
}

func (t *tribunal) forgot() bool {
	return slices.ContainsFunc(t.Nights, func(n Night) bool { return n.Forgot })
}

// takenAt is when undo archived or deleted a lead.
func (t *tribunal) takenAt(id string) (at time.Time) {
	for _, c := range t.Changes {
		if c.ID == id && c.Applied && (c.Kind == "archive" || c.Kind == "delete") {
			at = c.At
		}
	}
	return at
}

// movedOf reports whether something else happened to a lead of a key.
func (t *tribunal) movedOf(key string) bool {
	for _, c := range t.Creates[key] {
		if c.Applied && t.Moved[c.ID] {
			return true
		}
	}
	return t.ids[key] != "" && t.Moved[t.ids[key]]
}
