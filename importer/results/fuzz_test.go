package results

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzOpen opens arbitrary files: it may refuse them, but what it takes it can
// also read back, continue and finish.
func FuzzOpen(f *testing.F) {
	head := strings.Join(ours, ",") + ",Email\n"
	run := `{"journal":1,"size":"0000000000000030","run":{}}` + "\n"
	f.Add([]byte(run), []byte(head))
	f.Add([]byte(run+`{"intent":{"row":1,"n":1,"key":"email:a"}}`+"\n"), []byte(head+"1,created,65f1,,,,200,1,,2026-11-21T12:00:00.123Z,email:a,,1,ws,a@x.ie\n"))
	f.Add([]byte(run+`{"outcome":{"row":2,"status":"failed","extra":["x"]}}`+"\n{"), []byte(head+"2,failed,,,,,,,,,,,,,\"a\n"))
	f.Add([]byte(run+`{"doubt":{"row":3}}`+"\n"+`{"run":{"lost_since":"2026-11-21T12:00:00Z"}}`+"\n\x00\x00"), []byte(head+"3,created,1,\"\"\"\",,,,,,,,,,,\r\n"))
	f.Add([]byte(run+`{"applied":{"row":1,"status":"created","id":"65f1","n":1,"body":"00ff"}}`+"\n"), []byte(head))
	f.Add([]byte{}, []byte{})
	dir := quickDir(f)
	f.Fuzz(func(t *testing.T, journal, results []byte) {
		path := filepath.Join(dir, "r.csv")
		must(t, os.WriteFile(journalPath(path), journal, 0o600))
		must(t, os.WriteFile(path, results, 0o600))
		s, err := Open(path, Resume)
		if err != nil {
			if read(t, path) != string(results) || read(t, journalPath(path)) != string(journal) {
				t.Fatal("a refused file was changed")
			}
			return
		}
		defer s.Close()
		header, rows := []string{"Email"}, map[int]Line{}
		if e := s.Earlier(); e != nil {
			if e.Header() != nil {
				header = e.Header()
			}
			if slices.ContainsFunc(header, func(name string) bool { return strings.HasPrefix(name, prefix) }) || e.Rows() > 1<<20 {
				return
			}
			err := e.EachLine(func(l Line, _ []string) error {
				if _, twice := rows[l.Row]; twice {
					t.Errorf("row %d comes twice", l.Row)
				}
				rows[l.Row] = l
				return nil
			})
			if err != nil {
				return // a cell of ours that is none, found as the line is read
			}
			for row, l := range rows {
				if again, _, err := e.Line(row); err != nil || again != l || e.Status(row) != l.Status {
					t.Fatalf("row %d is %+v and %+v, %v", row, l, again, err)
				}
			}
		}
		must(t, s.Begin(Meta{}, header))
		must(t, s.Finish())
		must(t, s.Close())
		r, err := Read(path)
		must(t, err)
		defer r.Close()
		last, n := 0, 0
		for {
			l, _, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil || l.Row <= last || l.ID != rows[l.Row].ID || l.Status != rows[l.Row].Status {
				t.Fatalf("after row %d: %+v, %v, was %+v", last, l, err, rows[l.Row])
			}
			last, n = l.Row, n+1
		}
		if n != len(rows) || r.Torn {
			t.Fatalf("%d of %d rows are left", n, len(rows))
		}
	})
}

// FuzzRoundTrip writes a line, its record and its cells, and reads them back.
func FuzzRoundTrip(f *testing.F) {
	f.Add(1, "65f1", "name: \"x\"\r\nis bad", "email:joe@example.com", "a", " b", int64(1_234_567), 422)
	f.Add(1<<31-1, "", "\xff\r", "row:\n", "\r\n", "\"", int64(-1), 0)
	f.Fuzz(func(t *testing.T, row int, id, text, key, a, b string, ms int64, status int) {
		if row < 1 || row > maxRow {
			return
		}
		l := Line{Row: row, Status: Failed, ID: id, Error: text, ErrorCode: b, Key: key, At: time.UnixMicro(ms & (1<<50 - 1)), Ms: ms, HTTPStatus: status, UserID: a}.tidy()
		w := newLineWriter(false)
		header, err := w.header([]string{"A", "B"})
		must(t, err)
		header = slices.Clone(header)
		line, err := w.line(l, []string{a, b})
		must(t, err)
		s := newScanner(io.MultiReader(bytes.NewReader(header), bytes.NewReader(line)), 0)
		must(t, s.scan())
		d, err := newDecoder(s.values(0))
		must(t, err)
		must(t, s.scan())
		got, err := d.line(s)
		if cells := d.values(s); err != nil || got != l || !slices.Equal(cells, []string{a, b}) {
			t.Errorf("%+v and %q came back as %+v and %q, %v", l, []string{a, b}, got, cells, err)
		}
		brief, err := d.brief(s)
		if want := (Line{Row: l.Row, Status: l.Status, ID: l.ID, ErrorCode: l.ErrorCode, At: l.At, Key: l.Key, Workspace: l.Workspace}); err != nil || brief != want {
			t.Errorf("%+v is %+v in brief, %v", l, brief, err)
		}
		if int64(len(header)+len(line)) != s.next || s.scan() != io.EOF {
			t.Errorf("the record ends at %d", s.next)
		}

		o := outcomeRecord{Line: l, Number: status & 0xff, UpdatedAt: l.At, Skew: time.Duration(ms), Extra: []string{a, b}}
		same(t, encodeOutcome(nil, &o), entry{Outcome: &o})
		o.Extra, o.Body = nil, text
		if o.Status, o.ID = Created, "i"+o.ID; o.Number >= 0 {
			same(t, encodeApplied(nil, &o), entry{Applied: &o})
		}
		in := Intent{Row: row, Number: row & 0xff, Key: key, Body: id, At: l.At, Deadline: l.At.Add(time.Second), Skew: time.Duration(ms)}
		same(t, encodeIntent(nil, &in), entry{Intent: &in})
	})
}

// same holds a record that was put together by hand against encoding/json's.
func same(t *testing.T, record []byte, want entry) {
	t.Helper()
	std, err := json.Marshal(want)
	must(t, err)
	var a, b entry
	must(t, json.Unmarshal(record, &a))
	must(t, json.Unmarshal(std, &b))
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%s means something else than %s", record, std)
	}
	if quick, ok := parseRecord(record); ok && !reflect.DeepEqual(quick, a) {
		t.Errorf("%s is parsed as %+v", record, quick)
	}
	en, err := decodeEntry(record)
	if want.Intent != nil && want.Intent.Number < 0 || want.Outcome != nil && want.Outcome.Number < 0 {
		return
	}
	if err != nil || !reflect.DeepEqual(en, a) {
		t.Errorf("%s is read as %+v, %v", record, en, err)
	}
}

// FuzzScan holds the scanner against encoding/csv on files that both read.
func FuzzScan(f *testing.F) {
	f.Add("a,\"b\n\"\"c\",\n,,\r\nx\n")
	f.Add("\"a\"b\n")
	f.Add("\"\r\n\r\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		std := csv.NewReader(strings.NewReader(text))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		if err != nil {
			want = nil
		}
		s := newScanner(strings.NewReader(text), 0)
		var got [][]string
		var all []byte
		whole := true
		for {
			err := s.scan()
			if err == io.EOF {
				break
			}
			all = append(all, s.buf...)
			if err != nil {
				whole = false
				if errors.Is(err, errTorn) {
					break
				}
				continue
			}
			if len(s.fields) == 1 && len(s.raw(0)) == 0 {
				continue // a blank line
			}
			got = append(got, s.values(0))
		}
		if string(all) != text || s.next != int64(len(text)) {
			t.Fatalf("%q was split into %q", text, all)
		}
		if want == nil || !whole || strings.Contains(text, "\r") {
			return
		}
		if !slices.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	})
}

// FuzzParse holds the quick parser against encoding/json: what it takes means
// the same to both.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"intent":{"row":1,"n":1,"key":"email:a","at":"2026-11-21T12:00:00.123Z","skew_ns":-5}}` + "\n"))
	f.Add([]byte(`{"outcome":{"row":2,"status":"created","id":"65f1","http_status":200,"ms":0,"updated_at":"2026-11-21T12:00:00+01:00"}}` + "\n"))
	f.Add([]byte(`{"applied":{"row":2,"status":"created","id":"65f1","n":1,"body":"00ff"}}` + "\n"))
	f.Add([]byte(`{"outcome":{"row":02,"status":"a\u0041"}}` + "\n"))
	f.Add([]byte(`{"intent":{"row":1,"n":2,"id":"65f1"}}` + "\n"))
	f.Add([]byte(`{"intent":{"row":02,"n":1}}` + "\n"))
	f.Add([]byte(`{"intent":{"row":-0,"n":+1}}` + "\n"))
	f.Add([]byte("{\"intent\":{\"row\":1,\"key\":\"a\xffb\"}}\n"))
	f.Add([]byte("{\"intent\":{\"row\":1,\"key\":\"a\tb\"}}\n"))
	f.Fuzz(func(t *testing.T, line []byte) {
		quick, ok := parseRecord(line)
		if !ok {
			return
		}
		var std entry
		if err := json.Unmarshal(line, &std); err != nil || !reflect.DeepEqual(quick, std) {
			t.Errorf("%q is %+v to one and %+v to the other, %v", line, quick, std, err)
		}
	})
}
