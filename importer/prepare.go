package importer

import (
	"context"
	"errors"
	"io"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// Job is a prepared run.
type Job struct {
	cfg      Config
	plan     *mapping.Plan
	keys     *keys
	earlier  *results.Earlier // of the run that is resumed; nil: none
	chains   map[mapping.Key]chain
	order    map[mapping.Key]*resumedKey
	forecast Forecast
	match    mapping.Match
	mapsID   bool  // rows may name the contact that they update
	reserved owned // the contacts of rows that need no look-up, when others do
	progress func(Progress)
	began    time.Time     // of the run, resumed or not
	tags     []results.Tag // of the run
	tagIDs   []string      // theirs; nil: not known
	firms    firmCount
	fresh    sample        // e-mail addresses that are to become leads
	rest     []source.Note // of what the last pass left out after the last row
}

// OnProgress has the run tell where it stands after every change, at most a
// few thousand times a second. do must be quick and is called by the loop; it
// must not call back.
func (j *Job) OnProgress(do func(Progress)) { j.progress = do }

// Forecast is what the job will do.
func (j *Job) Forecast() Forecast { return j.forecast }

// Prepare does everything that comes before the first write. Nothing is
// created or changed, here or in the workspace. The error is a *StopError.
func Prepare(ctx context.Context, cfg Config) (*Job, error) {
	cfg = cfg.withDefaults()
	j := &Job{cfg: cfg, keys: newKeys()}
	if err := j.prepare(ctx); err != nil {
		return nil, stopFor(err, false)
	}
	return j, nil
}

func (j *Job) prepare(ctx context.Context) error {
	cfg, f := j.cfg, &j.forecast
	plan, err := cfg.Mapping.Compile(cfg.Input.Header(), cfg.Version)
	if err != nil {
		return &StopError{Reason: NothingSent, Err: err}
	}
	j.plan = plan
	j.match, j.mapsID = cfg.Mapping.Match(), j.mapsIdentity()
	if cfg.Client == nil {
		f.Unasked = append(f.Unasked, "the token, the workspace and its attributes (no token was given)")
	} else {
		if f.Workspace, err = cfg.Client.Me(ctx); err != nil {
			return err
		}
		f.Known = true
		if err := meetWorkspace(ctx, cfg, plan, f); err != nil {
			return err
		}
	}
	if err := j.settleTypes(ctx); err != nil {
		return err
	}
	if err := j.meetPrevious(); err != nil {
		return err
	}
	if err := j.guardColumns(); err != nil {
		return err
	}
	if err := j.meetEarlier(); err != nil {
		return err
	}
	if err := j.nameTags(); err != nil {
		return err
	}
	if err := j.survey(ctx); err != nil {
		return err
	}
	if err := j.surveyShared(ctx); err != nil {
		return err
	}
	if cfg.MaxErrors.exceeded(f.Invalid, f.Rows) {
		return stop(TooManyErrors, "mend the file, or raise --max-errors",
			"%d of %d rows are invalid: nothing was sent", f.Invalid, f.Rows)
	}
	j.refreshMissing()
	j.foresee()
	f.Notes = append(f.Notes, plan.Warnings()...)
	f.Columns, f.Attributes = plan.Columns(), plan.Attributes()
	// An empty list, not null, in JSON.
	f.NewColumns = append([]string{}, f.NewColumns...)
	f.Calls = f.Create + f.Update + f.LookUps + j.callsBehind()
	if cfg.Limit == 0 {
		f.Vanished = cfg.Previous.Vanished()
	}
	if err := j.guardChange(); err != nil {
		return err
	}
	if err := j.askKnown(ctx); err != nil {
		return err
	}
	if cfg.Client != nil {
		if perSecond, known := cfg.Client.Limit(); known && perSecond > 0 {
			f.Seconds = float64(f.Calls) / perSecond
			if limit, per, known := cfg.Client.Quota(); known {
				f.Limit, f.LimitSeconds = limit, per.Seconds()
				f.LimitShare = min(1, perSecond*per.Seconds()/float64(limit))
			}
		}
	}
	return nil
}

// pass says which rows a pass over the file hands out, and how.
type pass struct {
	limit  int  // only the first so many; 0: all
	keep   bool // the cells are kept: each row gets its own
	digest bool // eachLead's rows have the digest of their lead
	raw    bool // eachLead's rows are not converted
}

// eachRow reads the file once, to its end, and calls do for its rows in order.
func (j *Job) eachRow(ctx context.Context, p pass, do func(source.Row) error) error {
	rows, err := j.cfg.Input.Rows()
	if err != nil {
		return err
	}
	rows.ReuseCells = !p.keep
	for n := 0; ; n++ {
		// A look at ctx for each row would cost more than the row.
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r, err := rows.Next()
		if errors.Is(err, io.EOF) {
			j.rest = rows.Rest()
			return nil
		}
		if err != nil {
			if errors.Is(err, source.ErrChanged) {
				return err
			}
			return &StopError{Reason: NothingSent, Err: err}
		}
		if p.limit > 0 && n >= p.limit {
			continue // the whole file is read all the same: its end proves it sound
		}
		if err := do(r); err != nil {
			return err
		}
	}
}

// settleTypes gives every attribute without a type the one that its column
// has. That takes a pass of its own: what a row becomes depends on all rows.
func (j *Job) settleTypes(ctx context.Context) error {
	if j.plan.Observes() {
		// All rows, whatever part of them is imported: every shard and every
		// trial run must come to the same types.
		err := j.eachLead(ctx, pass{raw: true}, func(r *converted) error {
			if r.Problem == nil {
				j.plan.Observe(r.Cells)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	j.plan.Settle()
	if err := j.plan.Ambiguous(); err != nil {
		return &StopError{Reason: NothingSent, Err: err}
	}
	return nil
}

// survey converts every row once, counts, and remembers the keys.
func (j *Job) survey(ctx context.Context) error {
	f := &j.forecast
	var groups, repairs, remarks problemGroups
	err := j.eachLead(ctx, pass{limit: j.cfg.Limit}, func(r *converted) error {
		if !j.cfg.Shard.has(r.key, r.Number) {
			return nil
		}
		f.Rows++
		for _, n := range r.Notes {
			repairs.add("", n.Code, "", n.Message, Place{Row: r.Number, Line: n.Line})
		}
		if r.fault != nil {
			f.Invalid++
			groups.addRow(r)
			_, err := j.lookPrevious(r.key) // who is in the file has not vanished
			return err
		}
		for _, p := range r.remarks {
			remarks.add(p.Column, p.Code, p.Message, p.Message, Place{Row: r.Number, Line: r.Line, Value: p.Value})
		}
		if strings.HasPrefix(string(r.key), "row:") {
			f.NoKey++
		}
		j.keys.add(r.key)
		j.firms.add(r.lead)
		if j.cfg.Previous == nil && !r.lead.IsUpdate() {
			j.fresh.addLead(r.lead)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, n := range j.rest {
		repairs.add("", n.Code, "", n.Message, Place{Line: n.Line})
	}
	distinct := j.keys.seal()
	f.Shared = f.Rows - f.Invalid - distinct
	f.Problems, f.Repairs, f.Remarks = fixes(groups.groups()), repairs.groups(), remarks.groups()
	return nil
}

// refreshMissing takes over the types that the columns' values gave to the
// attributes that are to be created.
func (j *Job) refreshMissing() {
	types := map[string]client.Type{}
	for _, a := range j.plan.Attributes() {
		types[a.Name] = a.Type
	}
	for i, a := range j.forecast.Missing {
		if t := types[a.Name]; t != "" {
			j.forecast.Missing[i].Type = t
		}
	}
}
