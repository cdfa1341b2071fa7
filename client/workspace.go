package client

import (
	"context"
	"encoding/json"
	"time"
)

// Workspace is what GET /me tells of the workspace behind the token.
type Workspace struct {
	ID       string // app.id_code
	Name     string // app.name
	Region   string // "US", "EU", "AU"; may be empty in 1.x
	Timezone string // IANA name
	Admin    string // the token's owner, by name
}

// helloFor is how long Me tries: somebody waits for its answer.
const helloFor = 30 * time.Second

// Me asks who the token belongs to. It changes nothing. A first failure to
// reach the API is logged at once, as a warning; after 30 s (or RetryFor, if
// that is shorter) it gives up with an *Error of kind Unavailable.
func (c *Client) Me(ctx context.Context) (Workspace, error) {
	var w Workspace
	warned := false
	_, err := c.exchange(ctx, call{
		op:        opRead,
		req:       request{method: "GET", path: "/me"},
		retryFor:  min(helloFor, c.cfg.RetryFor),
		preflight: true,
		decode:    func(body []byte) error { return w.decode(body) },
		failed: func(e *Error) {
			if !warned {
				warned = true
				c.log.Warn().Str("code", e.Code).Str("hint", e.Hint).Msg(e.Message + "; trying for " + min(helloFor, c.cfg.RetryFor).String())
			}
		},
	})
	return w, misplaced(err)
}

// probe asks once whether the API answers. final reports that it refuses in a
// way that waiting does not change.
func (c *Client) probe(ctx context.Context) (final bool, err error) {
	var w Workspace
	x := exchange{c: c, ctx: ctx, call: call{
		op:     opRead,
		req:    request{method: "GET", path: "/me"},
		decode: func(body []byte) error { return w.decode(body) },
	}}
	v, e, err := x.attempt()
	switch {
	case err != nil:
		return false, err
	case v == good, v == refused, v == limited:
		return false, nil // the API is there, whatever it thinks of the question
	}
	return e.Kind == Unauthorised || e.Kind == Misdirected, e
}

// misplaced turns a 404 for a path that every version has into what it is.
func misplaced(err error) error {
	e, ok := err.(*Error)
	if ok && e.Kind == Refused && e.Status == 404 {
		_, e = stopped(e, e.Code, said(e, "the API does not know the path /me"), "check --api-url (the base URL alone, such as https://api.intercom.io)")
		return e
	}
	return err
}

// decode reads an admin object; app is nullable.
func (w *Workspace) decode(body []byte) error {
	var j struct {
		Type string `json:"type"`
		Name text   `json:"name"`
		App  *struct {
			ID       text `json:"id_code"`
			Name     text `json:"name"`
			Region   text `json:"region"`
			Timezone text `json:"timezone"`
		} `json:"app"`
	}
	if !isObject(body) || json.Unmarshal(body, &j) != nil || j.Type != "admin" && j.App == nil {
		return errForeign
	}
	w.Admin = clean(string(j.Name))
	if j.App != nil {
		w.ID, w.Name = clean(string(j.App.ID)), clean(string(j.App.Name))
		w.Region, w.Timezone = clean(string(j.App.Region)), clean(string(j.App.Timezone))
	}
	return nil
}
