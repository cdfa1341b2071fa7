package sandbox

import (
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"
)

// Strangers are like whom an import creates, come at every time around the
// request, and are told apart from them.
func TestStrangers(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		synctest.Test(t, func(t *testing.T) {
			r := open(t, Config{Version: version, Strangers: 0.5, Limit: -1, Lag: time.Minute})
			before, same, after, users, leads, emails, names, both := 0, 0, 0, 0, 0, 0, 0, 0
			for i := range 200 {
				sent := time.Now()
				email, name := fmt.Sprintf("joe%d@example.com", i), fmt.Sprintf("Joe %d", i)
				r.ok("POST", "/contacts", `{"role":"lead","email":"`+email+`","name":"`+name+`","custom_attributes":{}}`)
				time.Sleep(strangerAfter)
				if version == "1.4" { // by then
					r.ok("GET", "/contacts?per_page=1", "")
				}
				for _, c := range r.s.State().Contacts {
					if !c.Stranger || c.Email != email && c.Name != name {
						continue
					}
					switch {
					case c.CreatedAt.Before(sent):
						before++
					case c.CreatedAt.Equal(sent):
						same++
					default:
						after++
					}
					if d := c.CreatedAt.Sub(sent); d < -strangerBefore || d > strangerAfter {
						t.Errorf("a stranger came %v after the request", d)
					}
					if c.Role == "user" {
						users++
					} else {
						leads++
					}
					switch {
					case c.Email == "":
						names++
					case c.Name == "":
						emails++
					default:
						both++
					}
					if c.Custom != nil || c.Phone != "" {
						t.Errorf("a stranger knows what was sent: %+v", c)
					}
				}
			}
			st := r.s.State()
			n := int(st.Counters.Strangers)
			if n < 60 || n > 140 || before+same+after != n || len(st.Contacts) != 200+n {
				t.Errorf("%d strangers of %d contacts, %d around the requests", n, len(st.Contacts), before+same+after)
			}
			for what, n := range map[string]int{"before": before, "in the same second": same, "after": after, "leads": leads, "by e-mail": emails, "by name": names, "by both": both} {
				if n < 10 {
					t.Errorf("%s: %d strangers %s", version, n, what)
				}
			}
			if (version == "1.4") != (users == 0) {
				t.Errorf("%s: %d strangers are users", version, users)
			}
		})
	}
}

// The index shows strangers as late as anybody: a look-up that was made before
// the request was told the truth.
func TestStrangersLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Version: "1.4", Strangers: 1, Lag: time.Minute})
		r.ok("POST", "/contacts", `{"email":"joe@example.com"}`)
		for _, c := range []struct {
			after time.Duration
			total int
		}{{time.Minute - 1, 0}, {2 * time.Minute, 2}} {
			time.Sleep(c.after)
			r.ok("GET", "/contacts?email=joe%40example.com", "").want("total_count", c.total)
		}
	})
}

// Nobody is like somebody of whom nothing is known; updates attract nobody, and
// nobody comes when strangers are off.
func TestStrangersNeedSomebodyToBeLike(t *testing.T) {
	r := open(t, Config{Version: "1.4", Strangers: 1})
	id := r.ok("POST", "/contacts", `{"phone":"+353871234567"}`).text("id")
	r.ok("POST", "/contacts", `{"id":"`+id+`","email":"joe@example.com","name":"Joe"}`)
	if err := r.s.SetStrangers(0); err != nil {
		t.Fatal(err)
	}
	r.ok("POST", "/contacts", `{"email":"joe@example.com"}`)
	if st := r.s.State(); st.Counters.Strangers != 0 || st.Pending != 0 {
		t.Errorf("%d strangers, %d pending", st.Counters.Strangers, st.Pending)
	}
	if r.s.SetStrangers(1.5) == nil {
		t.Error("a probability of 1.5 was taken")
	}
}

// A user who signs up first is in the way of one that is created (409).
func TestStrangersAreInTheWayOfUsers(t *testing.T) {
	r := open(t, Config{})
	id := r.s.SignUp("user", "Joe@example.com", "Joe")
	r.refused("POST", "/contacts", `{"email":"joe@example.com"}`, 409, "conflict", "A contact matching those details already exists with id="+id)
	if other := r.s.SignUp("user", "joe@example.com", ""); r.s.people.byID[other].role != "lead" {
		t.Error("two users have one e-mail address")
	}
}

func TestSeedRepeatsStrangers(t *testing.T) {
	run := func(seed uint64) (list []Contact) {
		synctest.Test(t, func(t *testing.T) {
			rewrite, _ := ParseRewrite("all")
			r := open(t, Config{Seed: seed, Strangers: 0.5, Rewrite: rewrite, Workspace: "same"})
			for i := range 30 {
				r.call("POST", "/contacts", fmt.Sprintf(`{"role":"lead","email":"j%d@bücher.example","name":"Zoë"}`, i))
			}
			time.Sleep(time.Hour)
			list = r.s.State().Contacts
		})
		return list
	}
	if a, b := run(7), run(7); len(a) < 35 || !reflect.DeepEqual(a, b) {
		t.Errorf("one seed, two worlds: %d and %d contacts", len(a), len(b))
	}
	if reflect.DeepEqual(run(7), run(8)) {
		t.Error("two seeds, one world")
	}
}
