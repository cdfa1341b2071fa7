package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"leadimport/client"
)

// The journal is JSON Lines. Its first record opens a run, a resumed run adds
// another; then intents, doubts and outcomes in the order of what happened.
//
// The first record keeps, at a fixed place, how long the journal was when it
// was last made durable. A shorter one has lost intents, and what they say
// must not be trusted to be complete.
//
// Version 2 records what is sent and the server's clock, and lines without a
// row. Version 1 is read: it has skew_ns instead, and no leads.
const (
	journalVersion = 2
	versionAt      = int64(len(`{"journal":`))
	markAt         = int64(len(`{"journal":2,"size":"`))
	markDigits     = 16
)

// entry is one line of the journal. But for the first two fields, which only
// the first line has, exactly one is set.
type entry struct {
	Version int             `json:"journal,omitempty"`
	Size    string          `json:"size,omitempty"`
	Run     *runRecord      `json:"run,omitempty"`
	Intent  *intentRecord   `json:"intent,omitempty"`
	Doubt   *doubtRecord    `json:"doubt,omitempty"`
	Unsent  *Unsent         `json:"unsent,omitempty"`
	Applied *outcomeRecord  `json:"applied,omitempty"`
	Outcome *outcomeRecord  `json:"outcome,omitempty"`
	Kept    *kept           `json:"kept,omitempty"` // a short Outcome, see compact.go
	Was     *Was            `json:"was,omitempty"`  // of the Intent of an update, see compact.go
	Undo    *undoRecord     `json:"undo,omitempty"`
	Lag     *lagRecord      `json:"lag,omitempty"`
	End     *finishedRecord `json:"finished,omitempty"`
}

// undoRecord says that an undo was begun: its record has to lie beside the
// results.
type undoRecord struct {
	At time.Time `json:"at"`
}

// lagRecord says how long the API took to show a lead.
type lagRecord struct {
	Longest time.Duration `json:"longest_ns"` // that the run has seen so far
}

// runRecord opens a run.
type runRecord struct {
	Meta
	// LostSince is when a run found that intents of an earlier one are lost.
	// It stays: those rows are looked up before they are created.
	LostSince time.Time `json:"lost_since,omitzero"`
	// ExcelSafe: cells are guarded. Version 1 does not tell.
	ExcelSafe *bool `json:"excel_safe,omitempty"`
}

// intentRecord is an Intent with its lead and its changes as they stand: of a
// million intents only those without an outcome are looked into.
type intentRecord struct {
	Intent
	Lead json.RawMessage `json:"lead,omitempty"`
	Was  json.RawMessage `json:"was,omitempty"`
	Skew time.Duration   `json:"skew_ns,omitempty"` // version 1
}

type doubtRecord struct {
	Doubt
	Skew time.Duration `json:"skew_ns,omitempty"` // version 1
}

// outcomeRecord is an Outcome with its whole line: the line is written to the
// results file next, and a crash in between must not lose it.
type outcomeRecord struct {
	Line
	Number         int           `json:"n,omitempty"`
	UpdatedAt      time.Time     `json:"updated_at,omitzero"`
	Content        string        `json:"content,omitempty"`
	Skew           time.Duration `json:"skew_ns,omitempty"` // version 1
	Doubtful       time.Time     `json:"doubtful,omitzero"`
	DoubtfulServer client.Moment `json:"doubtful_server,omitzero"`
	Extra          []string      `json:"extra,omitempty"` // cells beyond the header, for the rejects
	Body           string        `json:"body,omitempty"`  // of an Applied: digest of what was sent
}

// finishedRecord says that the results file is in its final order.
type finishedRecord struct {
	At time.Time `json:"at"`
	// Open is how many intents have no outcome nevertheless, and attempts may
	// still be applied late. Size and Sum are those of the results file:
	// whoever finds it as it was need not read the journal. Version 1 has none
	// of them.
	Open *int   `json:"open,omitempty"`
	Size int64  `json:"size,omitempty"`
	Sum  uint32 `json:"sum,omitempty"`
	// Lag is the longest of all lagRecords before: it is here so that whoever
	// reads nothing else of the journal knows it.
	Lag time.Duration `json:"lag_ns,omitempty"`
}

// serverTime is an instant of a journal of version 1 by the server's clock. It
// knew the difference of the clocks to about a second.
func serverTime(at time.Time, skew time.Duration) client.Moment {
	if skew == 0 || at.IsZero() {
		return client.Moment{}
	}
	return client.Moment{Low: at.Add(skew - 2*time.Second), High: at.Add(skew + 2*time.Second)}
}

// modern gives a record of version 1 the moments of version 2.
func (e *entry) modern() {
	if in := e.Intent; in != nil && !in.Server.Known() {
		in.Server = serverTime(in.At, in.Skew)
	}
	if d := e.Doubt; d != nil && d.Skew != 0 {
		d.First, d.Last, d.SinceServer = serverTime(d.FirstAt, d.Skew), serverTime(d.LastAt, d.Skew), serverTime(d.Since, d.Skew)
	}
	for _, o := range []*outcomeRecord{e.Outcome, e.Applied} {
		if o != nil && !o.DoubtfulServer.Known() {
			o.DoubtfulServer = serverTime(o.Doubtful, o.Skew)
		}
	}
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
	if e.Kept != nil && e.Outcome == nil {
		e.Outcome, e.Kept = (*outcomeRecord)(e.Kept), nil
	}
	e.modern()
	set := 0
	var err error
	if e.Run != nil {
		set++
	}
	if in := e.Intent; in != nil {
		set, err = set+1, checkRow(in.Row, in.Number, "")
	}
	if d := e.Doubt; d != nil {
		set, err = set+1, checkRow(d.Row, d.Number, d.Key)
	}
	if u := e.Unsent; u != nil {
		set, err = set+1, checkRow(u.Row, u.Number, u.Key)
	}
	if o := e.Outcome; o != nil {
		set, err = set+1, o.check()
	}
	if o := e.Applied; o != nil {
		set, err = set+1, o.checkApplied()
	}
	if w := e.Was; w != nil {
		set, err = set+1, checkRow(w.Row, 0, w.ID)
	}
	if e.End != nil {
		set++
	}
	if e.Undo != nil {
		set++
	}
	if e.Lag != nil {
		set++
	}
	if set != 1 {
		err = errors.New("it is not a record of a journal")
	}
	return e, err
}

func (o *outcomeRecord) check() error {
	if o.Number < 0 {
		return fmt.Errorf("row %d, intent %d cannot be", o.Row, o.Number)
	}
	return o.Line.check()
}

// checkRow refuses what cannot be. Where the key tells whose a record is, it
// needs no row.
func checkRow(row, number int, key string) error {
	if row < 0 || row == 0 && key == "" || row > maxRow || number < 0 {
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
