package results

import (
	"fmt"
	"time"

	"leadimport/client"
)

// Applied says that the API has a row's lead, as Line tells, and that what
// belongs to the lead is still to be sent: its company, its tags. It is the
// row's state between the answer to its save and its Outcome, so that a resume
// neither looks the lead up nor sends it again.
type Applied struct {
	// Line is what becomes of the row when all of it is done: created or
	// updated, with the id. Its Hash is blank: what is not finished must not
	// look unchanged tomorrow.
	Line           Line
	Number         int           // of the newest intent, 0: none
	Body           string        // hex digest of the lead that was sent
	UpdatedAt      time.Time     // as in Outcome
	Doubtful       time.Time     // as in Outcome
	DoubtfulServer client.Moment // as in Outcome
	Content        string        // as in Outcome
}

// Tag is a tag of a run: as the mapping or the command wrote it, and what its
// placeholders came to when the run began.
type Tag struct {
	Template string `json:"template"`
	Name     string `json:"name"`
}

// Applied records that a row was applied and is not finished, durable within a
// second; losing it costs a look-up. For the settling goroutine.
func (s *Store) Applied(a Applied) error {
	o := outcomeRecord{
		Line: a.Line.normal(), Number: a.Number, UpdatedAt: a.UpdatedAt, Content: a.Content,
		Doubtful: a.Doubtful, DoubtfulServer: a.DoubtfulServer, Body: a.Body,
	}
	o.Hash = ""
	if err := o.checkApplied(); err != nil {
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
	at := s.journal.size
	err := s.journal.append(s.record)
	if err == nil {
		s.open.apply(newPlace(at, o.Status, true), &o)
	}
	return err
}

func (o *outcomeRecord) checkApplied() error {
	if o.ID == "" || o.Status != Created && o.Status != Updated {
		return fmt.Errorf("row %d was applied, and is %q with the id %q", o.Row, o.Status, o.ID)
	}
	return o.check()
}

func (o *outcomeRecord) applied() Applied {
	return Applied{
		Line: o.Line, Number: o.Number, Body: o.Body, UpdatedAt: o.UpdatedAt, Content: o.Content,
		Doubtful: o.Doubtful, DoubtfulServer: o.DoubtfulServer,
	}
}
