package importer

import (
	"fmt"
	"hash/fnv"

	"leadimport/mapping"
)

// Shard is one of N parts of the input, by key: the rows of one key are in one
// part, in file order. The zero value is the whole.
type Shard struct {
	Index, Of int // Index from 0
}

func (s Shard) String() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}

// has reports whether a row belongs to s. The same row does in every run and
// on every machine.
func (s Shard) has(key mapping.Key, number int) bool {
	if s.Of <= 1 {
		return true
	}
	h := fnv.New64a()
	if key == "" {
		fmt.Fprint(h, number)
	} else {
		h.Write([]byte(key))
	}
	return h.Sum64()%uint64(s.Of) == uint64(s.Index)
}

// Keys tells which keys belong to s; nil when all do.
func (s Shard) Keys() func(key string) bool {
	if s.Of <= 1 {
		return nil
	}
	return func(key string) bool { return s.has(mapping.Key(key), 0) }
}
