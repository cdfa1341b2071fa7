package report

import (
	"cmp"
	"hash/maphash"
	"slices"
	"strings"
)

const (
	maxKeys    = 8_000_000 // rows of a file whose keys are compared: 128 MB
	maxRepeats = 10        // keys that are shown
	maxFirst   = 10        // row numbers that are shown of each
)

// Duplicates are rows that share a key within one file. The rows of two files
// are not compared: the same people every night are no duplicates.
type Duplicates struct {
	Keys     int      `json:"keys"`     // keys with several rows
	Rows     int      `json:"rows"`     // their rows
	Complete bool     `json:"complete"` // false: a file was too long, not all were compared
	Largest  []Repeat `json:"largest"`  // those with the most rows
}

// Repeat is a key with several rows, which shows where it is, not whose.
type Repeat struct {
	File      string `json:"file"`
	Rows      int    `json:"rows"`
	FirstRows []int  `json:"first_rows"`

	order int
}

// keys finds the rows that share a key by digests: two keys of a million have
// the same by chance once in forty million files.
type keys struct {
	seed       maphash.Seed
	list       []keyed
	duplicates Duplicates
}

type keyed struct {
	digest uint64
	row    int
}

func (k *keys) init() {
	k.seed = maphash.MakeSeed()
	k.duplicates = Duplicates{Complete: true, Largest: []Repeat{}}
}

func (k *keys) add(key string, row int) {
	switch {
	case key == "":
	case len(k.list) == maxKeys:
		k.duplicates.Complete = false
	default:
		k.list = append(k.list, keyed{maphash.String(k.seed, key), row})
	}
}

// end compares the keys of a file.
func (k *keys) end(file string, order int) {
	slices.SortFunc(k.list, func(a, b keyed) int {
		return cmp.Or(cmp.Compare(a.digest, b.digest), cmp.Compare(a.row, b.row))
	})
	d := &k.duplicates
	for i := 0; i < len(k.list); {
		j := i + 1
		for j < len(k.list) && k.list[j].digest == k.list[i].digest {
			j++
		}
		if n := j - i; n > 1 {
			d.Keys++
			d.Rows += n
			d.keep(Repeat{File: file, Rows: n, order: order}, k.list[i:min(j, i+maxFirst)])
		}
		i = j
	}
	k.list = k.list[:0]
}

// keep puts r among the largest if it is one.
func (d *Duplicates) keep(r Repeat, first []keyed) {
	r.FirstRows = []int{first[0].row}
	at, _ := slices.BinarySearchFunc(d.Largest, r, func(a, b Repeat) int {
		return cmp.Or(-cmp.Compare(a.Rows, b.Rows), cmp.Compare(a.order, b.order),
			cmp.Compare(a.FirstRows[0], b.FirstRows[0]), strings.Compare(a.File, b.File))
	})
	if at == maxRepeats {
		return
	}
	for _, f := range first[1:] {
		r.FirstRows = append(r.FirstRows, f.row)
	}
	d.Largest = slices.Insert(d.Largest, at, r)
	d.Largest = d.Largest[:min(len(d.Largest), maxRepeats)]
}
