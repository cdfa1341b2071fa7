package results

import "crypto/sha256"

// keyTable finds a known key by its digest. A key costs 24 bytes, and 5 to 10
// for its slot; a Go map of the same would cost more than 64.
type keyTable struct {
	slots   []uint32 // number of an entry plus 1; 0 is free; a power of two
	entries chunked[knownKey]
}

type digest [16]byte

// knownKey is a key of an earlier run, and where its line is.
type knownKey struct {
	key   digest
	where where
}

// where packs the number of a file (16 bits), an offset (40 bits) and flags.
type where uint64

const (
	hasLine    where = 1 << iota // the rest points to a line that has an id
	unresolved                   // the newest word on the key is that it may exist
	staleHash                    // the line's hash is not what the API holds
	weak                         // the line tells of a run that sent nothing for the key
	seen                         // asked for in this run

	flagBits   = 8
	offsetBits = 40
	flags      = 1<<flagBits - 1
)

func newWhere(file int, offset int64) where {
	return hasLine | where(offset)<<flagBits | where(file)<<(flagBits+offsetBits)
}

func (w where) file() int { return int(w >> (flagBits + offsetBits)) }

func (w where) offset() int64 { return int64(w >> flagBits & (1<<offsetBits - 1)) }

func digestOf(key string) digest {
	sum := sha256.Sum256([]byte(key))
	return digest(sum[:len(digest{})])
}

// find returns the number of key's entry, or -1.
func (t *keyTable) find(key digest) int {
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
func (t *keyTable) add(key digest) int {
	if t.entries.n*5 >= len(t.slots)*4 {
		t.grow()
	}
	n := t.entries.add(knownKey{key: key})
	t.place(key, n)
	return n
}

func (t *keyTable) first(key digest) int {
	h := uint(key[0]) | uint(key[1])<<8 | uint(key[2])<<16 | uint(key[3])<<24
	return int(h) & (len(t.slots) - 1)
}

func (t *keyTable) place(key digest, n int) {
	i := t.first(key)
	for t.slots[i] != 0 {
		i = (i + 1) & (len(t.slots) - 1)
	}
	t.slots[i] = uint32(n + 1)
}

func (t *keyTable) grow() {
	t.slots = make([]uint32, max(64, 2*len(t.slots)))
	for n := range t.entries.n {
		t.place(t.entries.at(n).key, n)
	}
}

// chunked is a list that grows without copying: append would hold up to
// twice what is needed.
type chunked[T any] struct {
	chunks []*[chunkRows]T
	n      int
}

func (c *chunked[T]) add(v T) int {
	if c.n == len(c.chunks)*chunkRows {
		c.chunks = append(c.chunks, new([chunkRows]T))
	}
	c.n++
	*c.at(c.n - 1) = v
	return c.n - 1
}

func (c *chunked[T]) at(i int) *T { return &c.chunks[i/chunkRows][i%chunkRows] }
