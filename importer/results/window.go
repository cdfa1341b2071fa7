package results

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// window reads records of a file by their offsets. Lines stand nearly in the
// order in which they are asked for, so the next one is mostly in memory
// already.
type window struct {
	r    io.ReaderAt
	path string
	buf  []byte // what was read last
	at   int64  // where buf begins in the file
	pos  int64  // where Read goes on
	sc   *scanner
}

const (
	windowSize   = 64 << 10
	windowBehind = 16 << 10 // how much of it lies before what was asked for
)

func newWindow(r io.ReaderAt, path string, comma byte) *window {
	w := &window{r: r, path: path}
	w.sc = &scanner{r: bufio.NewReaderSize(w, 4<<10), comma: comma}
	return w
}

func (w *window) Read(p []byte) (int, error) {
	if w.pos < w.at || w.pos >= w.at+int64(len(w.buf)) {
		if w.buf == nil {
			w.buf = make([]byte, windowSize)
		}
		w.at = max(0, w.pos-windowBehind)
		n, err := w.r.ReadAt(w.buf[:windowSize], w.at)
		w.buf = w.buf[:n]
		if w.pos >= w.at+int64(n) {
			if err == nil {
				err = io.ErrNoProgress
			}
			return 0, err
		}
	}
	n := copy(p, w.buf[w.pos-w.at:])
	w.pos += int64(n)
	return n, nil
}

// record reads the record that begins at offset. It is good until the next
// call.
func (w *window) record(offset int64) (*scanner, error) {
	w.pos = offset
	w.sc.r.Reset(w)
	w.sc.next = offset
	if err := w.sc.scan(); err != nil {
		return nil, fmt.Errorf("reading %s at byte %d: %w", w.path, offset, err)
	}
	return w.sc, nil
}

// outcome reads the outcome of a journal that begins at offset, or the Applied.
func (w *window) outcome(offset int64) (*outcomeRecord, error) {
	w.pos = offset
	w.sc.r.Reset(w)
	line, err := readLine(w.sc.r)
	if err == nil {
		var en entry
		if en, err = decodeEntry(line); err == nil && en.Outcome != nil {
			return en.Outcome, nil
		}
		if err == nil && en.Applied != nil {
			return en.Applied, nil
		}
	}
	if err == nil {
		err = errors.New("there is no outcome")
	}
	return nil, fmt.Errorf("reading %s at byte %d: %w", w.path, offset, err)
}
