package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/fate"
	"leadimport/importer/history"
	"leadimport/importer/outcome"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// teller makes the facts of rows, in file order: one for the forecast, one for
// the run. It asks the history by key, never by position.
type teller struct {
	job    *Job
	chains map[uint64]chain // of the keys that several rows share, by hash
}

func newTeller(j *Job) *teller { return &teller{job: j, chains: map[uint64]chain{}} }

// chain is what the rows of a shared key come to so far.
type chain struct {
	rows int32
	hash [16]byte
}

// add takes in the next row of a key, and returns the digest of what the API
// holds once all of them are applied in order. The first row's is its own.
func (t *teller) add(key mapping.Key, digest [16]byte) (hash [16]byte, rows int) {
	h := t.job.keys.hash(key)
	c := t.chains[h]
	switch {
	case c.rows == 0:
		c.hash = digest
	case t.job.policy.SkipDuplicates || t.job.policy.RejectDuplicates:
		// Only the first row of a key is applied.
	default:
		// Over the text of the first, as results of earlier versions have it.
		sum := sha256.Sum256(append([]byte(hex.EncodeToString(c.hash[:])), digest[:]...))
		c.hash = [16]byte(sum[:16])
	}
	c.rows++
	t.chains[h] = c
	return c.hash, int(c.rows)
}

// row gives a record its facts.
func (t *teller) row(r *converted) (*row, error) {
	j := t.job
	w := &row{number: r.Number, at: r.At, cells: r.Cells, lead: r.lead, key: r.key, omitted: r.omitted}
	f := &w.facts
	f.Row, f.Fault, f.Policy = r.Number, r.fault, &j.policy
	if f.Fault != nil {
		known, err := j.cfg.History.Seen(string(w.key))
		p := fate.Past{ID: known.Line.ID, UserID: known.Line.UserID}
		w.first = p.Begin(known.Line.Hash)
		return w, err
	}
	digest := r.digest
	f.Body, f.Hash = hexDigest(digest), hexDigest(digest)
	w.nth = 1
	shared := j.keys.isShared(w.key)
	if shared {
		var hash [16]byte
		hash, w.nth = t.add(w.key, digest)
		f.Hash = hexDigest(hash)
	}
	f.ID, f.UserID = w.lead.ID, w.lead.UserID
	f.CanMatch = !w.lead.IsUpdate() && j.canMatch(w.lead)
	w.lead.Companies = j.companies.saved(w.lead.Companies)
	f.Follows = len(j.tags) > 0 || len(w.lead.Tags) > 0 || j.attaches(w.lead)
	if j.traceBy != "" {
		_, f.CanTrace = identity(w.lead, j.traceBy)
	}
	known, err := j.find(w.key)
	if err != nil {
		return nil, err
	}
	j.remember(w, known)
	f.Done = w.first.Hash != "" && w.first.Hash == f.Hash
	if shared {
		f.Done = w.nth <= j.done[j.keys.hash(w.key)]
	}
	if j.cfg.History != nil {
		line, place, ok, err := j.cfg.History.Settled(string(w.key), f.Hash)
		if err != nil {
			return nil, err
		}
		if ok {
			f.Settled, w.kept, w.place = line.Status, line, place
			w.keeps = j.same && line.Row == w.number
		}
	}
	return w, nil
}

func (j *Job) find(key mapping.Key) (history.Known, error) {
	if j.cfg.History == nil || key == "" {
		return history.Known{}, nil
	}
	return j.cfg.History.Find(string(key))
}

// remember gives a row what history knows of its key.
func (j *Job) remember(w *row, known history.Known) {
	p := &w.facts.Past
	p.ID, p.UserID = known.Line.ID, known.Line.UserID
	w.newest, w.undone = known.Newest, known.Undone != "" && p.ID == ""
	if a := known.Applied; a != nil {
		p.ID, p.UserID = a.Line.ID, a.Line.UserID
		p.Applied = &fate.Applied{Body: a.Body, Created: a.Line.Status == outcome.Created}
		w.intents, w.attempts = a.Number, a.Line.Attempts
	}
	if d := known.Doubt; d != nil {
		p.Doubt = j.doubtOf(*d)
		if len(p.Doubt.Sent.Fields) == 0 && d.Body == w.facts.Body {
			p.Doubt.Sent = w.lead // a journal of the first version: the digest tells that it was this
		}
		w.intents = d.Number
		// How many of the intents were followed by a request died with the
		// process; at most, all of them.
		w.attempts = max(w.attempts, d.Number)
	} else if since, lost := j.lost(); lost {
		if p.ID == "" && !w.lead.IsUpdate() {
			p.Doubt = &fate.Doubt{Inferred: true, Sent: w.lead, Since: since, Taken: j.opened}
		}
		w.hold = j.holdUntil(since, client.Moment{}) // what updates are still under way nobody knows
	}
	hash := known.Line.Hash
	if p.Applied != nil {
		hash = ""
	}
	w.first = p.Begin(hash)
	w.lateAt, w.late = known.LateAt, known.Late
	if !known.LateAt.IsZero() {
		w.hold = latest(w.hold, j.holdUntil(known.LateAt, known.Late))
	}
	// The same update may be applied twice; another must not come before it.
	if d := p.Doubt; d != nil && d.UpdateOf != "" && (d.Body != w.facts.Body || j.keys.isShared(w.key)) {
		w.hold = latest(w.hold, j.holdUntil(d.Since, d.SinceServer))
	}
}

// holdUntil is until when an update that an earlier process gave up at since
// may still be applied.
func (j *Job) holdUntil(since time.Time, server client.Moment) time.Time {
	late := fate.Doubt{Since: since, SinceServer: server, Taken: j.opened}
	return late.Until(time.Now(), j.serverNow(), j.cfg.Settle)
}

// lost tells since when it is known that the journal of the interrupted run
// does not tell all that was begun (rule R7).
func (j *Job) lost() (time.Time, bool) {
	if j.cfg.History == nil || !j.resumed {
		return time.Time{}, false
	}
	return j.cfg.History.Lost()
}

func (j *Job) serverNow() client.Moment {
	if j.cfg.Client == nil {
		return client.Moment{}
	}
	return j.cfg.Client.ServerNow()
}

// doubtOf is what a journal says of creates without an outcome.
func (j *Job) doubtOf(d results.Doubt) *fate.Doubt {
	if server := j.serverNow(); !d.First.Known() && !d.FirstAt.IsZero() && server.Known() {
		// A journal of the first version, which knows our clock alone.
		now := time.Now()
		d.First, d.Last = server.Add(d.FirstAt.Sub(now)), server.Add(d.LastAt.Sub(now))
	}
	out := &fate.Doubt{
		Sent: d.Lead, Body: d.Body, UpdateOf: d.ID,
		First: d.First, Last: d.Last, FirstAt: d.FirstAt, LastAt: d.LastAt,
		Since: d.Since, SinceServer: d.SinceServer, Taken: j.opened, NotOurs: d.NotOurs,
		Reckoned: d.Reckoned,
		Inferred: d.FirstAt.IsZero(),
		Sends:    1,
	}
	out.Reckon(d.Since, d.SinceServer)
	if since, lost := j.lost(); lost { // a later intent may have been in it
		out.Inferred = true
		out.Since, out.SinceServer = latest(out.Since, since), client.Moment{}
	}
	return out
}

// noteOf is the same the other way, for a row in doubt.
func noteOf(w *row) results.Doubt {
	d := w.state.Doubt
	return results.Doubt{
		Row: w.number, Number: w.intents, Key: string(w.key), Body: d.Body, Lead: d.Sent,
		First: d.First, Last: d.Last, FirstAt: d.FirstAt, LastAt: d.LastAt,
		Since: d.Since, SinceServer: d.SinceServer, Reckoned: d.Reckoned, NotOurs: d.NotOurs,
	}
}

// orphan is a row for a create whose row the list has no more.
func (j *Job) orphan(d results.Doubt) *row {
	w := &row{key: mapping.Key(mapping.FoldKey(d.Key)), intents: d.Number, attempts: d.Number}
	if address, ok := strings.CutPrefix(d.Key, "email:"); ok { // for want of what was sent
		w.lead.Fields = []client.Field{{Name: "email", Value: client.String(address)}}
	}
	w.facts = fate.Facts{Policy: &j.policy, Body: d.Body, Hash: d.Body, Past: fate.Past{Doubt: j.doubtOf(d)}}
	return w
}

// stampOf is the value of the stamp attribute for a row: a digest of the run's
// own random id and the row's key, so that a look-up can prove that a lead was
// made for this row by this run, and not by an earlier one. ok is false when
// the mapping names no stamp.
func (j *Job) stampOf(key mapping.Key) (value client.Value, ok bool) {
	if j.cfg.Mapping.Stamp() == "" {
		return client.Value{}, false
	}
	return stampValue(j.runID, j.cfg.Mapping.KeyKind(), key), true
}

// stampValue is a digest of a run and a key.
func stampValue(runID, keyKind string, key mapping.Key) client.Value {
	sum := sha256.Sum256([]byte(runID + "\n" + keyKind + "\n" + string(key)))
	return client.String(hex.EncodeToString(sum[:16]))
}

// toSend is the lead that is sent for a row. A create carries the stamp. An
// update does not: it is not needed there, and what the file does not name is
// not touched.
func (j *Job) toSend(w *row) client.Lead {
	lead := w.lead
	lead.ID, lead.UserID = w.state.ID, w.state.UserID
	if lead.IsUpdate() {
		lead, _ = j.rules.Allowed(lead, w.before)
		return lead
	}
	if value, ok := j.stampOf(w.key); ok {
		lead.Fields = append(slices.Clone(lead.Fields), client.Field{Name: j.cfg.Mapping.Stamp(), Value: value})
	}
	return lead
}

// show is the event that a row's contact was read, and what of the row may be
// written to it: the rules of the mapping say so.
func (j *Job) show(w *row, c client.Contact) (e fate.Event, lead client.Lead) {
	w.before = c
	lead, w.held = j.rules.Allowed(w.lead, c)
	e = fate.Event{Kind: fate.Shown, Contact: c, Same: j.rules.Nothing(w.lead, lead, c)}
	if len(lead.Companies) > 0 && !j.attaches(lead) {
		e.Same = false // 1.x: the save carries them
	}
	if w.facts.Planned != nil {
		e.Holds = holdingOf(c, j.weigher.Attributes)
	}
	return e, lead
}

// optsOut reports whether a lead says no to e-mails.
func optsOut(lead client.Lead) bool {
	v, ok := lead.Value(fate.OptOut)
	return ok && v == client.Boolean(true)
}

// optsIn reports whether a lead says anything else of e-mails.
func optsIn(lead client.Lead) bool {
	_, ok := lead.Value(fate.OptOut)
	return ok && !optsOut(lead)
}

// takesBack tells which row of a key, of the first one that says no to e-mails
// so far, lead would take that back of; 0: none. saysNo is 0 or that row, and
// becomes number when lead is the first to say no.
func (j *Job) takesBack(lead client.Lead, number int, saysNo *int) int {
	switch {
	case *saysNo == 0 && optsOut(lead):
		*saysNo = number
	case optsIn(lead) && !j.cfg.Mapping.AllowResubscribe():
		return *saysNo
	}
	return 0
}

// keepsOptOut reports whether a row that ended so went in without its word on
// e-mails, because an earlier row of its key says no to them. A row that was
// created carried it: what came before it is not in the API.
func keepsOptOut(w *row, ended outcome.Status) bool {
	return w.saysNo != 0 && ended.Stands() && ended != outcome.Created
}

// attaches reports whether companies are attached by calls of their own.
func (j *Job) attaches(lead client.Lead) bool {
	return j.cfg.Version.Family() == client.Contacts && len(lead.Companies) > 0
}

// identity is what a lead says of one of the attributes that it is looked up
// by.
func identity(lead client.Lead, name string) (client.Value, bool) {
	v, _ := lead.Value(name)
	if name == "phone" && !strings.ContainsAny(v.Text(), "123456789") {
		return v, false // a dash is nobody's number
	}
	return v, strings.TrimSpace(v.Text()) != ""
}

// canMatch reports whether there is anything to look a lead up by.
func (j *Job) canMatch(lead client.Lead) bool {
	return slices.ContainsFunc(j.match.By, func(name string) bool {
		_, ok := identity(lead, name)
		return ok
	})
}

// mayShare reports whether rows of different keys can have the same value of
// an attribute: not when it is the key.
func (j *Job) mayShare(name string) bool {
	return name != j.cfg.Mapping.KeyKind() || j.mapsID
}

// taken tells which row of another key has claimed one of the values that w
// is matched by, up to and with by, which found somebody; blank: nobody was
// found. A value is that of the row in doubt that was sent with it, else the
// first row's, in file order: what a row says of itself counts before the API
// shows it.
func (j *Job) taken(values *owners, w *row, by string) (attribute string, owner int) {
	for _, name := range j.match.By {
		if v, ok := identity(w.lead, name); ok {
			for _, known := range []*owners{&j.claimed, values} {
				if owner := known.row(valueName(name, v)); owner != 0 && owner != w.claim() {
					return name, owner
				}
			}
		}
		if name == by {
			break
		}
	}
	return "", 0
}

// matched adds to what match found for a row whose it is, by the values and
// the contacts that rows before it have claimed.
func (j *Job) matched(w *row, e fate.Event, values, contacts *owners) fate.Event {
	if name, owner := j.taken(values, w, e.By); owner != 0 {
		e.By, e.Taken = name, owner
	}
	e.Found = slices.Clone(e.Found)
	for i := range e.Found {
		j.judge(w, &e.Found[i], contacts)
	}
	return e
}

// traced is the event that a row's contact was looked for by its key.
func (j *Job) traced(w *row, sights []fate.Sight, contacts *owners) fate.Event {
	e := fate.Event{Kind: fate.Traced}
	for _, sight := range sights {
		ev := fate.Show(sight.Contact)
		if j.judge(w, &ev, contacts); ev.Owner != 0 {
			ev.Class = fate.NotOurs
		}
		e.Found = append(e.Found, ev)
	}
	return e
}

// judge adds to a contact whose it is.
func (j *Job) judge(w *row, e *fate.Evidence, contacts *owners) {
	if owner := contacts.row(e.ID); owner != 0 && owner != w.claim() {
		e.Owner = owner
	} else if owner := j.reservedBy(w, *e); owner != 0 {
		e.Owner = owner
	} else if j.ownedByOther(w.key, e.ID) {
		e.Class, e.Elsewhere = fate.NotOurs, true
	}
}

// claimValues notes whose a row's values are.
func (j *Job) claimValues(values *owners, w *row) { j.claim(values, w.lead, w.claim()) }

func (j *Job) claim(values *owners, lead client.Lead, row int) {
	for _, name := range j.match.By {
		if v, ok := identity(lead, name); ok && j.mayShare(name) {
			values.add(valueName(name, v), row)
		}
	}
}

// ownedByOther reports whether the history gives a contact to another key.
func (j *Job) ownedByOther(key mapping.Key, id string) bool {
	owner, known := j.cfg.History.Owner(id)
	return known && owner != history.DigestOf(string(key))
}

// reservedBy is the row that names this contact by itself, or knows it from
// earlier results; 0: none.
func (j *Job) reservedBy(w *row, e fate.Evidence) int {
	for _, name := range []string{e.ID, ofUserID + e.UserID} {
		if owner := j.reserved.row(name); owner != 0 && owner != w.claim() {
			return owner
		}
	}
	return 0
}

// ofUserID tells user_ids from ids.
const ofUserID = "user_id:"
