package mapping

import (
	"time"

	"leadimport/client"
)

// moment is the value of m, unless the clocks of the zone show it never or
// twice.
func (c *conversion) moment(m moment) (client.Value, *fault) {
	if m.offsetSet || c.zone == time.UTC {
		return client.Integer(m.unix(c.zone)), nil
	}
	at, other, known := m.in(c.zone)
	switch {
	case !known:
		return client.Value{}, faultf("clock_change", "the clocks of %s did not show this time: they were put forward; was %s meant, or %s?",
			c.zone, showClock(at, c.zone), showClock(other, c.zone))
	case at != other:
		return client.Value{}, faultf("clock_change", "the clocks of %s showed this time twice: %s or %s? Write it with its offset",
			c.zone, showClock(at, c.zone), showClock(other, c.zone))
	}
	return client.Integer(at), nil
}

func showClock(seconds int64, zone *time.Location) string {
	return time.Unix(seconds, 0).In(zone).Format("2006-01-02 15:04-07:00")
}

// in is m by the clocks of a zone, with the offset before a change of theirs and
// with the one after it. The two differ where the clocks are put back, which
// show m twice, or forward: then known is false. A day begins when its first
// second does: midnight is known, and one time.
func (m moment) in(zone *time.Location) (at, other int64, known bool) {
	t := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, 0, zone)
	if zone == time.UTC {
		return t.Unix(), t.Unix(), true
	}
	wall := time.Date(m.year, time.Month(m.month), m.day, m.hour, m.minute, m.second, 0, time.UTC).Unix()
	midnight := m.hour == 0 && m.minute == 0 && m.second == 0
	start, end := t.ZoneBounds()
	for _, change := range []time.Time{start, end} {
		if change.IsZero() {
			continue
		}
		_, east := change.Add(-time.Second).Zone()
		before := wall - int64(east)
		_, east = change.Zone()
		after := wall - int64(east)
		switch c := change.Unix(); {
		case before < c && after >= c && midnight:
			return before, before, true
		case before < c && after >= c:
			return before, after, true
		case before >= c && after < c && midnight:
			return c, c, true
		case before >= c && after < c:
			return before, after, false
		}
	}
	return t.Unix(), t.Unix(), true
}
