package fate

import (
	"fmt"
	"testing"
	"time"
	"unsafe"

	"leadimport/client"
)

// clock is one that was set: by off from the second when on. The server's shows
// whole seconds, as its answers do, so it is known as a span.
type clock struct {
	off  time.Duration
	when time.Duration
}

func (c clock) at(elapsed time.Duration) time.Time {
	t := start.Add(elapsed)
	if elapsed >= c.when {
		t = t.Add(c.off)
	}
	return t
}

func (c clock) moment(elapsed time.Duration) client.Moment {
	low := c.at(elapsed).Truncate(time.Second)
	return client.Moment{Low: low, High: low.Add(time.Second)}
}

const (
	wait = 10 * time.Minute
	tick = 5 * time.Second
)

var sets = []time.Duration{0, 5 * time.Second, -5 * time.Second, time.Minute, -time.Minute, time.Hour, -time.Hour}

// TestWaitOfAnotherProcess walks the wait of an attempt that ended at the
// start, in a process that is restarted every few minutes, with both clocks set
// at any time, and the server's known in all of it, in a part or never.
func TestWaitOfAnotherProcess(t *testing.T) {
	whens := []time.Duration{1, time.Minute, 9 * time.Minute}
	for _, ours := range sets {
		for _, theirs := range sets {
			for _, when := range whens {
				for _, restart := range []time.Duration{2 * time.Minute, 7 * time.Minute, 1000 * time.Hour} {
					for _, known := range []string{"always", "at the end of the attempt", "later", "never"} {
						mine, server := clock{ours, when}, clock{theirs, when}
						name := fmt.Sprintf("ours %s, theirs %s, set after %s, restarts every %s, server's clock known %s", ours, theirs, when, restart, known)
						now := func(elapsed time.Duration) client.Moment {
							if known == "always" || known == "later" {
								return server.moment(elapsed)
							}
							return client.Moment{}
						}
						d := Doubt{Since: mine.at(0)}
						if known == "always" || known == "at the end of the attempt" {
							d.SinceServer = server.moment(0)
						}
						first := time.Minute // when the first of the later processes takes it up
						over, life := time.Duration(-1), first
						for elapsed := first; elapsed < 3*time.Hour; elapsed += tick {
							if elapsed-life >= restart {
								life = elapsed
							}
							// In one process time passes by the monotonic clock, whatever
							// is set: Taken moves with the wall clock here, as the
							// difference does not change.
							d.Taken = mine.at(elapsed).Add(-(elapsed - life))
							if d.Over(mine.at(elapsed), now(elapsed), wait) {
								over = elapsed
								break
							}
							if until := d.Until(mine.at(elapsed), now(elapsed), wait); until.Sub(mine.at(elapsed)) > wait-(elapsed-life) {
								t.Fatalf("%s: after %s until %s more", name, elapsed, until.Sub(mine.at(elapsed)))
							}
						}
						honest := ours == 0 || theirs == 0
						if honest && over >= 0 && over < wait {
							t.Fatalf("%s: over after %s", name, over)
						}
						if restart > wait && (over < 0 || over > first+wait+tick) {
							t.Fatalf("%s: over after %s, though a process waited all of it", name, over)
						}
						// With clocks that nobody sets, restarts do not begin it anew.
						if ours == 0 && theirs == 0 && known == "always" && over > wait+2*time.Second+tick {
							t.Fatalf("%s: over after %s", name, over)
						}
						// It ends some day, however often it is interrupted.
						if over < 0 {
							t.Fatalf("%s: not over in 3 hours", name)
						}
					}
				}
			}
		}
	}
}

// setWall is t after the wall clock was set by d, with the monotonic reading as
// it was. Only the kernel can do that, so the time is changed from within; the
// layout is checked.
func setWall(t *testing.T, at time.Time, d time.Duration) time.Time {
	set := at
	(*struct{ wall uint64 })(unsafe.Pointer(&set)).wall += uint64(d/time.Second) << 30
	if set.Sub(at) != 0 || set.Round(0).Sub(at.Round(0)) != d {
		t.Fatal("time.Time is laid out in another way: mend this test")
	}
	return set
}

// TestOwnWait: a wait that this process began is over when it has passed here,
// by the monotonic clock, whatever the clocks on the wall say.
func TestOwnWait(t *testing.T) {
	since := time.Now()
	for _, ours := range sets {
		for _, theirs := range sets {
			mine, server := clock{ours, time.Minute}, clock{theirs, time.Minute}
			d := Doubt{Since: since, Taken: since, SinceServer: server.moment(0)}
			for elapsed := tick; elapsed <= wait; elapsed += tick {
				now := since.Add(elapsed)
				if elapsed >= mine.when {
					now = setWall(t, now, mine.off)
				}
				if got, want := d.Over(now, server.moment(elapsed), wait), elapsed >= wait; got != want {
					t.Fatalf("clocks set by %s and %s: over after %s: %t", ours, theirs, elapsed, got)
				}
				if until := d.Until(now, server.moment(elapsed), wait); !until.Equal(since.Add(wait)) {
					t.Fatalf("until %s, since %s", until, since)
				}
			}
		}
	}
}
