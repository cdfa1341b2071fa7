package results

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"
)

// decoder turns records into lines by gocsv. It feeds gocsv our columns only,
// one record at a time, and reads the input's columns itself: gocsv also
// matches " import_id" to import_id, and would take an input's column for one
// of ours.
type decoder struct {
	header []string // of the file
	own    []int    // where our columns are, in the order of the file
	cells  []int    // where the others are
	feed   bytes.Buffer
	lines  *gocsv.Unmarshaller
}

var errNotResults = errors.New("is not a results file: its header lacks import_row, import_status, import_id or import_key")

// newDecoder reads what the columns mean off a header.
func newDecoder(header []string) (*decoder, error) {
	d := &decoder{header: header}
	var names []string
	for i, name := range header {
		switch {
		case !strings.HasPrefix(name, prefix):
			d.cells = append(d.cells, i)
		case slices.Contains(ours, name) && !slices.Contains(names, name):
			d.own = append(d.own, i)
			names = append(names, name)
		}
	}
	for _, needed := range []string{"import_row", "import_status", "import_id", "import_key"} {
		if !slices.Contains(names, needed) {
			return nil, errNotResults
		}
	}
	return d, d.reset()
}

// reset starts gocsv anew: after an error its reader is out of step.
func (d *decoder) reset() error {
	d.feed.Reset()
	for i, at := range d.own {
		d.put(i, d.header[at])
	}
	d.feed.WriteByte('\n')
	var err error
	d.lines, err = gocsv.NewUnmarshaller(csv.NewReader(&d.feed), record{})
	return err
}

// put writes a field in quotes. The reader behind gocsv takes the \r off a
// CRLF; it finds one more.
func (d *decoder) put(i int, v string) {
	if i > 0 {
		d.feed.WriteByte(',')
	}
	d.feed.WriteByte('"')
	if strings.IndexByte(v, '"') >= 0 {
		v = strings.ReplaceAll(v, `"`, `""`)
	}
	if strings.Contains(v, "\r\n") {
		v = strings.ReplaceAll(v, "\r\n", "\r\r\n")
	}
	d.feed.WriteString(v)
	d.feed.WriteByte('"')
}

// line is what our columns of the scanned record say.
func (d *decoder) line(s *scanner) (Line, error) {
	if len(s.fields) != len(d.header) {
		return Line{}, fmt.Errorf("it has %d columns, the header has %d", len(s.fields), len(d.header))
	}
	d.feed.Reset()
	for i, at := range d.own {
		d.put(i, s.value(at))
	}
	d.feed.WriteByte('\n')
	v, err := d.lines.Read()
	if err != nil {
		return Line{}, errors.Join(explain(err), d.reset())
	}
	l := v.(record).line()
	return l, l.check()
}

// explain drops what gocsv says of its own insides.
func explain(err error) error {
	if _, cause, found := strings.Cut(err.Error(), "]: "); found {
		return errors.New(cause)
	}
	return err
}

// echoed are the names of the input's columns.
func (d *decoder) echoed() []string {
	names := make([]string, 0, len(d.cells))
	for _, at := range d.cells {
		names = append(names, d.header[at])
	}
	return names
}

// values are the input's cells of the scanned record.
func (d *decoder) values(s *scanner) []string {
	cells := make([]string, 0, len(d.cells))
	for _, at := range d.cells {
		if at < len(s.fields) {
			cells = append(cells, s.value(at))
		}
	}
	return cells
}
