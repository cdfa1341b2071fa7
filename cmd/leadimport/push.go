package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/push"
)

// pushTime bounds how long the end of a run waits for the Pushgateway.
const pushTime = 10 * time.Second

// gateway is a Pushgateway and the group of metrics that is replaced there.
type gateway struct {
	base     string // URL without /metrics/job/..., and without a password
	user     *url.Userinfo
	job      string
	grouping [][2]string // further labels
	named    bool        // the URL names the group
}

// parseGateway reads the URL of a Pushgateway, which may name the group:
// /metrics/job/NAME{/LABEL/VALUE}, in the gateway's own way of writing it. The
// error does not show the URL: there may be a password in it.
func parseGateway(text string) (gateway, error) {
	g := gateway{job: "leadimport"}
	wrong := func(why string) (gateway, error) {
		return g, usageError{"--pushgateway: " + why + ": write it as http://HOST:9091, or http://HOST:9091/metrics/job/NAME"}
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return wrong("this is not the URL of a Pushgateway")
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return wrong("a Pushgateway takes no query")
	}
	prefix, group, named := strings.Cut(u.EscapedPath(), "/metrics/job")
	if named {
		parts := strings.Split("job"+strings.TrimSuffix(group, "/"), "/")
		if len(parts)%2 == 1 {
			return wrong("its path does not name a job and pairs of labels and values")
		}
		for i := 0; i < len(parts); i += 2 {
			name, value, err := groupingLabel(parts[i], parts[i+1])
			switch {
			case err != nil || i == 0 && (name != "job" || value == ""):
				return wrong("its path does not name a job and pairs of labels and values")
			case i == 0:
				g.job = value
			default:
				g.grouping = append(g.grouping, [2]string{name, value})
			}
		}
		g.named = true
	}
	g.user = u.User
	g.base = u.Scheme + "://" + u.Host + strings.TrimSuffix(prefix, "/")
	return g, nil
}

// groupingLabel reads a label of the group as the gateway does: the value may
// be in base64, which the name says.
func groupingLabel(name, value string) (string, string, error) {
	if name, ok := strings.CutSuffix(name, "@base64"); ok {
		text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(value, "="))
		return name, string(text), err
	}
	value, err := url.PathUnescape(value)
	return name, value, err
}

// push replaces the group's metrics of the same names: one that g does not
// hold, when the last success was, stays as the gateway has it. labels tell
// this list's group apart where the URL names none.
func (w gateway) push(ctx context.Context, g prometheus.Gatherer, labels map[string]string) error {
	ctx, cancel := context.WithTimeout(ctx, pushTime)
	defer cancel()
	p := push.New(w.base, w.job).Gatherer(g).Client(bounded{&http.Client{
		// A redirect would take the metrics, and the password, elsewhere.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}})
	for name, value := range labels {
		p.Grouping(name, value)
	}
	for _, pair := range w.grouping {
		p.Grouping(pair[0], pair[1])
	}
	if w.user != nil {
		password, _ := w.user.Password()
		p.BasicAuth(w.user.Username(), password)
	}
	err := p.AddContext(ctx)
	if ctx.Err() != nil {
		return fmt.Errorf("no answer within %v", pushTime)
	}
	var u *url.Error
	for errors.As(err, &u) { // the URL is the user's own; what went wrong is enough
		err = u.Err
	}
	if op := new(net.OpError); errors.As(err, &op) {
		err = innermost(err)
	}
	return err
}

// bounded keeps a strange gateway's answer short: it becomes the error's text.
type bounded struct{ client *http.Client }

func (b bounded) Do(r *http.Request) (*http.Response, error) {
	res, err := b.client.Do(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, 200), res.Body}
	}
	return res, err
}
