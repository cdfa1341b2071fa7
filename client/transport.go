package client

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// newTransport is a transport that sends each request at most once.
//
// It speaks HTTP/1.1 only. Over HTTP/2 the transport sends a request again by
// itself after REFUSED_STREAM and GOAWAY, and all requests share a connection:
// one reset would put every lead in flight in doubt instead of one. Nor does
// it run out of streams.
//
// Answers are small, so inflating them costs more than it saves. A connection
// that was idle for long is not used again: the server may be closing it just
// then, and a request lost that way is ambiguous. Balancers close after 60 s.
func newTransport(workers int) *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  proxy,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    10 * time.Second,
		Protocols:              protocols,
		MaxIdleConns:           workers,
		MaxIdleConnsPerHost:    workers,
		IdleConnTimeout:        30 * time.Second,
		DisableCompression:     true,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// proxy is the environment's. Its error would show the proxy's address, which
// may hold a password.
func proxy(req *http.Request) (*url.URL, error) {
	u, err := http.ProxyFromEnvironment(req)
	if err != nil {
		return nil, errors.New("the proxy address in the environment is not a URL")
	}
	return u, nil
}

// checkBase reads a base URL. The token travels with every request, so only
// https will do, and plain http where nothing leaves the machine.
func checkBase(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		return nil, errors.New("the API's base URL is not a URL: it looks like https://api.intercom.io")
	}
	switch {
	case u.User != nil:
		return nil, errors.New("the API's base URL names a user: leave it out, the token is sent by itself")
	case u.Host == "" || u.Hostname() == "":
		return nil, fmt.Errorf("the API's base URL %q names no host: it looks like https://api.intercom.io", s)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return nil, fmt.Errorf("the API's base URL %q has a query or a fragment: it looks like https://api.intercom.io", u.Host)
	case !validPort(u.Port()):
		return nil, fmt.Errorf("the API's base URL has the port %s: ports go from 1 to 65535", u.Port())
	case u.Scheme == "https":
	case u.Scheme == "http" && loopback(u.Hostname()):
	case u.Scheme == "http":
		return nil, fmt.Errorf("the API's base URL is http://%s: the token would travel in the clear, use https (plain http is for loopback only)", u.Host)
	default:
		return nil, fmt.Errorf("the API's base URL has the scheme %q: use https", u.Scheme)
	}
	u.Path = strings.TrimRight(u.Path, "/")
	u.RawPath = strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// validPort reports whether there can be a port of that number; none is fine.
func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

func loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" && ip.Unmap().IsLoopback()
}
