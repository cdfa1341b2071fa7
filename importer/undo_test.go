package importer_test

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

var (
	restorations  = flag.Int("restorations", defaultRestored, "how many imports TestUpdatesAreUndone takes back")
	restoreSeed   = flag.Uint64("restore-seed", 0, "repeat only this one")
	restorePeople = flag.Int("restore-people", 120, "contacts of each")
)

// restoration is an import that updates people who are there, killed and
// resumed, and taken back by undos that are killed. Colleagues edit some of
// them in between.
type restoration struct {
	*testing.T
	seed    uint64
	rng     *rand.Rand
	version client.Version
	server  *sandbox.Server
	api     *client.Client // of the colleagues, and of who looks
	late    bool           // answers get lost, and updates are applied late; nobody else edits while they may be
	given   bool           // the run is given up when it dies, and taken back at once
	kills   int
	root    string
	dirs    int
	rows    [][]string
	ids     []string
	want    map[string]map[string]client.Value // what undo is to leave, by id and attribute
	log     []string
}

// restorable are the attributes that rows change, and how values are drawn.
var restorable = []struct {
	name, column string
	draw         func(*rand.Rand) client.Value
}{
	{"email", "Email", func(r *rand.Rand) client.Value { return client.String(fmt.Sprintf("p%d@example.org", r.IntN(1e9))) }},
	{"name", "Name", func(r *rand.Rand) client.Value {
		return client.String([]string{"Ann", "Zoë", "Li  Wei", "O'Hara \"Bob\"", "<b>", "Ann\\", "名前"}[r.IntN(7)] + fmt.Sprint(r.IntN(4)))
	}},
	{"phone", "Phone", func(r *rand.Rand) client.Value { return client.String(fmt.Sprintf("+35387%07d", r.IntN(1e7))) }},
	{"custom_attributes.plan", "Plan", func(r *rand.Rand) client.Value {
		return client.String([]string{"free", "pro", "5", "true", "null"}[r.IntN(5)])
	}},
	{"custom_attributes.topics", "Topics", func(r *rand.Rand) client.Value { return client.String([]string{"mail", "chat", "bots"}[r.IntN(3)]) }},
	{"custom_attributes.seats", "Seats", func(r *rand.Rand) client.Value { return client.Integer(int64(r.IntN(5) - 2)) }},
	{"custom_attributes.ratio", "Ratio", func(r *rand.Rand) client.Value { return client.Float(float64(r.IntN(40)) / 8) }},
	{"custom_attributes.active", "Active", func(r *rand.Rand) client.Value { return client.Boolean(r.IntN(2) == 0) }},
	{"unsubscribed_from_emails", "Out", func(r *rand.Rand) client.Value { return client.Boolean(r.IntN(2) == 0) }},
}

const restoreMapping = `api_version: "%s"
allow_resubscribe: %v
attributes:
  id: Id
  email: Email
  name: {column: Name, blank: clear}
  phone: Phone
  custom_attributes.plan: {column: Plan, type: string, blank: clear}
  custom_attributes.topics: {column: Topics, type: string, write: append}
  custom_attributes.seats: {column: Seats, type: integer, write: %s}
  custom_attributes.ratio: {column: Ratio, type: float}
  custom_attributes.active: {column: Active, type: boolean}
  unsubscribed_from_emails: {column: Out, type: boolean}
`

func newRestoration(t *testing.T, seed uint64) *restoration {
	r := &restoration{T: t, seed: seed, rng: rand.New(rand.NewPCG(seed, 11)), root: shm(t), want: map[string]map[string]client.Value{}}
	r.kills, r.late, r.given = r.rng.IntN(4), r.rng.IntN(2) == 0, r.rng.IntN(2) == 0
	var err error
	r.version, err = client.ParseVersion([]string{"1.4", "2.15"}[seed%2])
	r.must(err)
	r.server, err = sandbox.New(sandbox.Config{Seed: seed | 1, Limit: -1, Workspace: "restore", Token: "simulated", Attributes: map[string]string{
		"plan": "string", "topics": "string", "seats": "integer", "ratio": "float", "active": "boolean",
	}})
	r.must(err)
	r.api = r.client(&process{next: r.server.Transport(), ctx: context.Background()})
	return r
}

func (r *restoration) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatalf("seed %d: %v\n%s", r.seed, err, strings.Join(r.log, "\n"))
	}
}

func (r *restoration) note(format string, args ...any) {
	r.log = append(r.log, time.Now().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
}

func (r *restoration) client(p *process) *client.Client {
	c, err := client.New(client.Config{BaseURL: "https://sandbox.test", Version: r.version, Token: client.NewToken("simulated"), Timeout: 10 * time.Second, Transport: p})
	r.must(err)
	return c
}

func (r *restoration) newDir() string {
	r.dirs++
	dir := filepath.Join(r.root, fmt.Sprint(r.dirs))
	r.must(os.Mkdir(dir, 0o700))
	return dir
}

// populate creates the people, and the list that changes them: some rows are of
// the same contact, some cells are blank.
func (r *restoration) populate(people int) {
	for range people {
		var lead client.Lead
		for _, a := range restorable {
			if r.rng.IntN(3) > 0 {
				lead.Fields = append(lead.Fields, client.Field{Name: a.name, Value: a.draw(r.rng)})
			}
		}
		if len(lead.Fields) == 0 {
			lead.Fields = []client.Field{{Name: "name", Value: client.String("x")}}
		}
		a, err := r.api.Save(context.Background(), lead, nil)
		r.must(err)
		r.ids = append(r.ids, a.Contact.ID)
		r.want[a.Contact.ID] = valuesOf(a.Contact)
	}
	for _, id := range r.ids {
		for range 1 + r.rng.IntN(8)/6*(1+r.rng.IntN(2)) {
			row := []string{id}
			for _, a := range restorable {
				cell := ""
				if r.rng.IntN(3) > 0 {
					cell = a.draw(r.rng).Text()
				}
				row = append(row, cell)
			}
			r.rows = append(r.rows, row)
		}
	}
	r.rng.Shuffle(len(r.rows), func(i, j int) { r.rows[i], r.rows[j] = r.rows[j], r.rows[i] })
}

func valuesOf(c client.Contact) map[string]client.Value {
	values := map[string]client.Value{}
	for _, a := range restorable {
		values[a.name], _ = c.Value(a.name)
	}
	return values
}

// unreliable is how an API behaves whose answers are lost or come late.
var unreliable = sandbox.Faults{LostApplied: 0.03, LostUnapplied: 0.03, LateApplied: 0.03, Error500: 0.02, Error503: 0.02, Truncated: 0.02, Slow: 0.01, ReadFailed: 0.02}

// edit is the work of colleagues: no value is one that a row has. What they
// send gets there at once, or nobody could say which edit was the last.
func (r *restoration) edit(what string) {
	if r.late {
		r.must(r.server.SetFaults(sandbox.Faults{}))
		defer func() { r.must(r.server.SetFaults(unreliable)) }()
	}
	for range 1 + r.rng.IntN(10) {
		id := r.ids[r.rng.IntN(len(r.ids))]
		n := r.rng.IntN(1e9)
		f := []client.Field{
			{Name: "name", Value: client.String(fmt.Sprint("Edited ", n))}, {Name: "custom_attributes.plan", Value: client.String(fmt.Sprint("edited ", n))},
			{Name: "custom_attributes.topics", Value: client.String(fmt.Sprint("edited ", n))},
			{Name: "custom_attributes.seats", Value: client.Integer(1000 + int64(n))}, {Name: "email", Value: client.String(fmt.Sprintf("edited%d@example.org", n))},
		}[r.rng.IntN(5)]
		r.note("%s: %s of %s is set to %s", what, f.Name, id, f.Value.Text())
		a, err := r.api.Save(context.Background(), client.Lead{ID: id, Fields: []client.Field{f}}, nil)
		r.must(err)
		r.want[id][f.Name], _ = a.Contact.Value(f.Name)
	}
}

// die draws the death of a process.
func (r *restoration) die(p *process, life, requests int) {
	if life < r.kills {
		p.at, p.after = 2+r.rng.IntN(requests), r.rng.IntN(2) == 0
	}
	p.ctx, p.kill = context.WithCancel(context.Background())
}

// run imports the list, through its deaths. It returns where the results are.
func (r *restoration) run(dir string, m *mapping.Mapping) string {
	var text strings.Builder
	out := csv.NewWriter(&text)
	header := []string{"Id"}
	for _, a := range restorable {
		header = append(header, a.column)
	}
	r.must(out.Write(header))
	r.must(out.WriteAll(r.rows))
	for life := 0; life < 50; life++ {
		p := &process{next: r.server.Transport(), dir: dir, grave: r.newDir()}
		r.die(p, life, 2*len(r.rows))
		err := r.live(p, m, text.String())
		p.kill()
		r.note("the run ends: dead %v, %v", p.dead, err)
		if p.dead {
			dir = p.grave
			if !r.late {
				tearTail(r.T, r.rng, filepath.Join(dir, resultsName))
				r.edit("the run is dead")
			}
			if r.given {
				return dir
			}
			continue
		}
		var stopped *importer.StopError
		if errors.As(err, &stopped) && (stopped.Reason == importer.Unavailable || stopped.Reason == importer.NothingSent) {
			time.Sleep(time.Minute)
			continue
		}
		r.must(err)
		return dir
	}
	r.Fatalf("seed %d: the run does not come to an end", r.seed)
	return ""
}

func (r *restoration) live(p *process, m *mapping.Mapping, text string) error {
	input := filepath.Join(p.dir, "leads.csv")
	r.must(os.WriteFile(input, []byte(text), 0o600))
	store, err := results.Open(p.results(), results.Resume)
	r.must(err)
	defer store.Close()
	known, err := history.Open(history.Options{Own: store})
	r.must(err)
	defer known.Close()
	file, err := source.Open(input, nil)
	r.must(err)
	defer file.Close()
	job, err := importer.Prepare(p.ctx, importer.Config{
		Input: file, Mapping: m, Version: r.version, Client: r.client(p), Store: store, History: known,
		Workers: 8, Timeout: 10 * time.Second, Settle: time.Minute,
	})
	if err != nil {
		return err
	}
	_, err = job.Run(p.ctx)
	return err
}

// undo takes the run back, through its deaths.
func (r *restoration) undo(dir string) (*importer.Undo, string) {
	for life := 0; life < 50; life++ {
		p := &process{next: r.server.Transport(), dir: dir, grave: r.newDir()}
		r.die(p, life, 3*len(r.ids))
		u, err := r.undoOnce(p)
		p.kill()
		r.note("the undo ends: dead %v, %v", p.dead, err)
		if p.dead {
			dir = p.grave
			if !r.late {
				r.edit("the undo is dead")
			}
			continue
		}
		var stopped *importer.StopError
		if errors.As(err, &stopped) && (stopped.Reason == importer.Unavailable || stopped.Reason == importer.NothingSent) {
			time.Sleep(time.Minute)
			continue
		}
		r.must(err)
		return u, dir
	}
	r.Fatalf("seed %d: the undo does not come to an end", r.seed)
	return nil, ""
}

func (r *restoration) undoOnce(p *process) (*importer.Undo, error) {
	store, err := results.Open(p.results(), results.Resume)
	r.must(err)
	defer store.Close()
	known, err := history.Open(history.Options{Own: store, Undoing: true})
	r.must(err)
	defer known.Close()
	u, err := importer.PrepareUndo(p.ctx, importer.UndoConfig{Store: store, History: known, Path: p.results(), Client: r.client(p), Version: r.version, Workers: 8})
	if err != nil {
		return nil, err
	}
	return u, u.Do(p.ctx)
}

// judge compares what the API holds with what is to be there.
func (r *restoration) judge(u *importer.Undo) {
	for _, item := range u.Updates() {
		if item.Status == importer.UndoFail {
			r.Errorf("seed %d: %s: %s", r.seed, item.ID, item.Reason)
		}
	}
	for _, id := range r.ids {
		c, found, err := r.api.Contact(context.Background(), id)
		r.must(err)
		if !found {
			r.Fatalf("%s is gone", id)
		}
		for _, a := range restorable {
			has, _ := c.Value(a.name)
			want := r.want[id][a.name]
			switch {
			case has == want:
			case a.name == "unsubscribed_from_emails" && has == client.Boolean(true): // nobody is subscribed again
			case a.name == "email" && want.IsNull(): // nobody's address is unset
			case strings.HasPrefix(a.name, client.CustomPrefix) && want.IsNull() && r.version.Family() == client.Leads && has != client.String(has.Text()):
				// 1.x takes no null
			default:
				r.Errorf("seed %d: %s of %s is %q, not %q", r.seed, a.name, id, has.Text(), want.Text())
			}
		}
	}
}

func (r *restoration) serve() {
	r.populate(*restorePeople)
	before := len(r.server.State().Contacts)
	if r.late {
		r.must(r.server.SetFaults(unreliable))
	}
	m, err := mapping.Parse("m.yaml", fmt.Appendf(nil, restoreMapping, r.version, r.rng.IntN(2) == 0, []string{"always", "if_empty", "create_only"}[r.rng.IntN(3)]))
	r.must(err)
	dir := r.run(r.newDir(), m)
	if !r.late || !r.given && r.rng.IntN(2) == 0 {
		time.Sleep(2 * time.Minute)
		r.edit("between run and undo")
	}
	u, dir := r.undo(dir)
	var until time.Time
	for _, item := range u.Updates() {
		if item.Until.After(until) {
			until = item.Until
		}
	}
	if !until.IsZero() {
		time.Sleep(time.Until(until) + time.Second)
		r.kills = 0
		u, dir = r.undo(dir)
	}
	time.Sleep(time.Hour)
	r.judge(u)
	if n := len(r.server.State().Contacts); n != before {
		r.Errorf("seed %d: %d contacts, there were %d", r.seed, n, before)
	}
	// Once more: nothing is left to do, and nothing is written.
	r.kills = 0
	writes := len(r.server.State().Writes)
	r.undo(dir)
	if again := len(r.server.State().Writes); again != writes {
		r.Errorf("seed %d: an undo of what is undone writes %d times", r.seed, again-writes)
	}
	if r.Failed() {
		r.Logf("%s", strings.Join(r.log, "\n"))
	}
}

// TestUpdatesAreUndone: whatever kills a run and its undo, each scalar that the
// run changed is as before, unless somebody has touched it since.
func TestUpdatesAreUndone(t *testing.T) {
	for seed := uint64(1); seed <= uint64(*restorations); seed++ {
		if *restoreSeed != 0 && seed != *restoreSeed {
			continue
		}
		synctest.Test(t, func(t *testing.T) { newRestoration(t, seed).serve() })
		if t.Failed() {
			return
		}
	}
}
