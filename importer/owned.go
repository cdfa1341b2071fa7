package importer

import (
	"crypto/sha256"
	"encoding/hex"
)

// owned is the set of ids that rows of this run own: a lead that is found by
// a look-up is ours only if no other row has it (R9). An id takes 12 bytes,
// as the API's own are 24 hex digits.
type owned map[[12]byte]struct{}

func packID(id string) (packed [12]byte) {
	if len(id) == 24 {
		if _, err := hex.Decode(packed[:], []byte(id)); err == nil {
			return packed
		}
	}
	sum := sha256.Sum256([]byte(id))
	copy(packed[:], sum[:])
	return packed
}

func (o owned) add(id string) { o[packID(id)] = struct{}{} }

func (o owned) has(id string) bool { _, ok := o[packID(id)]; return ok }
