package invariants_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer/invariants"
)

// api is Intercom's API by plain requests, as much as a small importer needs.
type api struct{ http.RoundTripper }

type contact struct {
	ID     string         `json:"id"`
	Email  string         `json:"email"`
	Phone  string         `json:"phone"`
	Name   string         `json:"name"`
	Custom map[string]any `json:"custom_attributes"`
}

// call sends one request. ok tells whether a whole answer of 200 came.
func (a api) call(method, path string, body, into any) (ok bool) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	r, err := http.NewRequest(method, "https://sandbox.test"+path, bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	r.Header.Set("Authorization", "Bearer t")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("Content-Type", "application/json")
	res, err := a.RoundTrip(r)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	return err == nil && res.StatusCode == http.StatusOK && json.Unmarshal(answer, into) == nil
}

func attributes(r invariants.Row) map[string]any {
	m := map[string]any{"role": "lead", "name": r.Name, "custom_attributes": map[string]any{"score": json.Number(r.Score)}}
	if r.Email != "" {
		m["email"] = r.Email
	}
	if r.Phone != "" {
		m["phone"] = r.Phone
	}
	return m
}

// create returns the id of a new lead, empty when no answer came.
func (a api) create(r invariants.Row) string {
	var c contact
	if !a.call(http.MethodPost, "/contacts", attributes(r), &c) {
		return ""
	}
	return c.ID
}

func (a api) update(id string, r invariants.Row) bool {
	m := attributes(r)
	delete(m, "role")
	return a.call(http.MethodPut, "/contacts/"+id, m, &contact{})
}

// find looks a lead up by its name, which no two rows share.
func (a api) find(r invariants.Row) string {
	var list struct{ Data []contact }
	query := map[string]any{"query": map[string]any{"field": "name", "operator": "=", "value": r.Name}}
	if !a.call(http.MethodPost, "/contacts/search", query, &list) || len(list.Data) == 0 {
		return ""
	}
	return list.Data[0].ID
}

// record is what an importer writes down of its rows, in a memory that
// outlives it.
type record struct {
	lines map[int]string // row: status and id
	ids   map[string]string
	left  int // requests until the process dies; negative: it does not
}

func newRecord() *record { return &record{lines: map[int]string{}, ids: map[string]string{}, left: -1} }

func (r *record) done(row int) bool { return r.lines[row] != "" }

func (r *record) put(row int, key, status, id string) {
	r.lines[row], r.ids[key] = fmt.Sprintf("%d,%s,%s,,1", row+1, status, id), id
}

// dies tells whether the process is killed now.
func (r *record) dies() bool {
	r.left--
	return r.left == -1
}

// An importer imports rows, and may be killed, and is then started again.
type importer func(a api, rows []invariants.Row, r *record)

// careful is right as long as the API and itself are never interrupted: it
// takes rows in order, updates those whose key it has seen, and records ids.
func careful(a api, rows []invariants.Row, r *record) {
	for i, row := range rows {
		key := row.Key()
		if id := r.ids[key]; id != "" {
			a.update(id, row)
			r.put(i, key, "updated", id)
			continue
		}
		r.put(i, key, "created", a.create(row))
	}
}

// blind tries again whenever no answer came.
func blind(a api, rows []invariants.Row, r *record) {
	for i, row := range rows {
		key := row.Key()
		if id := r.ids[key]; id != "" {
			for !a.update(id, row) {
			}
			r.put(i, key, "updated", id)
			continue
		}
		id := a.create(row)
		for ; id == ""; id = a.create(row) {
			time.Sleep(time.Second)
		}
		r.put(i, key, "created", id)
	}
}

// forgetful writes a row down when its answer has come, and creates what is
// not written down when it is started again.
func forgetful(a api, rows []invariants.Row, r *record) {
	for i, row := range rows {
		if r.done(i) {
			continue
		}
		key, status := row.Key(), "created"
		id := r.ids[key]
		if id != "" {
			status = "updated"
			a.update(id, row)
		} else {
			id = a.create(row)
		}
		if r.dies() {
			return
		}
		r.put(i, key, status, id)
	}
}

// hasty looks up what got no answer, and believes at once that what it does
// not find is not there.
func hasty(a api, rows []invariants.Row, r *record) {
	for i, row := range rows {
		key := row.Key()
		if id := r.ids[key]; id != "" {
			for !a.update(id, row) {
			}
			r.put(i, key, "updated", id)
			continue
		}
		id := a.create(row)
		for id == "" {
			if id = a.find(row); id == "" {
				id = a.create(row)
			}
		}
		r.put(i, key, "created", id)
	}
}

// muddled takes the answers of two creates for each other's.
func muddled(a api, rows []invariants.Row, r *record) {
	careful(a, rows, r)
	swap := map[string]string{}
	var last string
	for i, row := range rows[:4] {
		id := r.ids[row.Key()]
		if i == 3 {
			swap[id], swap[last] = last, id
		}
		last = id
	}
	for i, line := range r.lines {
		fields := strings.Split(line, ",")
		if other := swap[fields[2]]; other != "" {
			fields[2] = other
			r.lines[i] = strings.Join(fields, ",")
		}
	}
}

// careless loses a row when it is started again: it goes on behind the one
// that it was at.
func careless(a api, rows []invariants.Row, r *record) {
	next := len(r.lines)
	if next > 0 {
		next++
	}
	for i := next; i < len(rows); i++ {
		if r.dies() {
			return
		}
		one := &record{lines: map[int]string{}, ids: r.ids, left: -1}
		careful(a, rows[i:i+1], one)
		r.lines[i] = fmt.Sprint(i+1) + strings.TrimPrefix(one.lines[0], "1")
	}
}

// disorderly takes the rows of the file as they come, from both ends.
func disorderly(a api, rows []invariants.Row, r *record) {
	for n := range rows {
		i := n / 2
		if n%2 == 1 {
			i = len(rows) - 1 - n/2
		}
		one := &record{lines: map[int]string{}, ids: r.ids, left: -1}
		careful(a, rows[i:i+1], one)
		r.lines[i] = fmt.Sprint(i+1) + strings.TrimPrefix(one.lines[0], "1")
	}
}

// liar says that a row may have been sent for which it did nothing.
func liar(a api, rows []invariants.Row, r *record) {
	careful(a, rows[:len(rows)-1], r)
	r.lines[len(rows)-1] = fmt.Sprintf("%d,unresolved,,,0", len(rows))
}

// verdict lets an importer run until it ends, and judges it.
func verdict(t *testing.T, do importer, cfg sandbox.Config, killed int) (wrong []error) {
	synctest.Test(t, func(t *testing.T) {
		cfg.Token, cfg.Seed, cfg.Limit = "t", 11, -1
		cfg.Attributes = map[string]string{"score": "integer"}
		server, err := sandbox.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		rows := invariants.People(rand.New(rand.NewPCG(3, 3)), 40)
		r := newRecord()
		for life := range killed + 1 {
			if r.left = -1; life < killed {
				r.left = 8
			}
			do(api{server.Transport()}, rows, r)
		}
		time.Sleep(time.Hour) // nothing is on its way any more
		var text strings.Builder
		text.WriteString("import_row,import_status,import_id,import_error,import_attempts\n")
		for i := range rows {
			if line := r.lines[i]; line != "" {
				text.WriteString(line + "\n")
			}
		}
		lines, err := invariants.ReadResults(strings.NewReader(text.String()))
		if err != nil {
			t.Fatal(err)
		}
		state, err := json.Marshal(server.State())
		if err != nil {
			t.Fatal(err)
		}
		wrong = invariants.Violations(rows, lines, state)
	})
	return wrong
}

// TestViolations convicts importers that are broken in the usual ways, each of
// what it did, and acquits those who had no occasion to do it.
func TestViolations(t *testing.T) {
	lost := sandbox.Config{Faults: sandbox.Faults{LostApplied: 0.1, LostUnapplied: 0.1}, Lag: 5 * time.Second}
	for _, c := range []struct {
		name   string
		do     importer
		cfg    sandbox.Config
		killed int
		of     string // the invariant that it violates; empty: none
	}{
		{"careful", careful, sandbox.Config{}, 0, ""},
		{"careful, but answers are lost", careful, lost, 0, "no loss"},
		{"retries blindly", blind, lost, 0, "no duplicate"},
		{"retries blindly, and has no need to", blind, sandbox.Config{}, 0, ""},
		{"records after the answer", forgetful, sandbox.Config{}, 3, "no duplicate"},
		{"records after the answer, and is not killed", forgetful, sandbox.Config{}, 0, ""},
		{"looks up without the wait", hasty, lost, 0, "no duplicate"},
		{"looks up, and nothing lags", hasty, sandbox.Config{Faults: lost.Faults}, 0, ""},
		{"mixes up ids", muddled, sandbox.Config{}, 0, "right id"},
		{"loses a row", careless, sandbox.Config{}, 1, "totality"},
		{"loses a row, and is not killed", careless, sandbox.Config{}, 0, ""},
		{"takes rows out of order", disorderly, sandbox.Config{}, 0, "right id, order"},
		{"never sent it", liar, sandbox.Config{}, 0, "honesty"},
	} {
		wrong := verdict(t, c.do, c.cfg, c.killed)
		convicted := false
		for _, w := range wrong {
			convicted = convicted || strings.HasPrefix(w.Error(), c.of)
		}
		switch {
		case c.of == "" && len(wrong) > 0:
			t.Errorf("%s: is convicted of %v", c.name, wrong)
		case c.of != "" && !convicted:
			t.Errorf("%s: is not convicted of %q, but of %v", c.name, c.of, wrong)
		}
	}
}
