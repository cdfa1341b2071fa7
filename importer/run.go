package importer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/fate"
	"leadimport/importer/outcome"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// Prepare does everything that comes before the first write. Nothing is
// created or changed, here or in the workspace. The error is a *StopError. With
// it the job is nil, unless Config.ShowAll asks for what the rows are like all
// the same, and they could be looked at.
func Prepare(ctx context.Context, cfg Config) (*Job, error) {
	cfg = cfg.withDefaults()
	j := &Job{cfg: cfg, keys: newKeys(), opened: time.Now(), shown: map[string]bool{}}
	j.lag = fate.Lag{Settle: cfg.Settle, Earlier: cfg.History.Lag()}
	if err := j.prepare(ctx); err != nil {
		stopped := stopFor(err, false)
		switch {
		case stopped == j.postponed:
			return j, stopped
		case j.postponed != nil:
			stopped = &StopError{Reason: stopped.Reason, Err: errors.Join(stopped, j.postponed)}
		}
		return nil, stopped
	}
	return j, nil
}

func (j *Job) prepare(ctx context.Context) error {
	cfg, f := j.cfg, &j.forecast
	plan, err := cfg.Mapping.Compile(Columns(cfg.Input), cfg.Version)
	if err != nil {
		return &StopError{Reason: NothingSent, Err: err}
	}
	j.plan = plan
	j.resumed = cfg.History.Resumes()
	if cfg.Store != nil && cfg.Store.Files() != nil && !j.resumed {
		return errors.New("what the results file tells was not read: everybody would be created again; this is a bug in leadimport, please report it")
	}
	j.setPolicy()
	if err := j.preflight(ctx); err != nil {
		return err
	}
	if err := j.settleTypes(ctx); err != nil {
		return err
	}
	for _, step := range []func() error{j.checkHistory, j.guardColumns, j.nameRun, j.checkResumed, j.nameTags} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := j.survey(ctx); err != nil {
		return err
	}
	j.compareList()
	f.Rules = map[string]string{}
	for name, rule := range j.rules.Of {
		f.Rules[name] = rule.Write.String()
	}
	// Empty lists, not null, in JSON.
	f.NewColumns = append([]string{}, f.NewColumns...)
	f.Repeated, f.Tags = []RepeatedKey{}, append([]string{}, f.Tags...)
	f.Differing = append([]DifferingCompany{}, f.Differing...)
	if j.postponed != nil {
		f.Stopped = j.postponed.Error()
		f.Columns, f.Attributes, f.OfCompanies = plan.Columns(), plan.Attributes(), plan.CompanyAttributes()
		f.Notes = append(f.Notes, plan.Warnings()...)
		return j.postponed
	}
	for _, step := range []func(context.Context) error{j.compare, j.scout, j.foresee} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if cfg.MaxErrors.Exceeded(f.Invalid, f.Rows) {
		return stop(TooManyErrors, "mend the file, or raise --max-errors",
			"%d of %d rows are invalid: nothing was sent", f.Invalid, f.Rows)
	}
	j.refreshMissing()
	f.Notes = append(f.Notes, plan.Warnings()...)
	f.Columns, f.Attributes, f.OfCompanies = plan.Columns(), plan.Attributes(), plan.CompanyAttributes()
	f.Orphans = len(j.orphans)
	f.Calls = f.Create - f.found + f.Update + f.reads + f.LookUps + j.callsBehind()
	if cfg.Limit == 0 && cfg.History != nil {
		f.Vanished = cfg.History.Vanished()
	}
	if err := j.guardChange(); err != nil {
		return err
	}
	if err := j.askKnown(ctx); err != nil {
		return err
	}
	j.foreseePace()
	return nil
}

// setPolicy turns what the user wants into what fate goes by.
func (j *Job) setPolicy() {
	cfg := j.cfg
	j.match = cfg.Mapping.Match()
	j.rules = fate.Rules{Of: j.plan.Rules(), Resubscribe: cfg.Mapping.AllowResubscribe()}
	j.policy = fate.Policy{
		SkipDuplicates: cfg.Duplicates == SkipDuplicates, RejectDuplicates: cfg.Duplicates == RejectDuplicates,
		OnlyCreate: cfg.Only == OnlyCreate, OnlyUpdate: cfg.Only == OnlyUpdate,
		User: policyOf(j.match.User), Archived: policyOf(j.match.Archived), MaxResend: maxResend, RowName: j.rowName,
		Gone: policyOf(cfg.Mapping.Gone()), TellsMerges: cfg.Version.TellsMerges(),
	}
	for _, a := range j.plan.Attributes() {
		if a.Name == "id" || a.Name == "user_id" {
			j.mapsID = true
			continue
		}
		j.weigher.Attributes = append(j.weigher.Attributes, a.Name)
	}
	j.weigher.Stamp = cfg.Mapping.Stamp()
	if kind := cfg.Mapping.KeyKind(); kind == "email" || cfg.Version.Family() == client.Contacts && !strings.Contains(kind, "+") && !strings.Contains(kind, "column") {
		j.traceBy = kind
	}
}

// maxResend bounds how often the create of one row may end in doubt, turn out
// not to have been applied, and be sent again.
const maxResend = 8

// preflight asks who we are and what the workspace has.
func (j *Job) preflight(ctx context.Context) (err error) {
	f := &j.forecast
	if j.cfg.Client == nil {
		f.Unasked = append(f.Unasked, "the token, the workspace and its attributes (no token was given)")
		return nil
	}
	if f.Workspace, err = j.cfg.Client.Me(ctx); err != nil {
		stopped := stopFor(err, false)
		var refusal *client.Error
		if advice := j.cfg.Mapping.VersionAdvice(); advice != "" && errors.As(err, &refusal) && refusal.Kind == client.Misdirected {
			stopped.Hint = advice
		}
		return stopped
	}
	f.Known = true
	if err := meetWorkspace(ctx, j.cfg, j.plan, f); err != nil {
		if stopped := stopFor(err, false); stopped.Reason == NothingSent && !errors.As(err, new(*client.Error)) {
			return j.postpone(stopped)
		}
		return err
	}
	return nil
}

// nameRun gives the run its id, which a resume keeps.
func (j *Job) nameRun() error {
	if then, _ := j.meta(); then.ID != "" {
		j.runID = then.ID
		return nil
	}
	j.runID = rand.Text()
	return nil
}

// foreseePace says how long the calls will take at the present limit.
func (j *Job) foreseePace() {
	f, c := &j.forecast, j.cfg.Client
	if c == nil {
		return
	}
	perSecond, known := c.Limit()
	if !known || perSecond <= 0 {
		return
	}
	f.Seconds = float64(f.Calls) / perSecond
	if limit, per, known := c.Quota(); known {
		f.Limit, f.LimitSeconds = limit, per.Seconds()
		f.LimitShare = min(1, perSecond*per.Seconds()/float64(limit))
	}
}

// Result is what a run came to.
type Result struct {
	Rows     int
	Totals   Totals
	Resolved int // rows in doubt whose outcome was found out
	// Canary tells that the run stopped because it had created as many leads as
	// it was to try: nothing is wrong, and a resume goes on.
	Canary bool
	// Errors counts the rows that this run settled with an error code, by it;
	// of more than 200 codes the rest are OtherCodes.
	Errors map[string]int
	// Omitted are the values that rows of Totals went in without.
	Omitted Omitted
	// Held counts the values that updates did not send, by a write rule of the
	// mapping or for the sake of consent, by attribute.
	Held map[string]int
	// OptOuts counts the rows that were left out as duplicates, and say no to
	// e-mail unlike the first of their key.
	OptOuts int
	// OptOutsKept counts the rows that would have taken back what an earlier row
	// of their key says: that the person wants no e-mail.
	OptOutsKept int
	// OptOutsInvalid counts the invalid rows that say no to e-mail, of leads that
	// are in Intercom without that.
	OptOutsInvalid int

	Standing int // rows that the interrupted run had settled, in Totals
	Vanished int // keys of earlier results that the file no longer has
	// Behind counts the lines behind those of the rows: leads of an interrupted
	// run whose rows the list has no more. BehindUnresolved of them are so.
	Behind, BehindUnresolved int
	// IndexLag is the longest that the API took to show a lead, or had not shown
	// one; 0: nobody looked. A lost answer is waited for twice as long.
	IndexLag time.Duration
	// Workspace is the id of the workspace that was written to.
	Workspace string
	Started   time.Time
	Ended     time.Time
}

// Run sends what Prepare forecast and records each row's outcome. When ctx
// ends, nothing new is started and what is in flight is awaited. The error is a
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
	if err := j.cfg.Store.Begin(j.thisRun(), Columns(j.cfg.Input)); err != nil {
		return err
	}
	work, cancel := context.WithCancel(ctx)
	defer cancel()
	rows, fed := feed(work, j.cfg.Crash, func(send func(*row) error) error { return j.rows(work, send) })
	j.planProbes()
	tasks, done, end := pool(j.cfg.Workers, j.cfg.Crash, func(t *task) { t.do(work, j) })
	s := &scheduler{
		job: j, store: j.cfg.Store, rows: rows, tasks: tasks, done: done, cancel: cancel,
		lanes: map[mapping.Key]*lane{}, flying: map[*row]bool{}, suspect: map[*row]time.Time{},
		found: map[string]ref{}, codes: codes{}, omitted: Omitted{}, heldBack: map[string]int{},
		doubts: newDoubts(&j.lag, j.open), follower: newFollower(j), timer: time.NewTimer(time.Hour),
	}
	defer s.timer.Stop()
	s.run(ctx)
	end()
	cancel()
	feedErr := fed()
	res.Vanished = j.forecast.Vanished
	res.Totals, res.Resolved, res.Errors = s.totals, s.resolved, s.codes
	res.IndexLag = j.lag.Longest()
	res.Omitted, res.Held, res.OptOuts, res.OptOutsKept = s.omitted, s.heldBack, s.optOuts, s.keptOuts
	res.OptOutsInvalid = s.lostOuts
	res.Standing, res.Behind, res.BehindUnresolved = s.standing, s.vanished, s.lostRows
	return j.finish(s, res, feedErr)
}

// planProbes says how many leads may be looked for to see how far the index
// lags: a look-up of 2.x shows several, and all of them are a hundredth of what
// the run sends.
func (j *Job) planProbes() {
	calls := j.forecast.Calls
	if n := j.cfg.Canary; n > 0 && n < j.forecast.Create {
		calls = calls * n / j.forecast.Create
	}
	j.lag.Most, j.lag.Budget = 3, calls/100
	if j.cfg.Version.Family() == client.Leads {
		j.lag.Most = 1
	}
}

// rows reads the file a last time and hands its rows on with their facts.
func (j *Job) rows(ctx context.Context, send func(*row) error) error {
	t := newTeller(j)
	return j.eachRow(ctx, j.cfg.Limit, true, func(r source.Row) error {
		c := converted{Row: r}
		if c.convert(j.plan); c.fault == nil {
			c.digest = j.rules.Digest(c.lead)
		}
		if !j.cfg.Shard.has(c.key, c.Number) {
			return nil
		}
		w, err := t.row(&c)
		if err == nil {
			err = j.hold(w)
		}
		if err != nil {
			return err
		}
		return send(w)
	})
}

// hold gives a row what the plan says of it, a line for each.
func (j *Job) hold(w *row) error {
	if j.cfg.Plan == nil {
		return nil
	}
	l, err := j.cfg.Plan.Next()
	if err == nil && l.Row == w.number {
		w.facts.Planned = &fate.Planned{Status: l.Action.Status(), ID: l.ID, Before: l.Before, After: l.After}
		return nil
	}
	return errors.Join(stop(Unavailable, "make the plan again", "the plan has no line for %s where it is due: it has changed since the run began", j.rowName(w.number)), err)
}

// finish ends the files as the run ended.
func (j *Job) finish(s *scheduler, res *Result, feedErr error) error {
	switch {
	case s.stopped != nil && s.stopped.Reason == canaryDone:
		if res.Canary = s.totals.Sum() < j.forecast.Rows; res.Canary {
			return nil // not finished: a resume goes on
		}
	case s.stopped != nil && s.stopped.Reason == staleRow && !s.sent:
		return discard(j.cfg.Store, stop(NothingSent, "nothing was sent: make the plan again", "%w", s.stopped.Err))
	case s.stopped != nil && s.stopped.Reason == staleRow:
		return stop(TooManyErrors, "what is done is recorded: go on without --refuse-stale, with --resume, or make a new plan with --previous", "%w", s.stopped.Err)
	case s.stopped != nil:
		if (s.stopped.Reason == NothingSent || s.stopped.Reason == Unauthorised) && !s.sent {
			return discard(j.cfg.Store, s.stopped)
		}
		return s.stopped
	case feedErr != nil:
		return feedErr
	}
	if sum := s.totals.Sum(); sum != j.forecast.Rows {
		return fmt.Errorf("%d rows were read and %d have an outcome: this is a bug in leadimport, please report it", j.forecast.Rows, sum)
	}
	if err := j.keepVanished(s, res); err != nil {
		return err
	}
	if !j.lag.Showed() { // so that the next run knows, too, which may read these results alone
		if err := j.cfg.Store.Lag(j.lag.Earlier); err != nil {
			return err
		}
	}
	return j.cfg.Store.Finish()
}

// keepVanished writes the lines of what an interrupted run made, and the list
// has no more, behind those of the rows: every lead stays in a line.
func (j *Job) keepVanished(s *scheduler, res *Result) error {
	if j.cfg.History == nil || !j.resumed {
		return nil
	}
	orphans := map[string]bool{}
	for _, d := range j.orphans {
		orphans[d.Key] = true
	}
	return j.cfg.History.Unasked(func(l results.Line, cells []string) error {
		if orphans[l.Key] && l.ID == "" {
			return nil // decided in this run
		}
		if l.ErrorCode == "" {
			l.Error = "the list no longer has its row"
		}
		l.Row, l.ErrorCode = 0, outcome.RowVanished
		res.Behind++
		if l.Status == outcome.Unresolved {
			res.BehindUnresolved++
		}
		return j.cfg.Store.Settle(results.Outcome{Line: l, Cells: cells})
	})
}

// discard takes back the files of a run that turned out to have been started
// in vain: a failed start leaves nothing behind.
func discard(store *results.Store, why *StopError) error {
	if err := store.Discard(); err != nil {
		return err
	}
	return why
}
