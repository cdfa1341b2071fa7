// Package invariants judges an import by what the API holds afterwards: the
// promises of never twice, never lost, as one checker for every test that
// interrupts runs. It knows nothing of how an importer works: it reads the
// results file by itself and takes the API's state as JSON.
package invariants

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Row is one row of the input: the e-mail, phone, name and score of a person,
// blank or not. Rows with the same e-mail are the same person; without an
// e-mail, rows that are equal in everything are.
type Row struct {
	Email, Phone, Name, Score string
	// Company is the company_id of the person's company, or blank. It does not
	// tell people apart.
	Company string
}

// Key is what makes two rows the same person.
func (r Row) Key() string {
	if r.Email != "" {
		return "email:" + foldEmail(r.Email)
	}
	return strings.Join([]string{"row:", r.Phone, r.Name, r.Score}, "|")
}

// Line is a line of a results file, by column.
type Line map[string]string

// ReadResults reads a results file.
func ReadResults(r io.Reader) ([]Line, error) {
	records, err := csv.NewReader(r).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(records) == 0 {
		return nil, errors.New("the results file is empty")
	}
	var lines []Line
	for _, record := range records[1:] {
		line := Line{}
		for i, name := range records[0] {
			line[name] = record[i]
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// lead is a contact as the sandbox's state shows it.
type lead struct {
	ID     string         `json:"id"`
	Email  string         `json:"email"`
	Phone  string         `json:"phone"`
	Name   string         `json:"name"`
	Custom map[string]any `json:"custom_attributes"`
}

func (l lead) row() Row {
	r := Row{Email: l.Email, Phone: l.Phone, Name: l.Name}
	if score, ok := l.Custom["score"]; ok && score != nil {
		r.Score = fmt.Sprint(score)
	}
	return r
}

// Violations compares what the results claim of rows with what the API holds.
// state is the sandbox's own, as JSON. None means that every promise was kept.
func Violations(rows []Row, lines []Line, state []byte) []error {
	return ViolationsAmong(nil, rows, lines, state)
}

// ViolationsAmong is Violations of an import that was to find whom the API
// held before it, by e-mail and then by phone.
func ViolationsAmong(before []Before, rows []Row, lines []Line, state []byte) []error {
	var api struct {
		Contacts []lead `json:"contacts"`
	}
	if err := json.Unmarshal(state, &api); err != nil {
		return []error{err}
	}
	j := judge{
		rows: rows, leads: map[string]lead{},
		last: map[string]int{}, owner: map[string]string{}, open: map[string]bool{},
		before: map[string]Before{}, shared: shared(rows),
	}
	for _, b := range before {
		j.before[b.ID] = b
	}
	for _, l := range api.Contacts {
		j.leads[l.ID] = l
	}
	if len(lines) != len(rows) {
		j.report("totality", "%d lines for %d rows", len(lines), len(rows))
	}
	for i, line := range lines {
		if i < len(rows) {
			j.line(i, line)
		}
	}
	j.compare()
	return j.wrong
}

// judge collects what one import did wrong.
type judge struct {
	rows  []Row
	leads map[string]lead   // on the server, by id
	last  map[string]int    // key: its last row that was applied
	owner map[string]string // id: the key that it is recorded for
	open  map[string]bool   // keys with an unresolved row
	wrong []error

	before map[string]Before // by id
	shared map[string]bool   // keys of several rows
}

func (j *judge) report(invariant, format string, args ...any) {
	j.wrong = append(j.wrong, fmt.Errorf(invariant+": "+format, args...))
}

// line judges one line by itself.
func (j *judge) line(i int, line Line) {
	if line["import_row"] != strconv.Itoa(i+1) {
		j.report("totality", "line %d is that of row %s", i+1, line["import_row"])
		return
	}
	key, id := j.rows[i].Key(), line["import_id"]
	if j.matched(i, line) {
		return
	}
	switch status := line["import_status"]; status {
	case "created", "updated":
		if _, ok := j.leads[id]; !ok {
			j.report("no loss", "row %d was %s as %q, which the API does not have", i+1, status, id)
		}
		if other, taken := j.owner[id]; taken && other != key {
			j.report("right id", "%s is recorded for two people, the second in row %d", id, i+1)
		}
		j.owner[id], j.last[key] = key, i
	case "unresolved":
		j.open[key] = true
		if line["import_attempts"] == "0" {
			j.report("honesty", "row %d is unresolved, and nothing was sent for it", i+1)
		}
	case "failed":
		if line["import_error_code"] != "waits_for_row" {
			j.report("refusal", "row %d: %s", i+1, line["import_error"])
		}
	default:
		j.report("totality", "row %d is %q", i+1, status)
	}
}

// compare judges the whole by what the API holds.
func (j *judge) compare() {
	people := map[string][]string{}
	made := map[string]bool{} // since the import began
	n := 0
	for id, l := range j.leads {
		key := l.row().Key()
		people[key] = append(people[key], id)
		if _, old := j.before[id]; !old {
			made[key] = true
			n++
		}
	}
	for key, ids := range people {
		if len(ids) > 1 && made[key] {
			j.report("no duplicate", "one person is %d leads: %v", len(ids), ids)
		}
	}
	for id, key := range j.owner {
		if j.open[key] {
			continue // what an unresolved row may have changed is not known
		}
		want := j.rows[j.last[key]]
		got := j.leads[id].row()
		if !strings.EqualFold(got.Email, want.Email) || got.Phone != want.Phone || got.Name != want.Name || got.Score != want.Score {
			j.report("right id, order", "%s holds %+v and row %d, the last of its key, says %+v", id, got, j.last[key]+1, want)
		}
	}
	owners := 0
	for id := range j.owner {
		if _, old := j.before[id]; !old {
			owners++
		}
	}
	if n < owners || n > owners+len(j.open) {
		j.report("no duplicate", "the API holds %d new leads, the results own %d, and %d people are unresolved", n, owners, len(j.open))
	}
	j.untouched()
}
