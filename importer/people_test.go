package importer

import (
	"fmt"
	"testing"
)

// The tables tell what a map would tell, at every size.
func TestOwners(t *testing.T) {
	var o owners
	have := map[string]int{}
	for i := range 200_000 {
		id := fmt.Sprintf("%024x", i*7919)
		if o.row(id) != 0 {
			t.Fatalf("%s is there", id)
		}
		o.add(id, i+1)
		have[id] = i + 1
	}
	o.add("00", 0)
	o.add("00", 5) // who had nothing to say gives way
	o.add("00", 6) // who has it keeps it
	have["00"] = 5
	o.give("01", 8)
	o.give("01", 7) // taken away
	have["01"] = 7
	for id, row := range have {
		if o.row(id) != row {
			t.Fatalf("%s is row %d's, not %d's", id, row, o.row(id))
		}
	}
	for i := range 200_000 {
		if id := fmt.Sprintf("%024x", i*7919+1); o.row(id) != 0 {
			t.Fatalf("%s is there", id)
		}
	}
	slots := 0
	for i := range o.tables {
		slots += len(o.tables[i].hashes)
	}
	if perID := float64(slots) * 12 / float64(len(have)); perID > 20 {
		t.Errorf("%.1f bytes an id", perID)
	}
}
