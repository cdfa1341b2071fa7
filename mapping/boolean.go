package mapping

import (
	"strings"

	"leadimport/client"
)

// boolean reads the words that spreadsheets and forms export. Others are for
// the mapping's values.
func (c *conversion) boolean(s string) (client.Value, *fault) {
	s = trim(s)
	for _, w := range [...]string{"true", "yes", "1", "y", "on", "t"} {
		if strings.EqualFold(s, w) {
			return client.Boolean(true), nil
		}
	}
	for _, w := range [...]string{"false", "no", "0", "n", "off", "f"} {
		if strings.EqualFold(s, w) {
			return client.Boolean(false), nil
		}
	}
	return client.Value{}, faultf("not_a_boolean", "neither true nor false: write true, false, yes, no, 1 or 0, or say what it means under values: {%s: true}", quote(cut(s)))
}
