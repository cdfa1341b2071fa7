package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"leadimport/importer/results"
)

var columns = []string{"import_row", "import_status", "import_id", "import_user_id", "import_error_code", "import_error",
	"import_http_status", "import_attempts", "import_request_id", "import_at", "import_key", "import_hash", "import_ms", "import_workspace"}

var header = []string{"Email", "Name", "Trial"}

var ten = time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)

// line is a line that was sent, at ten and as many seconds.
func line(row int, status results.Status, ms int64) results.Line {
	l := results.Line{Row: row, Status: status, Attempts: 1, HTTPStatus: 200, Ms: ms, Workspace: "abc123",
		At: ten.Add(time.Duration(row) * time.Second), Key: fmt.Sprintf("email:jane%d@example.com", row)}
	return l
}

func bad(row int, status results.Status, code, message string) results.Line {
	l := line(row, status, 0)
	l.ErrorCode, l.Error, l.Attempts = code, message, 0
	return l
}

// write writes a results file as a run does.
func write(t testing.TB, name string, lines ...results.Line) string {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(append(slices.Clone(columns), header...))
	for _, l := range lines {
		row := ""
		if l.Row != 0 {
			row = strconv.Itoa(l.Row)
		}
		w.Write([]string{row, string(l.Status), l.ID, l.UserID, l.ErrorCode, l.Error, "", strconv.Itoa(l.Attempts), l.RequestID,
			l.At.Format("2006-01-02T15:04:05.000Z"), l.Key, l.Hash, strconv.FormatInt(l.Ms, 10), l.Workspace,
			fmt.Sprintf("jane%d@example.com", l.Row), fmt.Sprintf("Jane Q%d", l.Row), "03/04/2026"})
	}
	w.Flush()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func of(t testing.TB, opt Options, paths ...string) *Report {
	t.Helper()
	r, err := Collect(paths, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// night is a file with something of everything.
func night(t testing.TB) string {
	lines := []results.Line{
		line(1, results.Created, 100), line(2, results.Updated, 200), line(3, results.Created, 100),
		bad(4, results.Invalid, "invalid_email", `column "Email", value "jane4(at)": not an e-mail address: there is no @`),
		bad(5, results.Skipped, "duplicate_key", "a row with this key came earlier in the file"),
		bad(6, results.Unchanged, "", ""),
		line(7, results.Failed, 90), line(8, results.Skipped, 80), line(9, results.Unresolved, 30000),
	}
	lines[4].Key = lines[0].Key
	lines[6].ErrorCode, lines[6].Error = "parameter_invalid", "the e-mail jane7@example.com of Jane Q7 is blocked, ask +353 87 123 4567"
	lines[7].ErrorCode, lines[7].Error = results.Gone, "the lead of earlier results is no longer there: deleted, or merged into a user (not found)"
	lines[8].ErrorCode, lines[8].Error = "in_doubt", "created perhaps as 5811b40d2bb5f9a1c4a1e2d3, which does not carry what was sent"
	lines[8].Attempts = 2
	return write(t, "leads.results.csv", lines...)
}

const nightText = `leads.results.csv: 9 rows: 2 created, 1 updated, 1 unchanged, 2 skipped, 1 invalid, 1 failed, 1 unresolved
from 2026-11-20 22:00:01 to 2026-11-20 22:00:09 UTC: 8s, 1.1 rows/s
answers: half within 100ms, 90 % within 30s, 99 % within 30s, the slowest 30s (6 rows sent in 7 requests)

what was refused, and why
  1 row skipped: The lead is no longer in Intercom (gone)
    row 8
    such as row 8: the lead of earlier results is no longer there: deleted, or merged into a user (not found)
    to do: It was deleted there, or merged into a user. Nothing is created again; to have it back, import the row without --previous.
  1 row unresolved: It is not known whether Intercom has the row (in_doubt)
    row 9
    such as row 9: created perhaps as 5811b40d2bb5f9a1c4a1e2d3, which does not carry what was sent
    to do: Run the same command again with --resume: it looks these rows up before it sends anything. Do not import them in another way meanwhile: leads could be created twice.
  1 row invalid: Not a valid e-mail address (invalid_email)
    row 4
    such as row 4: column "Email"
    to do: Correct the address, or leave the cell blank.
  1 row failed: Intercom does not accept a value (parameter_invalid)
    row 7
    such as row 7: the e-mail … of … is blocked, ask +…
    to do: Mend the value that the message names; if every row has it, check the attribute's type in Intercom and in the mapping.
  1 row skipped: The same lead stands further up in the file (duplicate_key)
    row 5
    such as row 5: a row with this key came earlier in the file
    to do: Nothing, if that is meant: the first row counts. To let later rows update it, run with --duplicates update.

rows of the same lead
  1 lead with several rows, 2 rows in all
    2: rows 1, 5

slowest rows
       30s  row 9, unresolved
     200ms  row 2, updated
     100ms  row 1, created
     100ms  row 3, created
      90ms  row 7, failed
      80ms  row 8, skipped
`

func TestText(t *testing.T) {
	var b strings.Builder
	if err := of(t, Options{}, night(t)).Text(&b); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != nightText {
		t.Errorf("the text is\n%s\nwant\n%s", got, nightText)
	}
	b.Reset()
	of(t, Options{ShowPeople: true}, night(t)).Text(&b)
	for _, want := range []string{`column "Email", value "jane4(at)": not an e-mail`, "the e-mail jane7@example.com of Jane Q7"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("with people shown, the text lacks %q:\n%s", want, b.String())
		}
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := of(t, Options{}, night(t)).JSON(&b); err != nil {
		t.Fatal(err)
	}
	if bytes.Count(b.Bytes(), []byte("\n")) != 1 {
		t.Errorf("it is not one line: %s", b.Bytes())
	}
	var got map[string]any
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	want := strings.Fields("attempts busy_seconds created duplicates errors failed files first_at invalid last_at latency_ms omitted_by_column over_time people_masked " +
		"rows rows_per_second seconds sent skipped slowest unchanged unfinished unresolved updated values_omitted workspaces")
	if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want) {
		t.Errorf("keys are %q, want %q: they are only ever added", keys, want)
	}
	sum := 0.0
	for _, s := range results.Statuses {
		sum += got[string(s)].(float64)
	}
	if sum != got["rows"] || sum != 9 {
		t.Errorf("the counts add up to %v of %v rows", sum, got["rows"])
	}
	// Nothing to list is an empty list, which scripts can loop over.
	b.Reset()
	of(t, Options{}, write(t, "none.csv")).JSON(&b)
	if strings.Contains(b.String(), "null") {
		t.Errorf("null in %s", b.String())
	}
}

// While a run is on, and after its resume, lines are in order of completion
// and a row may have several: the last one counts, and only that one.
// Lines of rows that the list no longer has stand behind the others, without a
// row: each counts, and the file is in order.
func TestLinesWithoutARow(t *testing.T) {
	lines := []results.Line{line(1, results.Created, 1), line(0, results.Created, 1), line(0, results.Updated, 1), line(0, results.Created, 1)}
	for i := range lines[1:] {
		lines[i+1].ErrorCode = "row_vanished"
	}
	for _, l := range [][]results.Line{lines, {lines[1], lines[0], lines[2], lines[3]}} {
		r := of(t, Options{}, write(t, "r.csv", l...))
		if ended := l[0].Row == 1; r.Unfinished == ended || r.Rows != 4 {
			t.Errorf("unfinished %t, %d rows", r.Unfinished, r.Rows)
		}
	}
}

func TestUnfinished(t *testing.T) {
	path := write(t, "leads.results.csv",
		line(2, results.Created, 10), bad(5, results.Failed, "waits_for_row", "row 2 …"), line(1, results.Created, 20),
		bad(3, results.Invalid, "not_a_date", `column "Trial", value "x": not a date`), line(5, results.Updated, 30), line(3, results.Created, 40))
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("4,created,58")
	f.Close()
	r := of(t, Options{}, path)
	if r.Rows != 4 || r.Created != 3 || r.Updated != 1 || r.Out() != 0 || len(r.Errors) != 0 || r.needLook != 0 {
		t.Errorf("%d rows, %+v, errors %v", r.Rows, r.Counts, r.Errors)
	}
	if !r.Unfinished || !r.Files[0].Torn {
		t.Error("it does not say that the run was cut short")
	}
	if r.Duplicates.Keys != 0 {
		t.Errorf("a row counts as its own duplicate: %+v", r.Duplicates)
	}
	if r := of(t, Options{}, night(t)); r.Unfinished {
		t.Error("a finished run is said not to be")
	}
}

func TestShards(t *testing.T) {
	one := write(t, "leads.0-of-2.results.csv", line(1, results.Created, 10), bad(3, results.Invalid, "not_a_date", "x"))
	two := write(t, "leads.1-of-2.results.csv", line(2, results.Created, 20), bad(4, results.Invalid, "not_a_date", "x"))
	r := of(t, Options{}, one, two)
	if r.Rows != 4 || r.Created != 2 || r.Invalid != 2 || len(r.Files) != 2 || r.Files[0].Rows != 2 || r.Files[1].Invalid != 1 {
		t.Errorf("%+v, files %+v %+v", r.Counts, r.Files[0], r.Files[1])
	}
	var b strings.Builder
	r.Text(&b)
	for _, want := range []string{
		"4 rows in 2 files: 2 created, 2 invalid\n",
		"  leads.0-of-2.results.csv: 2 rows: 1 created, 1 invalid\n",
		"row 3 of leads.0-of-2.results.csv; row 4 of leads.1-of-2.results.csv\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, b.String())
		}
	}
	// The same people on two nights are no duplicates, and two files of one
	// name are told apart.
	r = of(t, Options{}, night(t), night(t))
	if r.Duplicates.Keys != 2 || r.Files[0].Name == r.Files[1].Name {
		t.Errorf("%d duplicates; names %q, %q", r.Duplicates.Keys, r.Files[0].Name, r.Files[1].Name)
	}
}

func TestHostileText(t *testing.T) {
	l := bad(1, results.Failed, "\x1b[31mred", "a\x1b]0;title\x07b\nc\u202ed\u2066e\x9bf")
	l.Workspace = "w\x1b[2J"
	l2 := line(2, results.Created, 1)
	l2.Workspace = "other"
	for _, opt := range []Options{{}, {ShowPeople: true}} {
		var b strings.Builder
		r := of(t, opt, write(t, "a.csv", l, l2))
		r.Text(&b)
		r.JSON(&b)
		r.HTML(&b)
		for _, r := range strings.ReplaceAll(b.String(), "\n", "") {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x202e || r == 0x2066 {
				t.Fatalf("%q gets through", r)
			}
		}
	}
}
