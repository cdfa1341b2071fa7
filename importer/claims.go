package importer

import (
	"crypto/sha256"
	"strings"

	"leadimport/client"
)

// A contact is one row's, and so is a value that rows are looked up by: ids
// and keys are one to one, however many rows match the same contact. What this
// run is about to give a contact is known here before any look-up can show it.

// reserve notes in Prepare whose the contacts are that rows name by
// themselves, or that earlier results know.
func (j *Job) reserve(w *row) {
	if len(j.match.By) == 0 {
		return
	}
	for _, id := range []string{w.lead.ID, w.past().ID} {
		if id != "" {
			j.reserved.add(id, w.number)
		}
	}
	if j.earlier != nil {
		if d, open := j.earlier.Doubt(w.number); open && d.ID != "" && d.Key == string(w.key) {
			j.reserved.add(d.ID, w.number)
		}
	}
	if w.lead.UserID != "" {
		j.reserved.add(ofUserID+w.lead.UserID, w.number)
	}
}

// ofUserID tells user_ids from ids.
const ofUserID = "user_id:"

// remember makes a row the update that an interrupted run made of it, after a
// look-up.
func (w *row) remember(key, id string) {
	if id != "" && key == string(w.key) && !w.lead.IsUpdate() {
		w.lead.ID, w.matched = id, true
	}
}

// contactOwner is the row of another key that c belongs to; 0: none.
func (l *loop) contactOwner(w *row, c client.Contact) int {
	for _, owner := range []int{l.owned.row(c.ID), l.job.reserved.row(c.ID), l.job.reserved.row(ofUserID + c.UserID)} {
		if owner != 0 && owner != w.number {
			return owner
		}
	}
	return 0
}

// claim notes whose a row's values are, for attributes that rows of different
// keys may have in common: they are the first row's, in file order, so that a
// resumed run decides as the interrupted one did.
func (l *loop) claim(w *row) {
	if w.fault != nil || len(l.job.match.By) == 0 {
		return
	}
	if l.job.isShared(w) {
		w.lane = l.lane(w)
	}
	if w.lead.ID != "" {
		l.owned.add(w.lead.ID, w.number)
	}
	for _, name := range l.job.match.By {
		if v, ok := w.identity(name); ok && l.job.mayShare(name) {
			l.values.add(valueKey(name, v), l.claimant(w))
		}
	}
}

// valueOwner is the row of another key that has w's value of an attribute; 0:
// none.
func (l *loop) valueOwner(w *row, name string) int {
	v, ok := w.identity(name)
	if !ok {
		return 0
	}
	if owner := l.values.row(valueKey(name, v)); owner != l.claimant(w) {
		return owner
	}
	return 0
}

// claimant is the row that claims for all rows of w's key.
func (l *loop) claimant(w *row) int {
	if w.lane == nil {
		return w.number
	}
	if w.lane.claimant == 0 {
		w.lane.claimant = w.number
	}
	return w.lane.claimant
}

// mayShare reports whether rows of different keys can have the same value of
// an attribute: not when it is the key.
func (j *Job) mayShare(name string) bool {
	return name != j.cfg.Mapping.KeyKind() || j.mapsID
}

// valueKey is the same for values that a look-up takes for the same.
func valueKey(name string, v client.Value) string {
	text := strings.TrimSpace(v.Text())
	switch name {
	case "email":
		text = strings.ToLower(text)
	case "phone":
		text = strings.TrimLeft(strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text), "0")
	}
	sum := sha256.Sum256([]byte(name + "\n" + text))
	return string(sum[:])
}
