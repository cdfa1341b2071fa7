package importer

import (
	"hash/maphash"
	"slices"

	"leadimport/mapping"
)

// keys finds out which keys a file has more than once. It remembers 8 bytes a
// row, in buckets so that growing them copies little. Two keys that share a
// hash only look shared: they then go one after the other, which is slower and
// never wrong, for lanes are told apart by the whole key.
type keys struct {
	seed    maphash.Seed
	buckets [256][]uint64
	shared  map[uint64]struct{}
}

func newKeys() *keys {
	return &keys{seed: maphash.MakeSeed(), shared: map[uint64]struct{}{}}
}

func (k *keys) hash(key mapping.Key) uint64 { return maphash.String(k.seed, string(key)) }

// add notes the key of one row.
func (k *keys) add(key mapping.Key) {
	h := k.hash(key)
	b := &k.buckets[h>>56]
	*b = append(*b, h)
}

// seal ends the adding and forgets all but the shared keys. distinct is the
// number of keys.
func (k *keys) seal() (distinct int) {
	for i, b := range k.buckets {
		slices.Sort(b)
		for j, h := range b {
			if j == 0 || h != b[j-1] {
				distinct++
			} else if _, ok := k.shared[h]; !ok {
				k.shared[h] = struct{}{}
			}
		}
		k.buckets[i] = nil
	}
	return distinct
}

// isShared reports whether another row of the file has this key.
func (k *keys) isShared(key mapping.Key) bool {
	_, ok := k.shared[k.hash(key)]
	return ok
}
