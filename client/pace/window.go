package pace

import (
	"time"
)

// window is what is known of one window of the rate limit. All its times are
// those of sending, by our clock: whatever an answer takes, what matters is
// which window counts a request that is sent now.
type window struct {
	seen  bool    // an answer told of it; else it is foreseen
	label int64   // its Reset, which names it
	limit float64 // requests it grants to all
	left  float64 // the least Remaining seen
	from  int     // epoch of the first requests that it may count
	// frontier is when the request passed that told left. Those that passed
	// before it have been counted, but for as much as they overtake each
	// other on their way.
	frontier time.Time
	own      int  // our requests that it has counted, as far as answers tell
	sent     int  // our requests sent in it
	whole    bool // it is known from its beginning
	// first and last are when the first and the last request that it counted
	// were sent, as far as answers tell.
	first, last time.Time
	// end is when requests begin to be counted by the next window: exact to
	// the jitter of answers when sure, else as late as it may be.
	end  time.Time
	sure bool
}

// windows follows the windows of the rate limit from the answers: when they
// turn, what is left of the current one and how much of it others take.
//
// The headers alone cannot tell when a window turns: Reset and Date are whole
// seconds, rounded one way or another, which is a tenth of a window each. But
// the answers show the turn itself, and the next one comes a period later.
type windows struct {
	cur, prev window
	period    time.Duration
	epoch     int     // counts turns, foreseen or seen
	label     int64   // the newest seen
	others    float64 // requests per second that others are expected to take
	flights   flights
	// overtake is how much later than another a request may pass and be
	// counted before it all the same.
	overtake time.Duration
}

// documentedPeriod is how long a window is ("Rate Limiting": "we evenly
// distribute this into 10 second windows"), until two turns say otherwise.
const documentedPeriod = 10 * time.Second

// rounding is how far Reset - Date may fall short of the truth.
const rounding = 2 * time.Second

// known reports whether any answer has told of a window.
func (ws *windows) known() bool { return ws.label != 0 }

// foresee turns the window when its time is over, at now.
func (ws *windows) foresee(now time.Time) {
	if !ws.known() || now.Before(ws.cur.end) {
		return
	}
	next := window{limit: ws.cur.limit, left: ws.cur.limit, sure: ws.cur.sure, whole: true}
	next.end = ws.cur.end.Add(ws.period)
	if now.Sub(ws.cur.end) > ws.period/4 {
		// Nothing was sent for a while. A window may begin with its first
		// request, so this one may last a whole period from now.
		next.end, next.sure = now.Add(ws.period), false
	}
	ws.turn(next)
}

// turn makes next the current window.
func (ws *windows) turn(next window) {
	ws.tally(&ws.prev, 0)
	// What was answered of the window that ends tells at least this much of
	// others; the rest follows when its last answers are in.
	ws.tally(&ws.cur, ws.flights.n)
	ws.epoch++
	if next.from == 0 {
		next.from = ws.epoch
	}
	ws.prev, ws.cur = ws.cur, next
	ws.overtake -= ws.overtake / 4
}

// tally takes from a window that is over what others used of it.
func (ws *windows) tally(w *window, flying int) {
	if !w.seen || !w.whole {
		return
	}
	others := w.limit - w.left - float64(w.own+flying) - w.limit/200
	perSecond := max(0, others/ws.period.Seconds())
	if flying > 0 {
		ws.others = max(ws.others, perSecond)
	} else {
		ws.others = max(perSecond, ws.others/2)
	}
}

// sent notes a request that passes the gate at now.
func (ws *windows) sent(now time.Time) *flight {
	ws.cur.sent++
	return ws.flights.add(now, ws.epoch)
}

// uncounted are our requests on the way that the current window counts, but
// not in what it says is left.
func (ws *windows) uncounted() float64 {
	return float64(ws.flights.since(ws.cur.frontier.Add(-ws.overtake), ws.cur.from))
}

// learn takes in what an answer says of the limit.
func (ws *windows) learn(l limits, r Reply, f flight) {
	w := ws.find(l)
	if w == nil {
		w = ws.begin(l, r)
	}
	if l.limit > 0 {
		w.limit = float64(l.limit)
	}
	ws.front(w, float64(l.left), f)
	if r.Status != 429 {
		w.own++
	}
	if w.first.IsZero() || r.Started.Before(w.first) {
		w.first = r.Started
	}
	if r.Started.After(w.last) {
		w.last = r.Started
	}
	if w == &ws.cur && !w.sure {
		w.end = earlier(w.end, r.Ended.Add(l.wait+rounding))
	}
	ws.locate()
}

// front moves the frontier of w, and measures how requests overtake.
func (ws *windows) front(w *window, left float64, f flight) {
	apart := w.frontier.Sub(f.at)
	switch {
	case left < w.left:
		w.left = left
		if apart <= 0 {
			w.frontier = f.at
			return
		}
	case left == w.left:
		return
	default:
		apart = -apart
	}
	if apart > 0 && apart < ws.period/4 {
		ws.overtake = max(ws.overtake, apart)
	}
}

// unlabelled counts a request whose answer tells nothing of the limit, or was
// lost.
func (ws *windows) unlabelled(f flight) {
	if f.epoch < ws.cur.from {
		ws.prev.own++
		return
	}
	ws.cur.own++
	if f.at.After(ws.cur.frontier) {
		ws.cur.left--
	}
}

// find is the window that an answer is about; nil: a new one. A Reset that is
// a time to live added to the clock may waver by a second, so then only what
// is left tells a new window.
func (ws *windows) find(l limits) *window {
	if !ws.known() {
		return nil
	}
	newest := &ws.cur
	if !newest.seen {
		newest = &ws.prev
	}
	switch d := l.reset - ws.label; {
	case d > 1:
		return nil
	case d == 1 && float64(l.left) > newest.left+newest.limit/2:
		return nil
	case d < 0 && newest == &ws.cur && ws.prev.seen && l.reset-ws.prev.label <= 1:
		return &ws.prev
	}
	return newest
}

// begin is the window that l is the first to tell of.
func (ws *windows) begin(l limits, r Reply) *window {
	gap := r.Started.Sub(ws.last())
	if d := time.Duration(l.reset-ws.label) * time.Second; ws.known() && gap < time.Second {
		ws.period = d
		if d >= documentedPeriod-time.Second && d <= documentedPeriod+time.Second {
			ws.period = documentedPeriod
		}
	}
	if l.wait > ws.period+rounding {
		ws.period = l.wait
	}
	fresh := !ws.known()
	if fresh || ws.cur.seen {
		next := window{whole: !fresh, end: r.Started.Add(ws.period), limit: ws.cur.limit}
		next.from = ws.cur.from // what was sent lately it may count
		ws.turn(next)
	}
	ws.label = l.reset
	ws.cur.seen, ws.cur.label = true, l.reset
	ws.cur.limit = max(ws.cur.limit, float64(l.left))
	ws.cur.left = ws.cur.limit + 1
	return &ws.cur
}

// last is when the last request was sent that the newest seen window counted.
func (ws *windows) last() time.Time {
	if ws.cur.seen {
		return ws.cur.last
	}
	return ws.prev.last
}

// locate works out when the current window began, and so when it ends: between
// the last request of the one before and its own first, where it was foreseen
// if their labels are a period apart. If they are not, or nothing was sent
// around the turn, it may have begun as late as its first request.
func (ws *windows) locate() {
	if !ws.cur.seen || !ws.prev.seen || ws.cur.first.IsZero() || ws.prev.last.IsZero() {
		return
	}
	from, to := ws.prev.last, ws.cur.first
	if to.Before(from) {
		from, to = to, from // jitter: they overtook each other
	}
	began := to
	switch shift := time.Duration(ws.cur.label-ws.prev.label)*time.Second - ws.period; {
	case ws.prev.sure && shift.Abs() <= time.Second:
		began = later(from, earlier(to, ws.prev.end))
	case to.Sub(from) <= guard/2:
		began = from.Add(to.Sub(from) / 2)
	case to.Sub(from) > 2*guard && ws.cur.end.Before(to.Add(ws.period)):
		return // the headers tell more
	}
	ws.cur.end, ws.cur.sure = began.Add(ws.period), true
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
