package client

import (
	"context"
	"time"
)

// Attempt is one request of Save that is about to be sent.
type Attempt struct {
	N        int       // from 1 within one call of Save
	At       time.Time // the time of the intent; the attempt's deadline counts from it (rule R3)
	Deadline time.Time // At plus Config.Timeout
	Server   Moment    // the server's clock at At
	Create   bool      // false: an update by id
}

// Intent is called after the gate let an attempt pass and before its first
// byte. It returns once the intent is on disk; an error ends Save with that
// error, and nothing was sent. It is called from the goroutine of Save. When
// it took so long that less than half of the attempt's time is left, by either
// of our clocks, the attempt is not sent: Save asks again with a new one, and
// ends with a *SlowIntentError after five in a row.
type Intent func(Attempt) error

// Answer is what is known of the requests of one call, whether it went well
// or not. Its zero fields are unknown: no answer came.
type Answer struct {
	Contact   Contact
	Status    int           // HTTP status of the last answer
	RequestID string        // of the last answer
	Attempts  int           // requests of which a byte may have been sent
	Latency   time.Duration // of the last attempt
	Ended     time.Time     // when the last attempt ended, by our clock
	// EndedServer is Ended by the server's clock.
	EndedServer Moment
	// Doubtful is when the last attempt ended that may still be applied after
	// a later one, updates only; zero: none did.
	Doubtful time.Time
	// DoubtfulServer is Doubtful by the server's clock.
	DoubtfulServer Moment
}

// Save creates lead, or updates it when lead.IsUpdate(). It waits at the gate,
// calls intent (nil: none), sends, and tries again what is safe to try again:
// for a create only what was surely not applied, for an update also what is
// ambiguous. intent is called before each attempt.
//
// A create that may have been applied is never sent again: it ends with an
// *Error of kind Ambiguous. A success has passed the test of rule R4: a
// complete 2xx object of type "contact" with an id that echoes what was sent.
//
// When ctx ends, Save starts no new attempt and returns ctx's error, but an
// attempt in flight is awaited within its deadline: drain, never cut.
func (c *Client) Save(ctx context.Context, lead Lead, intent Intent) (Answer, error) {
	req, err := saving(c.family, lead)
	if err != nil {
		return Answer{}, &Error{Kind: Refused, Code: "invalid_id", Message: err.Error()}
	}
	op := opCreate
	if lead.IsUpdate() {
		op = opUpdate
	}
	return c.exchange(ctx, call{op: op, req: req, lead: lead, intent: intent})
}
