package fate

import (
	"errors"
	"math"
	"slices"
	"time"

	"leadimport/client"
)

// Lag is what a run finds out about how long the API's look-ups lag behind its
// writes: some of the leads that it created are looked for until they show.
// Nobody is created for that. What was seen makes the wait of doubts longer
// (rule R6), and never shorter.
type Lag struct {
	Settle  time.Duration // Config.Settle
	Earlier time.Duration // the longest that earlier results tell of; 0: none
	Most    int           // leads that are looked for at a time
	Budget  int           // requests that may be spent while no doubt asks

	open    []*Probe
	taken   int
	last    time.Time // when the last one was taken
	spent   int
	out     bool // a look-up is out
	longest time.Duration
	showed  bool
}

// Probe is a lead that was created and is looked for.
type Probe struct {
	ID    string
	Name  string       // the attribute that it is looked for by; blank: by when it was created
	Value client.Value // of that
	At    time.Time    // created_at

	since     time.Time // the end of its create, by our clock
	absent    time.Duration
	confirmed time.Duration // how old it was when it was last read by its id
	next      time.Time
}

// Look is one look for a probe. Whoever takes it sets what is below Confirm.
type Look struct {
	*Probe
	// Confirm: what a look-up does not show is read by its id, which does not
	// lag: somebody may have deleted or changed it.
	Confirm bool

	Began    time.Time // before the request
	Shown    bool
	There    bool // it was read by its id, and would be found by what it holds
	Requests int
	Err      error
}

const (
	// firstLook is the age at which a probe is looked for first. A lag below it
	// is none: no wait is as short.
	firstLook = 5 * time.Second
	// mostGrowth is how much older it may be at the next look.
	mostGrowth = 4
	// probeAgain is how long after the last probe the next one is taken: an
	// index that keeps up at first may fall behind.
	probeAgain = 10 * time.Minute
	// longestProbe is when a probe is looked for no longer.
	longestProbe = time.Hour
	// longestLag bounds what files may tell.
	longestLag = 24 * time.Hour
)

// Wait is how long after the end of an attempt a lead may take to show up. What
// was seen of a few leads is doubled, for others may take longer.
func (l *Lag) Wait() time.Duration {
	return max(l.Settle, 2*min(max(l.longest, l.Earlier), longestLag))
}

// Longest is the longest lag that this run has seen; 0: it has seen none. A
// lead that did not show until it was so old counts, too.
func (l *Lag) Longest() time.Duration { return l.longest }

// Showed reports whether a lead was seen to show up.
func (l *Lag) Showed() bool { return l.showed }

// Wants reports whether the next lead that is created should be looked for.
func (l *Lag) Wants(now time.Time) bool {
	return l.taken < l.Most || len(l.open) == 0 && now.Sub(l.last) >= probeAgain
}

// Add has a lead looked for whose create ended at since.
func (l *Lag) Add(p Probe, since time.Time) {
	p.since, p.next = since, since.Add(firstLook)
	l.open = append(l.open, &p)
	l.taken++
	l.last = since
}

// Next is when the next look-up is due; the zero time: none is.
func (l *Lag) Next() (next time.Time) {
	if l.out || l.spent >= l.Budget {
		return next
	}
	for _, p := range l.open {
		if next.IsZero() || p.next.Before(next) {
			next = p.next
		}
	}
	return next
}

// Due are the looks to take now: one request shows all probes. They come back
// by Took.
func (l *Lag) Due(now time.Time) []*Look {
	if next := l.Next(); next.IsZero() || next.After(now) {
		return nil
	}
	return l.Looks(now)
}

// Looks are the looks before a wait is taken for over, whatever they cost: as
// long as a lead that is as old does not show, that one does not says nothing.
func (l *Lag) Looks(now time.Time) []*Look {
	var list []*Look
	for i, p := range l.open {
		age := now.Sub(p.since)
		// One is enough: the others are as old, or younger.
		list = append(list, &Look{Probe: p, Confirm: i == 0 && 2*age > l.Wait() && age >= 2*p.confirmed})
	}
	l.out = len(list) > 0
	return list
}

// Unasked reports whether leads have not shown that these looks, which were
// taken with those for doubts, did not ask for: then no wait is over yet.
func (l *Lag) Unasked(looks []*Look) bool {
	return slices.ContainsFunc(l.open, func(p *Probe) bool {
		return !slices.ContainsFunc(looks, func(k *Look) bool { return k.Probe == p && k.Err == nil })
	})
}

// Took takes in what the looks have shown.
func (l *Lag) Took(looks []*Look) {
	if len(looks) == 0 {
		return
	}
	l.out = false
	for _, k := range looks {
		l.spent += k.Requests
		l.took(k)
	}
}

func (l *Lag) took(k *Look) {
	p, age := k.Probe, k.Began.Sub(k.since)
	var no *client.Error
	ended := false
	switch {
	case errors.As(k.Err, &no) && no.Kind == client.Refused: // it cannot be looked for
		ended = true
	case k.Err != nil:
	case k.Shown:
		l.seen(p.absent, age)
		ended = true
	case k.Confirm && !k.There: // nobody could find it
		ended = true
	default:
		if k.Confirm {
			p.confirmed = age
		}
		if p.absent = age; age < 2*p.confirmed || 2*age <= l.Wait() {
			l.raise(age)
		}
		ended = age >= longestProbe
	}
	p.next = k.Began.Add(max(firstLook, time.Duration(float64(age)*(l.growth()-1))))
	if ended {
		l.open = slices.DeleteFunc(l.open, func(o *Probe) bool { return o == p })
	}
}

// growth is by how much a probe grows older from look to look: as little as
// the budget allows, which has to last until it is given up, with some looks
// that take a second request.
func (l *Lag) growth() float64 {
	whole := float64(longestProbe) / float64(firstLook)
	return min(mostGrowth, max(1.6, math.Pow(whole, 1.5/float64(max(1, l.Budget)))))
}

// Decided takes in that a look-up which began at shown was the first to show
// the lead of a doubt; one at absent, if there was one, did not.
func (l *Lag) Decided(d *Doubt, absent, shown time.Time) {
	if !d.own() || shown.IsZero() {
		return // nobody looked from the beginning
	}
	before := time.Duration(0)
	if !absent.IsZero() {
		before = absent.Sub(d.Since)
	}
	l.seen(before, shown.Sub(d.Since))
}

// seen takes in that a lead was not shown at one age, and was at another. Where
// they are far apart, for nobody could look in between, only the first counts.
func (l *Lag) seen(absent, shown time.Duration) {
	if shown > mostGrowth*absent+30*time.Second {
		l.raise(absent)
		return
	}
	l.showed = true
	l.raise(shown)
}

func (l *Lag) raise(lag time.Duration) { l.longest = max(l.longest, min(lag, longestLag)) }
