package sandbox

import (
	"fmt"
	"strconv"
	"strings"
)

// version is an API version. The known ones are the enum of Intercom-Version
// in the OpenAPI description, and the two that came after it.
type version struct {
	major, minor int
	text         string
}

// newest holds the last minor version of each family.
var newest = [3]int{1: 4, 2: 17}

func parseVersion(s string) (version, error) {
	major, minor, ok := strings.Cut(s, ".")
	v := version{text: s}
	var err1, err2 error
	v.major, err1 = strconv.Atoi(major)
	v.minor, err2 = strconv.Atoi(minor)
	known := ok && err1 == nil && err2 == nil && fmt.Sprintf("%d.%d", v.major, v.minor) == s &&
		(v.major == 1 || v.major == 2) && v.minor >= 0 && v.minor <= newest[v.major]
	if !known {
		return version{}, fmt.Errorf("api version %q is not known: use 1.0 to 1.%d or 2.0 to 2.%d", s, newest[1], newest[2])
	}
	return v, nil
}

// atLeast tells whether v is 2.minor or later.
func (v version) atLeast(minor int) bool { return v.major == 2 && v.minor >= minor }
