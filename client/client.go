// Package client saves and finds leads through Intercom's contacts API: one
// call at a time, in either family, at the pace that the API grants, and with
// every failure sorted into what it means for the row (see Error).
//
// It never sends a create again unless the first one was surely not applied.
package client

import (
	"context"
	"net/http"
	"time"

	"github.com/rs/zerolog"
)

// Config says which API to talk to, and how. BaseURL, Version and Token are
// required; every other field works as its zero value.
type Config struct {
	BaseURL   string  // https, or plain http to loopback only
	Version   Version // sent as Intercom-Version with every request
	Token     Token
	UserAgent string        // names the program; default "leadimport"
	Workers   int           // requests in flight at most, sizes the connection pool; default 64
	Timeout   time.Duration // of one attempt, from its intent to the last byte of the answer; default 30 s
	Rate      float64       // upper bound on requests per second; default 10,000 a minute
	Share     float64       // part of what the API's headers grant that may be used, 0 to 1; default 1
	RetryFor  time.Duration // how long one call is retried, and the API may be away; default 5 min
	Log       zerolog.Logger
	// Transport replaces the HTTP transport: the sandbox in virtual time.
	// Default: a transport of its own that never retries, never follows a
	// redirect and keeps one connection per worker.
	Transport http.RoundTripper
}

// Client talks to one workspace. Its methods may be called from any goroutine.
type Client struct{}

// New checks cfg and returns a client; it sends nothing.
func New(cfg Config) (*Client, error) { panic("client.New") }

// Workspace is what GET /me tells of the workspace behind the token.
type Workspace struct {
	ID       string // app.id_code
	Name     string // app.name
	Region   string // "US", "EU", "AU"; may be empty in 1.x
	Timezone string // IANA name
	Admin    string // the token's owner, by name
}

// Me asks who the token belongs to. It changes nothing and serves as probe.
func (c *Client) Me(ctx context.Context) (Workspace, error) { panic("client.Me") }

// DataAttribute is an attribute of people as the workspace knows it.
type DataAttribute struct {
	Name        string // without CustomPrefix
	Type        Type   // DataType as given when it is not one of ours
	Custom      bool
	Archived    bool
	APIWritable bool
	Options     []string // of a list attribute
}

// DataAttributes lists the workspace's attributes of people, archived ones
// too. known is false when this API version does not answer the question
// (some 1.x), which is no error.
func (c *Client) DataAttributes(ctx context.Context) (list []DataAttribute, known bool, err error) {
	panic("client.DataAttributes")
}

// CreateDataAttribute creates a custom attribute of people (2.x only).
func (c *Client) CreateDataAttribute(ctx context.Context, name string, t Type) error {
	panic("client.CreateDataAttribute")
}

// Attempt is one request of Save that is about to be sent.
type Attempt struct {
	N        int       // from 1 within one call of Save
	At       time.Time // the time of the intent; the attempt's deadline counts from it (guarantee R3)
	Deadline time.Time // At plus Config.Timeout
	Create   bool      // false: an update by id
}

// Intent is called after the gate let an attempt pass and before its first
// byte. It returns once the intent is on disk; an error ends Save with that
// error, and nothing was sent. It is called from the goroutine of Save. When
// it took so long that less than half of the attempt's time is left, the
// attempt is not sent: Save asks again with a new one.
type Intent func(Attempt) error

// Contact is a contact as the API answers it.
type Contact struct {
	ID         string
	UserID     string // family 1.x
	ExternalID string // family 2.x
	Role       string // family 2.x: "user" or "lead"
	Email      string
	Phone      string
	Name       string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	Archived   bool
	// Custom holds the custom attributes as JSON (string, number, boolean, null).
	Custom map[string]any
}

// Answer is what is known of the requests of one call, whether it went well
// or not. Its zero fields are unknown: no answer came.
type Answer struct {
	Contact   Contact
	Status    int           // HTTP status of the last answer
	RequestID string        // of the last answer
	Attempts  int           // requests of which a byte may have been sent
	Latency   time.Duration // of the last attempt
	Ended     time.Time     // when the last attempt ended, by our clock
	Skew      time.Duration // server's clock minus ours, from the last answer's Date header; resolution 1 s
}

// Save creates lead, or updates it when lead.IsUpdate(). It waits at the gate,
// calls intent (nil: none), sends, and tries again what is safe to try again:
// for a create only what was surely not applied, for an update also what is
// ambiguous. intent is called before each attempt.
//
// A create that may have been applied is never sent again: it ends with an
// *Error of kind Ambiguous. A success has passed the test of guarantee R4: a
// complete 2xx object of type "contact" with an id that echoes what was sent.
//
// When ctx ends, Save starts no new attempt and returns ctx's error, but an
// attempt in flight is awaited within its deadline: drain, never cut.
func (c *Client) Save(ctx context.Context, lead Lead, intent Intent) (Answer, error) {
	panic("client.Save")
}

// Stats are totals since New. They may be read at any time.
type Stats struct {
	Calls       int64         // requests sent, of every kind
	Retries     int64         // of these, second and later attempts of one call
	RateLimited int64         // answers 429
	Creates     int64         // creates sent
	Updates     int64         // updates sent
	Waited      time.Duration // time that calls spent at the gate, added up
}

// Stats returns the totals so far.
func (c *Client) Stats() Stats { panic("client.Stats") }

// Limit is the pace that the API granted last: requests per second, and
// whether an answer has told one yet.
func (c *Client) Limit() (perSecond float64, known bool) { panic("client.Limit") }
