package results

import (
	"fmt"
	"testing"
)

// found is what the files of a run tell of each row: the newest line, and where
// it stands.
type found struct {
	*Files
	lines  map[int]Line
	places map[int]Place
	doubts map[int]Doubt
}

// whatIsFound reads what Open found.
func whatIsFound(t testing.TB, s *Store) found {
	t.Helper()
	l, err := readFound(s)
	must(t, err)
	return l
}

func readFound(s *Store) (found, error) {
	l := found{Files: s.Files(), lines: map[int]Line{}, places: map[int]Place{}, doubts: map[int]Doubt{}}
	if l.Files == nil {
		return l, nil
	}
	note := func(line Line, p Place) error {
		have, known := l.lines[line.Row]
		sameLine := have.At.Equal(line.At) && have.Status == line.Status && have.ID == line.ID
		tie := known && have.At.Equal(line.At) && l.places[line.Row].InJournal() && !p.InJournal()
		if known && have.At.After(line.At) || tie && !sameLine {
			return nil
		}
		l.lines[line.Row], l.places[line.Row] = line, p
		return nil
	}
	if err := l.Read(Visitor{Outcome: note, Line: note}); err != nil {
		return l, err
	}
	for row, p := range l.places {
		full, _, err := l.Line(p)
		if err != nil {
			return l, err
		}
		l.lines[row] = full
	}
	for name, open := range l.open.doubts {
		d, err := open.doubtOf()
		if err != nil {
			return l, fmt.Errorf("%s: %w", name, err)
		}
		l.doubts[d.Row] = d
	}
	return l, nil
}

func (l found) status(row int) Status { return l.lines[row].Status }

// missing tells whether the line of row is in the journal only.
func (l found) missing(row int) bool { return l.places[row].InJournal() }
