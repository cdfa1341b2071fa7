package pace

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// Pauses that overlap count once, and one that is not over counts as far as
// it has come.
func TestPausedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(10, 1)
		pause := func(d time.Duration) {
			now := time.Now()
			g.pauseUntil(now, now.Add(d))
		}
		is := func(want time.Duration) {
			t.Helper()
			if got := g.Paused(); got != want {
				t.Errorf("paused for %v, want %v", got, want)
			}
		}
		is(0)
		pause(10 * time.Second)
		is(0)
		time.Sleep(4 * time.Second)
		is(4 * time.Second)
		pause(3 * time.Second) // within the first
		pause(8 * time.Second) // two seconds more
		time.Sleep(20 * time.Second)
		is(12 * time.Second)
		pause(time.Second)
		time.Sleep(time.Minute)
		is(13 * time.Second)
	})
}

// The time of an outage goes on while it lasts, and stops with its end.
func TestOpenFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := NewBreaker(time.Hour)
		for range 20 {
			b.Record(false, errors.New("away"))
		}
		time.Sleep(7 * time.Second)
		if got := b.OpenFor(); got != 7*time.Second {
			t.Errorf("open for %v", got)
		}
		b.Record(true, nil)
		time.Sleep(time.Minute)
		if got := b.OpenFor(); got != 7*time.Second {
			t.Errorf("open for %v after its end", got)
		}
	})
}
