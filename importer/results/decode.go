package results

import (
	"errors"
	"fmt"
	"strings"

	"github.com/gocarina/gocsv"
)

// decoder turns records into lines. gocsv reads our columns; it is fed the
// cells that the scanner has split already, in the order of ours (it is
// gocsv's CSVReader).
type decoder struct {
	layout
	feed [][]string
	out  []record
}

func newDecoder(l layout) *decoder {
	return &decoder{layout: l, feed: [][]string{make([]string, len(ours))}}
}

func (d *decoder) Read() ([]string, error) { return nil, errors.ErrUnsupported }

func (d *decoder) ReadAll() ([][]string, error) { return d.feed, nil }

// fits tells whether the scanned record has the columns of the header. A
// spreadsheet leaves out blank ones at the end.
func (d *decoder) fits(s *scanner) error {
	if n := len(s.fields); n == d.width || n < d.width && n > d.own[statusColumn] && d.again {
		return nil
	}
	return fmt.Errorf("it has %d columns, the header has %d", len(s.fields), d.width)
}

// line is what our columns of the scanned record say.
func (d *decoder) line(s *scanner) (Line, error) {
	if err := d.fits(s); err != nil {
		return Line{}, err
	}
	for i, at := range d.own {
		d.feed[0][i] = ""
		if at >= 0 && at < len(s.fields) {
			d.feed[0][i] = Unguard(s.value(at))
		}
	}
	d.out = d.out[:0]
	if err := gocsv.UnmarshalCSVWithoutHeaders(d, &d.out); err != nil {
		return Line{}, explain(err)
	}
	l := d.out[0].line()
	return l, l.check()
}

// explain drops what gocsv says of its own places.
func explain(err error) error {
	for next := err; next != nil; next = errors.Unwrap(next) {
		err = next
	}
	if _, cause, found := strings.Cut(err.Error(), "]: "); found {
		return errors.New(cause)
	}
	return err
}

// values are the input's cells of the scanned record, as they stand.
func (d *decoder) values(s *scanner) []string {
	cells := make([]string, len(d.cells))
	for i, at := range d.cells {
		if at < len(s.fields) {
			cells[i] = s.value(at)
		}
	}
	return cells
}
