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

	"leadimport/client"
)

// FuzzOpen opens arbitrary files: it may refuse them, but what it takes it can
// also read back, continue and finish.
func FuzzOpen(f *testing.F) {
	head := strings.Join(ours, ",") + ",Email\n"
	run := `{"journal":2,"size":"0000000000000030","run":{}}` + "\n"
	f.Add([]byte(run), []byte(head))
	f.Add([]byte(run+`{"intent":{"row":1,"n":1,"key":"email:a"}}`+"\n"), []byte(head+"1,created,65f1,,,,200,1,,2026-11-21T12:00:00.123Z,email:a,,1,ws,a@x.ie\n"))
	f.Add([]byte(run+`{"outcome":{"row":2,"status":"failed","extra":["x"]}}`+"\n{"), []byte(head+"2,failed,,,,,,,,,,,,,\"a\n"))
	f.Add([]byte(run+`{"doubt":{"row":3}}`+"\n"+`{"run":{"lost_since":"2026-11-21T12:00:00Z"}}`+"\n\x00\x00"), []byte(head+"3,created,1,\"\"\"\",,,,,,,,,,,\r\n"))
	f.Add([]byte(run+`{"applied":{"row":1,"status":"created","id":"65f1","n":1,"body":"00ff"}}`+"\n"), []byte(head))
	f.Add([]byte(run+`{"outcome":{"status":"created","id":"65f1","error_code":"row_vanished","key":"email:a"}}`+"\n"), []byte(head+",created,65f1,,row_vanished,,,,,,email:a,,,,\n"))
	f.Add([]byte(run+`{"intent":{"row":1,"n":1,"key":"email:a","server":{"low":"2026-11-21T12:00:00Z","high":"2026-11-21T12:00:01Z"},"lead":{"fields":[["email","a"]]}}}`+"\n"), []byte(strings.ReplaceAll(head, ",", ";")+"1;created;5.81E+23;;;;;;;28/11/2026 18:45;email:a;;;;'=1\r\n"))
	f.Add([]byte(run+`{"intent":{"row":1,"n":1,"key":"email:a","id":"65f1","was":[["name","A","B"],["avatar"]]}}`+"\n"+`{"intent":{"row":2,"n":1,"key":"email:b","id":"65f2","was":[5]}}`+"\n"+`{"was":["65f3",3,[["phone",null,"1"]],1764380000]}`+"\n"), []byte(head))
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
		header := []string{"Email"}
		e, err := readFound(s)
		if err != nil {
			return // damage, or a cell of ours that is none
		}
		if e.Files != nil && e.Columns() != nil {
			header = e.Columns()
		}
		if slices.ContainsFunc(header, func(name string) bool { return strings.HasPrefix(name, prefix) }) {
			return
		}
		for row := range e.lines {
			if row > 1<<20 {
				return
			}
		}
		if err := s.Begin(Meta{}, header); err != nil {
			if !errors.As(err, new(*DamagedError)) {
				t.Fatal(err)
			}
			return // a cell of ours that is none, in a line that does not count
		}
		rows := map[int]Line{}
		for row, l := range e.lines {
			if row == 0 {
				must(t, s.Settle(Outcome{Line: l}))
				rows[0] = l.normal()
				continue
			}
			if err := s.Keep(row, e.places[row], nil); err != nil {
				t.Fatal(err)
			}
			rows[row] = l
		}
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
			if err != nil || l.Row != 0 && l.Row <= last || l.ID != rows[l.Row].ID || l.Status != rows[l.Row].Status {
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
		l := Line{Row: row, Status: Failed, ID: id, Error: text, ErrorCode: b, Key: key, At: time.UnixMicro(ms & (1<<50 - 1)), Ms: ms, HTTPStatus: status, UserID: a}.normal()
		guard := row%2 == 0
		w := newLineWriter(guard)
		header, err := w.header([]string{"A", "B"})
		must(t, err)
		header = slices.Clone(header)
		line, err := w.line(l, []string{a, b})
		must(t, err)
		file := append(header, line...)
		lay, s, err := readLayout(bytes.NewReader(file), int64(len(file)))
		must(t, err)
		must(t, s.scan())
		d := newDecoder(lay)
		got, err := d.line(s)
		cells := d.values(s)
		if guard {
			for i := range cells {
				cells[i] = Unguard(cells[i])
			}
		}
		if err != nil || got != l || !slices.Equal(cells, []string{a, b}) {
			t.Errorf("%+v and %q came back as %+v and %q, %v", l, []string{a, b}, got, cells, err)
		}
		brief, err := (&briefs{decoder: d, withHash: true}).line(s)
		want := Line{Row: l.Row, Status: l.Status, ID: l.ID, ErrorCode: l.ErrorCode, HTTPStatus: l.HTTPStatus, At: l.At, Key: l.Key, Hash: l.Hash, Workspace: l.Workspace}
		if err != nil || brief != want {
			t.Errorf("%+v is %+v in brief, %v", l, brief, err)
		}
		if int64(len(header)+len(line)) != s.next || s.scan() != io.EOF {
			t.Errorf("the record ends at %d", s.next)
		}

		server := client.Moment{Low: l.At, High: l.At.Add(time.Duration(status&0xffff) + 1)}
		o := outcomeRecord{Line: l, Number: status & 0xff, UpdatedAt: l.At, Doubtful: l.At, DoubtfulServer: server, Extra: []string{a, b}}
		same(t, encodeOutcome(nil, &o), entry{Outcome: &o})
		o.Extra, o.Body = nil, text
		if o.Status, o.ID = Created, "i"+o.ID; o.Number >= 0 {
			same(t, encodeApplied(nil, &o), entry{Applied: &o})
		}
		lead := client.Lead{Fields: []client.Field{{Name: a, Value: client.String(strings.ToValidUTF8(b, "?"))}, {Name: "n", Value: client.Integer(ms)}}}
		lead.Fields[0].Name = strings.ToValidUTF8(a, "?")
		valid := client.String(strings.ToValidUTF8(b, "?"))
		was := []Change{{Name: lead.Fields[0].Name, Before: valid, After: client.Value{}}, {Name: "n", Before: client.Float(float64(ms) / 3), After: client.Boolean(true)}, {Name: "h", Hidden: true}}
		in := Intent{Row: row, Number: row & 0xff, Key: key, Body: id, At: l.At, Deadline: l.At.Add(time.Second), Server: server, Lead: lead, Was: was[:max(0, row&3)]}
		raw, err := json.Marshal(lead)
		must(t, err)
		rawWas, err := json.Marshal(in.Was)
		must(t, err)
		plain := in
		plain.Lead, plain.Was = client.Lead{}, nil
		same(t, encodeIntent(nil, &in), entry{Intent: &intentRecord{Intent: plain, Lead: raw, Was: rawWas}})
		if row >= 0 && row < maxRow {
			w := Was{"i" + strings.ToValidUTF8(id, "?"), row, in.Was, l.At}
			same(t, appendWas(nil, w), entry{Was: &w})
		}
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
	if a.Intent != nil && len(a.Intent.Lead) > 0 {
		var x, y client.Lead
		must(t, json.Unmarshal(a.Intent.Lead, &x))
		must(t, json.Unmarshal(b.Intent.Lead, &y))
		if !reflect.DeepEqual(x, y) {
			t.Errorf("%s is another lead than %s", record, std)
		}
		b.Intent.Lead = a.Intent.Lead // other escapes
	}
	if a.Intent != nil && len(a.Intent.Was) > 0 {
		x, err := readChanges(a.Intent.Was)
		must(t, err)
		y, err := readChanges(b.Intent.Was)
		must(t, err)
		if !reflect.DeepEqual(x, y) {
			t.Errorf("%s changes something else than %s", record, std)
		}
		b.Intent.Was = a.Intent.Was
	}
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
	a.modern()
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
	f.Add([]byte(`{"intent":{"row":1,"n":2,"server":{"low":"2026-11-21T12:00:00Z"},"lead":{"fields":[["e\"é",-1.5e3],["x",null]],"companies":[{}]}}}` + "\n"))
	f.Add([]byte(`{"intent":{"row":1,"lead":{"a":[}}}` + "\n"))
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
