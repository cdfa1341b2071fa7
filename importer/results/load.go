package results

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"time"
)

// found is what Begin must know of the files that Open read.
type found struct {
	results, journal bool // there is one that can be continued
	resultsEnd       int64
	journalEnd       int64
	ordered          bool
	last             int
}

// load reads what an earlier run left. It changes nothing.
func (s *Store) load() error {
	e := newEarlier(s.path)
	var prints byRow[uint32]
	err := e.loadResults(&s.found, &prints)
	if err == nil {
		err = e.loadJournal(&s.found, &prints)
	}
	if err != nil {
		e.close()
		return err
	}
	if !s.found.journal && !s.found.results {
		// Begin was interrupted, or never was: nothing has been sent.
		e.close()
		return nil
	}
	if !s.found.results {
		e.results = closed(e.results)
	}
	if !s.found.journal {
		e.journal = closed(e.journal)
	}
	e.dropSettled()
	s.earlier = e
	return nil
}

// closed closes a file that is about to be replaced.
func closed(f *os.File) *os.File {
	if f != nil {
		f.Close()
	}
	return nil
}

// dropSettled drops doubts of rows whose line is the truth, whatever the
// journal lost.
func (e *Earlier) dropSettled() {
	for row := range e.doubts {
		switch e.lines.at(row).status() {
		case Created, Updated, Unchanged, Skipped:
			delete(e.doubts, row)
		}
	}
	for row := range e.applied {
		if done(e.lines.at(row).status()) {
			delete(e.applied, row)
		}
	}
}

// loadResults reads the results file from its start: cells may hold line
// breaks, so its end alone does not tell where the last record begins.
func (e *Earlier) loadResults(found *found, prints *byRow[uint32]) error {
	f, err := os.Open(e.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &PathError{Path: e.path, Problem: rootCause(err).Error(), Err: err}
	}
	e.results = f
	sc := newScanner(f, 0)
	switch err := sc.scan(); err {
	case nil:
	case io.EOF, errTorn:
		return nil // Begin was interrupted
	default:
		return &DamagedError{Path: e.path, Line: 1, Err: err}
	}
	header := sc.values(0)
	if len(header) < len(ours) || !slices.Equal(header[:len(ours)], ours) {
		return &PathError{Path: e.path, Problem: "has other columns than this version writes: name another results file, and this one as previous"}
	}
	if e.decoder, err = newDecoder(header); err != nil {
		return err
	}
	e.header = e.decoder.echoed()
	found.results, found.ordered, found.resultsEnd = true, true, sc.next
	damage := &DamagedError{Path: e.path, Hint: "mend that line"}
	if exists(journalPath(e.path)) {
		damage.Hint = "mend that line, or move the file away and resume: the journal has all of it but the input's columns"
	}
	for {
		switch err = sc.scan(); err {
		case nil:
			err = e.note(sc, found, prints)
		case io.EOF:
			return nil
		case errTorn:
			e.torn, e.tornLine = bytes.Clone(sc.buf), sc.line
			return nil
		case errQuote:
		default:
			damage.Line, damage.Err = sc.line, err
			return damage
		}
		switch {
		case err != nil && damage.Err == nil:
			damage.Line, damage.Err = sc.line, err
			e.damage = damage
		case err == nil && damage.Err != nil:
			return damage // more than a tail is broken
		case err == nil:
			found.resultsEnd = sc.next
			e.end = sc.next
		}
	}
}

// note indexes the scanned line. It reads four columns by hand: there may be
// millions of lines.
func (e *Earlier) note(sc *scanner, found *found, prints *byRow[uint32]) error {
	if len(sc.fields) != len(e.decoder.header) {
		return fmt.Errorf("it has %d columns, the header has %d", len(sc.fields), len(e.decoder.header))
	}
	row, err := strconv.Atoi(string(sc.raw(0)))
	if err != nil || row < 1 || row > maxRow {
		return fmt.Errorf("import_row %q is not a row number", sc.raw(0))
	}
	status := Status(sc.raw(1))
	if !slices.Contains(Statuses, status) {
		return fmt.Errorf("import_status %q is not known", status)
	}
	found.ordered = found.ordered && row > found.last
	found.last = row
	e.lines.set(row, newPlace(sc.start, status, false))
	prints.set(row, fingerprint(string(status), sc.value(2), sc.value(9)))
	return nil
}

// fingerprint tells outcomes of one row apart.
func fingerprint(status, id, at string) uint32 {
	return crc32.ChecksumIEEE([]byte(status + "," + id + "," + at))
}

// loadJournal reads the journal and completes the index by it.
func (e *Earlier) loadJournal(found *found, prints *byRow[uint32]) error {
	path := journalPath(e.path)
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return e.lose(found)
	}
	if err != nil {
		return &PathError{Path: path, Problem: rootCause(err).Error(), Err: err}
	}
	e.journal = f
	marked := int64(-1)
	end, err := readJournal(f, path, func(at int64, en entry) error {
		if at == 0 {
			marked, _ = en.marked()
		}
		return e.apply(at, en, prints)
	})
	if err != nil {
		return err
	}
	found.journal, found.journalEnd = end > 0, end
	if end == 0 || end < marked {
		return e.lose(found)
	}
	return nil
}

// lose notes that the journal does not tell all that was begun. Without a
// results file nothing was begun: the journal is durable before that exists.
func (e *Earlier) lose(found *found) error {
	if !found.results && !found.journal {
		return nil
	}
	e.ok = false
	if e.lostSince.IsZero() {
		e.lostSince = time.Now().UTC()
	}
	if e.damage != nil {
		return e.damage // whole lines, and no journal that has them, too
	}
	if looksLikeLine(e.torn) {
		return &DamagedError{Path: e.path, Line: e.tornLine, Err: errTooBig, Hint: "its journal is lost, too, so close the quote by hand, or cut the file before that line, and resume"}
	}
	return nil
}

// looksLikeLine tells whether what follows an open quote seems to be lines
// rather than the end of one cell.
func looksLikeLine(torn []byte) bool {
	for _, line := range bytes.Split(torn, []byte{'\n'})[1:] {
		row, rest, _ := bytes.Cut(line, []byte{','})
		status, _, _ := bytes.Cut(rest, []byte{','})
		if _, err := strconv.Atoi(string(row)); err == nil && slices.Contains(Statuses, Status(status)) {
			return true
		}
	}
	return false
}
