package results

import (
	"bytes"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Visitor takes in what Files.Read finds, in this order. Lines have their row,
// status, id, error code, HTTP status, time, key and workspace, and the hash
// when it is wanted; those of the journal have all. Either function may be nil.
type Visitor struct {
	WithHash bool
	// Outcome gets the outcomes of the journal, in the order of what happened.
	Outcome func(l Line, p Place) error
	// Line gets the lines of the results file, in their order. One that is in
	// the journal, too, came by before.
	Line func(l Line, p Place) error
}

// Read reads both files, once: the journal first, which is the truth where
// something else has changed a line. A journal that says of itself that the
// results file tells all, and of which size and sum agree, is left out. What is
// torn is passed over; a *DamagedError says what is worse.
func (f *Files) Read(v Visitor) error {
	if f.read {
		return errors.New("results: Read after Read")
	}
	f.read = true
	if !f.resumes {
		f.trusted = f.tellsAll()
	}
	if !f.trusted {
		if err := f.readJournal(v); err != nil {
			return err
		}
	}
	if f.results == nil {
		return nil
	}
	return f.readLines(v)
}

// tellsAll tells whether the journal ends with the record that its run is
// done, nothing is open, and the results file is the one that it left.
func (f *Files) tellsAll() bool {
	if f.journal == nil {
		return false
	}
	end := finished(f.journal)
	if end == nil || end.Open == nil || *end.Open != 0 {
		return false
	}
	f.lag = max(f.lag, end.Lag)
	info, err := f.results.Stat()
	if err != nil || info.Size() != end.Size {
		return false
	}
	sum, err := sumOf(f.results, info.Size())
	return err == nil && sum == end.Sum
}

// finished returns the record that a run is done when it ends the journal.
func finished(f *os.File) *finishedRecord {
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	tail := make([]byte, min(info.Size(), 256))
	if _, err := f.ReadAt(tail, info.Size()-int64(len(tail))); err != nil && err != io.EOF || len(tail) == 0 || tail[len(tail)-1] != '\n' {
		return nil
	}
	last := bytes.LastIndexByte(tail[:len(tail)-1], '\n') + 1
	en, err := decodeEntry(tail[last:])
	if err != nil {
		return nil
	}
	return en.End
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func sumOf(r io.ReaderAt, size int64) (uint32, error) {
	sum := crc32.New(castagnoli)
	_, err := io.CopyBuffer(sum, io.NewSectionReader(r, 0, size), make([]byte, 256<<10))
	return sum.Sum32(), err
}

// readJournal takes the journal into account.
func (f *Files) readJournal(v Visitor) error {
	if f.journal == nil {
		f.lost, f.lostSince = true, time.Now().UTC()
		return nil
	}
	marked := int64(-1)
	path := journalPath(f.path)
	end, err := readJournal(f.journal, path, func(at int64, en entry) error {
		if at == 0 {
			marked, _ = en.marked()
			f.version = en.Version
		}
		return f.entry(at, en, v)
	})
	if err != nil {
		return err
	}
	f.journalEnd = end
	if end == 0 {
		f.journal = closed(f.journal) // Begin was interrupted
	}
	// Without a results file nothing was begun: the journal is durable before
	// that exists.
	f.lost = end < marked || end == 0 && f.results != nil
	if f.lost && f.lostSince.IsZero() {
		f.lostSince = time.Now().UTC()
	}
	return nil
}

func (f *Files) entry(at int64, en entry, v Visitor) error {
	var p Place
	if en.Intent != nil || en.Was != nil {
		f.undoneLast = false
	}
	switch {
	case en.Run != nil:
		f.meta, f.guards, f.lostSince = en.Run.Meta, en.Run.ExcelSafe, en.Run.LostSince
	case en.Undo != nil:
		f.undone, f.undoneLast = true, true
	case en.Lag != nil:
		f.lag = max(f.lag, en.Lag.Longest)
	case en.End != nil:
		f.lag = max(f.lag, en.End.Lag)
	case en.Applied != nil:
		p = newPlace(at, en.Applied.Status, true)
	case en.Outcome != nil:
		p = newPlace(at, en.Outcome.Status, true)
	}
	f.open.record(p, en)
	if en.Outcome != nil && v.Outcome != nil {
		return v.Outcome(en.Outcome.Line, p)
	}
	return nil
}

// readLines reads the results file from its start: cells may hold line breaks,
// so its end alone does not tell where the last record begins.
func (f *Files) readLines(v Visitor) error {
	sc := newScanner(io.NewSectionReader(f.results, f.body, 1<<62), f.body)
	sc.comma, sc.lines = f.comma, 1
	f.resultsEnd = f.body
	b := briefs{decoder: f.decoder, withHash: v.WithHash}
	damage := &DamagedError{Path: f.path, Hint: "mend that line"}
	if f.journal != nil {
		damage.Hint = "mend that line, or move the file away and resume: the journal has all of it but the input's columns"
	}
	for {
		var l Line
		err := sc.nextLine()
		switch err {
		case nil:
			l, err = b.line(sc)
		case io.EOF:
			return f.tail(damage, nil, 0)
		case errTorn:
			return f.tail(damage, sc.buf, sc.line)
		case errQuote:
		default:
			damage.Line, damage.Err = sc.line, err
			return damage
		}
		switch {
		case err != nil && damage.Err == nil:
			damage.Line, damage.Err = sc.line, err
			continue
		case err != nil:
			continue
		case damage.Err != nil:
			return damage // more than a tail is broken
		}
		if !utf8.ValidString(l.Key) || !utf8.ValidString(l.ID) {
			return &PathError{Path: f.path, Problem: fmt.Sprintf("line %d: its key is not UTF-8: a spreadsheet has saved the file in another encoding; save it as CSV UTF-8", sc.line), Err: errEncoding}
		}
		f.resultsEnd = sc.next
		f.lines++
		if f.spoils(&l, sc.line) {
			continue
		}
		f.open.line(l)
		if v.Line != nil {
			if err := v.Line(l, newPlace(sc.start, l.Status, false)); err != nil {
				return err
			}
		}
	}
}

// tail decides about what the results file ends with: broken lines, and the
// piece of one. It is in a whole journal, too, or the file is damaged.
func (f *Files) tail(damage *DamagedError, torn []byte, line int) error {
	f.torn = len(torn) > 0 || damage.Err != nil
	switch {
	case !f.lost && f.journal != nil:
	case damage.Err != nil:
		return damage
	case looksLikeLine(torn):
		return &DamagedError{Path: f.path, Line: line, Err: errTooBig, Hint: "its journal is lost, too, so close the quote by hand, or cut the file before that line"}
	}
	return nil
}

// looksLikeLine tells whether what follows an open quote seems to be lines
// rather than the end of one cell.
func looksLikeLine(torn []byte) bool {
	for _, line := range bytes.Split(torn, []byte{'\n'})[min(1, len(torn)):] {
		row, rest, _ := bytes.Cut(line, []byte{','})
		status, _, _ := bytes.Cut(rest, []byte{','})
		if _, err := strconv.Atoi(string(row)); err == nil && slices.Contains(Statuses, Status(status)) {
			return true
		}
	}
	return false
}

// A spreadsheet takes an id of digits and an e, or of many digits, for a
// number, and writes another one that is nearly the same.
var (
	exponent  = regexp.MustCompile(`^[0-9]+([.,][0-9]+)?[eE]\+[0-9]+$`)
	manyZeros = regexp.MustCompile(`^[1-9][0-9]{14}0{4,}$`)
)

var errEncoding = errors.New("not UTF-8")

// maxSpoiled bounds how many such lines are named.
const maxSpoiled = 5

// spoils looks for an id or a key that was changed so, and for an id that was
// taken out. Whose key it is may exist, under an id that nobody knows: the line
// is made one of an unresolved row. A key that is changed is nobody's, and the
// line is left out.
func (f *Files) spoils(l *Line, line int) (leaveOut bool) {
	id, key, blank := l.ID, spoilt(l.Key), l.lacksID()
	if !l.distrust() && !key {
		return false
	}
	if blank && !key {
		if f.blankIDs++; f.blankID == 0 {
			f.blankID = line
		}
		return false
	}
	f.spoilt++
	if len(f.spoiled) < maxSpoiled {
		column, value := ours[idColumn], id
		if key {
			column, value = ours[keyColumn], l.Key
		}
		f.spoiled = append(f.spoiled, fmt.Sprintf("line %d: %s is %s", line, column, value))
	}
	l.ID, l.Status, l.ErrorCode = "", Unresolved, ""
	return key
}

// distrust makes a line whose id was harmed one of an unresolved row.
func (l *Line) distrust() bool {
	if !spoilt(l.ID) && !l.lacksID() {
		return false
	}
	l.ID, l.Status, l.ErrorCode = "", Unresolved, ""
	return true
}

// lacksID reports whether a line tells of somebody who has an id, and not which.
func (l *Line) lacksID() bool {
	return l.ID == "" && (l.Status == Created || l.Status == Updated || l.Status == Unchanged)
}

func spoilt(s string) bool {
	// Few ids come as far as the expressions: there are millions.
	if len(s) < 4 || s[0] < '0' || s[0] > '9' || s[len(s)-1] < '0' || s[len(s)-1] > '9' {
		return false
	}
	return strings.IndexByte(s, '+') > 0 && exponent.MatchString(s) || strings.HasSuffix(s, "0000") && manyZeros.MatchString(s)
}

// Warnings are what a person should know of these files; what has no outcome
// is not among it.
func (f *Files) Warnings() []string {
	var list []string
	switch {
	case f.resumes:
	case f.journal == nil:
		list = append(list, fmt.Sprintf("%s: its journal %s is not there: leads that this run had begun, and that no line tells of, are not known", f.path, journalPath(f.path)))
	case f.lost:
		list = append(list, fmt.Sprintf("%s was cut: leads that this run had begun, and that no line tells of, are not known", journalPath(f.path)))
	}
	if f.torn && !f.resumes && (f.lost || f.journal == nil) {
		list = append(list, f.path+" ends in a piece of a line, which is not read")
	}
	if f.spoilt > 0 {
		more := ""
		if n := f.spoilt - len(f.spoiled); n > 0 {
			more = fmt.Sprintf(", and %d more", n)
		}
		list = append(list, fmt.Sprintf("%s was saved by a spreadsheet, which has changed ids: %s%s; these rows are not trusted: unless the journal knows them, they are looked up before they are created",
			f.path, strings.Join(f.spoiled, "; "), more))
	}
	if f.blankIDs > 0 {
		list = append(list, fmt.Sprintf("%s: import_id is blank in %d of the lines that tell of a contact, first in line %d: somebody has taken it out; these rows are not trusted: unless the journal knows them, they are looked up before they are created",
			f.path, f.blankIDs, f.blankID))
	}
	return list
}

// ReadJournal calls each for the records of the journal of a results file, in
// the order in which they happened. It is an error that wraps fs.ErrNotExist
// when there is no journal.
func ReadJournal(path string, each func(Entry) error) error {
	f, err := os.Open(journalPath(path))
	if err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	defer f.Close()
	_, err = readJournal(f, f.Name(), func(_ int64, en entry) error {
		e, err := en.public()
		if err != nil {
			return err
		}
		return each(e)
	})
	return err
}

// Entry is one record of a journal. At most one field is set.
type Entry struct {
	Run     *Meta // a run begins, or is resumed
	Intent  *Intent
	Doubt   *Doubt
	Unsent  *Unsent
	Applied *Applied
	Outcome *Outcome // Cells are nil
	Was     *Was
	Undo    bool // an undo has begun
}

func (e entry) public() (Entry, error) {
	p := Entry{Unsent: e.Unsent, Was: e.Was, Undo: e.Undo != nil}
	switch {
	case e.Run != nil:
		p.Run = &e.Run.Meta
	case e.Intent != nil:
		d := openIntent{lead: e.Intent.Lead}
		doubt, err := d.doubtOf()
		if err != nil {
			return p, err
		}
		p.Intent = &e.Intent.Intent
		p.Intent.Lead = doubt.Lead
		if p.Intent.Was, err = readChanges(e.Intent.Was); err != nil {
			return p, fmt.Errorf("row %d: what its update changed cannot be read: %w", e.Intent.Row, err)
		}
	case e.Doubt != nil:
		p.Doubt = &e.Doubt.Doubt
	case e.Applied != nil:
		a := e.Applied.applied()
		p.Applied = &a
	case e.Outcome != nil:
		o := e.Outcome
		p.Outcome = &Outcome{Line: o.Line, Number: o.Number, UpdatedAt: o.UpdatedAt, Content: o.Content, Doubtful: o.Doubtful, DoubtfulServer: o.DoubtfulServer}
	}
	return p, nil
}
