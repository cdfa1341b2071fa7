package results

import (
	"bufio"
	"errors"
	"io"
)

// readJournal calls each for every record with its offset, and returns where
// the last whole one ends; an error of each ends it. A tail that is no record is what a crash or a power
// cut leaves; a broken record with a good one behind it is damage.
func readJournal(r io.Reader, path string, each func(at int64, en entry) error) (end int64, err error) {
	in := bufio.NewReaderSize(r, 64<<10)
	var damage *DamagedError
	var at int64
	for n := 1; ; n++ {
		line, err := readLine(in)
		if err == io.EOF {
			return end, nil // also when a line without newline is left: it is torn even if it parses
		}
		if err != nil {
			return end, &DamagedError{Path: path, Line: n, Err: err}
		}
		en, err := decodeEntry(line)
		if err == nil && at == 0 {
			_, err = en.marked()
		}
		if err == nil && damage == nil {
			if err := each(at, en); err != nil {
				return end, err
			}
		}
		at += int64(len(line))
		switch {
		case err != nil && damage == nil:
			damage = &DamagedError{Path: path, Line: n, Err: err,
				Hint: "move the journal away and resume: each row without a line is then looked up before it is created"}
		case err == nil && damage != nil:
			return end, damage
		case err == nil:
			end = at
		}
	}
}

// readLine reads one line with its newline, io.EOF when there is no newline.
func readLine(in *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		if err == nil && line == nil {
			return part, nil
		}
		line = append(line, part...)
		switch {
		case err != bufio.ErrBufferFull:
			return line, err
		case len(line) > 4*maxRecord:
			return line, errors.New("the line is too long")
		}
	}
}
