package client

import "time"

// Moment is an instant by the server's clock, which lay between Low and High.
// The zero Moment is not known.
type Moment struct {
	Low  time.Time `json:"low,omitzero"`
	High time.Time `json:"high,omitzero"`
}

// Known reports whether m says anything.
func (m Moment) Known() bool { return !m.Low.IsZero() && !m.High.Before(m.Low) }

// Add is m moved by d. What is not known stays so.
func (m Moment) Add(d time.Duration) Moment {
	if !m.Known() {
		return Moment{}
	}
	return Moment{m.Low.Add(d), m.High.Add(d)}
}

// Earlier is the one of two moments that began first, by a clock that may have
// been set between them. If either is not known, that one may be it.
func Earlier(a, b Moment) Moment {
	switch {
	case !a.Known() || !b.Known():
		return Moment{}
	case b.Low.Before(a.Low):
		return b
	}
	return a
}

// Later is the one that ended last.
func Later(a, b Moment) Moment {
	switch {
	case !a.Known() || !b.Known():
		return Moment{}
	case b.High.After(a.High):
		return b
	}
	return a
}
