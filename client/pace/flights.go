package pace

import "time"

// flights are the requests on the way: a list in the order in which they
// passed the gate, the newest first.
type flights struct {
	newest *flight
	spare  *flight // for use again
	n      int
}

type flight struct {
	at           time.Time // when it passed
	epoch        int
	older, newer *flight
}

// add notes a request that passes at at.
func (fs *flights) add(at time.Time, epoch int) *flight {
	f := fs.spare
	if f == nil {
		f = new(flight)
	} else {
		fs.spare = f.older
	}
	*f = flight{at: at, epoch: epoch, older: fs.newest}
	if f.older != nil {
		f.older.newer = f
	}
	fs.newest = f
	fs.n++
	return f
}

// land notes that f is over, and returns what it was.
func (fs *flights) land(f *flight) flight {
	was := *f
	if f.newer != nil {
		f.newer.older = f.older
	} else {
		fs.newest = f.older
	}
	if f.older != nil {
		f.older.newer = f.newer
	}
	fs.n--
	*f = flight{older: fs.spare}
	fs.spare = f
	return was
}

// since counts those that passed after at and in epoch or later.
func (fs *flights) since(at time.Time, epoch int) int {
	n := 0
	for f := fs.newest; f != nil && f.epoch >= epoch && f.at.After(at); f = f.older {
		n++
	}
	return n
}
