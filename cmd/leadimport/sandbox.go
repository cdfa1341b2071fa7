package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"leadimport/client"
	"leadimport/client/sandbox"
)

var sandboxHelp = `Serve an embedded emulation of Intercom's contacts API on loopback, both
families, until it is stopped. Nothing leaves this machine and nothing is kept.

It behaves as the API does, the unpleasant parts included: leads are never
de-duplicated, look-ups lag behind writes (--lag), and requests are limited in
10-second windows (--limit). Its clock may be wrong (--clock-skew), others sign
up meanwhile (--strangers), values come back spelled otherwise (--rewrite), and
answers get lost (--faults).

What it holds is shown as JSON at /_sandbox/state, to who sends the token as to
the API or as ?token=.

Faults are given as NAME=PROBABILITY, 0 to 1. At most one befalls each write;
the last two are drawn for all other requests, and for all:
` + sandbox.FaultHelp()

func newSandbox() *cobra.Command {
	var cfg sandbox.Config
	var listen, faults, strangers, rewrite string
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve the embedded API on loopback, for trying and for tests",
		Long:  sandboxHelp,
		Example: `  leadimport sandbox
  leadimport sandbox --listen 127.0.0.1:4010 --api-version 1.4 --lag 5s
  leadimport sandbox --faults lost-applied=0.05,slow=0.01:1m
  leadimport sandbox --clock-skew=-3s --strangers 5% --rewrite punycode,blanks`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if cfg.Faults, err = sandbox.ParseFaults(faults); err != nil {
				return usageError{"--faults: " + err.Error()}
			}
			if cfg.Rewrite, err = sandbox.ParseRewrite(rewrite); err != nil {
				return usageError{"--rewrite: " + err.Error()}
			}
			if cfg.Strangers, err = share(strangers); err != nil {
				return usageError{"--strangers: " + err.Error()}
			}
			if _, err := client.ParseVersion(cfg.Version); err != nil {
				return usageError{"--api-version: " + err.Error()}
			}
			if strings.ContainsFunc(cfg.Token, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '"' || r == '\'' }) {
				return usageError{"--token holds a blank, a quote or another character that no token has"}
			}
			if cfg.Lag < 0 {
				return usageError{fmt.Sprintf("--lag %v is out of range: it must be 0 or more, such as 5s", cfg.Lag)}
			}
			if cfg.MaxContacts < 0 {
				return usageError{fmt.Sprintf("--max-contacts %d is out of range: it must be a number of contacts, or 0 for any", cfg.MaxContacts)}
			}
			if cfg.MaxPage < 0 {
				return usageError{fmt.Sprintf("--max-page %d is out of range: it must be a number of bytes, or 0 for any", cfg.MaxPage)}
			}
			if cfg.Region != "" {
				if err := oneOf("region", cfg.Region, "US", "EU", "AU"); err != nil {
					return err
				}
			}
			return serve(cmd, cfg, listen)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&listen, "listen", "127.0.0.1:4010", "loopback `ADDRESS` to serve on; port 0: any that is free")
	flags.StringVar(&cfg.Version, "api-version", "2.15", "`VERSION` for requests that name none")
	flags.StringVar(&cfg.Token, "token", "", "access `TOKEN` to accept; default: a new one, which is shown")
	flags.StringVar(&cfg.Region, "region", "", "`REGION` that the workspace tells: US (default), EU or AU")
	flags.IntVar(&cfg.Limit, "limit", 0, "`N` requests per 10-second window; default 1667 (10,000 a minute); negative: no limit")
	flags.DurationVar(&cfg.Lag, "lag", 0, "`TIME` that a write takes to show up in search and lists")
	flags.DurationVar(&cfg.Skew, "clock-skew", 0, "`TIME` by which the server's clock is ahead; -3s: behind")
	flags.StringVar(&strangers, "strangers", "", "`P%` of creates beside which somebody with the same e-mail or name signs up on their own")
	flags.StringVar(&rewrite, "rewrite", "", "values that are kept spelled otherwise, `KIND,...`: all or some of "+sandbox.RewriteNames())
	flags.IntVar(&cfg.MaxPage, "max-page", 0, "answer reads of more than `N` bytes with 502; 0: none")
	flags.StringVar(&faults, "faults", "", "faults and their probability, `NAME=P,...`; see above")
	flags.Uint64Var(&cfg.Seed, "seed", 0, "seed `N` of ids, faults, strangers and spellings")
	flags.IntVar(&cfg.MaxContacts, "max-contacts", 0, "`N` contacts that fit in: 20 is a development workspace; 0: any number")
	flags.BoolVar(&cfg.StrictAttributes, "strict-attributes", false, "in 1.x, refuse custom attributes that do not exist instead of creating them")
	flags.SortFlags = false
	return cmd
}

// share reads a probability, as 5% or as 0.05.
func share(s string) (float64, error) {
	if s == "" {
		return 0, nil
	}
	number, isPercent := strings.CutSuffix(s, "%")
	p, err := strconv.ParseFloat(number, 64)
	if isPercent {
		p /= 100
	}
	if err != nil || !(p >= 0 && p <= 1) {
		return 0, fmt.Errorf("%q is out of range: write it as a percentage from 0%% to 100%%, such as 5%%", s)
	}
	return p, nil
}

// embedded is a sandbox that serves on loopback.
type embedded struct {
	server *sandbox.Server
	http   *http.Server
	url    string
	ended  chan error
}

// serveSandbox starts a sandbox on addr, which must be of loopback: it takes
// any token that it printed itself, and is no server for others.
func serveSandbox(cfg sandbox.Config, addr string) (*embedded, error) {
	host, _, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err != nil || (host != "localhost" && (ip == nil || !ip.IsLoopback())) {
		return nil, usageError{fmt.Sprintf("--listen %s: the sandbox serves on loopback only, such as 127.0.0.1:4010", addr)}
	}
	server, err := sandbox.New(cfg)
	if err != nil {
		return nil, usageError{err.Error()}
	}
	listener, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, usageError{fmt.Sprintf("--listen %s: the port is in use: stop the other sandbox, or write %s for a port that is free", addr, net.JoinHostPort(host, "0"))}
	}
	if err != nil {
		return nil, usageError{fmt.Sprintf("--listen %s: %v: write it as 127.0.0.1:4010", shortened(addr), innermost(err))}
	}
	e := &embedded{
		server: server,
		http:   &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second},
		url:    "http://" + listener.Addr().String(),
		ended:  make(chan error, 1),
	}
	go func() { e.ended <- e.http.Serve(listener) }()
	return e, nil
}

// embed starts the sandbox of --sandbox.
func embed(version string) (*embedded, error) {
	return serveSandbox(sandbox.Config{Version: version, Name: "Sandbox"}, "127.0.0.1:0")
}

// innermost is the cause without what package net puts around it.
func innermost(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
	}
	if a := new(net.AddrError); errors.As(err, &a) {
		return errors.New(a.Err)
	}
	if d := new(net.DNSError); errors.As(err, &d) {
		return errors.New(d.Err)
	}
	return err
}

func (e *embedded) close() { _ = e.http.Close() }

// serve is the command sandbox.
func serve(cmd *cobra.Command, cfg sandbox.Config, listen string) error {
	ctx, cancel := interruptible(cmd.Context(), "")
	defer cancel()
	e, err := serveSandbox(cfg, listen)
	if err != nil {
		return err
	}
	defer e.close()
	fmt.Fprintf(cmd.OutOrStdout(), `The sandbox serves at %[1]s until it is stopped. In another terminal:

  export INTERCOM_ACCESS_TOKEN=%[2]s
  leadimport run --api-url %[1]s FILE

What it holds: %[1]s/_sandbox/state?token=%[3]s
`, e.url, e.server.Token(), url.QueryEscape(e.server.Token()))
	select {
	case err := <-e.ended:
		return err
	case <-ctx.Done():
		return stopServing(e)
	}
}

func stopServing(e *embedded) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return e.http.Shutdown(ctx)
}
