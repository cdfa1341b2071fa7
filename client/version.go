package client

import (
	"fmt"
	"strconv"
	"strings"
)

// Family tells the two generations of the contacts API apart. They share the
// path /contacts and little else.
type Family uint8

const (
	// Leads is the family of 1.0 to 1.4: /contacts holds leads only, and a
	// POST updates when id or user_id is in the body.
	Leads Family = 1
	// Contacts is the family of 2.0 and later: /contacts holds users and
	// leads, told apart by role, and PUT /contacts/{id} updates.
	Contacts Family = 2
)

// Version is an API version as it is sent in the Intercom-Version header.
// The zero Version is not valid; use ParseVersion.
type Version struct {
	major, minor int
}

// The versions that the program chooses by itself.
var (
	Version1 = Version{1, 4}
	Version2 = Version{2, 15}
)

// Latest are the versions of each family that Intercom has published last, as
// far as this program knows.
var Latest = map[Family]Version{Leads: Version1, Contacts: {2, 17}}

// ParseVersion reads a version such as "1.4" or "2.15". It is text, not a
// number: 2.10 is the tenth minor version, not 2.1. Any 1.x and 2.x is
// accepted, sent as given and handled as its family.
func ParseVersion(s string) (Version, error) {
	major, minor, ok := strings.Cut(s, ".")
	v := Version{}
	var err1, err2 error
	v.major, err1 = strconv.Atoi(major)
	v.minor, err2 = strconv.Atoi(minor)
	if !ok || err1 != nil || err2 != nil || v.String() != s || v.minor < 0 || (v.major != 1 && v.major != 2) {
		return Version{}, fmt.Errorf("api version %q is not known: use %q (leads) or %q (contacts)", s, Version1, Version2)
	}
	return v, nil
}

func (v Version) String() string { return fmt.Sprintf("%d.%d", v.major, v.minor) }

// Before reports whether w came after v.
func (v Version) Before(w Version) bool {
	return v.major < w.major || v.major == w.major && v.minor < w.minor
}

// TellsMerges reports whether the API says whom a contact that is gone was
// merged into (OpenAPI description of 2.16).
func (v Version) TellsMerges() bool { return v.Family() == Contacts && v.minor >= 16 }

// Family is the generation that v belongs to.
func (v Version) Family() Family { return Family(v.major) }
