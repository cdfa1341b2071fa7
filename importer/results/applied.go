package results

import (
	"fmt"
	"time"
)

// Applied says that the API has a row's lead, as Line tells, and that what
// belongs to the lead is still to be sent: its company, its tags. It is the
// row's state between the answer to its save and its Outcome, so that a resume
// neither looks the lead up nor sends it again.
type Applied struct {
	// Line is what becomes of the row when all of it is done: created or
	// updated, with the id. Its Hash is blank: what is not finished must not
	// look unchanged tomorrow.
	Line      Line
	Number    int           // of the newest intent, 0: none
	Body      string        // hex digest of the lead that was sent
	UpdatedAt time.Time     // as in Outcome
	Skew      time.Duration // as in Outcome
	Doubtful  time.Time     // as in Outcome
}

// appliedRow is an Applied with its place in the journal.
type appliedRow struct {
	Applied
	at int64
}

// Tag is a tag of a run: as the mapping or the command wrote it, and what its
// placeholders came to when the run began.
type Tag struct {
	Template string `json:"template"`
	Name     string `json:"name"`
}

// The codes of rows that failed although the API has their lead, which
// import_id names: what belongs to it was refused.
const (
	CompanyFailed = "company_failed"
	TagFailed     = "tag_failed"
)

// InPlace reports whether the API has the lead of a row although the row was
// not imported as a whole.
func (l Line) InPlace() bool {
	return l.Status == Failed && l.ID != "" && (l.ErrorCode == CompanyFailed || l.ErrorCode == TagFailed)
}

// Applied records that a row was applied and is not finished, durable within a
// second; losing it costs a look-up. For the settling goroutine.
func (s *Store) Applied(a Applied) error {
	o := outcomeRecord{Line: a.Line.tidy(), Number: a.Number, UpdatedAt: a.UpdatedAt, Skew: a.Skew, Doubtful: a.Doubtful, Body: a.Body}
	if err := o.checkApplied(); err != nil {
		return err
	}
	if err := checkRow(o.Row, o.Number); err != nil {
		return err
	}
	s.applied = true
	s.record = encodeApplied(s.record[:0], &o)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	s.touch()
	return s.journal.append(s.record)
}

func (o *outcomeRecord) checkApplied() error {
	if o.ID == "" || o.Status != Created && o.Status != Updated {
		return fmt.Errorf("row %d was applied, and is %q with the id %q", o.Row, o.Status, o.ID)
	}
	return o.check()
}

// done tells whether nothing is open of a row with this fate.
func done(s Status) bool {
	switch s {
	case Created, Updated, Unchanged, Skipped:
		return true
	}
	return false
}

func newEarlier(path string) *Earlier {
	return &Earlier{path: path, doubts: map[int]Doubt{}, late: map[int]time.Time{}, applied: map[int]appliedRow{}}
}

// Applied tells whether the API has the lead of row and something of the row
// is still to be sent.
func (e *Earlier) Applied(row int) (Applied, bool) {
	a, ok := e.applied[row]
	return a.Applied, ok
}

// EachApplied calls each for all such rows, in no certain order.
func (e *Earlier) EachApplied(each func(Applied)) {
	for _, a := range e.applied {
		each(a.Applied)
	}
}

// noteApplied takes the record of a row that was applied into account: its
// intents are answered.
func (e *Earlier) noteApplied(at int64, o *outcomeRecord) {
	if o.Number >= e.doubts[o.Row].Number {
		delete(e.doubts, o.Row)
	}
	e.applied[o.Row] = appliedRow{
		Applied{Line: o.Line, Number: o.Number, Body: o.Body, UpdatedAt: o.UpdatedAt, Skew: o.Skew, Doubtful: o.Doubtful}, at,
	}
	e.rows = max(e.rows, o.Row)
}
