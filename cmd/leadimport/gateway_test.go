package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/rogpeppe/go-internal/testscript"
)

// pushes is what stand-ins for a Pushgateway were last told, by script.
var pushes sync.Map

// startGateway is "gateway STATUS": a stand-in for a Pushgateway that answers
// with that status; "down" refuses connections, "redirect" sends elsewhere.
// It sets GATEWAY, and SECRET to the same with a password.
func startGateway(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv("GATEWAY", "http://"+l.Addr().String())
	ts.Setenv("SECRET", "http://joe:sesame@"+l.Addr().String())
	if args[0] == "down" {
		ts.Check(l.Close())
		return
	}
	work := ts.Getenv("WORK")
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if args[0] == "redirect" {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			return
		}
		pushes.Store(work, readPush(r))
		status, _ := strconv.Atoi(args[0])
		w.WriteHeader(status)
		io.WriteString(w, strings.Repeat("no \x1b[31m", 1000))
	})}
	go srv.Serve(l)
	ts.Defer(func() { srv.Close() })
}

// readPush is a push as text: the request's line, who sent it, the metrics.
func readPush(r *http.Request) string {
	var text bytes.Buffer
	fmt.Fprintf(&text, "%s %s\n", r.Method, r.URL.EscapedPath())
	fmt.Fprintf(&text, "Authorization: %s\n", r.Header.Get("Authorization"))
	in := expfmt.NewDecoder(r.Body, expfmt.ResponseFormat(r.Header))
	for {
		var family dto.MetricFamily
		if err := in.Decode(&family); errors.Is(err, io.EOF) {
			return text.String()
		} else if err != nil {
			return err.Error()
		}
		expfmt.MetricFamilyToText(&text, &family)
	}
}

// lastPush is "pushed FILE": what the stand-in was last told.
func lastPush(ts *testscript.TestScript, _ bool, args []string) {
	text, ok := pushes.LoadAndDelete(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("nothing was pushed")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text.(string)), 0o600))
}
