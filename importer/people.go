package importer

import (
	"crypto/sha256"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"leadimport/client"
	"leadimport/client/email"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// keys finds out which keys a file has more than once. It remembers 8 bytes a
// row, in buckets so that growing them copies little. Two keys that share a
// hash only look shared: they then go one after the other, which is slower and
// never wrong, for lanes are told apart by the whole key.
type keys struct {
	seed    maphash.Seed
	buckets [256][]uint64
	shared  map[uint64]int32 // how many rows each has
	most    []int32          // the largest of these numbers
	others  []respelled      // rows whose key may be another one; seal looks for that
}

// respelled is a row whose key may be another key whose numbers are written in
// another way.
type respelled struct {
	other            uint64 // the hash of that
	row, line, sheet int32
	own              bool // the run's own results know the other key, and not this one
	twin             bool // another row of the file has that key
}

func (r respelled) place() Place {
	return placeOf(int(r.row), source.At{Line: int(r.line), Sheet: int(r.sheet)}, "")
}

// mostRepeated is how many of the repeated keys are shown.
const mostRepeated = 3

func newKeys() *keys {
	return &keys{seed: maphash.MakeSeed(), shared: map[uint64]int32{}}
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
	slices.SortStableFunc(k.others, func(a, b respelled) int { return int(a.other>>56) - int(b.other>>56) })
	others := k.others
	for i, b := range k.buckets {
		slices.Sort(b)
		for from := 0; from < len(b); distinct++ {
			to := from + 1
			for to < len(b) && b[to] == b[from] {
				to++
			}
			if to-from > 1 {
				n := int32(to - from)
				k.shared[b[from]] = n
				at := len(k.most)
				for at > 0 && k.most[at-1] < n {
					at--
				}
				k.most = slices.Insert(k.most, at, n)
				k.most = k.most[:min(len(k.most), mostRepeated)]
			}
			from = to
		}
		for ; len(others) > 0 && others[0].other>>56 == uint64(i); others = others[1:] {
			_, others[0].twin = slices.BinarySearch(b, others[0].other)
		}
		k.buckets[i] = nil
	}
	slices.SortFunc(k.others, func(a, b respelled) int { return int(a.row - b.row) })
	return distinct
}

// isMost reports whether a key with so many rows is one of those with the most,
// when keys are asked about in the order of their first rows and n of the
// same number were taken before.
func (k *keys) isMost(rows int32, n int) bool {
	least := k.most[len(k.most)-1]
	same := 0
	for _, m := range k.most {
		if m == least {
			same++
		}
	}
	return rows > least || rows == least && n < same
}

// isShared reports whether another row of the file has this key.
func (k *keys) isShared(key mapping.Key) bool {
	_, ok := k.shared[k.hash(key)]
	return ok
}

// owners tells which row a name belongs to: an id of a contact, or a value
// that rows are looked up by. It remembers 12 bytes for each, 8 of them a
// hash, and the room that its tables need to stay fast, about 16 in all; of a
// million two share a hash once in ten million runs. The zero value is empty.
type owners struct {
	tables [256]ownerTable // by the hash's first byte, so that growing copies little
}

// ownerTable is a hash table with open addressing; the hash 0 is a free slot.
type ownerTable struct {
	hashes []uint64
	rows   []uint32
	n      int
}

var ownerSeed = maphash.MakeSeed()

func ownerHash(name string) uint64 { return max(1, maphash.String(ownerSeed, name)) }

// add gives name to a row, unless one has it already.
func (o *owners) add(name string, row int) {
	h := ownerHash(name)
	o.tables[h>>56].add(h, uint32(row))
}

// give takes name from whoever has it.
func (o *owners) give(name string, row int) {
	h := ownerHash(name)
	t := &o.tables[h>>56]
	t.add(h, uint32(row))
	t.rows[t.find(h)] = uint32(row)
}

// row is the owner of name; 0: none.
func (o *owners) row(name string) int {
	h := ownerHash(name)
	if t := &o.tables[h>>56]; t.has(h) {
		return int(t.rows[t.find(h)])
	}
	return 0
}

func (t *ownerTable) has(h uint64) bool { return t.n > 0 && t.hashes[t.find(h)] == h }

// find returns the slot that has h, or the free one where it belongs.
func (t *ownerTable) find(h uint64) int {
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

func (t *ownerTable) add(h uint64, row uint32) {
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

func (t *ownerTable) grow() {
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

// valueName is the same for values that a look-up takes for the same.
func valueName(attribute string, v client.Value) string {
	text := strings.TrimSpace(v.Text())
	switch attribute {
	case "email":
		text = email.Fold(text)
	case "phone":
		text = strings.TrimLeft(strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, text), "0")
	}
	sum := sha256.Sum256([]byte(attribute + "\n" + text))
	return string(sum[:])
}

// companies are those that a list names. Rows of one company may say different
// things of it: then each of its attributes is the first one that is not blank, in
// the order of the list, whichever row is sent first, and that is told. Of a
// company 24 bytes and a map's overhead are kept, of one whose rows differ all
// that they say.
type companies struct {
	seed  maphash.Seed
	seen  map[uint64]seenCompany     // by company_id
	own   int                        // that rows of this run name, each counted once
	rows  int                        // of this run that name one, as often as they do
	mixed map[string]*client.Company // by company_id, those whose rows differ; what is saved of them
}

type seenCompany struct {
	says   uint64 // the hash of what its first row says of it
	own    bool   // a row of this run names it
	differ bool   // rows say different things
}

// add takes in what a row says; own tells that the run sends rows such as it.
func (c *companies) add(lead client.Lead, own bool) {
	for _, company := range lead.Companies {
		if c.seen == nil {
			c.seed, c.seen = maphash.MakeSeed(), map[uint64]seenCompany{}
		}
		id, says := maphash.String(c.seed, company.CompanyID), c.saysOf(company)
		have, ok := c.seen[id]
		if !ok {
			have.says = says
		}
		have.differ = have.differ || have.says != says
		if own {
			c.rows++
			if !have.own {
				c.own++
			}
			have.own = true
		}
		c.seen[id] = have
	}
}

func (c *companies) saysOf(company client.Company) uint64 {
	digest := client.Lead{Companies: []client.Company{company}}.Digest()
	return maphash.Bytes(c.seed, digest[:])
}

// differs reports whether the rows of a company do.
func (c *companies) differs(companyID string) bool {
	return c.seen[maphash.String(c.seed, companyID)].differ
}

// differ reports whether the rows of any company do.
func (c *companies) differ() bool {
	for _, have := range c.seen {
		if have.differ {
			return true
		}
	}
	return false
}

// saved are companies as they are saved, whatever the row says.
func (c *companies) saved(list []client.Company) []client.Company {
	if len(c.mixed) == 0 || len(list) == 0 {
		return list
	}
	list = slices.Clone(list)
	for i := range list {
		if mixed := c.mixed[list[i].CompanyID]; mixed != nil {
			list[i] = *mixed
		}
	}
	return list
}

// DifferingCompany is an attribute of a company of which two rows say different
// things.
type DifferingCompany struct {
	CompanyID string `json:"company_id"`
	Attribute string `json:"attribute"`
	Saved     string `json:"saved"` // of the first row that has any
	Other     string `json:"other"`
	Place     Place  `json:"other_row"`
}

// mix takes in a row of a company whose rows differ, and returns what it says
// differently.
func (c *companies) mix(company client.Company, number int, at source.At) (differing []DifferingCompany) {
	have := c.mixed[company.CompanyID]
	if have == nil {
		if c.mixed == nil {
			c.mixed = map[string]*client.Company{}
		}
		have = &client.Company{CompanyID: strings.Clone(company.CompanyID)}
		c.mixed[have.CompanyID] = have
	}
	other := func(attribute, saved, says string) {
		if saved != says {
			differing = append(differing, DifferingCompany{have.CompanyID, attribute, saved, strings.Clone(says), placeOf(number, at, "")})
		}
	}
	switch {
	case company.Name == "":
	case have.Name == "":
		have.Name = strings.Clone(company.Name)
	default:
		other("name", have.Name, company.Name)
	}
	for _, f := range company.Fields {
		i := slices.IndexFunc(have.Fields, func(g client.Field) bool { return g.Name == f.Name })
		if i < 0 {
			have.Fields = append(have.Fields, f)
			continue
		}
		other(f.Name, have.Fields[i].Value.Text(), f.Value.Text())
	}
	return differing
}

// String tells of it in a line.
func (d DifferingCompany) String() string {
	return fmt.Sprintf("%s of company %q is %q, not %q as in %s", d.Attribute, d.CompanyID, d.Saved, d.Other, d.Place)
}

// knownSample is how many of the e-mail addresses that are to become leads are
// looked up before the first is created: one search of 2.x.
const knownSample = 15

// sample keeps addresses spread evenly over those it is given: always the same
// ones for the same file.
type sample struct {
	emails []string
	stride int // every stride-th address is kept
	seen   int
}

// add offers an address.
func (s *sample) add(address string) {
	if address == "" {
		return
	}
	if s.stride == 0 {
		s.stride = 1
	}
	if s.seen%s.stride == 0 {
		if len(s.emails) == 2*knownSample {
			for i := range knownSample {
				s.emails[i] = s.emails[2*i]
			}
			s.emails = s.emails[:knownSample]
			s.stride *= 2
		}
		// The list is thinned before it grows, so the address is still due.
		if s.seen%s.stride == 0 {
			s.emails = append(s.emails, address)
		}
	}
	s.seen++
}

// addLead offers the address of a lead.
func (s *sample) addLead(l client.Lead) {
	if s.stride > 1 && s.seen%s.stride != 0 {
		s.seen++ // nearly always
		return
	}
	if v, ok := l.Value("email"); ok {
		s.add(v.Text())
	}
}

// take returns at most knownSample of them.
func (s *sample) take() []string {
	if len(s.emails) <= knownSample {
		return s.emails
	}
	list := make([]string, knownSample)
	for i := range list {
		list[i] = s.emails[i*len(s.emails)/knownSample]
	}
	return list
}
