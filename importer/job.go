package importer

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"leadimport/client"
	"leadimport/importer/fate"
	"leadimport/importer/outcome"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// Job is a prepared run.
type Job struct {
	cfg      Config
	plan     *mapping.Plan
	match    mapping.Match
	rules    fate.Rules
	policy   fate.Policy
	weigher  fate.Weigher
	runID    string // random, kept by resumes; the stamp is made of it
	same     bool   // the list is byte for byte the one of the interrupted run
	resumed  bool   // there is a run to go on with
	mapsID   bool   // rows may name the contact that they update
	traceBy  string // the attribute that the key is, when contacts can be looked up by it
	forecast Forecast
	progress func(Progress)
	// postponed is why the run cannot go on, found before the rows were looked at.
	postponed *StopError

	keys     *keys
	sheet    sheetRows
	done     map[uint64]int              // rows of a shared key that the API holds already, by the key's hash
	reserved owners                      // the contacts of rows that need no match, when others do
	matches  map[int]fate.Event          // what match found, by row; a row without an entry has nobody
	settled  map[mapping.Key]scouted     // doubts that were over before the run
	claimed  owners                      // the values of creates in doubt, that others match by
	open     map[mapping.Key]*fate.Doubt // creates that were begun and not decided, of this run's own files
	orphans  []results.Doubt             // of these, those whose rows are gone
	lostNo   map[int]int                 // invalid rows whose no to e-mail is not sent though the lead is there; a valid row of it, or 0
	shown    map[string]bool             // contacts that a look-up showed before anything was sent

	lag       fate.Lag          // of the API's index; says how long doubts wait
	opened    time.Time         // when this process began
	began     time.Time         // of the run, resumed or not
	tags      []results.Tag     // of the run
	tagIDs    map[string]string // by client.TagKey, of the tags that are known
	rowTags   rowTags
	companies companies
	fresh     sample        // e-mail addresses that are to become leads
	rest      []source.Note // of what the last pass left out after the last row
}

// scouted is what a look-up before the run showed of a row in doubt.
type scouted struct {
	event  fate.Event
	sights []fate.Sight
}

// OnProgress has the run tell where it stands after every change, at most a
// few thousand times a second. do must be quick and is called by the goroutine
// of Run; it must not call back.
func (j *Job) OnProgress(do func(Progress)) { j.progress = do }

// Forecast is what the job will do.
func (j *Job) Forecast() Forecast { return j.forecast }

// Forecast is what a run will do, known before it sends anything. The JSON
// names are those of `check --format json`.
type Forecast struct {
	Rows      int `json:"rows"`
	Create    int `json:"create"`
	Update    int `json:"update"`
	Unchanged int `json:"unchanged"`
	Skip      int `json:"skip"`
	Invalid   int `json:"invalid"`
	Fail      int `json:"fail"` // rows that match several contacts, or somebody else's
	// Unresolved rows may have been created by an earlier run, and the API
	// cannot tell.
	Unresolved int `json:"unresolved"`
	// Standing rows were settled by the run that is resumed; Doubt counts the
	// rows of which it is not known whether an earlier run created them: they
	// are looked up before anything is sent.
	Standing int `json:"standing"`
	Doubt    int `json:"doubt"`
	// Orphans are creates that an interrupted run began for rows that the list
	// has no more: they are looked up, too.
	Orphans int `json:"orphans"`
	NoKey   int `json:"no_key"` // rows known by the digest of their values alone
	// Of NoKey, the rows whose key is a word that says nothing, and those whose
	// key is invalid and left out.
	NoKeyWords   int `json:"no_key_words"`
	NoKeyOmitted int `json:"no_key_omitted"`
	Shared       int `json:"shared_key"` // rows whose key came earlier in the file

	// Repeated are the keys with the most rows. SharedDiffer counts the keys that
	// several rows share whose names or phone numbers differ: several people may
	// have one.
	Repeated     []RepeatedKey `json:"repeated_keys"`
	SharedDiffer int           `json:"shared_keys_differ"`
	SharedKeys   int           `json:"shared_keys"` // how many keys several rows share
	// OptOuts counts the rows that are left out as duplicates, and say unlike
	// the first of their key that the person wants no e-mail.
	OptOuts    int     `json:"opt_outs_left_out"`
	OptOutRows []Place `json:"-"`
	// OptOutsKept counts the rows that would take back what an earlier row of
	// their key says: that the person wants no e-mail.
	OptOutsKept int     `json:"opt_outs_kept"`
	KeptRows    []Place `json:"-"`
	// OptOutsInvalid counts the invalid rows that say that the person wants no
	// e-mail, while somebody is in Intercom, or will be, without that.
	OptOutsInvalid int     `json:"opt_outs_invalid"`
	InvalidRows    []Place `json:"-"`

	// Changed keys of the newest earlier results have other values now.
	Changed  int `json:"changed"`
	Vanished int `json:"vanished"` // keys of earlier results that the file no longer has; they are not touched
	Undone   int `json:"undone"`   // rows whose lead was taken back by undo: they are created again

	// LookUp counts the rows that were looked up by MatchBy; LookUps is how many
	// calls that took. An e-mail address may be asked for in several spellings.
	LookUp  int      `json:"look_up"`
	LookUps int      `json:"look_ups"`
	MatchBy []string `json:"-"`

	Calls   int     `json:"calls"`   // writes, at least, and look-ups
	Seconds float64 `json:"seconds"` // at the present limit
	// Limit is how many calls the API grants in LimitSeconds to all users of
	// the token's app, 0 when no answer has told; LimitShare is the part of it
	// that this run takes, 0 to 1: by --share and --rate, and less what others
	// were seen to use.
	Limit        int     `json:"limit"`
	LimitSeconds float64 `json:"limit_seconds"`
	LimitShare   float64 `json:"limit_share"`

	Problems []ProblemGroup `json:"problems"`
	// Remarks are values that are sent and look wrong, or that were mended, or
	// read as blank.
	Remarks []ProblemGroup `json:"remarks"`
	// Omitted are invalid values that on_invalid: omit leaves out of rows that go
	// in; ValuesOmitted is how many there are.
	Omitted       []ProblemGroup `json:"omitted"`
	ValuesOmitted int            `json:"values_omitted"`
	// Repairs are what was read in another way than it is written.
	Repairs []ProblemGroup `json:"repairs"`
	// Rules are the attributes with a write rule, and the rule's word.
	Rules map[string]string `json:"write_rules"`

	// Stopped is why a run would stop before it sends anything, where the rows
	// could be looked at all the same; what they would come to is not counted then.
	Stopped string `json:"stopped,omitempty"`

	// EmailsKnown of EmailsAsked addresses that are to be created are those of
	// people whom the workspace knows already.
	EmailsAsked int `json:"emails_looked_up"`
	EmailsKnown int `json:"emails_known"`
	// NewColumns are neither in the newest earlier results nor in the mapping.
	NewColumns []string `json:"new_columns"`

	// Open rows are in the API since the run that is resumed; their companies
	// or tags are still to be sent.
	Open int `json:"open"`
	// Companies that valid rows name, each counted once.
	Companies int `json:"companies"`
	// CompaniesDiffer counts the companies of which rows say different things: of
	// each attribute the first that is not blank is saved.
	CompaniesDiffer int                `json:"companies_differ"`
	Differing       []DifferingCompany `json:"companies_differ_first"`
	Tags            []string           `json:"tags"` // that every lead gets
	// RowTags are those that the most rows name by themselves, of RowTagNames.
	RowTags     []TagCount `json:"row_tags"`
	RowTagNames int        `json:"row_tag_names"`

	found       int                 // of Create: they are there already
	begun       int                 // of Doubt: found or sent again, they are created
	kept        Totals              // of Standing
	reads       int                 // contacts that are read before they are updated
	Workspace   client.Workspace    `json:"-"`
	Known       bool                `json:"-"` // the API was asked
	Columns     []mapping.Column    `json:"-"`
	Attributes  []mapping.Attribute `json:"-"`
	OfCompanies []mapping.Attribute `json:"-"` // besides their ids and names
	// Missing custom attributes are created before the first write.
	Missing []mapping.Attribute `json:"-"`
	// Notes are what the user should know before the run goes on.
	Notes []string `json:"-"`
	// Unasked names what was left out for want of a token or an answer.
	Unasked []string `json:"-"`
}

// Whole is f with the rows of Standing and of Doubt counted by the statuses that
// they have or will come to, too, as the totals of a run count them.
func (f Forecast) Whole() Forecast {
	f.Create += f.kept.Of(outcome.Created) + f.begun
	f.Update += f.kept.Of(outcome.Updated)
	f.Unchanged += f.kept.Of(outcome.Unchanged)
	return f
}

// postpone keeps what stops the run until the rows were looked at, when all is
// to be shown.
func (j *Job) postpone(why *StopError) error {
	switch {
	case !j.cfg.ShowAll:
		return why
	case j.postponed == nil:
		j.postponed = why
	default:
		j.postponed = &StopError{Reason: NothingSent, Err: errors.Join(j.postponed, why)}
	}
	return nil
}

// rowName names a row of the list in a message.
func (j *Job) rowName(row int) string { return j.sheet.name(row) }

// Columns are the names of a file's columns. In results and rejects of ours
// that --excel-safe has guarded, its mark is taken off, there and in all cells.
func Columns(input *source.File) []string {
	names := slices.Clone(input.Header())
	if results.WasGuarded(input.Name(), names) {
		for i, name := range names {
			names[i] = results.Unguard(name)
		}
	}
	return names
}

// pass says which rows a pass over the file hands out, and how.
type pass struct {
	limit  int  // only the first so many; 0: all
	digest bool // rows have the digest of their lead
	raw    bool // rows are not converted
}

// eachRow reads the file once, to its end, and calls do for its rows in order.
// keep has each row keep its cells for good.
func (j *Job) eachRow(ctx context.Context, limit int, keep bool, do func(source.Row) error) error {
	rows, err := j.cfg.Input.Rows()
	if err != nil {
		return err
	}
	rows.ReuseCells = !keep
	guarded := results.WasGuarded(j.cfg.Input.Name(), j.cfg.Input.Header())
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
		if guarded {
			for i, cell := range r.Cells {
				r.Cells[i] = results.Unguard(cell)
			}
		}
		if limit > 0 && n >= limit {
			continue // the whole file is read all the same: its end proves it sound
		}
		if err := do(r); err != nil {
			return err
		}
	}
}

// eachLead is eachRow with the rows converted, on all processors: converting
// takes longer than reading. do is called in file order, by the caller's own
// goroutine.
func (j *Job) eachLead(ctx context.Context, p pass, do func(*converted) error) error {
	var digest func(client.Lead) [16]byte
	if p.digest {
		digest = j.rules.Digest
	}
	return inOrder(j.cfg.Crash,
		func() *rowBatch { return &rowBatch{} },
		func(b *rowBatch, send func(*rowBatch) (*rowBatch, error)) error {
			flush := func() (err error) {
				if b, err = send(b); err == nil {
					b.rows, b.cells = b.rows[:0], b.cells[:0]
				}
				return err
			}
			err := j.eachRow(ctx, p.limit, false, func(r source.Row) error {
				if b.add(r); len(b.rows) < rowsPerBatch {
					return nil
				}
				return flush()
			})
			if err == nil && len(b.rows) > 0 {
				err = flush()
			}
			return err
		},
		func(b *rowBatch) {
			if !p.raw {
				b.convert(j.plan, digest)
			}
		},
		func(b *rowBatch) error {
			for i := range b.rows {
				if err := do(&b.rows[i]); err != nil {
					return err
				}
			}
			return nil
		})
}
