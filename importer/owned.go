package importer

import (
	"crypto/sha256"
	"encoding/hex"
)

// owned tells which row of this run owns an id: a lead that is found by a
// look-up is ours only if no other row has it (R9). An id takes 12 bytes, as
// the API's own are 24 hex digits.
type owned map[[12]byte]uint32

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

// add gives id to a row, unless one has it already. Row 0 is one that has
// nothing to say.
func (o owned) add(id string, row int) {
	if packed := packID(id); o[packed] == 0 {
		o[packed] = uint32(row)
	}
}

// row is the owner of id; 0: none.
func (o owned) row(id string) int { return int(o[packID(id)]) }

func (o owned) has(id string) bool { _, ok := o[packID(id)]; return ok }
