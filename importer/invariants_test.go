package importer_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"leadimport/client/sandbox"
)

// list is what a test imports, and what each row says.
type list struct {
	header []string
	rows   [][]string // Email, Phone, Name, Score
	text   string
}

// key is what makes two rows of a list the same lead.
func (l list) key(row int) string {
	r := l.rows[row]
	if email := strings.ToLower(strings.TrimSpace(r[0])); email != "" {
		return "email:" + email
	}
	return "row:" + strings.Join(r, "|")
}

// violations compares what the results claim with what the API holds: the
// invariants of guarantee.md section 8. It is the one judge of every test that
// interrupts runs.
func violations(l list, resultsPath string, state sandbox.State) []error {
	var wrong []error
	report := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	lines, err := readResults(resultsPath)
	if err != nil {
		return []error{err}
	}
	if len(lines) != len(l.rows) {
		report("totality: %d lines for %d rows", len(lines), len(l.rows))
	}
	contacts := map[string]sandbox.Contact{}
	byKey := map[string][]string{} // leads on the server, by key
	for _, c := range state.Contacts {
		contacts[c.ID] = c
		byKey[keyOf(c)] = append(byKey[keyOf(c)], c.ID)
	}
	last := map[string]int{} // the last row of each key that was applied
	owner := map[string]string{}
	doubtful := map[string]bool{}
	for i, line := range lines {
		if line["import_row"] != strconv.Itoa(i+1) {
			report("order: line %d is row %s", i+1, line["import_row"])
			continue
		}
		key, id := l.key(i), line["import_id"]
		switch status := line["import_status"]; status {
		case "created", "updated":
			if _, ok := contacts[id]; !ok {
				report("no loss: row %d was %s as %s, which the API does not have", i+1, status, id)
			}
			if k, taken := owner[id]; taken && k != key {
				report("right id: %s is recorded for two keys", id)
			}
			owner[id] = key
			last[key] = i
		case "unresolved":
			doubtful[key] = true
			if line["import_attempts"] == "0" {
				report("honesty: row %d is unresolved and nothing was sent", i+1)
			}
		case "failed":
			if line["import_error_code"] != "waits_for_row" {
				report("row %d was refused: %s", i+1, line["import_error"])
			}
		default:
			report("row %d is %q", i+1, status)
		}
	}
	for key, ids := range byKey {
		if len(ids) > 1 {
			report("no duplicate: %d leads for one key (%s): %v", len(ids), kindOf(key), ids)
		}
	}
	for id, key := range owner {
		c, i := contacts[id], last[key]
		if doubtful[key] {
			continue
		}
		want := l.rows[i]
		if got := []string{c.Email, c.Phone, c.Name, fmt.Sprint(c.Custom["score"])}; !equalFold(got, want) {
			report("right id, order: %s should hold row %d: %q, not %q", id, i+1, want, got)
		}
	}
	claimed := len(owner)
	if open := len(doubtful); len(contacts) > claimed+open || len(contacts) < claimed {
		report("no duplicate: the API holds %d leads, the results own %d, %d keys are unresolved", len(contacts), claimed, open)
	}
	return wrong
}

// keyOf is the key of the row that made c.
func keyOf(c sandbox.Contact) string {
	if c.Email != "" {
		return "email:" + c.Email
	}
	return "row:" + strings.Join([]string{c.Email, c.Phone, c.Name, fmt.Sprint(c.Custom["score"])}, "|")
}

func kindOf(key string) string { kind, _, _ := strings.Cut(key, ":"); return kind }

func equalFold(a, b []string) bool {
	for i := range a {
		if !strings.EqualFold(strings.TrimSpace(a[i]), strings.TrimSpace(b[i])) {
			return false
		}
	}
	return len(a) == len(b)
}

// readResults reads a results file with nothing of ours.
func readResults(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil || len(records) == 0 {
		return nil, errors.Join(errors.New("results cannot be read"), err)
	}
	var lines []map[string]string
	for _, r := range records[1:] {
		line := map[string]string{}
		for i, name := range records[0] {
			line[name] = r[i]
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// unresolved counts the rows that ended so.
func unresolved(t testing.TB, path string) int {
	lines, err := readResults(path)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range lines {
		if line["import_status"] == "unresolved" {
			n++
		}
	}
	return n
}
