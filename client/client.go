package client

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"leadimport/client/pace"
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
	// Stamp names the custom attribute, with or without CustomPrefix, that
	// carries a digest of source and key. Where a lead has it, its echo
	// proves that an answer is about that lead (rule R4). Empty: none.
	Stamp string
	Log   zerolog.Logger
	// Transport replaces the HTTP transport: the sandbox in virtual time.
	// Default: a transport of its own that never retries, never follows a
	// redirect and keeps one connection per worker.
	Transport http.RoundTripper
}

// Client talks to one workspace. Its methods may be called from any goroutine.
type Client struct {
	cfg     Config
	version Version
	family  Family
	host    string // of the API, for messages
	stamp   string // with CustomPrefix; empty: none
	wire    *wire
	gate    *pace.Gate
	breaker *pace.Breaker
	server  serverClock
	now     func() time.Time // time.Now, but in tests of clocks that are set
	totals  totals
	foreign atomic.Int32 // answers in a row that were not the API's
	unlike  atomic.Int32 // saves in a row that were answered with another contact
	pages   atomic.Int32 // contacts in a page that can be read; 0: not known
	log     zerolog.Logger
}

// New checks cfg and returns a client; it sends nothing.
func New(cfg Config) (*Client, error) {
	base, err := checkBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	if cfg.Version == (Version{}) {
		return nil, errors.New("no API version: use 1.4 or 2.15")
	}
	if err := cfg.Token.check(); err != nil {
		return nil, err
	}
	if err := cfg.defaults(); err != nil {
		return nil, err
	}
	c := &Client{
		cfg:     cfg,
		version: cfg.Version,
		family:  cfg.Version.Family(),
		host:    base.Host,
		wire:    newWire(cfg, base),
		gate:    pace.New(cfg.Rate, cfg.Share),
		now:     time.Now,
		log:     cfg.Log,
	}
	c.breaker = pace.NewBreaker(cfg.RetryFor)
	if cfg.Stamp != "" {
		c.stamp = CustomPrefix + strings.TrimPrefix(cfg.Stamp, CustomPrefix)
	}
	return c, nil
}

// defaults fills the fields that may be left zero, and refuses nonsense.
func (cfg *Config) defaults() error {
	if cfg.UserAgent == "" {
		cfg.UserAgent = "leadimport"
	}
	if strings.ContainsFunc(cfg.UserAgent, func(r rune) bool { return r < 0x20 || r >= 0x7f }) {
		return errors.New("the user agent holds a character that a header cannot carry")
	}
	if cfg.Workers <= 0 {
		cfg.Workers = 64
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.RetryFor <= 0 {
		cfg.RetryFor = 5 * time.Minute
	}
	if cfg.Rate == 0 {
		cfg.Rate = 10000.0 / 60
	}
	if !(cfg.Rate > 0 && cfg.Rate <= 1e9) {
		return fmt.Errorf("the rate is %v requests per second: it must be above 0", cfg.Rate)
	}
	if cfg.Share == 0 {
		cfg.Share = 1
	}
	if !(cfg.Share > 0 && cfg.Share <= 1) {
		return fmt.Errorf("the share is %v: it must be above 0 and at most 1", cfg.Share)
	}
	return nil
}

// redact takes the token out of a text that somebody else wrote. A token of a
// few letters is one of a sandbox: it would be found in every other word.
func (c *Client) redact(s string) string {
	if len(c.cfg.Token.text()) < 6 {
		return s
	}
	return strings.ReplaceAll(s, c.cfg.Token.text(), redacted)
}
