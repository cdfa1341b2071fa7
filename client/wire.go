package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// maxAnswer bounds an answer. A page of 150 contacts with 250 attributes each
// fits; what does not is not the API's.
const maxAnswer = 1 << 20

var errOversized = errors.New("an answer larger than 1 MiB")

// wire puts requests on the network, each once.
type wire struct {
	base *url.URL
	// header of every request, shared, and only read. A function, because fmt
	// would print a map, token and all, when somebody prints a Client.
	header func() http.Header
	rt     http.RoundTripper
	own    bool // rt is net/http's: it tells when it has a connection
}

func newWire(cfg Config, base *url.URL) *wire {
	w := &wire{base: base, rt: cfg.Transport}
	if w.rt == nil {
		w.rt = newTransport(cfg.Workers)
	}
	_, w.own = w.rt.(*http.Transport)
	header := http.Header{
		"Authorization":    {"Bearer " + cfg.Token.text()},
		"Accept":           {"application/json"},
		"Content-Type":     {"application/json"},
		"Intercom-Version": {cfg.Version.String()},
		"User-Agent":       {cfg.UserAgent},
	}
	w.header = func() http.Header { return header }
	return w
}

// request is a request of the API: method, path under the base URL, already
// escaped, and query.
type request struct {
	method string
	path   string
	query  url.Values
	body   []byte
}

// reply is what came of a request.
type reply struct {
	sent    bool  // a byte may have been sent
	err     error // why there is no complete answer
	status  int   // 0: no answer
	header  http.Header
	body    []byte
	started time.Time
	ended   time.Time
}

// url is where r goes. Path and RawPath both, so that an escaped id stays one
// segment of the path.
func (w *wire) url(r request) *url.URL {
	u := *w.base
	raw := w.base.EscapedPath() + r.path
	u.Path, u.RawPath = raw, ""
	if strings.IndexByte(raw, '%') >= 0 {
		if path, err := url.PathUnescape(raw); err == nil {
			u.Path, u.RawPath = path, raw
		}
	}
	u.RawQuery = r.query.Encode()
	return &u
}

// send sends r once and reads the whole answer, until ctx ends or t is over.
//
// It calls the transport itself: http.Client would follow redirects. The
// request has no GetBody, and no Idempotency-Key: with either net/http may
// send it a second time (Request.isReplayable, persistConn.shouldRetryRequest).
func (w *wire) send(ctx context.Context, r request, t attemptTime) reply {
	ctx, cancel := t.context(ctx)
	defer cancel()
	var asked, got atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { got.Store(true) },
	})
	u := w.url(r)
	req := (&http.Request{
		Method:     r.method,
		URL:        u,
		Host:       u.Host,
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     w.header(),
	}).WithContext(ctx)
	if r.body != nil {
		req.Body = t.body(bytes.NewReader(r.body))
		req.ContentLength = int64(len(r.body))
	}
	out := reply{started: time.Now()}
	resp, err := w.rt.RoundTrip(req)
	if err != nil {
		out.err = timely(bare(err), t)
		out.sent = got.Load() || !(asked.Load() || w.own || isDial(err))
		out.ended = time.Now()
		return out
	}
	out.sent = true
	out.status, out.header = resp.StatusCode, resp.Header
	if out.body, err = readAnswer(resp); err != nil {
		out.err = timely(err, t)
	}
	out.ended = time.Now()
	if p, ok := readProblem(out.body); ok && out.status < 300 && meant(p.code()) == http.StatusTooManyRequests {
		out.status = http.StatusTooManyRequests // so that everybody waits
	}
	return out
}

// timely is err, or that the time was over: the clock that ended it is not
// always the one that the transport knows.
func timely(err error, t attemptTime) error {
	if errors.Is(err, context.Canceled) && t.over() {
		return context.DeadlineExceeded
	}
	return err
}

// readAnswer reads the body to its end, which gives the connection back.
func readAnswer(resp *http.Response) ([]byte, error) {
	defer resp.Body.Close()
	if resp.ContentLength > maxAnswer {
		return nil, errOversized
	}
	if n := resp.ContentLength; n > 0 {
		body := make([]byte, n)
		if _, err := io.ReadFull(resp.Body, body); err != nil {
			return nil, bare(err)
		}
		return body, nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return nil, bare(err)
	}
	if len(body) > maxAnswer {
		return nil, errOversized
	}
	return body, nil
}

// isDial reports whether err says by itself that no connection was made: for a
// transport of the caller's that keeps silent about its connections.
func isDial(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && (op.Op == "dial" || op.Op == "proxyconnect")
}

// bare takes the URL out of an error: in a query it names a person.
func bare(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}
