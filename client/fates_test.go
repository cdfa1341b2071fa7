package client_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
)

// TestNeverTwice saves leads through every fault there is. What one call of
// Save says must be the truth, and no call may create two.
func TestNeverTwice(t *testing.T) {
	families(t, func(t *testing.T, v client.Version) {
		cfg := sandbox.Config{Seed: 7, Limit: 500, Faults: sandbox.Faults{
			LostApplied: 0.02, LostUnapplied: 0.02, LateApplied: 0.02, Error408: 0.02, Error500: 0.02, Error502: 0.02,
			Error503: 0.02, Error504: 0.02, RateLimited: 0.02, Truncated: 0.02, Foreign: 0.02, Slow: 0.02, Unreachable: 0.04,
			ReadFailed: 0.1, NoRateHeaders: 0.1,
		}}
		sandboxed(t, v, cfg, func(t *testing.T, c *client.Client, s *sandbox.Server) {
			const rows = 600
			type fate struct {
				answer client.Answer
				err    error
			}
			fates := make([]fate, rows)
			var wg sync.WaitGroup
			work := make(chan int)
			for range 32 {
				wg.Go(func() {
					for i := range work {
						lead := client.Lead{Fields: []client.Field{field("email", fmt.Sprintf("p%d@example.com", i))}}
						answer, err := c.Save(background, lead, nil)
						fates[i] = fate{answer, err}
						if err == nil { // and once more, as an update
							lead = client.Lead{ID: answer.Contact.ID, Fields: []client.Field{field("name", "N")}}
							if _, err := c.Save(background, lead, nil); err != nil {
								t.Errorf("update %d: %v", i, err)
							}
						}
					}
				})
			}
			for i := range rows {
				work <- i
			}
			close(work)
			wg.Wait()
			time.Sleep(time.Hour) // what is late has come
			byEmail := map[string][]sandbox.Contact{}
			for _, contact := range s.State().Contacts {
				byEmail[contact.Email] = append(byEmail[contact.Email], contact)
			}
			doubts := 0
			for i, f := range fates {
				have := byEmail[fmt.Sprintf("p%d@example.com", i)]
				switch {
				case len(have) > 1:
					t.Errorf("row %d was created %d times: %v", i, len(have), f.err)
				case f.err == nil && (len(have) != 1 || have[0].ID != f.answer.Contact.ID || have[0].Name != "N"):
					t.Errorf("row %d is said to be %s: %+v", i, f.answer.Contact.ID, have)
				case kindOf(f.err) == client.Ambiguous:
					doubts++
				case f.err != nil:
					t.Errorf("row %d: kind %d, %v", i, kindOf(f.err), f.err)
				}
			}
			if doubts < rows/10 || doubts > rows/3 {
				t.Errorf("%d of %d in doubt", doubts, rows)
			}
		})
	})
}
