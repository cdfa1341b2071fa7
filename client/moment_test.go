package client_test

import (
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"
)

func TestMoment(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	type record struct {
		At client.Moment `json:"at,omitzero"`
	}
	for text, m := range map[string]client.Moment{
		`{}`: {},
		`{"at":{"low":"2026-03-01T12:00:00Z","high":"2026-03-01T12:00:01.5Z"}}`: {Low: noon, High: noon.Add(1500 * time.Millisecond)},
	} {
		b, err := json.Marshal(record{m})
		if err != nil || string(b) != text {
			t.Errorf("%s, %v; want %s", b, err, text)
		}
		var got record
		if err := json.Unmarshal([]byte(text), &got); err != nil || got.At != m {
			t.Errorf("%s is %v, %v", text, got.At, err)
		}
		if m.Known() != (text != `{}`) {
			t.Errorf("%s: known is %v", text, m.Known())
		}
		if later := m.Add(time.Second); later.Known() != m.Known() || m.Known() && later.Low.Sub(m.Low) != time.Second {
			t.Errorf("%v a second later is %v", m, later)
		}
	}
	if (client.Moment{Low: noon, High: noon.Add(-1)}).Known() {
		t.Error("a moment that ends before it begins is known")
	}
}

// The server's clock is learnt from every answer that is the API's, a read
// and a refusal too, and from no other.
func TestServerNow(t *testing.T) {
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	dated := func(status int, body string, at time.Time) step {
		return says(status, body, "Date", at.Format(http.TimeFormat))
	}
	for _, tt := range []struct {
		name  string
		step  step
		known bool
	}{
		{"a read", dated(200, `{"type":"contact","id":"c1"}`, noon), true},
		{"a refusal", dated(404, apiError("not_found", "User Not Found"), noon), true},
		{"a page of a gateway", dated(502, html, noon), false},
		{"none", says(200, contactBody), false},
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := scripted(t, client.Version2, []step{tt.step}, func(cfg *client.Config) { cfg.RetryFor = time.Second })
			c.Contact(background, "c1")
			if m := c.ServerNow(); m.Known() != tt.known || tt.known && (!m.Low.Equal(noon) || !m.High.Equal(noon.Add(time.Second))) {
				t.Errorf("%s: %v", tt.name, m)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		c, _ := scripted(t, client.Version2, []step{dated(200, contactBody, noon)})
		var attempts []client.Attempt
		for range 2 {
			c.Save(background, jane, func(a client.Attempt) error { attempts = append(attempts, a); return nil })
			time.Sleep(time.Minute)
		}
		if attempts[0].Server.Known() || !attempts[1].Server.Low.Equal(noon.Add(time.Minute)) {
			t.Errorf("the intents name %v and %v", attempts[0].Server, attempts[1].Server)
		}
	})
}
