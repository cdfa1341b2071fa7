package sandbox

import "fmt"

// version is an API version. The known ones are the enum of Intercom-Version
// in the OpenAPI description, and the two that came after it.
type version struct {
	major, minor int
	text         string
}

// newest holds the last minor version of each family.
var newest = [3]int{1: 4, 2: 17}

var versions = func() map[string]version {
	known := map[string]version{}
	for major := 1; major <= 2; major++ {
		for minor := range newest[major] + 1 {
			v := version{major, minor, fmt.Sprintf("%d.%d", major, minor)}
			known[v.text] = v
		}
	}
	return known
}()

func parseVersion(s string) (version, error) {
	v, ok := versions[s]
	if !ok {
		return version{}, fmt.Errorf("api version %q is not known: use 1.0 to 1.%d or 2.0 to 2.%d", s, newest[1], newest[2])
	}
	return v, nil
}

// atLeast reports whether v is 2.minor or later.
func (v version) atLeast(minor int) bool { return v.major == 2 && v.minor >= minor }
