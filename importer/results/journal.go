package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// The journal is JSON Lines. Its first record opens a run, a resumed run adds
// another; then intents, doubts and outcomes in the order of what happened.
//
// The first record keeps, at a fixed place, how long the journal was when it
// was last made durable. A shorter one has lost intents, and what they say
// must not be trusted to be complete.
const (
	journalVersion = 1
	markAt         = int64(len(`{"journal":1,"size":"`))
	markDigits     = 16
)

// entry is one line of the journal. But for the first two fields, which only
// the first line has, exactly one is set.
type entry struct {
	Version int             `json:"journal,omitempty"`
	Size    string          `json:"size,omitempty"`
	Run     *runRecord      `json:"run,omitempty"`
	Intent  *Intent         `json:"intent,omitempty"`
	Doubt   *Doubt          `json:"doubt,omitempty"`
	Unsent  *Unsent         `json:"unsent,omitempty"`
	Applied *outcomeRecord  `json:"applied,omitempty"`
	Outcome *outcomeRecord  `json:"outcome,omitempty"`
	End     *finishedRecord `json:"finished,omitempty"`
}

// runRecord opens a run.
type runRecord struct {
	Meta
	// LostSince is when a run found that intents of an earlier one are lost.
	// It stays: those rows are looked up before they are created.
	LostSince time.Time `json:"lost_since,omitzero"`
}

// outcomeRecord is an Outcome with its whole line: the line is written to the
// results file next, and a crash in between must not lose it.
type outcomeRecord struct {
	Line
	Number    int           `json:"n,omitempty"`
	UpdatedAt time.Time     `json:"updated_at,omitzero"`
	Skew      time.Duration `json:"skew_ns,omitempty"`
	Doubtful  time.Time     `json:"doubtful,omitzero"`
	Extra     []string      `json:"extra,omitempty"` // cells beyond the header, for the rejects
	Body      string        `json:"body,omitempty"`  // of an Applied: digest of what was sent
}

// finishedRecord says that each row has its line in the results file.
type finishedRecord struct {
	At time.Time `json:"at"`
}

func (e entry) encode() ([]byte, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("writing the journal: %w", err)
	}
	return append(b, '\n'), nil
}

// decodeEntry reads a line of the journal, with or without its newline.
func decodeEntry(line []byte) (entry, error) {
	e, ok := parseRecord(line)
	if !ok {
		e = entry{}
		if err := json.Unmarshal(line, &e); err != nil {
			return e, errors.New("it is not a record of a journal")
		}
	}
	if e.Version > journalVersion {
		return e, errors.New("it was written by a newer version of this program")
	}
	set, row, number := 0, 1, 0
	if e.Run != nil {
		set++
	}
	if e.Intent != nil {
		set, row, number = set+1, e.Intent.Row, e.Intent.Number
	}
	if e.Doubt != nil {
		set, row, number = set+1, e.Doubt.Row, e.Doubt.Number
	}
	if e.Unsent != nil {
		set, row, number = set+1, e.Unsent.Row, e.Unsent.Number
	}
	if e.Outcome != nil {
		set, row, number = set+1, e.Outcome.Row, e.Outcome.Number
		if err := e.Outcome.check(); err != nil {
			return e, err
		}
	}
	if e.Applied != nil {
		set, row, number = set+1, e.Applied.Row, e.Applied.Number
		if err := e.Applied.checkApplied(); err != nil {
			return e, err
		}
	}
	if e.End != nil {
		set++
	}
	switch {
	case set != 1:
		return e, errors.New("it is not a record of a journal")
	}
	return e, checkRow(row, number)
}

func checkRow(row, number int) error {
	if row < 1 || row > maxRow || number < 0 {
		return fmt.Errorf("row %d, intent %d cannot be", row, number)
	}
	return nil
}

// opening is the first line of a journal.
func opening(run runRecord) ([]byte, error) {
	b, err := entry{Version: journalVersion, Size: mark(0), Run: &run}.encode()
	if err != nil {
		return nil, err
	}
	copy(b[markAt:], mark(int64(len(b))))
	return b, nil
}

func mark(size int64) string { return fmt.Sprintf("%0*d", markDigits, size) }

func (e entry) marked() (int64, error) {
	if e.Version == 0 || len(e.Size) != markDigits {
		return 0, errors.New("it does not open a journal")
	}
	return strconv.ParseInt(e.Size, 10, 64)
}
