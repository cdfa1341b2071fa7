package client_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"leadimport/client"
)

func impatient(cfg *client.Config) { cfg.RetryFor = time.Millisecond }

// abandon takes the connection from the server and ends it, by a reset or in
// good order.
func abandon(w http.ResponseWriter, reset bool, last string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	if tcp, ok := conn.(*net.TCPConn); ok && reset {
		tcp.SetLinger(0)
	}
	io.WriteString(conn, last)
	conn.Close()
}

// Over real connections: whatever ends them after the request was sent, the
// request is not sent again.
func TestWireSendsOnce(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n"
	for _, tt := range []struct {
		name  string
		reset bool
		last  string
	}{
		{"reset", true, ""},
		{"closed", false, ""},
		{"closed in the head", false, head[:20]},
		{"reset in the body", true, head + contactBody},
		{"closed in the body", false, head + contactBody},
		{"not HTTP", false, "SSH-2.0-OpenSSH_9.6\r\n"},
	} {
		for _, warm := range []bool{false, true} {
			t.Run(tt.name+map[bool]string{true: ", on a used connection"}[warm], func(t *testing.T) {
				var got atomic.Int64
				c := serve(t, client.Version2, func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					if n := got.Add(1); warm && n == 1 {
						io.WriteString(w, contactBody)
						return
					}
					abandon(w, tt.reset, tt.last)
				}, impatient)
				want := int64(1)
				if warm {
					want = 2
					if _, err := c.Save(background, jane, nil); err != nil {
						t.Fatal(err)
					}
				}
				answer, err := c.Save(background, jane, nil)
				if kindOf(err) != client.Ambiguous || answer.Attempts != 1 {
					t.Errorf("%v, %+v", err, answer)
				}
				mustBeFit(t, err)
				if n := got.Load(); n != want {
					t.Errorf("the server got %d requests, want %d", n, want)
				}
			})
		}
	}
}

func TestWireRefusedConnection(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	c, err := client.New(client.Config{BaseURL: "http://" + l.Addr().String(), Version: client.Version2, Token: client.NewToken("t"), RetryFor: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Save(background, jane, nil)
	if kindOf(err) != client.Unavailable || codeOf(err) != "no_connection" || answer.Attempts != 0 {
		t.Errorf("%v, %+v", err, answer)
	}
	if c.Stats().Calls != 0 {
		t.Errorf("%+v", c.Stats())
	}
}

// A handshake that does not end is a connection that was never made: nothing
// was sent, so nothing is in doubt.
func TestWireHandshakeTimeout(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := client.New(client.Config{BaseURL: "https://" + l.Addr().String(), Version: client.Version2, Token: client.NewToken("t"), RetryFor: time.Millisecond, Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Save(background, jane, nil)
	if kindOf(err) != client.Unavailable || codeOf(err) != "no_connection" || answer.Attempts != 0 {
		t.Errorf("%v, %+v", err, answer)
	}
}

func TestWireDeadline(t *testing.T) {
	release := make(chan struct{})
	c := serve(t, client.Version2, func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		<-release
	}, impatient, func(cfg *client.Config) { cfg.Timeout = 30 * time.Millisecond })
	defer close(release)
	if _, err := c.Save(background, jane, nil); kindOf(err) != client.Ambiguous || codeOf(err) != "timeout" {
		t.Error(err)
	}
}

func TestWireNeverFollowsRedirects(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, same := range []bool{true, false} {
			var followed atomic.Int64
			target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				followed.Add(1)
				io.WriteString(w, contactBody)
			}))
			c := serve(t, client.Version2, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/contacts" {
					followed.Add(1)
					io.WriteString(w, contactBody)
					return
				}
				location := target.URL + "/contacts"
				if same {
					location = "/elsewhere"
				}
				w.Header().Set("Location", location)
				w.WriteHeader(status)
			})
			_, err := c.Save(background, jane, nil)
			if kindOf(err) != client.Misdirected || followed.Load() != 0 {
				t.Errorf("%d: %v, followed %d times", status, err, followed.Load())
			}
			target.Close()
		}
	}
}

func TestWireBadCertificate(t *testing.T) {
	var got atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { got.Add(1) }))
	server.Config.ErrorLog = quiet
	server.StartTLS()
	defer server.Close()
	c, err := client.New(client.Config{BaseURL: server.URL, Version: client.Version2, Token: client.NewToken("t")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Save(background, jane, nil); kindOf(err) != client.Misdirected || codeOf(err) != "bad_certificate" || got.Load() != 0 {
		t.Errorf("%v, %d requests", err, got.Load())
	}
	if _, err := c.Me(background); kindOf(err) != client.Misdirected {
		t.Error(err)
	}
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	c, err = client.New(client.Config{BaseURL: strings.Replace(plain.URL, "http:", "https:", 1), Version: client.Version2, Token: client.NewToken("t")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Save(background, jane, nil); kindOf(err) != client.Misdirected || codeOf(err) != "not_https" {
		t.Error(err)
	}
}

func TestWireBoundsAnswers(t *testing.T) {
	for _, chunked := range []bool{true, false} {
		c := serve(t, client.Version2, func(w http.ResponseWriter, r *http.Request) {
			if !chunked {
				w.Header().Set("Content-Length", "2000000")
			}
			io.WriteString(w, `{"type":"contact","id":"c1","x":"`)
			io.WriteString(w, strings.Repeat("x", 1999000))
		}, impatient)
		if _, err := c.Save(background, jane, nil); kindOf(err) != client.Ambiguous || codeOf(err) != "not_the_api" {
			t.Error(err)
		}
	}
	c := serve(t, client.Version2, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Much", strings.Repeat("x", 100<<10))
	}, impatient)
	if _, err := c.Save(background, jane, nil); kindOf(err) != client.Ambiguous {
		t.Error(err)
	}
}

// A connection is used again, whatever was answered on it.
func TestWireKeepsConnections(t *testing.T) {
	var opened atomic.Int64
	var n atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		switch n.Add(1) % 4 {
		case 0:
			w.WriteHeader(422)
			io.WriteString(w, apiError("data_invalid", strings.Repeat("x", 10000)))
		case 1:
			w.(http.Flusher).Flush() // chunked
			io.WriteString(w, contactBody)
		default:
			io.WriteString(w, contactBody)
		}
	}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	const workers = 8
	c, err := client.New(client.Config{BaseURL: server.URL, Version: client.Version2, Token: client.NewToken("t"), Rate: 1e6, Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range 50 {
				c.Save(background, jane, nil)
			}
		})
	}
	wg.Wait()
	if got := opened.Load(); got > 2*workers {
		t.Errorf("%d requests used %d connections", n.Load(), got)
	}
}

// HTTP/1.1 only: over HTTP/2 the transport sends some requests again.
func TestWireSpeaksHTTP1(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	first := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		line, _ := bufio.NewReader(conn).ReadString('\n')
		first <- line
	}()
	c, err := client.New(client.Config{BaseURL: "http://" + l.Addr().String(), Version: client.Version2, Token: client.NewToken("t"), RetryFor: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	c.Save(background, jane, nil)
	if line := <-first; line != "POST /contacts HTTP/1.1\r\n" {
		t.Errorf("%q", line)
	}
}

func TestNewChecksTheBaseURL(t *testing.T) {
	for url, fine := range map[string]bool{
		"https://api.intercom.io":        true,
		"https://api.eu.intercom.io/":    true,
		"https://gw.example.com/inter/":  true,
		"http://localhost:8080":          true,
		"http://LOCALHOST":               true,
		"http://127.1.2.3:80":            true,
		"http://[::1]:80":                true,
		"http://[::ffff:127.0.0.1]:80":   true,
		"":                               false,
		"api.intercom.io":                false,
		"http://api.intercom.io":         false,
		"http://localhost.example.com":   false,
		"http://127.0.0.1.example.com":   false,
		"http://10.0.0.1":                false,
		"ftp://localhost":                false,
		"https://":                       false,
		"https://:443":                   false,
		"https://user:pw@api.example.io": false,
		"https://api.intercom.io?x=1":    false,
		"https://api.intercom.io?":       false,
		"https://api.intercom.io#x":      false,
		"https://api.intercom.io/%zz":    false,
	} {
		_, err := client.New(client.Config{BaseURL: url, Version: client.Version2, Token: client.NewToken("t")})
		if (err == nil) != fine {
			t.Errorf("%q: %v", url, err)
		}
		if err != nil && (strings.Contains(err.Error(), "pw") || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%q: %v", url, err)
		}
	}
	for _, cfg := range []client.Config{
		{Token: client.NewToken("t")},
		{Version: client.Version2},
		{Version: client.Version2, Token: client.NewToken("t"), Rate: -1},
		{Version: client.Version2, Token: client.NewToken("t"), Share: 1.5},
		{Version: client.Version2, Token: client.NewToken("t"), UserAgent: "a\r\nb"},
	} {
		cfg.BaseURL = "https://api.intercom.io"
		if _, err := client.New(cfg); err == nil {
			t.Errorf("%+v was accepted", cfg)
		}
	}
}
