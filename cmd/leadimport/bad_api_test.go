package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// answers is an API that answers everything with this.
func answering(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// refusing is the API's own refusal.
func refusing(status int, code, message string) http.HandlerFunc {
	return answering(status, "application/json", fmt.Sprintf(`{"type":"error.list","request_id":"r1","errors":[{"code":%q,"message":%q}]}`, code, message))
}

// TestBadAPIs: what answers at the address is not the API, or not for us.
func TestBadAPIs(t *testing.T) {
	const html = "<!DOCTYPE html><html><title>Sign in</title><body>Sign in</body></html>"
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	go func() {
		for {
			c, err := silent.Accept()
			if err != nil {
				return
			}
			go func() {
				time.Sleep(2 * time.Second)
				c.Close()
			}()
		}
	}()
	for _, api := range []struct {
		name string
		do   http.HandlerFunc
		code int
		say  string
	}{
		{"HTML", answering(200, "text/html", html), exitUsage, "answered 200…text/html…check --api-url"},
		{"HTML of a proxy", answering(403, "text/html", html), exitUsage, "403"},
		{"HTML of a login", answering(401, "text/html", html), exitUsage, "401"},
		{"not found", answering(404, "text/plain", "404 page not found"), exitUsage, "404"},
		{"an empty body", answering(200, "application/json", ""), exitUsage, "not what was asked for…check --api-url"},
		{"no content", answering(204, "application/json", ""), exitUsage, "not what was asked for…check --api-url"},
		{"null", answering(200, "application/json", "null"), exitUsage, "not what was asked for…check --api-url"},
		{"a list", answering(200, "application/json", "[]"), exitUsage, "not what was asked for…check --api-url"},
		{"another API", answering(200, "application/json", `{"ok":true,"login":"octocat"}`), exitUsage, "not what was asked for…check --api-url"},
		{"cut JSON", answering(200, "application/json", `{"type":"admin","app":{"id_co`), exitUsage, "not what was asked for…check --api-url"},
		{"a huge answer", answering(200, "application/json", `{"type":"admin","x":"`+strings.Repeat("x", 20<<20)), exitUsage, "larger than 1 MiB"},
		{"control characters", answering(400, "text/plain", "no \x1b]0;owned\a"), exitUsage, "400"},
		{"301", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://example.com/", http.StatusMovedPermanently)
		}, exitUsage, "redirect to example.com"},
		{"302 to a login", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/login?user=joe@example.com&token="+canaryToken, http.StatusFound)
		}, exitUsage, "redirect"},
		{"308 to itself", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusPermanentRedirect)
		}, exitUsage, "redirect"},
		{"304", answering(304, "application/json", ""), exitUsage, "304"},
		{"unauthorised", refusing(401, "unauthorized", "Access Token Invalid"), exitUnauthorised, "Access Token Invalid"},
		{"an echo of the token", refusing(401, "unauthorized", "no such token: "+canaryToken), exitUnauthorised, "[redacted]"},
		{"payment", refusing(402, "plan_restricted", "Not in your plan"), exitUnauthorised, "Not in your plan"},
		{"forbidden", refusing(403, "api_plan_restricted", "Active subscription needed."), exitUnauthorised, "Active subscription needed"},
		{"a wrong version", refusing(400, "intercom_version_invalid", "The requested version does not exist"), exitUsage, "version"},
		{"500", answering(500, "text/html", html), exitUnavailable, "500"},
		{"502", answering(502, "text/html", html), exitUnavailable, "502"},
		{"503 for ever", answering(503, "application/json", "{}"), exitUnavailable, "503"},
		{"hangs up", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, exitUnavailable, "the connection was closed"},
		{"hangs up in the answer", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"type":"admin"`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}, exitUnavailable, "the connection was closed"},
	} {
		server := httptest.NewServer(api.do)
		for _, do := range []string{"run", "check"} {
			b := bad{do: do + " leads.csv", code: api.code, say: "leadimport: …" + api.say, env: []string{"LEADIMPORT_API_URL=" + server.URL, "LEADIMPORT_TIMEOUT=2s"}}
			t.Run(do+"/"+api.name, b.try)
		}
		server.Close()
	}
	secure := httptest.NewUnstartedServer(answering(200, "application/json", "{}"))
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	port := func(url string) string { return url[strings.LastIndex(url, ":")+1:] }
	at := func(url string, more ...string) []string {
		return append([]string{"LEADIMPORT_API_URL=" + url}, more...)
	}
	plain := httptest.NewServer(answering(200, "application/json", "{}"))
	defer plain.Close()
	tryAll(t, []bad{
		{do: "run leads.csv", env: at(secure.URL), say: "certificate"},
		{do: "run leads.csv", env: at("https://127.0.0.1:" + port(plain.URL)), say: "does not speak https"},
		{do: "run leads.csv", env: at("http://127.0.0.1:" + port(secure.URL)), say: "answered 400 without the API's error list"},
		{do: "run leads.csv", env: at(nobody), code: exitUnavailable, say: "127.0.0.1:1…connection refused"},
		{do: "check leads.csv", env: at(nobody), code: exitUnavailable, say: "127.0.0.1:1…connection refused"},
		{do: "suggest leads.csv", env: at(secure.URL), say: "certificate"},
		{do: "run leads.csv", env: at("http://"+silent.Addr().String(), "LEADIMPORT_TIMEOUT=50ms"), code: exitUnavailable, say: "timed out"},
		{do: "run leads.csv", env: at("https://no-such-host.invalid"), code: exitUnavailable, say: "no-such-host.invalid"},
		{do: "run leads.csv", env: at("http://api.intercom.io"), say: "https"},
		{do: "run leads.csv", env: at("api.intercom.io"), say: "https://api.intercom.io"},
		{do: "run leads.csv", env: at("ftp://api.intercom.io"), say: "https"},
		{do: "run leads.csv", env: at("https://"), say: "URL"},
		{do: "run leads.csv", env: at("https://user:pw-" + canaryToken + "@api.intercom.io"), say: "URL"},
		{do: "run leads.csv", env: at("https://api.intercom.io/?a=b"), say: "URL"},
		{do: "run leads.csv", env: at("https://api.intercom.io/#x"), say: "URL"},
		{do: "run leads.csv", env: at("https://api.intercom.io:99999"), say: "port"},
		{do: "run leads.csv", env: at("https://[::1"), say: "URL"},
		{do: "run leads.csv", env: at("http://\x1b[2J"), say: "URL"},
		{do: "run leads.csv", env: at(""), say: "URL"},
		// The token.
		{do: "run leads.csv", env: []string{"INTERCOM_ACCESS_TOKEN="}, say: "no access token: set INTERCOM_ACCESS_TOKEN"},
		{do: "run leads.csv", env: []string{"INTERCOM_ACCESS_TOKEN=  "}, say: "no access token: set INTERCOM_ACCESS_TOKEN"},
		{do: "run leads.csv", env: []string{"INTERCOM_ACCESS_TOKEN=a b"}, say: "token"},
		{do: "run leads.csv", env: []string{"INTERCOM_ACCESS_TOKEN=a\nb"}, say: "token"},
		{do: "run leads.csv", env: []string{"INTERCOM_ACCESS_TOKEN=\"" + canaryToken + "\""}, say: "token"},
		{do: "run leads.csv", env: []string{"INTERCOM_ACCESS_TOKEN=Bearer " + canaryToken}, say: "token"},
		{do: "run leads.csv", env: []string{"INTERCOM_ACCESS_TOKEN=tök"}, say: "token"},
		{do: "run leads.csv", code: exitUnavailable, env: []string{"INTERCOM_ACCESS_TOKEN=" + strings.Repeat("x", 100000)}, say: "connection refused"},
		{do: "run --token-file missing leads.csv", say: "--token-file: missing: …no such file"},
		{do: "run --token-file tmp leads.csv", say: "--token-file: tmp: …directory"},
		{do: "run --token-file blank leads.csv", files: map[string]string{"blank": " \n\n"}, say: "--token-file: blank is empty"},
		{do: "run --token-file /dev/zero leads.csv", say: "--token-file: /dev/zero"},
		{do: "run --token-file leads.csv leads.csv", say: "token"},
		{do: "run --token-file t leads.csv", files: map[string]string{"t": "TOKEN=" + canaryToken + "\nMORE=x\n"}, say: "token"},
		{do: "run --token-file t leads.csv", files: map[string]string{"t": "\ufeff" + canaryToken}, say: "token"},
		{do: "undo missing.csv", say: "missing.csv: there is no such file"},
		{do: "undo leads.csv", say: "leads.csv: is not a results file"},
	})
}
