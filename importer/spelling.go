package importer

import (
	"fmt"
	"strings"

	"leadimport/mapping"
)

// spellings finds rows whose key is another one with its numbers written in
// another way: 1001.0, 1001,0 or 1,001 where the earlier results have 1001.
// They would be created again, and only the person knows whether they should.
type spellings struct {
	job      *Job
	decimal  bool // earlier results have keys with ".0"
	rows     int  // whose key the earlier results have in another spelling
	examples []string
}

// codeSpelling is said of keys of one list that differ in how numbers are written.
const codeSpelling = "number_spelled_otherwise"

// add looks at the key of a row.
func (s *spellings) add(r *converted) {
	j, key := s.job, string(r.key)
	plain := mapping.PlainKeys(key)
	others := plain
	if s.decimal && len(plain) == 0 {
		if other := mapping.DecimalKey(key); other != "" {
			others = []string{other}
		}
	}
	if len(others) == 0 {
		return
	}
	known, mine := j.cfg.History.Has(key)
	for _, other := range others {
		earlier, own := j.cfg.History.Has(other)
		switch {
		case earlier && !known && !mine:
			if s.rows++; len(s.examples) < placesPerGroup {
				example := placeOf(r.Number, r.At, "").String()
				// Only the number is shown: other parts of a key may name people.
				if at := strings.LastIndexByte(key, ':') + 1; strings.HasPrefix(other, key[:at]) && other[at:] != key[at:] {
					example += fmt.Sprintf(": %s, where they have %s", key[at:], other[at:])
				}
				s.examples = append(s.examples, example)
			}
			return
		case len(plain) > 0 || own:
			j.keys.others = append(j.keys.others, respelled{
				other: j.keys.hash(mapping.Key(other)), row: int32(r.Number), line: int32(r.Line), sheet: int32(r.Sheet), own: own && !mine,
			})
		}
	}
}

// note says which rows have a key that another row has in another spelling.
// The keys are sealed by then.
func (s *spellings) note(remarks *problemGroups) {
	column := strings.Join(s.job.plan.KeyColumns(), ", ")
	for _, r := range s.job.keys.others {
		switch {
		case r.twin:
			remarks.add(column, codeSpelling, "the key differs from that of another row only in how its number is written, as 1001.0 from 1001: they are two leads; if it is one, write both alike", r.place())
		case r.own:
			if s.rows++; len(s.examples) < placesPerGroup {
				s.examples = append(s.examples, r.place().String())
			}
		}
	}
	s.job.keys.others = nil
}

// stop is what keeps the rows from being created again.
func (s *spellings) stop() error {
	if s.rows == 0 {
		return nil
	}
	return stop(NothingSent, "write the numbers in that column as the earlier results have them, and run again",
		"%s of this list, and the earlier results have the key with its number written in another way: they would be created again; %s",
		rowsText(s.rows), strings.Join(s.examples, "; "))
}
