package fate

import (
	"fmt"
	"testing"
	"time"

	"leadimport/client"
)

// TestLag looks for one lead: at each age it shows or not, and is there or not
// when it is read by its id.
func TestLag(t *testing.T) {
	const (
		no    = iota // does not show, and is there
		shows        //
		gone         // does not show, and was deleted
		lost         // the answer was lost
		never        // the API refuses to look
	)
	type look struct{ age, shows int } // in seconds
	for _, test := range []struct {
		name          string
		settle, known int
		looks         []look
		longest, wait int
		showed, open  bool
	}{
		{"nobody looked", 60, 0, nil, 0, 60, false, true},
		{"earlier results know", 60, 50, nil, 0, 100, false, true},
		{"no time at all", 60, 0, []look{{5, shows}}, 5, 60, true, false},
		{"earlier results know of more", 60, 50, []look{{5, shows}}, 5, 100, true, false},
		{"below the flag", 60, 0, []look{{5, no}, {10, no}, {16, shows}}, 16, 60, true, false},
		{"above the flag", 60, 0, []look{{20, no}, {33, no}, {53, shows}}, 53, 106, true, false},
		{"not yet", 60, 0, []look{{20, no}, {33, no}, {53, no}}, 53, 106, false, true},
		{"nobody could look in between", 60, 0, []look{{20, no}, {900, shows}}, 20, 60, false, false},
		{"deleted", 60, 0, []look{{20, no}, {900, gone}}, 20, 60, false, false},
		{"lost", 60, 0, []look{{20, no}, {90, lost}}, 20, 60, false, true},
		{"refused", 60, 0, []look{{20, no}, {90, never}}, 20, 60, false, false},
		{"given up", 60, 0, []look{{20, no}, {60, no}, {240, no}, {900, no}, {3600, no}}, 3600, 7200, false, false},
		{"what no file can know", 60, 999999, nil, 0, 2 * 86400, false, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			second := func(n int) time.Duration { return time.Duration(n) * time.Second }
			l := Lag{Settle: second(test.settle), Earlier: second(test.known), Most: 1, Budget: 100}
			begin := time.Now()
			l.Add(Probe{ID: "65f1"}, begin)
			confirmed := 0
			for _, k := range test.looks {
				looks := l.Due(begin.Add(second(k.age)))
				if len(looks) != 1 {
					t.Fatalf("at %d s there are %d looks", k.age, len(looks))
				}
				if again := l.Due(begin.Add(second(k.age))); again != nil {
					t.Error("it is looked for twice at a time")
				}
				confirm := 2*second(k.age) > l.Wait() && k.age >= 2*confirmed // what was read keeps for as long again
				if confirm {
					confirmed = k.age
				}
				if confirm != looks[0].Confirm {
					t.Errorf("at %d s it is read: %v", k.age, looks[0].Confirm)
				}
				looks[0].Began, looks[0].Requests = begin.Add(second(k.age)), 1
				looks[0].Shown, looks[0].There = k.shows == shows, k.shows == no
				switch k.shows {
				case lost:
					looks[0].Err = &client.Error{Kind: client.Ambiguous}
				case never:
					looks[0].Err = fmt.Errorf("looking: %w", &client.Error{Kind: client.Refused})
				}
				l.Took(looks)
			}
			if l.Longest() != second(test.longest) || l.Wait() != second(test.wait) || l.Showed() != test.showed || l.Unasked(nil) != test.open {
				t.Errorf("longest %v, wait %v, showed %v, open %v", l.Longest(), l.Wait(), l.Showed(), l.Unasked(nil))
			}
		})
	}
}

// TestLagBudget: no more requests are spent than may be, and they last until
// the lead is given up, where they can.
func TestLagBudget(t *testing.T) {
	for budget, until := range map[int]time.Duration{0: 0, 1: 5 * time.Second, 3: 80 * time.Second, 10: 10 * time.Minute, 20: time.Hour, 200: time.Hour} {
		l := Lag{Settle: time.Hour, Most: 1, Budget: budget}
		begin := time.Now()
		l.Add(Probe{}, begin)
		last, spent := time.Duration(0), 0
		for {
			next := l.Next()
			if next.IsZero() {
				break
			}
			looks := l.Due(next)
			looks[0].Began, looks[0].There, looks[0].Requests = next, true, 1
			if looks[0].Confirm {
				looks[0].Requests = 2
			}
			spent += looks[0].Requests
			l.Took(looks)
			last = next.Sub(begin)
		}
		if spent > budget+1 || last < until {
			t.Errorf("of %d requests %d were sent, the last at %v", budget, spent, last)
		}
	}
}

// TestLagOfDoubts: a lead whose answer was lost tells as much, when this run
// looked for it from the beginning.
func TestLagOfDoubts(t *testing.T) {
	begin := time.Now()
	at := func(seconds int) time.Time { return begin.Add(time.Duration(seconds) * time.Second) }
	for _, test := range []struct {
		taken         int
		absent, shown time.Time
		want          time.Duration
	}{
		{0, at(80), at(100), 100 * time.Second},
		{0, time.Time{}, at(2), 2 * time.Second},
		{0, at(80), time.Time{}, 0},
		{0, at(20), at(500), 20 * time.Second},
		{60, at(80), at(100), 0},
	} {
		l := Lag{Settle: time.Minute}
		l.Decided(&Doubt{Since: begin, Taken: at(test.taken)}, test.absent, test.shown)
		if l.Longest() != test.want {
			t.Errorf("%+v: %v", test, l.Longest())
		}
	}
}

// TestLagWants: the first leads, and one more when a while has passed.
func TestLagWants(t *testing.T) {
	l := Lag{Most: 2, Budget: 100, Settle: time.Minute}
	begin := time.Now()
	for n := range 2 {
		if !l.Wants(begin) {
			t.Errorf("the lead %d is not wanted", n)
		}
		l.Add(Probe{}, begin)
	}
	if l.Wants(begin.Add(time.Hour)) {
		t.Error("a third is wanted while two do not show")
	}
	looks := l.Due(begin.Add(firstLook))
	for _, k := range looks {
		k.Began, k.Shown = begin.Add(firstLook), true
	}
	l.Took(looks)
	if l.Wants(begin.Add(time.Minute)) || !l.Wants(begin.Add(probeAgain)) {
		t.Error("the next one is wanted too early, or not at all")
	}
}
