package importer

import (
	"context"
	"crypto/sha256"

	"leadimport/mapping"
)

// chain is what the rows of one shared key come to, in file order.
type chain struct {
	rows      int
	hash      string // of the last row; see chainHash
	unchanged bool   // it is what the API is known to hold already
	open      bool   // an interrupted run has begun to change it
	changed   bool   // it is not what the newest earlier results say
}

// chainHash is the import_hash of a row whose key other rows share: it covers
// the rows before it too, for what the API holds after the row is the fold of
// all of them. before is the hash of the row before, empty for the first.
func chainHash(before string, digest [16]byte) string {
	if before == "" {
		return hexDigest(digest)
	}
	sum := sha256.Sum256(append([]byte(before), digest[:]...))
	return hexDigest([16]byte(sum[:16]))
}

// resumedKey is what an interrupted run left of a shared key.
type resumedKey struct {
	id, userID string
}

// surveyShared goes over the file once more, for what can be said only when
// it is known which keys are shared: how each row will end, and what the rows
// of a shared key come to. Rows of keys that are their own cost nothing here
// but the reading.
func (j *Job) surveyShared(ctx context.Context) error {
	f := &j.forecast
	j.chains = map[mapping.Key]chain{}
	j.order = map[mapping.Key]*resumedKey{}
	fresh := j.earlier == nil && j.cfg.Previous == nil
	if fresh && f.Shared == 0 && !j.mapsID {
		f.Create = f.Rows - f.Invalid
		return nil
	}
	seen := map[uint64]uint32{} // rows of each shared key, by its hash: a file may be all such rows
	err := j.eachLead(ctx, pass{limit: j.cfg.Limit, digest: true}, func(r *converted) error {
		w := r.asRow()
		if w.fault != nil || !j.cfg.Shard.has(w.key, w.number) {
			return nil
		}
		var err error
		if w.before, err = j.lookPrevious(w.key); err != nil {
			return err
		}
		j.reserve(w)
		shared := j.keys.isShared(w.key)
		if shared && w.before != nil { // what nobody knows of cannot be unchanged
			c := j.chains[w.key]
			if c.rows == 0 || j.cfg.Duplicates == UpdateDuplicates || j.cfg.Duplicates == "" {
				c.hash = chainHash(c.hash, w.digest)
			}
			c.rows++
			c.open = c.open || j.isOpen(w)
			c.unchanged = w.past().ID != "" && c.hash == w.past().Hash && !c.open
			c.changed = w.differs(c.hash)
			j.chains[w.key] = c
		}
		if stands, err := j.noteEarlier(w, shared); stands || err != nil {
			return err
		}
		j.count(w, shared, seen)
		return nil
	})
	for key, c := range j.chains {
		if c.changed {
			f.Changed++
		}
		if n := int(seen[j.keys.hash(key)]); n > 0 && c.unchanged {
			if j.cfg.Duplicates != UpdateDuplicates && j.cfg.Duplicates != "" {
				n = 1
			}
			f.Update -= n
			f.Unchanged += n
		}
	}
	return err
}

// count forecasts the fate of one row that nothing has settled yet.
func (j *Job) count(w *row, shared bool, seen map[uint64]uint32) {
	f := &j.forecast
	again := false
	if shared {
		hash := j.keys.hash(w.key)
		again = seen[hash] > 0
		seen[hash]++
		if again {
			switch j.cfg.Duplicates {
			case SkipDuplicates:
				f.Skip++
				return
			case RejectDuplicates:
				f.Invalid++
				return
			}
		}
	}
	resumed := j.order[w.key]
	past := w.past()
	switch {
	case !shared && past.ID != "" && past.Hash == hexDigest(w.digest):
		f.Unchanged++
	case w.lead.IsUpdate(), past.ID != "", again, resumed != nil && resumed.id != "":
		f.Update++
		if !shared && w.differs(hexDigest(w.digest)) {
			f.Changed++
		}
	default:
		f.Create++
		if j.cfg.Previous != nil {
			j.fresh.addLead(w.lead)
		}
	}
}

// mapsIdentity reports whether rows may name the contact that they update.
func (j *Job) mapsIdentity() bool {
	for _, a := range j.plan.Attributes() {
		if a.Name == "id" || a.Name == "user_id" {
			return true
		}
	}
	return false
}
