package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"leadimport/client"
	"leadimport/mapping"
)

// stampOf is the value of the stamp attribute for a row: a digest of its key,
// so that a look-up can prove that a lead is this row's. ok is false when the
// mapping names no stamp.
func (j *Job) stampOf(key mapping.Key) (value client.Value, ok bool) {
	if j.cfg.Mapping.Stamp() == "" {
		return client.Value{}, false
	}
	sum := sha256.Sum256([]byte(j.cfg.Mapping.KeyKind() + "\n" + string(key)))
	return client.String(hex.EncodeToString(sum[:16])), true
}

// stamped is the lead that is sent to create a row. An update carries no
// stamp: it is not needed there, and what the file does not name is not
// touched.
func (j *Job) stamped(w *row) client.Lead {
	if w.lead.IsUpdate() {
		return j.unconsented(w.lead)
	}
	value, ok := j.stampOf(w.key)
	if !ok {
		return w.lead
	}
	lead := w.lead
	lead.Fields = append(slices.Clone(lead.Fields), client.Field{Name: j.cfg.Mapping.Stamp(), Value: value})
	return lead
}

// sameStamp reports whether c carries the row's stamp; true without one.
func (j *Job) sameStamp(c client.Contact, w *row) bool {
	value, ok := j.stampOf(w.key)
	return !ok || c.Custom[strings.TrimPrefix(j.cfg.Mapping.Stamp(), client.CustomPrefix)] == value.Text()
}
