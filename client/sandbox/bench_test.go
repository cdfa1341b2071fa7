package sandbox

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkCreate measures creates through the in-process transport: big
// simulations need 20,000 a second and more.
func BenchmarkCreate(b *testing.B) {
	for _, version := range []string{"1.4", "2.15"} {
		b.Run(version, func(b *testing.B) {
			s, err := New(Config{Limit: -1, Seed: 1, Version: version, Attributes: map[string]string{"plan": "string", "row": "string", "seats": "integer"}})
			if err != nil {
				b.Fatal(err)
			}
			rt := s.Transport()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				body := fmt.Sprintf(`{"role":"lead","email":"joe%d@example.com","name":"Joe Example","phone":"+35312345678","custom_attributes":{"plan":"pro","row":"%d","seats":%d}}`, i, i, i)
				req, _ := http.NewRequest("POST", "http://sandbox/contacts", strings.NewReader(body))
				req.Header.Set("Authorization", "Bearer "+s.Token())
				req.Header.Set("Content-Type", "application/json")
				resp, err := rt.RoundTrip(req)
				if err != nil || resp.StatusCode != 200 {
					b.Fatal(resp, err)
				}
				io.Copy(io.Discard, resp.Body)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "creates/s")
		})
	}
}
