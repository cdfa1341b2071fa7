package history

import (
	"crypto/sha256"
	"encoding/binary"
	"hash/maphash"

	"leadimport/importer/results"
	"leadimport/mapping"
)

// Digest stands for a key. Of a hundred million keys two share one less often
// than once in ten million runs.
type Digest [12]byte

// DigestOf is the digest of a key with its kind: "email:joe@example.com".
func DigestOf(key string) Digest {
	sum := sha256.Sum256([]byte(mapping.FoldKey(key)))
	return Digest(sum[:len(Digest{})])
}

// of tells the lines of one key with other hashes apart.
func (d Digest) of(hash uint32) Digest {
	binary.LittleEndian.PutUint32(d[8:], binary.LittleEndian.Uint32(d[8:])^hash)
	return d
}

// keyTable finds a known key by its digest. A key costs 24 bytes, and 5 to 10
// for its slot; a Go map of the same would cost more than 64.
type keyTable struct {
	slots   []uint32 // number of an entry plus 1; 0 is free; a power of two
	entries chunked[knownKey]
}

// knownKey is a key and where its line is.
type knownKey struct {
	place results.Place
	key   Digest
	file  uint16
	flags flags
}

type flags uint16

const (
	hasLine  flags = 1 << iota // place is that of a line that has an id
	weak                       // the line tells of a run that sent nothing for the key
	taken                      // undo took the line's id back
	deciding                   // results.Line.Decides
	settled                    // of the run's own lines: it stands for its hash
	asked                      // Find was called for it
)

// find returns the number of key's entry, or -1.
func (t *keyTable) find(key Digest) int {
	if len(t.slots) == 0 {
		return -1
	}
	for i := t.first(key); ; i = (i + 1) & (len(t.slots) - 1) {
		n := int(t.slots[i]) - 1
		if n < 0 || t.entries.at(n).key == key {
			return n
		}
	}
}

// add adds key, which is not there, and returns the number of its entry.
func (t *keyTable) add(key Digest) int {
	if t.entries.n*5 >= len(t.slots)*4 {
		t.grow()
	}
	n := t.entries.add(knownKey{key: key})
	t.put(key, n)
	return n
}

func (t *keyTable) first(key Digest) int {
	return int(binary.LittleEndian.Uint32(key[:])) & (len(t.slots) - 1)
}

func (t *keyTable) put(key Digest, n int) {
	i := t.first(key)
	for t.slots[i] != 0 {
		i = (i + 1) & (len(t.slots) - 1)
	}
	t.slots[i] = uint32(n + 1)
}

func (t *keyTable) grow() {
	t.slots = make([]uint32, max(64, 2*len(t.slots)))
	for n := range t.entries.n {
		t.put(t.entries.at(n).key, n)
	}
}

const chunkSize = 4096

// chunked is a list that grows without copying: append would hold up to
// twice what is needed.
type chunked[T any] struct {
	chunks []*[chunkSize]T
	n      int
}

func (c *chunked[T]) add(v T) int {
	if c.n == len(c.chunks)*chunkSize {
		c.chunks = append(c.chunks, new([chunkSize]T))
	}
	c.n++
	*c.at(c.n - 1) = v
	return c.n - 1
}

func (c *chunked[T]) at(i int) *T { return &c.chunks[i/chunkSize][i%chunkSize] }

// idTable tells whose an id is. It remembers 12 bytes for each id, 8 of them a
// hash, and the room that its tables need to stay fast, about 16 in all; of a
// million ids two share a hash once in ten million runs. The zero value is
// empty.
type idTable struct {
	tables [256]idSlots // by the hash's first byte, so that growing copies little
}

// idSlots is a hash table with open addressing; the hash 0 is a free slot.
type idSlots struct {
	hashes []uint64
	owners []uint32
	n      int
}

var idSeed = maphash.MakeSeed()

func idHash(id string) uint64 { return max(1, maphash.String(idSeed, id)) }

// owner returns who has an id; false: nobody.
func (o *idTable) owner(id string) (int, bool) {
	h := idHash(id)
	t := &o.tables[h>>56]
	if t.n == 0 {
		return 0, false
	}
	i := t.find(h)
	return int(t.owners[i]), t.hashes[i] == h
}

// give gives an id that nobody has to owner, and returns where its owner
// stands until the next call.
func (o *idTable) give(id string, owner int) *uint32 {
	h := idHash(id)
	t := &o.tables[h>>56]
	if t.n*8 >= len(t.hashes)*7 {
		t.grow()
	}
	i := t.find(h)
	if t.hashes[i] == 0 {
		t.hashes[i], t.owners[i] = h, uint32(owner)
		t.n++
	}
	return &t.owners[i]
}

// find returns the slot that has h, or the free one where it belongs.
func (t *idSlots) find(h uint64) int {
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

func (t *idSlots) grow() {
	old := *t
	size := max(16, len(old.hashes)+len(old.hashes)/4)
	t.hashes, t.owners = make([]uint64, size), make([]uint32, size)
	for i, h := range old.hashes {
		if h != 0 {
			at := t.find(h)
			t.hashes[at], t.owners[at] = h, old.owners[i]
		}
	}
}
