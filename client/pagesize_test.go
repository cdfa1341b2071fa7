package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
)

// heavy is an API whose pages of more than most contacts are too large: they
// are answered with more than anybody reads, or break off.
type heavy struct {
	http.RoundTripper
	most  int
	light int // pages before the first that is too large
	cut   bool
	asked []int // contacts for a page
}

func (h *heavy) RoundTrip(req *http.Request) (*http.Response, error) {
	size := 0
	switch {
	case strings.HasSuffix(req.URL.Path, "/search"):
		body, _ := io.ReadAll(req.Body)
		var j struct {
			Pagination struct {
				Size int `json:"per_page"`
			} `json:"pagination"`
		}
		json.Unmarshal(body, &j)
		size = j.Pagination.Size
		req.Body = io.NopCloser(bytes.NewReader(body))
	case req.Method == "GET" && req.URL.Path == "/contacts":
		if size, _ = strconv.Atoi(req.URL.Query().Get("per_page")); size == 0 {
			size = 50
		}
	default:
		return h.RoundTripper.RoundTrip(req)
	}
	h.asked = append(h.asked, size)
	resp, err := h.RoundTripper.RoundTrip(req)
	if err != nil || size <= h.most || len(h.asked) <= h.light {
		return resp, err
	}
	resp.ContentLength = -1
	resp.Body.Close()
	if resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"type":`), broken{})); !h.cut {
		resp.Body = io.NopCloser(strings.NewReader(`{"x":"` + strings.Repeat("x", 1<<20) + `"}`))
	}
	return resp, nil
}

func heavyAPI(t *testing.T, v client.Version, most int, cut bool) (*client.Client, *heavy) {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	h := &heavy{RoundTripper: server.Transport(), most: most, cut: cut}
	c, err := client.New(client.Config{BaseURL: "https://sandbox.example.com", Version: v, Token: client.NewToken(server.Token()), Transport: h})
	if err != nil {
		t.Fatal(err)
	}
	return c, h
}

// A gateway that gives up on large answers says nothing but that it did.
func TestPagesShrinkForGateways(t *testing.T) {
	families(t, func(t *testing.T, v client.Version) {
		synctest.Test(t, func(t *testing.T) {
			server, err := sandbox.New(sandbox.Config{MaxPage: 16_000, Limit: -1})
			if err != nil {
				t.Fatal(err)
			}
			c, err := client.New(client.Config{BaseURL: "https://sandbox.example.com", Version: v, Token: client.NewToken(server.Token()), Transport: server.Transport()})
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for range 40 {
				want = append(want, save(t, c, jane).ID)
			}
			slices.Sort(want)
			list, err := c.ByEmail(background, []string{"jane@example.com"})
			if err != nil || !slices.Equal(ids(list), want) {
				t.Errorf("%d of %d, %v", len(list), len(want), err)
			}
			if n := server.State().Counters.Faults["too-large"]; n < 2 || n > 10 {
				t.Errorf("%d pages were too large", n)
			}
		})
	})
}

// A page that is too large to read is asked for in smaller ones, and nobody
// is missed at the seams.
func TestPagesShrink(t *testing.T) {
	families(t, func(t *testing.T, v client.Version) {
		for _, most := range []int{1, 7, 30, 150} {
			for _, cut := range []bool{false, true} {
				t.Run(fmt.Sprintf("%d cut=%v", most, cut), func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						c, h := heavyAPI(t, v, most, cut)
						var want []string
						start := time.Now()
						for range 120 {
							want = append(want, save(t, c, jane).ID)
							time.Sleep(time.Second)
						}
						slices.Sort(want)
						list, err := c.ByEmail(background, []string{"jane@example.com"})
						if err != nil || !slices.Equal(ids(list), want) {
							t.Errorf("by e-mail: %d of %d, %v", len(list), len(want), err)
						}
						h.asked, h.light = nil, 1
						var got []string
						complete, err := c.CreatedBetween(background, start, time.Now(), func(con client.Contact) bool {
							got = append(got, con.ID)
							return true
						})
						slices.Sort(got)
						if err != nil || !complete || !slices.Equal(got, want) {
							t.Errorf("by time: %d of %d, complete %v, %v", len(got), len(want), complete, err)
						}
						if !slices.IsSortedFunc(h.asked, func(a, b int) int { return b - a }) {
							t.Errorf("pages grow again: %v", h.asked)
						}
					})
				})
			}
		}
	})
}

// One answer that was cut is no reason to ask for smaller pages: the next one
// may come whole.
func TestPagesShrinkForAReason(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		empty := says(200, `{"type":"list","data":[]}`)
		c, s := scripted(t, client.Version2, []step{cutShort(200), empty})
		if _, err := c.ByEmail(background, []string{"jane@example.com"}); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(s.sent[0], s.sent[1]) {
			t.Errorf("asked for %s, then for %s", s.sent[0], s.sent[1])
		}
	})
	// Nor does a single contact get smaller.
	synctest.Test(t, func(t *testing.T) {
		c, h := heavyAPI(t, client.Version2, 0, false)
		if _, err := c.ByEmail(background, []string{"jane@example.com"}); kindOf(err) != client.Misdirected || !slices.Equal(h.asked, []int{150, 75, 37, 18, 9, 4, 2, 1, 1, 1}) {
			t.Errorf("asked for %v, %v", h.asked, err)
		}
	})
}

// Contacts that do not say when they were created are shown: nobody knows that
// it was not then.
func TestCreatedBetweenShowsWhatHasNoTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		c, _ := scripted(t, client.Version2, []step{says(200, fmt.Sprintf(`{"type":"list","data":[{"id":"a"},{"id":"b","created_at":%d},{"id":"c","created_at":%d,"archived":true,"role":"user"}]}`, now.Add(-time.Hour).Unix(), now.Unix()))})
		var got []string
		complete, err := c.CreatedBetween(background, now, now.Add(time.Second), func(con client.Contact) bool { got = append(got, con.ID); return true })
		if err != nil || !complete || !slices.Equal(got, []string{"a", "c"}) {
			t.Errorf("%v, complete %v, %v", got, complete, err)
		}
	})
}

// An e-mail is looked up in every spelling in which the API may keep it.
func TestByEmailAsksForSpellings(t *testing.T) {
	empty := says(200, `{"type":"list","data":[]}`)
	c, s := scripted(t, client.Version2, []step{empty}, func(cfg *client.Config) { cfg.Rate = 1e6 })
	if _, err := c.ByEmail(background, []string{"Jörg@bücher.example", "jörg@bücher.example"}); err != nil {
		t.Fatal(err)
	}
	asked := string(bytes.Join(s.sent, nil))
	for _, spelling := range []string{"Jörg@bücher.example", "jörg@bücher.example", "jörg@xn--bcher-kva.example", "jo\u0308rg@bu\u0308cher.example"} {
		if n := strings.Count(asked, `"`+spelling+`"`); n != 1 {
			t.Errorf("%q is asked for %d times in %s", spelling, n, asked)
		}
	}
}
