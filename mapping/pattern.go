package mapping

import (
	"regexp"
	"sync"
)

// pattern compiles expr when it is first asked for: most commands need few of
// the patterns, and compiling all of them takes as long as the start of a small
// program.
func pattern(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
