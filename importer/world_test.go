package importer_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer/invariants"
)

// world is the workspace of a simulation, and who else is in it.
type world struct {
	*sandbox.Server
	api    *client.Client // of an agent who works there; nothing goes wrong for him
	rng    *rand.Rand
	before map[string]bool
	moved  map[string]bool // whom something happened to
	edited map[string]bool // of these, those that are somebody's now: a user, or edited by an agent
	note   func(format string, args ...any)
	skip   int  // writes that are not the program's
	clocks bool // the clock was set while an import ran
}

func newWorld(t testing.TB, s *simulation) *world {
	server, err := sandbox.New(sandbox.Config{
		Seed: s.seed | 1, Lag: s.lag, Limit: 200, Workspace: "simulate", Token: "simulated", KeepBodies: true,
		Attributes: map[string]string{"score": "integer", "import_stamp": "string"},
		Skew:       s.skew, Rewrite: s.rewrite, MaxPage: s.maxPage, MergedWrites: s.mergedWrites,
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Server: server, rng: s.rng(3), before: map[string]bool{}, moved: map[string]bool{}, edited: map[string]bool{}, note: s.note}
	w.api, err = client.New(client.Config{BaseURL: "https://sandbox.test", Version: s.apiVersion(t), Token: client.NewToken("simulated"), Transport: server.Transport()})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// populate puts people into the workspace who are like some of the rows, and
// waits until its index shows them.
func (w *world) populate(t testing.TB, s *simulation) {
	seen := map[string]bool{}
	for i, r := range s.rows {
		if r.Email == "" && r.Phone == "" || seen[r.Email] || w.rng.IntN(6) > 0 {
			continue
		}
		seen[r.Email] = true
		n := 1 + w.rng.IntN(8)/7
		for range n {
			lead := client.Lead{Fields: []client.Field{{Name: "name", Value: client.String(fmt.Sprint("Before ", i))}}}
			if r.Email != "" {
				lead.Fields = append(lead.Fields, client.Field{Name: "email", Value: client.String(r.Email)})
			} else {
				lead.Fields = append(lead.Fields, client.Field{Name: "phone", Value: client.String(r.Phone)})
			}
			answer, err := w.api.Save(context.Background(), lead, nil)
			if err != nil {
				t.Fatal(err)
			}
			w.before[answer.Contact.ID] = true
		}
	}
	w.skip = len(w.State().Writes)
	time.Sleep(s.lag + time.Second)
}

// correct sets the server's clock while an import runs, as when another machine
// takes over: then the answers of that moment may be lost.
func (w *world) correct(t testing.TB, skew time.Duration, faults sandbox.Faults) func() {
	over := w.rng.IntN(2) == 0 && faults != sandbox.Faults{}
	return func() {
		w.clocks = true
		w.SetSkew(skew)
		if !over {
			return
		}
		if err := w.SetFaults(sandbox.Faults{LostApplied: 0.8}); err != nil {
			t.Error(err)
		}
		time.AfterFunc(100*time.Millisecond, func() {
			if err := w.SetFaults(faults); err != nil {
				t.Error(err)
			}
		})
	}
}

// lead is one that the program made, at random; ok is false when there is none
// that nothing has happened to yet.
func (w *world) lead(lines []invariants.Line) (id string, line invariants.Line, ok bool) {
	for range 10 {
		if len(lines) == 0 {
			break
		}
		line := lines[w.rng.IntN(len(lines))]
		id := line["import_id"]
		if line["import_status"] == "created" && id != "" && !w.moved[id] && w.has(id) {
			return id, line, true
		}
	}
	return "", nil, false
}

func (w *world) has(id string) bool {
	return slices.ContainsFunc(w.State().Contacts, func(c sandbox.Contact) bool { return c.ID == id && !c.Archived && c.Role == "lead" })
}

// happen lets time pass between two imports: people visit and become users,
// are merged, archived or deleted, an agent edits one, and others sign up with
// the same address.
func (w *world) happen(t testing.TB, lines []invariants.Line, rows []invariants.Row) {
	for range 1 + w.rng.IntN(4) {
		id, line, ok := w.lead(lines)
		if !ok {
			return
		}
		w.moved[id] = true
		var err error
		var row invariants.Row
		if n := rowOf(line); n > 0 && n <= len(rows) {
			row = rows[n-1]
		}
		what := w.rng.IntN(6)
		w.note("%s of row %s: %s", id, line["import_row"], [...]string{"becomes a user", "is archived", "is deleted", "is archived, and signs up again", "is merged", "is edited"}[what])
		w.edited[id] = what == 0 || what == 5
		switch what {
		case 0:
			err = w.Convert(id)
		case 1:
			err = w.Archive(id)
		case 2:
			err = w.Delete(id)
		case 3:
			if row.Email != "" {
				w.before[w.SignUp("user", row.Email, "Visitor")] = true
			}
			err = w.Archive(id)
		case 4:
			user := w.SignUp("user", row.Email, "Visitor")
			w.before[user] = true
			if slices.ContainsFunc(w.State().Contacts, func(c sandbox.Contact) bool { return c.ID == user && c.Role == "user" }) {
				err = w.Merge(id, user)
			}
		default:
			_, err = w.api.Save(context.Background(), client.Lead{ID: id, Fields: []client.Field{{Name: "name", Value: client.String("Edited")}}}, nil)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func rowOf(line invariants.Line) (n int) {
	fmt.Sscan(line["import_row"], &n)
	return n
}
