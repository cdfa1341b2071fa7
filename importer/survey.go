package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/client/email"
	"leadimport/importer/fate"
	"leadimport/importer/outcome"
	"leadimport/importer/plan"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// The passes over the file before anything is sent: types, counts and keys,
// what the API holds already, whom match and doubts have to look up, and the
// forecast, which runs every row through fate with the answers left out.

// settleTypes gives every attribute without a type the one that its column
// has. That takes a pass of its own: what a row becomes depends on all rows.
func (j *Job) settleTypes(ctx context.Context) error {
	if j.plan.Observes() {
		// All rows, whatever part of them is imported: every shard and every
		// trial run must come to the same types.
		err := j.eachLead(ctx, pass{raw: true}, func(r *converted) error {
			if r.Problem != nil {
				return nil
			}
			if j.plan.Observe(r.Cells); r.Number%rowsPerBatch == 0 && !j.plan.Observes() {
				return errEnough
			}
			return nil
		})
		if err == errEnough {
			err = nil // nothing that follows would change a type
		}
		if err != nil {
			return err
		}
	}
	j.plan.Settle()
	if err := j.plan.Ambiguous(); err != nil {
		return j.postpone(&StopError{Reason: NothingSent, Err: err})
	}
	return nil
}

// survey converts every row once, counts, and remembers the keys.
func (j *Job) survey(ctx context.Context) error {
	f := &j.forecast
	var groups, repairs, remarks, omitted problemGroups
	var marks guardMarks
	keyColumns := j.plan.KeyColumns()
	var numerals mapping.Numerals
	var noes lostNoes
	spelled := spellings{job: j, decimal: j.cfg.History.Numerals().Decimal > 0}
	err := j.eachLead(ctx, pass{limit: j.cfg.Limit}, func(r *converted) error {
		j.sheet.add(r.Number, r.Sheet)
		own := j.cfg.Shard.has(r.key, r.Number)
		if r.fault == nil {
			j.companies.add(r.lead, own)
		}
		if !own {
			return nil
		}
		f.Rows++
		for _, n := range r.Notes {
			repairs.add("", n.Code, n.Message, placeOfNote(n, r))
		}
		if r.fault != nil {
			f.Invalid++
			groups.addRow(r)
			known, err := j.cfg.History.Seen(string(r.key)) // who is in the file has not vanished
			if optsOut(r.lead) && r.key != "" {
				noes.add(j.keys.hash(r.key), placeOf(r.Number, r.At, ""), known.Line.ID != "" || known.Line.UserID != "")
			}
			return err
		}
		remarks.addCells(r.Number, r.At, r.remarks)
		marks.add(r, j.plan)
		omitted.addCells(r.Number, r.At, r.omitted) // foreseeRows knows which of them go in
		f.ValuesOmitted += len(r.omitted)
		if r.noKey {
			f.addNoKey(r, keyColumns)
		}
		j.keys.add(r.key)
		numerals.Add(string(r.key))
		spelled.add(r)
		j.rowTags.add(r.lead)
		if j.cfg.History == nil && !r.lead.IsUpdate() {
			j.fresh.addLead(r.lead)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := j.loseNoes(ctx, noes); err != nil {
		return err
	}
	if err := j.mixCompanies(ctx); err != nil {
		return err
	}
	j.foretellTags()
	for _, n := range j.rest {
		repairs.add("", n.Code, n.Message, placeOfNote(n, nil))
	}
	distinct := j.keys.seal()
	spelled.note(&remarks)
	marks.note(&remarks)
	f.Shared, f.SharedKeys = f.Rows-f.Invalid-distinct, len(j.keys.shared)
	m := j.cfg.Mapping
	f.Problems, f.Repairs = fixes(groups.groups(), m), repairs.groups()
	f.Remarks, f.Omitted = judged(remarks.groups(), m), omitted.groups()
	if here, there, differ := numerals.Differ(j.cfg.History.Numerals()); differ {
		return stop(NothingSent, fmt.Sprintf("export the list again with that column as text, or take the old spelling up again, so that its keys read as %s does", there),
			"the keys of this list are written like %s, those of the earlier results like %s: a program has calculated with the column, and everybody would be created again", here, there)
	}
	return spelled.stop()
}

const (
	tagsShown = 10
	// manyTags is more than people choose tags from: what a column has so many
	// different texts of is more likely something else.
	manyTags = 100
)

// foretellTags tells which tags rows name by themselves.
func (j *Job) foretellTags() {
	f, n := &j.forecast, len(j.rowTags)
	f.RowTags, f.RowTagNames = []TagCount{}, n
	for _, tag := range j.rowTags.frequent()[:min(n, tagsShown)] {
		f.RowTags = append(f.RowTags, TagCount{tag.name, tag.rows})
	}
	if n > manyTags {
		f.Notes = append(f.Notes, fmt.Sprintf("%d different tags stand in column %s, and each is made in Intercom: is it a column of tags, and split: right?", n, quoted(j.plan.TagColumns())))
	}
}

// mixCompanies settles what is saved of companies whose rows differ. All rows are
// looked at, whatever part of them is imported: every shard must come to the same.
func (j *Job) mixCompanies(ctx context.Context) error {
	if !j.companies.differ() {
		return nil
	}
	f := &j.forecast
	told := map[string]bool{}
	return j.eachLead(ctx, pass{limit: j.cfg.Limit}, func(r *converted) error {
		if r.fault != nil {
			return nil
		}
		for _, company := range r.lead.Companies {
			if !j.companies.differs(company.CompanyID) {
				continue
			}
			for _, d := range j.companies.mix(company, r.Number, r.At) {
				if !told[d.CompanyID] {
					told[d.CompanyID] = true
					f.CompaniesDiffer++
				}
				if len(f.Differing) < placesPerGroup && !slices.ContainsFunc(f.Differing, func(have DifferingCompany) bool {
					return have.CompanyID == d.CompanyID && have.Attribute == d.Attribute
				}) {
					f.Differing = append(f.Differing, d)
				}
			}
		}
		return nil
	})
}

// lostNoes are the invalid rows that say no to e-mail, by the hash of their
// key. Such a no is lost where the lead is in Intercom all the same: another
// row of the key is valid, or an earlier run has sent it.
type lostNoes map[uint64]*lostNo

type lostNo struct {
	rows  []Place
	there bool // an earlier run has sent the lead
	valid int  // the first valid row of the key; 0: none
	said  bool // a valid row that counts says no, too
}

func (l *lostNoes) add(key uint64, at Place, there bool) {
	if *l == nil {
		*l = lostNoes{}
	}
	n := (*l)[key]
	if n == nil {
		n = &lostNo{}
		(*l)[key] = n
	}
	n.rows, n.there = append(n.rows, at), n.there || there
}

// loseNoes finds out which of them are lost. That takes a pass of its own, for
// the valid row of a key may stand before or behind.
func (j *Job) loseNoes(ctx context.Context, noes lostNoes) error {
	if len(noes) == 0 {
		return nil
	}
	onlyFirst := j.policy.SkipDuplicates || j.policy.RejectDuplicates
	err := j.eachLead(ctx, pass{limit: j.cfg.Limit}, func(r *converted) error {
		if r.fault != nil || !j.cfg.Shard.has(r.key, r.Number) {
			return nil
		}
		n := noes[j.keys.hash(r.key)]
		if n == nil {
			return nil
		}
		if n.valid == 0 || !onlyFirst {
			n.said = n.said || optsOut(r.lead)
		}
		if n.valid == 0 {
			n.valid = r.Number
		}
		return nil
	})
	if err != nil {
		return err
	}
	f := &j.forecast
	j.lostNo = map[int]int{}
	for _, n := range noes {
		if n.said || n.valid == 0 && !n.there {
			continue
		}
		f.InvalidRows = append(f.InvalidRows, n.rows...)
		for _, at := range n.rows {
			j.lostNo[at.Row] = n.valid
		}
	}
	f.OptOutsInvalid = len(f.InvalidRows)
	slices.SortFunc(f.InvalidRows, func(a, b Place) int { return a.Row - b.Row })
	f.InvalidRows = slices.Clone(f.InvalidRows[:min(len(f.InvalidRows), placesPerGroup)])
	return nil
}

// placeOfNote is where a note of row r stands. What was left out before r, or
// below the last row, has a place of its own.
func placeOfNote(n source.Note, r *converted) Place {
	if n.Sheet > 0 || r == nil {
		return placeOf(0, source.At{Line: n.Line, Sheet: n.Sheet}, n.Text)
	}
	return placeOf(r.Number, source.At{Line: n.Line, Sheet: r.Sheet}, n.Text)
}

// addNoKey counts a row without a key, by why it has none.
func (f *Forecast) addNoKey(r *converted, keyColumns []string) {
	f.NoKey++
	ofKey := func(list []mapping.Problem) bool {
		return slices.ContainsFunc(list, func(p mapping.Problem) bool { return slices.Contains(keyColumns, p.Column) })
	}
	words := slices.DeleteFunc(slices.Clone(r.remarks), func(p mapping.Problem) bool { return treatmentOf(p.Code) != ReadAsBlank })
	switch {
	case ofKey(r.omitted):
		f.NoKeyOmitted++
	case ofKey(words):
		f.NoKeyWords++
	}
}

// eachRowWithFacts goes over the file with facts, for rows that are imported.
func (j *Job) eachRowWithFacts(ctx context.Context, do func(*row) error) error {
	t := newTeller(j)
	return j.eachLead(ctx, pass{limit: j.cfg.Limit, digest: true}, func(r *converted) error {
		if !j.cfg.Shard.has(r.key, r.Number) || r.fault != nil {
			return nil
		}
		w, err := t.row(r)
		if err != nil {
			return err
		}
		return do(w)
	})
}

// compare finds out how much of each shared key the API holds already: the
// first rows of it, up to the one that earlier results end with.
func (j *Job) compare(ctx context.Context) error {
	j.done = map[uint64]int{}
	if j.cfg.History == nil {
		return nil
	}
	if j.forecast.Shared > 0 {
		err := j.eachRowWithFacts(ctx, func(w *row) error {
			if j.keys.isShared(w.key) && w.first.Hash != "" && w.facts.Hash == w.first.Hash {
				j.done[j.keys.hash(w.key)] = w.nth
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// scout asks the API, before anything is forecast or sent, about the rows that
// match has to look up and about the doubts whose wait is over. The run uses
// the same answers.
func (j *Job) scout(ctx context.Context) error {
	f := &j.forecast
	j.matches = map[int]fate.Event{}
	j.settled = map[mapping.Key]scouted{}
	// Nobody has an attribute yet that is still to be created.
	j.match.By = slices.DeleteFunc(j.match.By, func(name string) bool {
		return slices.ContainsFunc(f.Missing, func(a mapping.Attribute) bool { return a.Name == name })
	})
	f.MatchBy = j.match.By
	j.policy.MatchBy = j.match.By
	if len(j.match.By) == 0 && !j.resumed && !j.cfg.History.Undecided() {
		return j.findOrphans(nil)
	}
	var unknown, doubtful []*row
	passed := map[mapping.Key]bool{}
	err := j.eachRowWithFacts(ctx, func(w *row) error {
		j.reserve(w)
		if w.nth > 1 {
			return nil
		}
		state, a := fate.Next(&w.facts, fate.State{}, fate.Event{Kind: fate.Turn, Known: w.first})
		w.state = state
		w.cells = nil
		switch d := w.facts.Past.Doubt; {
		case a.Kind == fate.Match:
			unknown = append(unknown, w)
		case a.Kind == fate.LookUp:
			doubtful = append(doubtful, w)
		case d != nil && d.UpdateOf == "": // the row goes another way: its contact became known since
			passed[w.key] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := j.findOrphans(passed); err != nil {
		return err
	}
	if j.cfg.Client == nil {
		if len(unknown) > 0 {
			f.Unasked = append(f.Unasked, "whom Intercom knows already (match: needs a token)")
		}
		f.LookUp = len(unknown)
		return nil
	}
	if err := j.scoutRows(ctx, unknown); err != nil {
		return err
	}
	return j.lookUpDoubts(ctx, doubtful)
}

// scoutRows looks up rows for match.
func (j *Job) scoutRows(ctx context.Context, rows []*row) error {
	f := &j.forecast
	before := j.cfg.Client.Stats().Calls
	var tasks []*task
	for n := j.matchBatch(); len(rows) > 0; {
		n = min(n, len(rows))
		tasks = append(tasks, &task{kind: match, rows: rows[:n:n]})
		rows = rows[n:]
		f.LookUp += n
	}
	err := each(ctx, j.cfg.Workers, j.cfg.Crash, tasks, func(ctx context.Context, t *task) error {
		t.do(ctx, j)
		return t.err
	})
	if err != nil {
		return matchStop(err, false)
	}
	for _, t := range tasks {
		for i, w := range t.rows {
			j.matches[w.number] = t.matches[i]
		}
	}
	f.LookUps += int(j.cfg.Client.Stats().Calls - before)
	return nil
}

// findOrphans learns what interrupted runs have begun and not decided, and
// which of it no row of this run will take up: rows that are gone, and keys
// that are passed by.
func (j *Job) findOrphans(passed map[mapping.Key]bool) error {
	j.open = map[mapping.Key]*fate.Doubt{}
	if j.cfg.History == nil {
		return nil
	}
	orphan := func(d results.Doubt) error {
		j.open[mapping.Key(mapping.FoldKey(d.Key))] = j.doubtOf(d)
		j.orphans = append(j.orphans, d)
		j.claim(&j.claimed, d.Lead, vanishedClaim)
		return nil
	}
	err := j.cfg.History.OwnOpen(func(d results.Doubt) error {
		key := mapping.Key(mapping.FoldKey(d.Key))
		switch {
		case d.ID != "":
		case !j.cfg.History.Asked(d.Key) || passed[key]:
			return orphan(d)
		default:
			j.open[key] = j.doubtOf(d)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return j.cfg.History.EarlierOpen(orphan)
}

// lookUpDoubts asks about the rows in doubt whose wait is over, and for the
// forecast about those that a journal tells of, whose wait is not.
func (j *Job) lookUpDoubts(ctx context.Context, rows []*row) error {
	now, server := time.Now(), j.serverNow()
	open := newDoubts(&j.lag, j.open)
	for _, w := range rows {
		open.rivals[w.key] = &rival{doubt: &w.state.Doubt}
	}
	rows = slices.DeleteFunc(rows, func(w *row) bool {
		return w.state.Doubt.Inferred && !w.state.Doubt.Over(now, server, j.lag.Wait())
	})
	for _, w := range rows {
		w.state.Doubt.Reckon(now, server)
	}
	var tasks []*task
	for len(rows) > 0 {
		n := min(maxLook, len(rows))
		tasks = append(tasks, &task{kind: look, rows: rows[:n:n]})
		rows = rows[n:]
	}
	err := each(ctx, j.cfg.Workers, j.cfg.Crash, tasks, func(ctx context.Context, t *task) error {
		t.do(ctx, j)
		return t.err
	})
	if err != nil {
		return err
	}
	for _, t := range tasks {
		for i, w := range t.rows {
			e := fate.Event{Kind: fate.LookedUp, Over: w.state.Doubt.Over(now, server, j.lag.Wait()), Blind: t.looks[i].blind}
			w.state.Doubt.Reckon(time.Now(), j.serverNow())
			for _, sight := range t.looks[i].sights {
				ev := fate.Show(sight.Contact)
				sight.Owned = j.ownedByOther(w.key, ev.ID) || j.reservedBy(w, ev) != 0
				sight.Rival, _ = open.contest(w, sight.Contact, &j.weigher, now, server)
				ev.Class = j.weigher.Weigh(&w.state.Doubt, sight)
				e.Found = append(e.Found, ev)
			}
			j.settled[w.key] = scouted{e, t.looks[i].sights}
		}
	}
	return nil
}

// reserve notes whose the contacts are that rows name by themselves, or that
// earlier results know.
func (j *Job) reserve(w *row) {
	if len(j.match.By) == 0 {
		return
	}
	for _, id := range []string{w.lead.ID, w.first.ID} {
		if id != "" {
			j.reserved.add(id, w.number)
		}
	}
	switch d := w.facts.Past.Doubt; {
	case d == nil:
	case d.UpdateOf != "":
		j.reserved.add(d.UpdateOf, w.number)
	default:
		j.claim(&j.claimed, d.Sent, w.number)
		j.claim(&j.claimed, w.lead, w.number)
	}
	if w.lead.UserID != "" {
		j.reserved.add(ofUserID+w.lead.UserID, w.number)
	}
}

// brief is what the forecast keeps of a shared key.
type brief struct {
	rows, blocked         int32
	first                 int32  // the first row's number
	name, phone, email    uint32 // hashes of what the first row with one says; 0: none does
	has, sent, no         bool
	optsOut               bool // the first row says no to e-mails
	saysNo                int  // the first row that does; 0: none
	names, phones, emails bool // those of its rows differ
}

// see takes in what a row of the key says of the person.
func (b *brief) see(w *row) {
	if b.first == 0 {
		b.first, b.optsOut = int32(w.number), optsOut(w.lead)
	}
	for _, of := range []struct {
		attribute string
		first     *uint32
		differ    *bool
	}{{"name", &b.name, &b.names}, {"phone", &b.phone, &b.phones}, {"email", &b.email, &b.emails}} {
		v, ok := identity(w.lead, of.attribute)
		if !ok {
			continue
		}
		text := valueName(of.attribute, client.String(email.Fold(strings.Join(strings.Fields(v.Text()), " "))))
		h := max(1, uint32(ownerHash(text)))
		if *of.first == 0 {
			*of.first = h
		}
		*of.differ = *of.differ || *of.first != h
	}
}

// foresee runs every row through fate with the answers left out.
func (j *Job) foresee(ctx context.Context) error {
	f := &j.forecast
	j.policy.OnlyCreate, j.policy.OnlyUpdate = j.cfg.Only == OnlyCreate, j.cfg.Only == OnlyUpdate
	if j.cfg.History == nil && f.Shared == 0 && !j.mapsID && len(j.match.By) == 0 && j.cfg.Only == "" {
		f.Create = f.Rows - f.Invalid
		for _, tag := range j.rowTags {
			tag.goes = tag.rows
		}
		return nil
	}
	for {
		sofar, fresh := *f, j.fresh
		fresh.emails = slices.Clone(fresh.emails)
		unknown, err := j.foreseeRows(ctx)
		if err != nil || len(unknown) == 0 || j.cfg.Client == nil {
			return err
		}
		// What the first rows of a key come to has shown that these are looked
		// up, too: once more, with the answers.
		*f, j.fresh = sofar, fresh
		if err := j.scoutRows(ctx, unknown); err != nil {
			return err
		}
	}
}

// foreseeRows counts what rows come to, and returns those that match has still
// to look up; they are taken for new.
func (j *Job) foreseeRows(ctx context.Context) (unknown []*row, err error) {
	lanes := map[uint64]brief{}
	var values, contacts owners // contacts: the forecast does without, for it reads none
	var omitted problemGroups
	f := &j.forecast
	f.ValuesOmitted = 0
	for _, tag := range j.rowTags {
		tag.goes = 0
	}
	err = j.eachRowWithFacts(ctx, func(w *row) error {
		known := w.first
		shared := j.keys.isShared(w.key)
		h := j.keys.hash(w.key)
		b := lanes[h]
		if shared {
			w.lane = &lane{claim: w.number}
			if b.first != 0 {
				known, w.lane.claim = b.known(), int(b.first)
			}
			b.see(w)
			w.saysNo = j.takesBack(w.lead, w.number, &b.saysNo)
		}
		j.claimValues(&values, w)
		x, after := fate.Expect(&w.facts, known, func(s fate.State, a fate.Action) (fate.Event, bool) {
			w.state = s
			switch a.Kind {
			case fate.LookUp:
				x, ok := j.settled[w.key]
				return x.event, ok
			case fate.Read, fate.Trace:
				return fate.Event{}, false
			}
			e, ok := j.matches[w.number]
			if !ok {
				unknown = append(unknown, w)
				return fate.Event{Kind: fate.Matched}, true
			}
			return j.matched(w, e, &values, &contacts), true
		})
		if shared {
			b.keep(after)
			lanes[h] = b
			j.foreseeRepeat(w, h, b, x)
		}
		j.foreseen(w, x)
		if x.Status == "" || x.Status.Stands() {
			omitted.addCells(w.number, w.at, w.omitted)
			f.ValuesOmitted += len(w.omitted)
		}
		w.cells = nil // they are good until this returns
		return nil
	})
	f.Omitted = omitted.groups()
	for i := range f.Repeated {
		k := &f.Repeated[i]
		b := lanes[k.hash]
		k.NamesDiffer, k.PhonesDiffer, k.EmailsDiffer = b.names, b.phones, b.emails
	}
	slices.SortStableFunc(f.Repeated, func(a, b RepeatedKey) int { return b.Rows - a.Rows })
	for _, b := range lanes {
		if b.names || b.phones || b.emails {
			f.SharedDiffer++
		}
	}
	return unknown, err
}

// foreseeRepeat notes a row of a shared key, whose hash is h.
func (j *Job) foreseeRepeat(w *row, h uint64, b brief, x fate.Expectation) {
	f := &j.forecast
	if int(b.first) == w.number {
		rows, same := j.keys.shared[h], 0
		for _, k := range f.Repeated {
			if k.rows == rows {
				same++
			}
		}
		if j.keys.isMost(rows, same) {
			f.Repeated = append(f.Repeated, RepeatedKey{Key: string(w.key), hash: h, rows: rows})
		}
	}
	if i := slices.IndexFunc(f.Repeated, func(k RepeatedKey) bool { return k.hash == h }); i >= 0 {
		k := &f.Repeated[i]
		k.Rows++
		if len(k.First) < placesPerGroup {
			k.First = append(k.First, placeOf(w.number, w.at, ""))
		}
	}
	if keepsOptOut(w, x.Status) {
		f.OptOutsKept++
		if len(f.KeptRows) < placesPerGroup {
			f.KeptRows = append(f.KeptRows, placeOf(w.number, w.at, ""))
		}
	}
	if x.Code == outcome.DuplicateKey && optsOut(w.lead) && !b.optsOut {
		f.OptOuts++
		if len(f.OptOutRows) < placesPerGroup {
			f.OptOutRows = append(f.OptOutRows, placeOf(w.number, w.at, ""))
		}
	}
}

func (b *brief) keep(k fate.Known) {
	b.rows, b.blocked = int32(k.Rows), int32(k.Blocked)
	b.has, b.sent, b.no = k.ID != "" || k.UserID != "", k.Sent, k.Refused
}

func (b brief) known() fate.Known {
	k := fate.Known{Rows: int(b.rows), Blocked: int(b.blocked), Sent: b.sent, Refused: b.no}
	if b.has {
		k.ID = "?"
	}
	return k
}

// foreseen counts what a row will come to.
func (j *Job) foreseen(w *row, x fate.Expectation) {
	f := &j.forecast
	if x.Reads {
		f.reads++
	}
	if w.undone {
		f.Undone++
	}
	if x.Goes || x.Follows || x.Status == "" {
		j.rowTags.send(w.lead)
	}
	switch {
	case x.Kept:
		f.Standing++
		f.kept.add(x.Status, 1)
	case x.Status == "":
		f.Doubt++
		if d := w.facts.Past.Doubt; d != nil && !d.Inferred {
			f.begun++
		}
	case x.Follows && !x.Goes:
		f.Open++
	case x.Status == outcome.Created && x.Goes && !w.facts.NamesContact() && w.first.ID == "":
		f.Create++
		if j.cfg.History != nil {
			j.fresh.addLead(w.lead)
		}
	case x.Goes:
		f.Update++
	case x.Status == outcome.Unchanged:
		f.Unchanged++
	case x.Status == outcome.Skipped:
		f.Skip++
	case x.Status == outcome.Invalid:
		f.Invalid++
	case x.Status == outcome.Created: // found, and recorded without another call
		f.Create++
		f.found++
	case x.Status == outcome.Unresolved:
		f.Unresolved++
	default:
		f.Fail++
	}
	if w.nth <= 1 && w.newest && x.Goes && w.first.ID != "" && w.first.Hash != "" {
		f.Changed++
	}
}

// planAhead is how many rows of a plan are held at a time, whose contacts are
// read side by side.
const planAhead = 1024

// Plan runs every row through fate once more, with what the contacts hold that
// are to be updated, and hands out the lines of a plan in file order. Nothing
// is written to the workspace. The error is a *StopError, or write's.
func (j *Job) Plan(ctx context.Context, write func(plan.Line) error) error {
	p := &planner{job: j, lanes: map[mapping.Key]*lane{}, write: write}
	t := newTeller(j)
	err := j.eachLead(ctx, pass{limit: j.cfg.Limit, digest: true}, func(r *converted) error {
		if !j.cfg.Shard.has(r.key, r.Number) {
			return nil
		}
		w, err := t.row(r)
		if err != nil {
			return err
		}
		w.cells = nil // they are good until this returns
		if p.rows = append(p.rows, &planned{row: w, asked: map[question]*task{}}); len(p.rows) < planAhead {
			return nil
		}
		return p.lines(ctx)
	})
	if err == nil {
		err = p.lines(ctx)
	}
	if err != nil {
		return stopFor(err, false)
	}
	return nil
}

// Planned are the attributes of the lines that Plan hands out.
func (j *Job) Planned() []string { return slices.Clone(j.weigher.Attributes) }

// planner makes the lines of a plan.
type planner struct {
	job      *Job
	rows     []*planned // read, and without a line yet
	lanes    map[mapping.Key]*lane
	values   owners // as the scheduler has them
	contacts owners
	write    func(plan.Line) error
}

// planned is a row on its way to its line.
type planned struct {
	row   *row
	asked map[question]*task
	seen  bool        // its contact was read, and is row.before
	lead  client.Lead // what may be written to that
	err   error
}

// question is what the API is asked once about a row.
type question struct {
	kind   taskKind
	id, by string
}

// lines asks what there is to ask of the rows, side by side, and then settles
// them one by one: what an earlier row comes to may lead to more questions.
func (p *planner) lines(ctx context.Context) error {
	first := slices.DeleteFunc(slices.Clone(p.rows), func(r *planned) bool { return r.row.facts.Fault != nil || r.row.nth > 1 })
	err := each(ctx, p.job.cfg.Workers, p.job.cfg.Crash, first, func(ctx context.Context, r *planned) error {
		fate.Expect(&r.row.facts, r.row.first, func(s fate.State, a fate.Action) (fate.Event, bool) {
			return p.answer(ctx, r, s, a, &owners{})
		})
		return r.err
	})
	if err != nil {
		return err
	}
	for _, r := range p.rows {
		if err := p.line(ctx, r); err != nil {
			return err
		}
	}
	p.rows = p.rows[:0]
	return nil
}

// answer is what a row's contact, or a look-up for one, shows.
func (p *planner) answer(ctx context.Context, r *planned, s fate.State, a fate.Action, contacts *owners) (fate.Event, bool) {
	j, w := p.job, r.row
	switch a.Kind {
	case fate.LookUp:
		x, ok := j.settled[w.key]
		return x.event, ok
	case fate.Match:
		if e, ok := j.matches[w.number]; ok {
			return e, true
		}
		if t := r.ask(ctx, j, match, s, ""); t != nil {
			return t.matches[0], true
		}
	case fate.Read:
		if n := w.lane; n != nil && n.shown.ID != "" && (n.shown.ID == s.ID || s.ID == "" && fate.UserID(n.shown) == s.UserID) {
			return r.show(j, n.shown), true
		}
		if s.ID == fate.Unnamed {
			return fate.Event{}, false
		}
		if t := r.ask(ctx, j, read, s, ""); t != nil {
			if no := (*client.Error)(nil); errors.As(t.err, &no) {
				return fate.Event{Kind: fate.Refused, Status: no.Status, Code: no.Code, Message: no.Message, ContactID: no.ContactID}, true
			}
			return r.show(j, t.answer.Contact), true
		}
	case fate.Trace:
		if t := r.ask(ctx, j, trace, s, a.ContactID); t != nil {
			e := j.traced(w, t.sights, contacts)
			e.Merged, e.Message = t.merged, t.why
			return e, true
		}
	}
	return fate.Event{}, false
}

func (r *planned) show(j *Job, c client.Contact) (e fate.Event) {
	r.seen = true
	e, r.lead = j.show(r.row, c)
	return e
}

// ask has a task done, once; nil: it failed. into is whom the answer that a
// contact is gone named.
func (r *planned) ask(ctx context.Context, j *Job, kind taskKind, s fate.State, into string) *task {
	q := question{kind, s.ID, s.UserID}
	if t := r.asked[q]; t != nil || r.err != nil {
		return t
	}
	r.row.state = s
	t := &task{kind: kind, row: r.row, rows: []*row{r.row}, contact: into, asked: true}
	t.do(ctx, j)
	var no *client.Error
	switch {
	case t.err == nil, kind == read && errors.As(t.err, &no) && no.Kind == client.Refused:
		r.asked[q] = t
		return t
	case kind == match:
		t.err = matchStop(t.err, false)
	}
	r.err = t.err
	return nil
}

// line settles a row as the scheduler does, and writes its line.
func (p *planner) line(ctx context.Context, r *planned) error {
	j, w, known := p.job, r.row, r.row.first
	if w.facts.Fault == nil {
		if j.keys.isShared(w.key) {
			if p.lanes[w.key] == nil {
				p.lanes[w.key] = &lane{known: w.first, claim: w.number, optsOut: optsOut(w.lead)}
			}
			w.lane = p.lanes[w.key]
			known = w.lane.known
		}
		if w.lead.ID != "" {
			p.contacts.add(w.lead.ID, w.claim())
		}
		j.claimValues(&p.values, w)
	}
	r.seen, w.held = false, nil
	x, after := fate.Expect(&w.facts, known, func(s fate.State, a fate.Action) (fate.Event, bool) {
		e, ok := p.answer(ctx, r, s, a, &p.contacts)
		if ok && a.Kind == fate.Match {
			e = j.matched(w, e, &p.values, &p.contacts)
		}
		return e, ok
	})
	if r.err != nil {
		return r.err
	}
	l, now := p.lineOf(r, x)
	if l.ID != "" && x.Status != outcome.Invalid {
		p.contacts.add(l.ID, w.claim())
	}
	if n := w.lane; n != nil {
		n.known = after
		if x.Goes || r.seen {
			now.ID = after.ID
			n.shown = now
		}
	}
	return p.write(l)
}

// lineOf is the line of a row that comes to x, and what its contact holds then.
func (p *planner) lineOf(r *planned, x fate.Expectation) (plan.Line, client.Contact) {
	j, w := p.job, r.row
	said := j.remarked(w, results.Line{Status: x.Status, ErrorCode: x.Code, Error: x.Message})
	l := plan.Line{Row: w.number, Action: plan.ActionOf(x.Status), ID: x.ID, Key: string(w.key), Code: said.ErrorCode, Note: said.Error, Changes: make([]string, len(j.weigher.Attributes))}
	switch {
	case said.Note != "" && l.Note != "":
		l.Note += "; " + said.Note
	case said.Note != "":
		l.Note = said.Note
	case x.Status == "":
		l.Note = "an earlier run may have created it: it is looked up first"
	}
	if l.ID == fate.Unnamed {
		l.ID = ""
	}
	var now client.Contact
	lead := w.lead
	if r.seen {
		now, lead = w.before, r.lead
		l.Before = holdingOf(now, j.weigher.Attributes)
		l.After = l.Before
	} else if j.cfg.Version.Family() == client.Contacts {
		now.Role = "lead" // who is created
	}
	if !x.Goes {
		return l, now
	}
	for i, name := range j.weigher.Attributes {
		if v, ok := lead.Value(name); ok {
			l.Changes[i] = change(now, name, v, r.seen || x.Status == outcome.Created)
		}
	}
	if x.Status == outcome.Created && now.Unsubscribed == nil {
		now.Unsubscribed = new(bool) // as a lead begins
	}
	now = now.With(lead)
	if r.seen {
		l.After = holdingOf(now, j.weigher.Attributes)
	}
	return l, now
}

// change is what a value does to a contact, for people; blank: nothing.
func change(c client.Contact, name string, v client.Value, known bool) string {
	same, shown := c.Shows(name, v)
	has, readable := c.Value(name)
	switch {
	case shown && same:
		return ""
	case c.ID == "" && known: // it is created
		return v.Text()
	case !known || !readable && !strings.HasPrefix(name, client.CustomPrefix):
		return "?" + plan.Arrow + v.Text()
	}
	return has.Text() + plan.Arrow + v.Text()
}

// refreshMissing takes over the types that the columns' values gave to the
// attributes that are to be created.
func (j *Job) refreshMissing() {
	types := map[string]client.Type{}
	for _, a := range slices.Concat(j.plan.Attributes(), j.plan.CompanyAttributes()) {
		types[a.Name] = a.Type
	}
	for i, a := range j.forecast.Missing {
		if t := types[a.Name]; t != "" {
			j.forecast.Missing[i].Type = t
		}
	}
}

// callsBehind is how many calls come behind the saves, at least.
func (j *Job) callsBehind() int {
	f := &j.forecast
	f.Companies = j.companies.own
	sent := f.Create + f.Update + f.Open
	if sent == 0 {
		return 0
	}
	calls := 0
	if n := len(j.tags); n > 0 {
		// Each is looked up or created once, and then given to leads in lists.
		// The rows of one key are one lead.
		calls += n * (1 + lists(sent-f.Shared))
	}
	run := tagNames(j.tags)
	for _, tag := range j.rowTags.sent() {
		if slices.ContainsFunc(run, func(name string) bool { return client.TagKey(name) == client.TagKey(tag.name) }) {
			continue // every lead gets it
		}
		calls += 1 + lists(tag.goes)
	}
	if j.cfg.Version.Family() == client.Contacts {
		named := max(0, j.companies.rows-(f.Rows-f.Invalid-sent)) // the rows that are not sent may all name one
		calls += named + min(j.companies.own, named)
	}
	return calls
}

// lists is how many lists it takes to tag so many leads.
func lists(leads int) int { return (max(leads, 1) + client.MaxTagged - 1) / client.MaxTagged }

// spellings finds rows whose key is another one with its numbers written in
// another way: 1001.0, 1001,0 or 1,001 where the earlier results have 1001.
// They would be created again, and only the person knows whether they should.
type spellings struct {
	job      *Job
	decimal  bool // earlier results have keys with ".0"
	rows     int  // whose key the earlier results have in another spelling
	examples []string
}

// codeSpelling is said of keys of one list that differ in how numbers are written.
const codeSpelling = "number_spelled_otherwise"

// add looks at the key of a row.
func (s *spellings) add(r *converted) {
	j, key := s.job, string(r.key)
	plain := mapping.PlainKeys(key)
	others := plain
	if s.decimal && len(plain) == 0 {
		if other := mapping.DecimalKey(key); other != "" {
			others = []string{other}
		}
	}
	if len(others) == 0 {
		return
	}
	known, mine := j.cfg.History.Has(key)
	for _, other := range others {
		earlier, own := j.cfg.History.Has(other)
		switch {
		case earlier && !known && !mine:
			if s.rows++; len(s.examples) < placesPerGroup {
				example := placeOf(r.Number, r.At, "").String()
				// Only the number is shown: other parts of a key may name people.
				if at := strings.LastIndexByte(key, ':') + 1; strings.HasPrefix(other, key[:at]) && other[at:] != key[at:] {
					example += fmt.Sprintf(": %s, where they have %s", key[at:], other[at:])
				}
				s.examples = append(s.examples, example)
			}
			return
		case len(plain) > 0 || own:
			j.keys.others = append(j.keys.others, respelled{
				other: j.keys.hash(mapping.Key(other)), row: int32(r.Number), line: int32(r.Line), sheet: int32(r.Sheet), own: own && !mine,
			})
		}
	}
}

// note says which rows have a key that another row has in another spelling.
// The keys are sealed by then.
func (s *spellings) note(remarks *problemGroups) {
	column := strings.Join(s.job.plan.KeyColumns(), ", ")
	for _, r := range s.job.keys.others {
		switch {
		case r.twin:
			remarks.add(column, codeSpelling, "the key differs from that of another row only in how its number is written, as 1001.0 from 1001: they are two leads; if it is one, write both alike", r.place())
		case r.own:
			if s.rows++; len(s.examples) < placesPerGroup {
				s.examples = append(s.examples, r.place().String())
			}
		}
	}
	s.job.keys.others = nil
}

// stop is what keeps the rows from being created again.
func (s *spellings) stop() error {
	if s.rows == 0 {
		return nil
	}
	return stop(NothingSent, "write the numbers in that column as the earlier results have them, and run again",
		"%s of this list, and the earlier results have the key with its number written in another way: they would be created again; %s",
		rowsText(s.rows), strings.Join(s.examples, "; "))
}
