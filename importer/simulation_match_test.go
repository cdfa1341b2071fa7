package importer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer/invariants"
)

// populate lets half of the scenarios look rows up first, and the API know
// some of the people before the import: one of them, two of the same e-mail,
// or a user; by phone, too, where the API can look that up.
func (s *scenario) populate(rng *rand.Rand) {
	if s.match = rng.IntN(2) == 0; !s.match {
		return
	}
	contacts := s.version == "2.15"
	keys := map[string]int{}
	for _, r := range s.rows {
		keys[r.Key()]++
	}
	if contacts && rng.IntN(2) == 0 { // two rows, one phone
		for n := range 3 {
			i, k := rng.IntN(len(s.rows)), rng.IntN(len(s.rows))
			if i < k && s.rows[i].Phone != "" && keys[s.rows[i].Key()] == 1 && keys[s.rows[k].Key()] == 1 {
				s.rows[k].Phone, s.rows[k].Name = s.rows[i].Phone, fmt.Sprintf("Other %d", n)
			}
		}
	}
	for _, r := range s.rows {
		keys[r.Key()] = max(keys[r.Key()], 1) // some are new
	}
	seen := map[string]bool{}
	for _, r := range s.rows {
		b := invariants.Before{Email: r.Email, Name: fmt.Sprintf("Before %d", len(s.before))}
		n := 0
		switch p := rng.IntN(20); {
		case r.Email != "" && !seen[r.Email] && p < 6:
			n = 1
		case r.Email != "" && !seen[r.Email] && p == 6:
			n = 2
		case r.Email != "" && !seen[r.Email] && p == 7 && contacts:
			n, b.User = 1, true
		case r.Phone != "" && !seen[r.Email] && p < 10 && contacts && keys[r.Key()] == 1 && !seen[r.Phone]:
			n, b.Email, b.Phone = 1, "", r.Phone
			seen[r.Phone] = true
		}
		if r.Email != "" {
			seen[r.Email] = true
		}
		for range n {
			s.before = append(s.before, b)
		}
	}
}

// matchBy is the mapping's part.
func (s *scenario) matchBy() string {
	if s.version == "1.4" {
		return "match: email\n"
	}
	return "match: [email, phone]\n"
}

// seedServer puts on the server who is there before the import, when nothing
// is wrong yet, and waits until its index shows them.
func (s *scenario) seedServer(t *testing.T, server *sandbox.Server) []invariants.Before {
	before := slices.Clone(s.before)
	version, err := client.ParseVersion(s.version)
	if err != nil {
		t.Fatal(err)
	}
	api, err := client.New(client.Config{BaseURL: "https://sandbox.test", Version: version, Token: client.NewToken("simulated"), Transport: server.Transport()})
	if err != nil {
		t.Fatal(err)
	}
	for i := range before {
		b := &before[i]
		lead := client.Lead{Fields: []client.Field{{Name: "name", Value: client.String(b.Name)}}}
		if b.User {
			lead.Fields = append(lead.Fields, client.Field{Name: "role", Value: client.String("user")})
		}
		if b.Email != "" {
			lead.Fields = append(lead.Fields, client.Field{Name: "email", Value: client.String(b.Email)})
		}
		if b.Phone != "" {
			lead.Fields = append(lead.Fields, client.Field{Name: "phone", Value: client.String(b.Phone)})
		}
		answer, err := api.Save(context.Background(), lead, nil)
		if err != nil {
			t.Fatalf("seed %d: %v", s.seed, err)
		}
		b.ID = answer.Contact.ID
	}
	if err := server.SetFaults(s.faults); err != nil {
		t.Fatal(err)
	}
	if len(before) > 0 {
		time.Sleep(s.lag + time.Second)
	}
	return before
}

// loseJournal takes away what tells creates of the run from contacts that
// were there before (R7). It leaves it where a crash has cut the header off the
// results: nothing would be known then.
func loseJournal(t *testing.T, dir string) {
	if text, err := os.ReadFile(filepath.Join(dir, resultsName)); err != nil || !bytes.Contains(text, []byte("\n")) {
		return
	}
	if err := os.Remove(filepath.Join(dir, journalName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
}

func hasJournal(dir string) bool {
	_, err := os.Stat(filepath.Join(dir, journalName))
	return err == nil
}
