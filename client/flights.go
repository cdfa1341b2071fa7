package client

import "time"

// flights are the requests on the way, in the order in which they passed the
// gate.
type flights struct {
	list  []flight
	first int // sequence number of list[0]
	n     int // of those that are still on the way
}

type flight struct {
	at     time.Time // when it passed
	epoch  int
	landed bool
}

// add notes a request that passes at at, and returns its number.
func (f *flights) add(at time.Time, epoch int) int {
	f.list = append(f.list, flight{at: at, epoch: epoch})
	f.n++
	return f.first + len(f.list) - 1
}

// land notes that request seq is over, and returns what it was.
func (f *flights) land(seq int) flight {
	f.list[seq-f.first].landed = true
	out := f.list[seq-f.first]
	f.n--
	gone := 0
	for gone < len(f.list) && f.list[gone].landed {
		gone++
	}
	f.list, f.first = f.list[gone:], f.first+gone
	return out
}

// since counts those on the way that passed after at and in epoch or later.
func (f *flights) since(at time.Time, epoch int) int {
	n := 0
	for i := len(f.list) - 1; i >= 0; i-- {
		if !f.list[i].at.After(at) || f.list[i].epoch < epoch {
			break
		}
		if !f.list[i].landed {
			n++
		}
	}
	return n
}
