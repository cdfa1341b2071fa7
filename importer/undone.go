package importer

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"leadimport/importer/results"
)

// undonePath is where an undo records what it took back.
func undonePath(path string) string { return path + ".undo" }

var undoneHeader = []string{"import_row", "import_id", "undo_status", "undo_error", "undo_at"}

// readUndone returns the ids that an earlier undo has taken back. A last line
// that a crash has torn does not count: that lead is looked at again.
func readUndone(path string) (map[string]bool, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &StopError{Reason: NothingSent, Err: err}
	}
	done := map[string]bool{}
	whole := string(data[:strings.LastIndexByte(string(data), '\n')+1])
	for _, line := range strings.Split(whole, "\n") {
		cells, err := csv.NewReader(strings.NewReader(line)).Read()
		if err == nil && len(cells) == len(undoneHeader) && cells[2] == string(UndoDone) {
			done[cells[1]] = true
		}
	}
	return done, nil
}

// undone is the record of an undo: one line for each lead, written at once.
type undone struct {
	file *os.File
	csv  *csv.Writer
}

func openUndone(path string) (*undone, error) {
	if err := results.CheckPath(path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, &results.WriteError{Path: path, Err: err}
	}
	u := &undone{file: f, csv: csv.NewWriter(f)}
	if err := u.begin(); err != nil {
		f.Close()
		return nil, &results.WriteError{Path: path, Err: err}
	}
	return u, nil
}

// begin cuts a torn last line, and writes the header of a new file.
func (u *undone) begin() error {
	data, err := os.ReadFile(u.file.Name())
	if err != nil {
		return err
	}
	end := int64(strings.LastIndexByte(string(data), '\n') + 1)
	if err := u.file.Truncate(end); err != nil {
		return err
	}
	if _, err := u.file.Seek(end, 0); err != nil {
		return err
	}
	if end > 0 {
		return nil
	}
	return u.write(undoneHeader)
}

func (u *undone) add(item UndoItem, at time.Time) error {
	reason := strings.Join(strings.Fields(item.Reason), " ") // one line each
	err := u.write([]string{strconv.Itoa(item.Row), item.ID, string(item.Status), reason, at.UTC().Format(time.RFC3339)})
	if err != nil {
		return &results.WriteError{Path: u.file.Name(), Err: err}
	}
	return nil
}

func (u *undone) write(cells []string) error {
	if err := u.csv.Write(cells); err != nil {
		return err
	}
	u.csv.Flush()
	return u.csv.Error()
}

func (u *undone) close() error {
	err := u.file.Sync()
	if cerr := u.file.Close(); err == nil {
		err = cerr
	}
	return err
}
