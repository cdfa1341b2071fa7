package importer_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/invariants"
)

// tardy has one write applied long after its connection broke, and tells when
// another has been answered.
type tardy struct {
	next     http.RoundTripper
	late     int // the write that is applied late
	by       time.Duration
	at       int // the write after which happens
	happens  func()
	received int
}

func (y *tardy) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method != http.MethodPost && r.Method != http.MethodPut {
		return y.next.RoundTrip(r)
	}
	y.received++
	if y.received == y.late {
		body, _ := io.ReadAll(r.Body)
		r = r.Clone(context.Background())
		r.Body = io.NopCloser(bytes.NewReader(body))
		time.AfterFunc(y.by, func() {
			if res, err := y.next.RoundTrip(r); err == nil {
				res.Body.Close()
			}
		})
		return nil, io.EOF
	}
	res, err := y.next.RoundTrip(r)
	if y.received == y.at {
		y.happens()
	}
	return res, err
}

// TestLateUpdateAfterResume: the second of three rows with the same key is
// sent twice, for its first answer is lost, and the run ends there. Resumed,
// the third must not be sent before the lost one can no longer be applied,
// else the lead ends as the second row (R10).
func TestLateUpdateAfterResume(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		inBubble(t, version, func(t *testing.T) {
			s := scenario{version: version, workers: 2, timeout: 10 * time.Second, settle: time.Minute}
			for _, name := range []string{"One", "Two", "Three"} {
				s.rows = append(s.rows, invariants.Row{Email: "joe@example.com", Name: name})
			}
			s.text = invariants.CSV(s.rows)
			server, err := sandbox.New(sandbox.Config{Seed: 5, Limit: -1, Workspace: "late", Token: "simulated", Attributes: map[string]string{"score": "integer"}})
			if err != nil {
				t.Fatal(err)
			}
			dir := shm(t)
			p := &process{dir: dir, drain: true}
			p.next = &tardy{next: server.Transport(), late: 2, by: 30 * time.Second, at: 3, happens: func() { p.kill() }}
			var stopped *importer.StopError
			if err := s.live(t, p); !errors.As(err, &stopped) || stopped.Reason != importer.Interrupted {
				t.Fatalf("the first run: %v", err)
			}
			if err := s.live(t, &process{dir: dir, next: server.Transport()}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			for _, v := range s.judge(t, filepath.Join(dir, resultsName), server) {
				t.Error(v)
			}
		})
	}
}

// TestLateUpdateOfAMendedRow: an update may be applied long after the run that
// sent it was killed. The row was mended meanwhile, and what it says now must
// not be overtaken by what it said then (R10), though no other row has its key.
func TestLateUpdateOfAMendedRow(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		inBubble(t, version, func(t *testing.T) {
			s := scenario{version: version, workers: 2, timeout: 10 * time.Second, settle: time.Minute}
			say := func(name string) {
				s.rows = []invariants.Row{{Email: "joe@example.com", Name: name}}
				s.text = invariants.CSV(s.rows)
			}
			server, err := sandbox.New(sandbox.Config{Seed: 5, Limit: -1, Workspace: "late", Token: "simulated", Attributes: map[string]string{"score": "integer"}})
			if err != nil {
				t.Fatal(err)
			}
			first, second, third := shm(t), shm(t), shm(t)
			say("One")
			if err := s.live(t, &process{dir: first, next: server.Transport()}); err != nil {
				t.Fatal(err)
			}
			previous := []string{filepath.Join(first, resultsName)}
			say("Two")
			p := &process{dir: second, grave: third, previous: previous}
			// It dies as the connection of its update breaks.
			p.next = answering(func(r *http.Request) (*http.Response, error) {
				if id, write := contactWrite(r, nil); !write && id == "" {
					return server.Transport().RoundTrip(r)
				}
				late := &tardy{next: server.Transport(), late: 1, by: 30 * time.Second}
				p.mu.Lock()
				defer p.mu.Unlock()
				p.die()
				return late.RoundTrip(r)
			})
			if err := s.live(t, p); err == nil || !p.dead {
				t.Fatalf("the second run: %v", err)
			}
			say("Three")
			if err := s.live(t, &process{dir: third, next: server.Transport(), previous: previous}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Hour)
			if people := server.State().Contacts; len(people) != 1 || people[0].Name != "Three" {
				t.Errorf("%+v", people)
			}
		})
	}
}

// TestOpenCreateOfAKnownKey: a run that is not told of earlier results dies
// with a create under way of somebody whom they know. A resume that is told
// saves the row to the lead that it knows, and still decides what was begun: no
// lead is in no line.
func TestOpenCreateOfAKnownKey(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		inBubble(t, version, func(t *testing.T) {
			s := scenario{version: version, workers: 2, timeout: 10 * time.Second, settle: time.Minute}
			s.rows = []invariants.Row{{Email: "joe@example.com", Name: "Joe"}}
			s.text = invariants.CSV(s.rows)
			server, err := sandbox.New(sandbox.Config{Seed: 5, Limit: -1, Workspace: "late", Token: "simulated", Attributes: map[string]string{"score": "integer"}})
			if err != nil {
				t.Fatal(err)
			}
			other, gone, own := shm(t), shm(t), shm(t)
			if err := s.live(t, &process{dir: other, next: server.Transport()}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			p := &process{dir: gone, grave: own}
			p.next = answering(func(r *http.Request) (*http.Response, error) {
				_, write := contactWrite(r, nil)
				res, err := server.Transport().RoundTrip(r)
				if write {
					p.mu.Lock()
					defer p.mu.Unlock()
					p.die()
				}
				return res, err
			})
			if err := s.live(t, p); err == nil || !p.dead {
				t.Fatalf("the first run: %v", err)
			}
			if err := s.live(t, &process{dir: own, next: server.Transport(), previous: []string{filepath.Join(other, resultsName)}}); err != nil {
				t.Fatal(err)
			}
			lines, people := readLines(t, filepath.Join(own, resultsName)), server.State().Contacts
			if len(people) != 2 || len(lines) != 2 || lines[0]["import_row"] != "1" || lines[0]["import_id"] != people[0].ID ||
				lines[1]["import_row"] != "" || lines[1]["import_status"] != "created" || lines[1]["import_id"] != people[1].ID {
				t.Errorf("%d people, lines %v", len(people), lines)
			}
		})
	}
}

// TestOpenCreateOfAnEarlierNight: a night dies with a create under way, and the
// next night's list has that person no more. The create is decided all the
// same, and its lead stands in a line.
func TestOpenCreateOfAnEarlierNight(t *testing.T) {
	for _, applied := range []bool{true, false} {
		inBubble(t, "applied "+strconv.FormatBool(applied), func(t *testing.T) {
			s := scenario{version: "2.15", workers: 2, timeout: 10 * time.Second, settle: time.Minute}
			say := func(rows ...invariants.Row) { s.rows, s.text = rows, invariants.CSV(rows) }
			server, err := sandbox.New(sandbox.Config{Seed: 5, Limit: -1, Workspace: "late", Token: "simulated", Attributes: map[string]string{"score": "integer"}})
			if err != nil {
				t.Fatal(err)
			}
			gone, first, second, third := shm(t), shm(t), shm(t), shm(t)
			say(invariants.Row{Email: "joe@example.com", Name: "Joe"})
			p := &process{dir: gone, grave: first}
			p.next = answering(func(r *http.Request) (*http.Response, error) {
				if _, write := contactWrite(r, nil); !write {
					return server.Transport().RoundTrip(r)
				}
				if applied {
					if res, err := server.Transport().RoundTrip(r); err == nil {
						res.Body.Close()
					}
				}
				p.mu.Lock()
				defer p.mu.Unlock()
				p.die()
				return nil, io.EOF
			})
			if err := s.live(t, p); err == nil || !p.dead {
				t.Fatalf("the first night: %v", err)
			}
			say(invariants.Row{Email: "ann@example.com", Name: "Ann"})
			if err := s.live(t, &process{dir: second, next: server.Transport(), previous: []string{filepath.Join(first, resultsName)}}); err != nil {
				t.Fatal(err)
			}
			lines, people := readLines(t, filepath.Join(second, resultsName)), server.State().Contacts
			switch {
			case !applied:
				if len(people) != 1 || len(lines) != 1 {
					t.Errorf("%d people, lines %v", len(people), lines)
				}
			case len(people) != 2 || len(lines) != 2 || lines[1]["import_row"] != "" || lines[1]["import_status"] != "created" ||
				lines[1]["import_error_code"] != "row_vanished" || lines[1]["import_id"] != people[0].ID:
				t.Errorf("%d people, lines %v", len(people), lines)
			}
			// Once he is back in the list, he is known.
			say(invariants.Row{Email: "joe@example.com", Name: "Joe"}, invariants.Row{Email: "ann@example.com", Name: "Ann"})
			previous := []string{filepath.Join(first, resultsName), filepath.Join(second, resultsName)}
			if err := s.live(t, &process{dir: third, next: server.Transport(), previous: previous}); err != nil {
				t.Fatal(err)
			}
			if people := server.State().Contacts; len(people) != 2 {
				t.Errorf("%d people at last", len(people))
			}
		})
	}
}
