package sandbox

import (
	crand "crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Config describes a workspace. The zero value works.
type Config struct {
	Version   string // API version of a request without an Intercom-Version header; default "2.15"
	Token     string // access token to accept; default: a random one, see Server.Token
	Workspace string // app.id_code; default: 8 random letters and digits, each server its own
	Region    string // app.region; default "US"
	Timezone  string // IANA name; search matches dates by day in it; default "America/Los_Angeles"
	Name      string // app.name; default "Sandbox"

	Limit       int           // requests per window of 10 s; default 1667 (10,000 a minute); negative: unlimited, no headers
	Lag         time.Duration // until search, lists and lists by e-mail show a write; a read by id shows it at once
	Skew        time.Duration // the server's clock minus the real one
	Faults      Faults
	Rewrite     Rewrite           // values that are kept in another spelling
	Strangers   float64           // probability, 0 to 1, that somebody like the one being created signs up by himself
	MaxPage     int               // bytes of the largest answer to a read; a larger one ends as a gateway's 502; 0: unlimited
	Seed        uint64            // of ids and faults; 0: a random one, see State
	MaxContacts int               // a development workspace holds 20; 0: unlimited
	Attributes  map[string]string // custom attributes of people there from the start: name to data type
	KeepBodies  bool              // State's log of writes keeps the bodies sent

	// What the API's documents leave open. The default is the reading that is
	// harder on the client.

	StrictAttributes   bool   // 1.x: refuse unknown custom attributes ("existing Data Attribute", users page of 1.4) instead of creating them
	LeadExternalID     string // 2.x lead with an external_id: "reject" (default), "ignore" or "accept"
	UnknownID          string // 1.x update of an unknown id or user_id: "reject" (404, default) or "create"
	TypeMismatch       string // value of another type than its custom attribute: "reject" (default), "ignore" (left out) or "accept"
	LongText           string // text of more than 255 characters in a custom attribute, 2.x: "reject" (default), "truncate" or "accept"
	Email              string // a text that is no e-mail address: "reject" (default) or "accept"
	Phone              string // a text that is no phone number: "accept" (default; the documents' own examples are loose) or "reject"
	UnknownAttribute   int    // HTTP status for an unknown custom attribute; default 400
	ArchivedInSearch   bool   // 2.x search and list show archived contacts
	ArchivedShown      bool   // 2.x contacts have a member archived, which the schema does not know
	MergedWrites       bool   // 2.16 and later: writes to a merged contact answer 410 with a Link as reads do, not 404
	MergeAnyDuplicates bool   // 2.16 and later: merge contacts that share neither e-mail nor phone
}

// complete returns c with its defaults filled in, and its time zone.
func (c Config) complete() (Config, *time.Location, error) {
	fill(&c.Version, "2.15")
	fill(&c.Token, "sandbox_"+randomHex(20))
	fill(&c.Workspace, randomCode(8))
	fill(&c.Region, "US")
	fill(&c.Timezone, "America/Los_Angeles")
	fill(&c.Name, "Sandbox")
	if c.Limit == 0 {
		c.Limit = 1667
	}
	if c.Seed == 0 {
		c.Seed = binary.LittleEndian.Uint64(randomBytes(8)) | 1
	}
	if c.UnknownAttribute == 0 {
		c.UnknownAttribute = 400
	}
	for _, sw := range []struct {
		name  string
		value *string
		known []string // the first one is the default
	}{
		{"LeadExternalID", &c.LeadExternalID, []string{"reject", "ignore", "accept"}},
		{"UnknownID", &c.UnknownID, []string{"reject", "create"}},
		{"TypeMismatch", &c.TypeMismatch, []string{"reject", "ignore", "accept"}},
		{"LongText", &c.LongText, []string{"reject", "truncate", "accept"}},
		{"Email", &c.Email, []string{"reject", "accept"}},
		{"Phone", &c.Phone, []string{"accept", "reject"}},
	} {
		fill(sw.value, sw.known[0])
		if !slices.Contains(sw.known, *sw.value) {
			return c, nil, fmt.Errorf("%s %q is not known: use one of %s", sw.name, *sw.value, strings.Join(sw.known, ", "))
		}
	}
	for name, kind := range c.Attributes {
		if !slices.Contains(kinds, kind) {
			return c, nil, fmt.Errorf("data type %q of attribute %q is not known: use one of %s", kind, name, strings.Join(kinds, ", "))
		}
	}
	if c.Lag < 0 || c.MaxContacts < 0 || c.MaxPage < 0 {
		return c, nil, fmt.Errorf("lag, the number of contacts and the size of a page cannot be negative")
	}
	if err := checkStrangers(c.Strangers); err != nil {
		return c, nil, err
	}
	if _, err := parseVersion(c.Version); err != nil {
		return c, nil, err
	}
	if err := c.Faults.check(); err != nil {
		return c, nil, err
	}
	c.Faults = c.Faults.complete()
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return c, nil, fmt.Errorf("time zone: %w", err)
	}
	return c, zone, nil
}

func fill(s *string, value string) {
	if *s == "" {
		*s = value
	}
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	crand.Read(b) // never fails
	return b
}

func randomHex(n int) string { return hex.EncodeToString(randomBytes(n)) }

// randomCode is a workspace id such as "ecahpwf5".
func randomCode(n int) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	b := randomBytes(n)
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}
