package sandbox

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// The server's clock is set while it runs: everything that it tells follows.
func TestSkew(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		synctest.Test(t, func(t *testing.T) {
			r := open(t, Config{Version: version, Skew: 90 * time.Second})
			id := r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com"}`).text("id")
			for _, skew := range []time.Duration{90 * time.Second, -time.Hour, 1500 * time.Millisecond, 0} {
				r.s.SetSkew(skew)
				now := time.Now().Add(skew)
				created := r.ok("POST", "/contacts", `{"role":"lead"}`)
				created.want("created_at", now.Unix(), "updated_at", now.Unix())
				r.ok("PUT", "/contacts/"+id, `{"name":"Joe"}`).want("updated_at", now.Unix(), "created_at", r.s.born.Unix())
				if date, err := http.ParseTime(created.header.Get("Date")); err != nil || !date.Equal(now.Truncate(time.Second)) {
					t.Errorf("skew %v: Date %v, want %v", skew, date, now)
				}
				reset := time.Unix(number64(t, created, "X-RateLimit-Reset"), 0)
				if left := reset.Sub(now); left <= 8*time.Second || left > 10*time.Second {
					t.Errorf("skew %v: the window ends in %v", skew, left)
				}
				if st := r.s.State(); !st.Now.Equal(now) || !st.Writes[0].At.Equal(r.s.born.Add(-90*time.Second)) {
					t.Errorf("skew %v: the state is of %v, the first write of %v", skew, st.Now, st.Writes[0].At)
				}
			}
		})
	}
}

// How long things take is not a matter of the clock.
func TestSkewMovesNoDuration(t *testing.T) {
	for _, skew := range []time.Duration{time.Hour, -time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			r := open(t, Config{Version: "1.4", Lag: time.Minute, Limit: 2, Faults: Faults{LateApplied: 1, LateBy: 30 * time.Second}})
			r.rt.RoundTrip(r.request("POST", "/contacts", `{"email":"late@example.com"}`))
			r.s.SetFaults(Faults{})
			r.ok("POST", "/contacts", `{"email":"joe@example.com"}`)
			began := time.Now()
			r.s.SetSkew(skew)
			for _, c := range []struct {
				after          time.Duration
				limited        bool
				pending, shown int
			}{
				{10*time.Second - 1, true, 1, 0},
				{10 * time.Second, false, 1, 0},
				{30*time.Second - 1, false, 1, 0},
				{30 * time.Second, false, 0, 0},
				{time.Minute - 1, false, 0, 0},
				{time.Minute, false, 0, 1},
			} {
				time.Sleep(time.Until(began.Add(c.after)))
				if st := r.s.State(); st.Pending != c.pending {
					t.Errorf("skew %v, after %v: %d writes are pending, want %d", skew, c.after, st.Pending, c.pending)
				}
				a := r.call("GET", "/contacts?email=joe%40example.com", "")
				if limited := a.status == 429; limited != c.limited {
					t.Fatalf("skew %v, after %v: %d", skew, c.after, a.status)
				}
				if !c.limited {
					a.want("total_count", c.shown)
				}
			}
			late := r.s.State().Contacts[0]
			if skew > 0 {
				late = r.s.State().Contacts[1]
			}
			if want := began.Add(30*time.Second + skew); late.Email != "late@example.com" || !late.CreatedAt.Equal(want) {
				t.Errorf("skew %v: %s was created at %v, want %v", skew, late.Email, late.CreatedAt, want)
			}
		})
	}
}

// What was due before the clock was set has the time of the clock before.
func TestSkewIsSetInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Faults: Faults{LateApplied: 1, LateBy: 10 * time.Second}})
		due := time.Now().Add(10 * time.Second)
		r.rt.RoundTrip(r.request("POST", "/contacts", `{"role":"lead"}`))
		time.Sleep(time.Minute)
		r.s.SetSkew(time.Hour)
		if at := r.s.State().Contacts[0].CreatedAt; !at.Equal(due) {
			t.Errorf("created at %v, want %v", at, due)
		}
	})
}

// Lists are in the order of created_at, also when the clock was put back.
func TestListsFollowCreatedAt(t *testing.T) {
	for version, list := range map[string]string{"1.4": "/contacts?per_page=2&page=", "2.15": "/contacts?per_page=2&starting_after="} {
		r := open(t, Config{Version: version})
		for i, skew := range []time.Duration{0, time.Hour, -time.Hour, time.Minute, 0} {
			r.s.SetSkew(skew)
			r.ok("POST", "/contacts", fmt.Sprintf(`{"role":"lead","name":"%d"}`, i))
		}
		var got string
		after := ""
		for page := range 3 {
			if version == "1.4" {
				after = fmt.Sprint(page + 1)
			}
			a := r.ok("GET", list+after, "")
			key := "data"
			if version == "1.4" {
				key = "contacts"
			}
			for i := range a.at(key).([]any) {
				got += a.text(fmt.Sprintf("%s.%d.name", key, i))
			}
			if version != "1.4" && page < 2 {
				after = a.text("pages.next.starting_after")
			}
		}
		if got != "13402" {
			t.Errorf("%s: listed %s, want 13402", version, got)
		}
	}
}

// The index shows the deleted until it has caught up; a read by id does not.
func TestLagOfDeletions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Lag: time.Minute})
		id := r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com"}`).text("id")
		time.Sleep(time.Hour)
		r.ok("DELETE", "/contacts/"+id, "")
		r.refused("GET", "/contacts/"+id, "", 404, "not_found", "User Not Found")
		const query = `{"query":{"field":"email","operator":"=","value":"joe@example.com"}}`
		for _, want := range []int{1, 0} {
			r.ok("POST", "/contacts/search", query).want("total_count", want)
			r.ok("GET", "/contacts", "").want("total_count", want)
			time.Sleep(time.Minute)
		}
		r.ok("POST", "/contacts", `{"role":"user","email":"joe@example.com"}`) // nobody is in the way
	})
}
