package importer

import "hash/maphash"

// owned tells which row of this run owns an id: a lead that is found by a
// look-up is ours only if no other row has it (R9). It remembers 12 bytes for
// each id, 8 of them a hash, and the room that its tables need to stay fast,
// about 16 in all; of a million ids two share a hash once in ten million runs.
// The zero value is empty.
type owned struct {
	tables [256]ownedTable // by the hash's first byte, so that growing copies little
}

// ownedTable is a hash table with open addressing; the hash 0 is a free slot.
type ownedTable struct {
	hashes []uint64
	rows   []uint32
	n      int
}

var ownedSeed = maphash.MakeSeed()

func ownedHash(id string) uint64 { return max(1, maphash.String(ownedSeed, id)) }

// add gives id to a row, unless one has it already. Row 0 is one that has
// nothing to say.
func (o *owned) add(id string, row int) {
	h := ownedHash(id)
	o.tables[h>>56].add(h, uint32(row))
}

// row is the owner of id; 0: none.
func (o *owned) row(id string) int {
	h := ownedHash(id)
	if t := &o.tables[h>>56]; t.has(h) {
		return int(t.rows[t.find(h)])
	}
	return 0
}

func (o *owned) has(id string) bool {
	h := ownedHash(id)
	return o.tables[h>>56].has(h)
}

func (t *ownedTable) has(h uint64) bool { return t.n > 0 && t.hashes[t.find(h)] == h }

// find returns the slot that has h, or the free one where it belongs.
func (t *ownedTable) find(h uint64) int {
	// The high bits chose the table. A multiplication instead of a mask lets
	// the number of slots be any.
	i := int(h & 0xffffffff * uint64(len(t.hashes)) >> 32)
	for t.hashes[i] != 0 && t.hashes[i] != h {
		if i++; i == len(t.hashes) {
			i = 0
		}
	}
	return i
}

func (t *ownedTable) add(h uint64, row uint32) {
	if t.n*8 >= len(t.hashes)*7 {
		t.grow()
	}
	i := t.find(h)
	if t.hashes[i] == 0 {
		t.hashes[i] = h
		t.n++
	}
	if t.rows[i] == 0 {
		t.rows[i] = row
	}
}

func (t *ownedTable) grow() {
	old := *t
	size := max(16, len(old.hashes)+len(old.hashes)/4)
	t.hashes, t.rows = make([]uint64, size), make([]uint32, size)
	for i, h := range old.hashes {
		if h != 0 {
			at := t.find(h)
			t.hashes[at], t.rows[at] = h, old.rows[i]
		}
	}
}
