package sandbox

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"syscall"
)

// Transport serves requests in this process, without sockets: also in
// testing/synctest bubbles, where a connection would stop the virtual clock.
// It behaves as a real transport would: it calls the hooks of httptrace,
// breaks connections after the request was written, and returns when the
// request's context ends, which does not keep the server from applying it.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

// RoundTrip implements http.RoundTripper.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := drain(r)
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	trace := httptrace.ContextClientTrace(ctx)
	if trace == nil {
		trace = &httptrace.ClientTrace{}
	}
	if trace.GetConn != nil {
		trace.GetConn(r.URL.Host)
	}
	q := newRequest(r, body)
	q.base = r.URL.Scheme + "://" + r.URL.Host
	answer := t.s.begin(q)
	if answer.refused {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	if trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
	if trace.WroteHeaders != nil {
		trace.WroteHeaders()
	}
	if trace.WroteRequest != nil {
		trace.WroteRequest(httptrace.WroteRequestInfo{})
	}
	if !t.s.await(ctx, answer) {
		return nil, ctx.Err()
	}
	if answer.lost {
		if answer.id[1] < '8' { // of a random id: one of the two ways in which connections end
			return nil, io.EOF
		}
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	if trace.GotFirstResponseByte != nil {
		trace.GotFirstResponseByte()
	}
	answer.header.Set("Content-Length", strconv.Itoa(len(answer.body)))
	return &http.Response{
		Status:        strconv.Itoa(answer.status) + " " + http.StatusText(answer.status),
		StatusCode:    answer.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        answer.header,
		Body:          answer.reader(),
		ContentLength: int64(len(answer.body)),
		Request:       r,
	}, nil
}

// drain reads and closes the body of r, as RoundTrippers must.
func drain(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	defer r.Body.Close()
	b, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err == nil && len(b) > maxBody {
		err = errors.New("sandbox: request body is larger than 4 MiB")
	}
	return b, err
}

// newRequest is r as the handlers see it.
func newRequest(r *http.Request, body []byte) *request {
	return &request{method: r.Method, path: r.URL.Path, rawurl: r.URL, header: r.Header, body: body}
}

// reader is the body of r, with an unexpected end where it breaks.
func (r *reply) reader() io.ReadCloser {
	if r.sent == len(r.body) {
		return io.NopCloser(bytes.NewReader(r.body))
	}
	return io.NopCloser(io.MultiReader(bytes.NewReader(r.body[:r.sent]), broken{}))
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
