package plan

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"slices"
	"strconv"
)

// The columns of every plan; those of the attributes come behind them. Since
// they differ from plan to plan, encoding/csv writes and reads them.
var columns = []string{"plan_row", "plan_action", "plan_id", "plan_key", "plan_code", "plan_note", "plan_before", "plan_after"}

// Writer writes the CSV file, and counts. Guard keeps a spreadsheet from
// running a cell as a formula; nil: cells stay as they are.
type Writer struct {
	Guard func(cell string) string

	csv    *csv.Writer
	sum    hash.Hash
	about  *About
	record []string
}

// NewWriter begins the CSV file of a plan about which a tells its attributes.
func NewWriter(w io.Writer, a *About) (*Writer, error) {
	sum := sha256.New()
	a.Counts, a.Changes, a.Rows = map[Action]int{}, map[string]int{}, 0
	p := &Writer{csv: csv.NewWriter(io.MultiWriter(w, sum)), sum: sum, about: a}
	return p, p.csv.Write(slices.Concat(columns, a.Attributes))
}

// Write adds a line.
func (p *Writer) Write(l Line) error {
	p.about.Rows++
	p.about.Counts[l.Action]++
	p.record = append(p.record[:0], strconv.Itoa(l.Row), string(l.Action), l.ID, l.Key, l.Code, l.Note, l.Before, l.After)
	for i, text := range l.Changes {
		if text != "" {
			p.about.Changes[p.about.Attributes[i]]++
		}
		p.record = append(p.record, text)
	}
	if p.Guard != nil {
		for i, cell := range p.record {
			p.record[i] = p.Guard(cell)
		}
	}
	return p.csv.Write(p.record)
}

// Close ends the file, whose digest is noted in About.
func (p *Writer) Close() error {
	p.csv.Flush()
	p.about.SHA256 = hex.EncodeToString(p.sum.Sum(nil))
	return p.csv.Error()
}

// Reader reads the lines of a plan in order.
type Reader struct {
	About *About

	path string
	file *os.File
	csv  *csv.Reader
	n    int // attributes
}

// Open opens the plan at path, which Load has found to be as it was made.
func Open(path string, a *About) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &Error{path, cause(err).Error()}
	}
	r := &Reader{About: a, path: path, file: f, csv: csv.NewReader(f), n: len(a.Attributes)}
	r.csv.ReuseRecord = true
	if header, err := r.csv.Read(); err != nil || len(header) != len(columns)+r.n {
		f.Close()
		return nil, &Error{path, "is not a plan: " + again}
	}
	return r, nil
}

// Next returns the next line; io.EOF behind the last.
func (r *Reader) Next() (Line, error) {
	record, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return Line{}, err
	}
	if err != nil {
		return Line{}, &Error{r.path, fmt.Sprintf("%v: %s", err, again)}
	}
	row, err := strconv.Atoi(record[0])
	if _, known := statuses[Action(record[1])]; err != nil || !known {
		line, _ := r.csv.FieldPos(0)
		return Line{}, &Error{r.path, fmt.Sprintf("line %d: %q of row %q is no action: %s", line, record[1], record[0], again)}
	}
	return Line{
		Row: row, Action: Action(record[1]), ID: record[2], Key: record[3], Code: record[4], Note: record[5],
		Before: record[6], After: record[7], Changes: slices.Clone(record[len(columns):]),
	}, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }
