package importer

import (
	"context"
	"fmt"
	"sync"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// Bounds on what waits in memory. Rows behind a busy key and rows in doubt
// are kept whole; when there are this many, the file is read no further until
// some of them are settled.
const maxParked = 10_000

// loop is the goroutine that settles. Only it touches what is in here.
type loop struct {
	job   *Job
	store *results.Store

	rows  <-chan *row // nil once the feed ended, or the run stops
	tasks chan task
	done  chan task

	creates []*row // ready to be sent
	others  []task // updates and look-ups, ready to be sent
	waiting []*row // to be looked up before they are created
	flight  int    // tasks that a worker has
	fresh   int    // of these, creates
	parked  int    // rows in lanes, delayed, waiting or in doubt

	lanes   map[mapping.Key]*lane
	delayed []*row // held back by their lane's notBefore
	doubts  map[*row]struct{}
	until   time.Time // when the last row in doubt is decided
	due     time.Time // when the next look-up is
	looking bool      // a look-up is out
	owned   owned
	values  owned // by attribute and value, of what rows are looked up by
	timer   *time.Timer
	follower

	proven  bool // a create was answered and echoed: mapping, token and version are right (R8)
	sent    bool // a write may have been applied
	suspect int  // rows in doubt from before a create was proved to work
	made    int  // creates of this run that are known to have been applied
	closed  int  // rows of theirs that are on record

	totals   Totals
	codes    codes
	pulse    pulse
	stood    int // rows of totals that an interrupted run settled
	resolved int // rows in doubt that were decided
	streak   streak
	stopped  *StopError
	cancel   context.CancelFunc // stops the feed and what waits at the gate
}

// Result is what a run came to.
type Result struct {
	Rows     int
	Totals   Totals
	Resolved int // rows in doubt whose fate was found out
	// Canary tells that the run stopped because it had created as many leads as
	// it was to try: nothing is wrong, and a resume goes on.
	Canary bool
	// Errors counts the rows that this run settled with an error code, by it;
	// of more than 200 codes the rest are OtherCodes.
	Errors   map[string]int
	Standing int // rows that the interrupted run had settled, in Totals
	Vanished int // keys of earlier results that the file no longer has
	// Workspace is the id of the workspace that was written to.
	Workspace string
	Started   time.Time
	Ended     time.Time
}

// Run sends what Prepare forecast and records each row's fate. When ctx ends,
// nothing new is started and what is in flight is awaited. The error is a
// *StopError; what is in Result holds with it too.
func (j *Job) Run(ctx context.Context) (Result, error) {
	res := Result{Rows: j.forecast.Rows, Workspace: j.forecast.Workspace.ID, Started: time.Now()}
	err := j.run(ctx, &res)
	res.Ended = time.Now()
	if err != nil {
		return res, stopFor(err, true)
	}
	return res, nil
}

func (j *Job) run(ctx context.Context, res *Result) error {
	if err := createMissing(ctx, j.cfg.Client, j.forecast.Missing); err != nil {
		return stopFor(err, false)
	}
	var err error
	if j.tagIDs, err = j.makeTags(ctx); err != nil {
		return stopFor(err, false)
	}
	if err := j.cfg.Store.Begin(j.meta(), j.cfg.Input.Header()); err != nil {
		return err
	}
	l := &loop{
		job: j, store: j.cfg.Store,
		tasks: make(chan task), done: make(chan task),
		lanes: map[mapping.Key]*lane{}, doubts: map[*row]struct{}{}, codes: codes{},
		timer:    time.NewTimer(time.Hour),
		follower: follower{firms: firms{}, tagging: tagging{proven: j.cfg.Version.Family() == client.Leads}},
	}
	defer l.timer.Stop()
	if err := l.recallOwned(); err != nil {
		return err
	}
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	l.cancel = cancel

	rows := make(chan *row, 64)
	fed := make(chan error, 1)
	go func() {
		defer caught(j.cfg.Crash)
		fed <- j.feed(work, rows)
	}()
	l.rows = rows

	var workers sync.WaitGroup
	for range j.cfg.Workers {
		workers.Go(func() {
			defer caught(j.cfg.Crash)
			for t := range l.tasks {
				t.do(work, j)
				l.done <- t
			}
		})
	}
	l.settleAll(ctx)
	close(l.tasks)
	workers.Wait()
	cancel()
	for range rows { // a feed that was stopped may have one more in hand
	}
	feedErr := <-fed
	res.Vanished = j.forecast.Vanished
	res.Totals, res.Resolved, res.Errors = l.totals, l.resolved, l.codes
	res.Standing = l.stood
	switch {
	case l.stopped != nil && l.stopped.Reason == canaryDone:
		if res.Canary = l.totals.Sum() < j.forecast.Rows; res.Canary {
			return nil // not finished: a resume goes on
		}
		return j.cfg.Store.Finish()
	case l.stopped != nil:
		if (l.stopped.Reason == NothingSent || l.stopped.Reason == Unauthorised) && !l.sent {
			return discard(j.cfg.Store, l.stopped)
		}
		return l.stopped
	case feedErr != nil:
		return feedErr
	}
	if sum := l.totals.Sum(); sum != j.forecast.Rows {
		return fmt.Errorf("%d rows were read and %d have a fate: this is a bug in leadimport, please report it", j.forecast.Rows, sum)
	}
	return j.cfg.Store.Finish()
}

// discard takes back the files of a run that turned out to have been started
// in vain: a failed start leaves nothing behind.
func discard(store *results.Store, why *StopError) error {
	if err := store.Discard(); err != nil {
		return err
	}
	return why
}

// recallOwned learns the ids that an interrupted run recorded.
func (l *loop) recallOwned() error {
	if l.job.earlier == nil {
		return nil
	}
	l.job.earlier.EachApplied(func(a results.Applied) { l.owned.add(a.Line.ID, a.Line.Row) })
	return l.job.earlier.EachLine(func(line results.Line, _ []string) error {
		if line.ID != "" {
			n := line.Row
			if !stands(line.Status) {
				n = 0 // it is tried again, and not the row's until then
			}
			l.owned.add(line.ID, n)
		}
		return nil
	})
}

// settleAll runs until every row has its fate, or the run was stopped and
// nothing is in flight any more.
func (l *loop) settleAll(ctx context.Context) {
	interrupted := ctx.Done()
	for {
		l.wake()
		l.sendMatches()
		if l.flight == 0 && (l.stopped != nil || l.idle()) {
			return
		}
		rows := l.rows
		if l.stopped != nil || !l.hasRoom() {
			rows = nil
		}
		next, ok := l.next()
		tasks := l.tasks
		if !ok {
			tasks = nil
		}
		select {
		case w, open := <-rows:
			if !open {
				l.rows = nil
				break
			}
			l.accept(w)
		case tasks <- next:
			l.took(next)
		case t := <-l.done:
			l.flight--
			l.settle(t)
		case <-l.timer.C:
		case <-interrupted:
			interrupted = nil
			l.halt(stopFor(ctx.Err(), l.sent))
		}
		l.report()
	}
}

// idle reports whether nothing is left to do.
func (l *loop) idle() bool {
	return l.rows == nil && len(l.creates) == 0 && len(l.others) == 0 && l.parked == 0
}

// hasRoom keeps the number of rows in memory bounded.
func (l *loop) hasRoom() bool {
	return len(l.creates)+len(l.others) < 2*l.job.cfg.Workers && l.parked < maxParked
}

// halt stops the run: the first reason counts. What is in flight goes on to
// its end; what waits at the gate comes back unsent.
func (l *loop) halt(why *StopError) {
	if l.stopped != nil {
		return
	}
	l.stopped = why
	l.cancel()
}

// next is the task that goes out next, if any may.
func (l *loop) next() (task, bool) {
	switch {
	case l.stopped != nil:
	case len(l.others) > 0:
		return l.others[0], true
	case len(l.creates) > 0 && l.mayCreate():
		return task{kind: save, row: l.creates[0]}, true
	}
	return task{}, false
}

// suspects is how many creates of a run may end in doubt before one has
// proved that they work at all.
const suspects = 3

// mayCreate keeps the first create of a run alone (R8), and stops creating
// while the first few are all in doubt.
func (l *loop) mayCreate() bool {
	if l.canaryFull() {
		return false
	}
	return l.proven || (l.fresh == 0 && l.suspect < suspects)
}

func (l *loop) took(t task) {
	l.flight++
	switch {
	case t.kind == save && !t.row.lead.IsUpdate():
		l.creates = l.creates[1:]
		l.fresh++
	default:
		l.others = l.others[1:]
	}
}
