package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"
)

// verdict is what an attempt means, before anybody decides what to do.
type verdict uint8

const (
	good       verdict = iota + 1 // a 2xx; its body is still to be looked at
	refused                       // R: no to this row
	notApplied                    // N: surely not applied
	limited                       // N, and everybody waits
	ambiguous                     // A: it may have been applied
	stop                          // X: nothing more may be sent
)

// operation is what a request is for; the table of answers tells creates and
// updates apart.
type operation uint8

const (
	opCreate operation = iota + 1
	opUpdate
	opFollow // what belongs to a lead that is there: a tag, a company
	opRead   // what changes nothing, or nothing more the second time
)

// writes reports whether op is one of those that stop in an outage and that
// are awaited when the caller goes.
func (op operation) writes() bool { return op != opRead }

// judge sorts a reply by the table of answers (see the package's comment).
func (c *Client) judge(k *call, r reply) (verdict, *Error) {
	e := &Error{Status: r.status, Err: r.err}
	if r.header != nil {
		e.RequestID = clean(r.header.Get("X-Request-Id"))
	}
	if r.status == 0 {
		return c.unanswered(r, e)
	}
	if r.status >= 300 && r.status < 400 {
		return stopped(e, "redirect", fmt.Sprintf("%s answers %d with a redirect%s, which is never followed", c.host, r.status, to(r)),
			"check --api-url: it is the base URL of the API itself, such as https://api.intercom.io")
	}
	var p problem
	listed := false
	if r.err == nil {
		if p, listed = readProblem(r.body); listed {
			c.answered(r)
			e.Code, e.Message = p.code(), c.redact(p.message())
			if p.RequestID != "" {
				e.RequestID = clean(string(p.RequestID))
			}
		}
	}
	status := r.status
	if listed && status < 300 {
		status = meant(e.Code)
	}
	switch {
	case status == 429:
		e.fill("rate_limit_exceeded", "the API's rate limit is used up")
		return limited, e
	case errors.Is(r.err, errOversized):
		return c.strange(r, "with "+errOversized.Error())
	case r.err != nil && (status < 400 || status == 408 || status >= 500):
		return c.cut(r, e)
	case status == 408 || status >= 500:
		e.fill(fmt.Sprintf("http_%d", r.status), fmt.Sprintf("the API answered %d%s", r.status, excerpt(r, listed)))
		e.Kind = Ambiguous
		return ambiguous, e
	case status < 200:
		e.fill(fmt.Sprintf("http_%d", r.status), fmt.Sprintf("%s answered %d, which is no answer of the API", c.host, r.status))
		e.Kind = Ambiguous
		return ambiguous, e
	case status < 300:
		return good, nil
	case listed:
		return c.denied(k.op, status, r, p, e)
	}
	v, e := c.strange(r, "without the API's error list")
	if k.preflight {
		e.Kind, v = Misdirected, stop
		e.Hint = foreignHint
	}
	return v, e
}

// denied sorts the API's own answers 400 to 499.
func (c *Client) denied(op operation, status int, r reply, p problem, e *Error) (verdict, *Error) {
	switch {
	case p.has("intercom_version_invalid"):
		return stopped(e, e.Code, said(e, "the API does not serve this in version "+c.version.String()), "choose another --api-version: 1.4 (leads) or 2.15 (contacts)")
	case status == 401:
		e.Kind, e.Hint = Unauthorised, "check the access token (INTERCOM_ACCESS_TOKEN or --token-file), and that --api-url is that of the workspace's region: https://api.intercom.io, https://api.eu.intercom.io or https://api.au.intercom.io"
		e.fill("unauthorized", "the API does not accept the access token")
		return stop, e
	case status == 402 || status == 403:
		e.Kind, e.Hint = Unauthorised, "the workspace's plan or the app's permissions do not allow this: in the Developer Hub give the app \"Read and list users and companies\" and \"Write users and companies\""
		e.fill("forbidden", "the API does not allow this")
		return stop, e
	case status == 404 && op == opCreate, status == 405, status == 406, status == 415:
		return stopped(e, e.Code, said(e, fmt.Sprintf("%s answered %d to a request that the API knows", c.host, r.status)),
			"check --api-url (the base URL alone, such as https://api.intercom.io) and --api-version")
	}
	e.Kind = Refused
	e.fill(fmt.Sprintf("http_%d", r.status), fmt.Sprintf("the API answered %d and gave no reason", r.status))
	switch status {
	case 409:
		conflict(e)
	case 410:
		c.merged(e, r.header)
	}
	return refused, e
}

// unanswered sorts a request to which nothing came back.
func (c *Client) unanswered(r reply, e *Error) (verdict, *Error) {
	if why, bad := certificate(r.err); bad {
		return stopped(e, "bad_certificate", fmt.Sprintf("the certificate of %s is not to be trusted: %s", c.host, why),
			"check --api-url and this machine's clock and CA certificates (SSL_CERT_FILE); verification cannot be switched off")
	}
	var record tls.RecordHeaderError
	if errors.As(r.err, &record) {
		return stopped(e, "not_https", c.host+" does not speak https", "check the host and the port of --api-url")
	}
	if !r.sent {
		e.Kind, e.Code = Unavailable, "no_connection"
		e.Message = fmt.Sprintf("no connection to %s: %s", c.host, c.redact(reason(r.err)))
		e.Hint = "check --api-url, the network and the proxy settings (HTTPS_PROXY, NO_PROXY)"
		return notApplied, e
	}
	return c.cut(r, e)
}

// cut is an answer that ended before it was complete, or never came.
func (c *Client) cut(r reply, e *Error) (verdict, *Error) {
	e.Kind, e.Code = Ambiguous, "no_answer"
	if errors.Is(r.err, context.DeadlineExceeded) || errors.Is(r.err, os.ErrDeadlineExceeded) {
		e.Code = "timeout"
	}
	e.Message = fmt.Sprintf("no complete answer from %s: %s", c.host, c.redact(reason(r.err)))
	return ambiguous, e
}

// notTheAPI is the code of an answer that is none of the API's, foreignHint
// what to do about several.
const (
	notTheAPI   = "not_the_api"
	foreignHint = "the answers are not the API's: check --api-url, and what stands between here and the API (a proxy, a gateway)"
)

// strange is an answer that is not the API's own, whatever its status: what it
// answers may have been applied. Three in a row, and it is not the API that
// answers.
func (c *Client) strange(r reply, what string) (verdict, *Error) {
	e := &Error{Kind: Ambiguous, Status: r.status, Code: notTheAPI, RequestID: clean(r.header.Get("X-Request-Id")), strange: true, Err: r.err}
	e.Message = fmt.Sprintf("%s answered %d %s%s", c.host, r.status, what, excerpt(r, false))
	if r.err != nil && !errors.Is(r.err, errOversized) {
		e.Message += ": " + c.redact(reason(r.err))
	}
	if c.foreign.Add(1) >= manyStrange {
		e.Kind, e.Hint = Misdirected, foreignHint
		return stop, e
	}
	return ambiguous, e
}

// manyStrange is how many answers in a row that are not the API's, or that are
// about somebody else, end the run.
const manyStrange = 3

// answered notes an answer that is the API's own, whatever it says.
func (c *Client) answered(r reply) {
	c.foreign.Store(0)
	c.server.learn(r)
}

// meant is the status that an error.list in a 2xx stands for: a failure all
// the same (intercom-ruby, request.rb).
func meant(code string) int {
	switch {
	case code == "rate_limit_exceeded" || code == "too_many_requests":
		return 429
	case code == "unauthorized" || code == "missing_authorization" || strings.HasPrefix(code, "token_"):
		return 401
	case code == "api_plan_restricted" || code == "forbidden" || code == "action_forbidden":
		return 403
	case code == "server_error" || code == "server_timeout" || code == "service_unavailable" || code == "request_timeout" || code == "retry_after":
		return 503
	case code == "conflict" || code == "unique_user_constraint" || code == "resource_conflict":
		return 409
	}
	return 400
}

func stopped(e *Error, code, message, hint string) (verdict, *Error) {
	e.Kind, e.Hint, e.Message = Misdirected, hint, message
	if e.Code = code; code == "" {
		e.Code = "not_the_api"
	}
	return stop, e
}

// said is the API's message, or ours when it gave none.
func said(e *Error, ours string) string {
	if e.Message != "" {
		return e.Message
	}
	return ours
}

// fill puts ours where the API said nothing.
func (e *Error) fill(code, message string) {
	if e.Code == "" {
		e.Code = code
	}
	if e.Message == "" {
		e.Message = message
	}
}

// to names the host that a redirect points to, and no more of it.
func to(r reply) string {
	u, err := url.Parse(r.header.Get("Location"))
	if err != nil || u.Host == "" {
		return ""
	}
	return " to " + clean(u.Host)
}

// excerpt says in a few words what a body is that is not the API's.
func excerpt(r reply, listed bool) string {
	if listed || r.err != nil {
		return ""
	}
	if len(r.body) == 0 {
		return ", and no body"
	}
	kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	if kind = clean(kind); kind == "" || kind == "application/json" {
		return ""
	}
	return " (" + kind + ")"
}

// certificate reports whether err is about the server's certificate.
func certificate(err error) (string, bool) {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var roots x509.SystemRootsError
	switch {
	case errors.As(err, &authority):
		return authority.Error(), true
	case errors.As(err, &host):
		return clean(host.Error()), true
	case errors.As(err, &invalid):
		return clean(invalid.Error()), true
	case errors.As(err, &roots):
		return clean(roots.Error()), true
	case errors.As(err, &verification):
		return clean(verification.Error()), true
	}
	return "", false
}

// reason is an error's text as a person wants it.
func reason(err error) string {
	var dns *net.DNSError
	switch {
	case err == nil:
		return "unknown"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "timed out"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such host"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed"
	}
	var op *net.OpError
	var cause syscall.Errno
	if errors.As(err, &op) && op.Op == "dial" && errors.As(err, &cause) {
		return cause.Error() // such as connection refused; the message names the host
	}
	return clean(strings.TrimPrefix(err.Error(), "net/http: HTTP/1.x transport connection broken: "))
}
