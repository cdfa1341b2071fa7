package results

import (
	"fmt"
	"time"
)

// readTime reads an import_at. Ours is RFC 3339; a spreadsheet that saved the
// file again writes its own, to the minute and without a zone: that is read as
// the UTC that it was. Where day and month can be either, the time is not
// known, which is older than any: the zero time.
func readTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return at.UTC(), nil
	}
	var at time.Time
	for _, layout := range spreadsheetTimes {
		t, err := time.Parse(layout, s)
		switch {
		case err != nil || t.Equal(at):
		case !at.IsZero():
			return time.Time{}, nil
		default:
			at = t
		}
	}
	if at.IsZero() {
		return at, fmt.Errorf("%.40q is not a time", s)
	}
	return at, nil
}

var spreadsheetTimes = func() []string {
	var list []string
	for _, day := range []string{"2006-1-2", "2006/1/2", "2/1/2006", "1/2/2006", "2.1.2006", "2-1-2006", "1-2-2006", "2/1/06", "1/2/06", "2.1.06"} {
		for _, clock := range []string{" 15:04", " 15:04:05", "T15:04:05", " 3:04 PM", " 3:04:05 PM", ""} {
			list = append(list, day+clock)
		}
	}
	return list
}()
