package invariants

import (
	"fmt"
	"time"
)

// A doubt keeps its own row waiting, and no other (R5); and a wait goes on where
// it was when the program is started again (R6).

// lookSlack is what growing intervals between look-ups, and reads that fail,
// may add to a wait.
const lookSlack = 40 * time.Second

// patience judges how long rows took. In a world where half of what is sent goes
// wrong, much else takes time.
func (t *tribunal) patience(n int) {
	night := &t.Nights[n]
	if night.Heavy || t.Clocks || t.forgot() {
		return
	}
	shared := shared(night.Rows)
	for i, row := range night.Rows {
		key := row.Key()
		sends := t.Creates[key]
		if row.Email == "" || shared[key] || len(sends) == 0 || sends[0].At.Before(night.Began) {
			continue
		}
		where := fmt.Sprintf("night %d, row %d", n+1, i+1)
		line := night.Lines[i]
		start := night.start(sends[0].At)
		// One attempt only: no intent was left by a process that died before it sent.
		if late := sends[0].At.Sub(start); line["import_attempts"] == "1" && late > lookSlack && t.proved(start, start.Add(lookSlack)) {
			t.report("patience (R5)", "%s: is sent %v after the start", where, late)
		}
		at, err := time.Parse(time.RFC3339, line["import_at"])
		if err != nil || line["import_status"] != "created" || row.Company != "" || line["import_id"] != sends[len(sends)-1].ID {
			continue
		}
		due := sends[len(sends)-1].At.Add(t.Timeout + t.Settle)
		if s := night.start(at); s.After(due) {
			due = s
		}
		if at.After(due.Add(lookSlack)) {
			t.report("patience (R6)", "%s: is decided at %v, and its wait was over at %v", where, at, due)
		}
	}
}

// start is when the program was started for the last time before a moment.
func (n *Night) start(before time.Time) (start time.Time) {
	for _, s := range n.Starts {
		if !s.After(before) {
			start = s
		}
	}
	return start
}

// proved reports whether a create was answered between two moments.
func (t *tribunal) proved(from, to time.Time) bool {
	for _, list := range t.Creates {
		for _, c := range list {
			if c.Applied && c.Status == 200 && c.Fault == "" && c.At.After(from) && c.At.Before(to) {
				return true
			}
		}
	}
	return false
}
