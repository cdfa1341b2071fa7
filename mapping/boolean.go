package mapping

import (
	"strings"

	"leadimport/client"
)

// truth reads the words that spreadsheets and forms export. Others are for the
// mapping's values.
func truth(s string) (is, ok bool) {
	if len(s) > len("false") {
		return false, false
	}
	for _, w := range [...]string{"true", "yes", "1", "y", "on", "t"} {
		if strings.EqualFold(s, w) {
			return true, true
		}
	}
	for _, w := range [...]string{"false", "no", "0", "n", "off", "f"} {
		if strings.EqualFold(s, w) {
			return false, true
		}
	}
	return false, false
}

func (c *conversion) boolean(s string) (client.Value, *fault) {
	is, ok := truth(trim(s))
	if !ok {
		return client.Value{}, faultf("not_a_boolean", "neither true nor false: write true, false, yes, no, 1 or 0, or say what it means under values: {%s: true}", quote(cut(s)))
	}
	return client.Boolean(is), nil
}
