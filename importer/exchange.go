package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"leadimport/client"
	"leadimport/client/email"
	"leadimport/importer/fate"
	"leadimport/importer/restore"
	"leadimport/importer/results"
	"leadimport/mapping"
)

type taskKind uint8

const (
	save taskKind = iota
	look          // for rows in doubt, and for probes
	match
	inspect
	trace
	read
	saveCompany
	attachCompany
	giveTags
)

// task is what a worker does: one save, one look-up for many rows, or what
// comes behind the save of a row.
type task struct {
	kind    taskKind
	row     *row
	rows    []*row // to look up, or to give tags
	answer  client.Answer
	attempt client.Attempt // the last one, of a save
	err     error

	looks   []lookup     // one for each of rows
	probes  []*fate.Look // to take
	matches []fate.Event // one for each of rows
	contact string       // to inspect; to trace: whom the answer named
	sights  []fate.Sight // what inspect and trace showed
	asked   bool         // trace: its id was read, and no answer tells of a merge
	merged  bool         // trace: it was merged into whom they show
	why     string       // trace: why its merges lead to nobody

	company client.Company // to save
	firm    string         // the API's id of a company: to attach to, or of the one that was saved
	alone   bool           // tags: one row, by a call of its own for each tag
	prove   bool           // tags: look whether the API did it
	tag     string         // to give
}

// lookup is what one look-up found for one row in doubt.
type lookup struct {
	sights []fate.Sight
	blind  bool          // what was created then could not be listed to its end
	began  time.Time     // before the first request: what it did not find was not there then
	server client.Moment // the same by the server's clock
}

// do runs in a worker. It changes nothing but the task, and of its row what
// the scheduler leaves alone meanwhile.
func (t *task) do(ctx context.Context, j *Job) {
	switch t.kind {
	case save:
		t.err = j.save(ctx, t)
	case look:
		if j.lookForProbes(ctx, t.probes); len(t.rows) > 0 {
			t.looks, t.err = j.look(ctx, t.rows)
		}
	case match:
		t.matches, t.err = j.candidates(ctx, t.rows)
	case inspect:
		c, found, err := j.cfg.Client.Contact(ctx, t.contact)
		if t.err = err; found {
			t.sights = []fate.Sight{{Contact: c}}
		}
	case trace:
		t.err = j.trace(ctx, t)
	case read:
		t.answer, t.err = j.cfg.Client.Holds(ctx, client.Lead{ID: t.row.state.ID, UserID: t.row.state.UserID})
	case saveCompany:
		t.firm, t.answer, t.err = j.cfg.Client.SaveCompany(ctx, t.company)
	case attachCompany:
		t.answer, t.err = j.cfg.Client.AttachCompany(ctx, t.firm, t.row.state.ID)
	case giveTags:
		j.tag(ctx, t)
	}
}

// trace looks for who the contact of a row is now, which is gone (rule R10): by
// what the API tells of its merges, else by the key. It runs in a worker.
func (j *Job) trace(ctx context.Context, t *task) error {
	w := t.row
	if t.contact != "" || j.policy.TellsMerges && !t.asked {
		s, err := j.cfg.Client.Successor(ctx, w.state.ID, t.contact)
		if err != nil {
			return err
		}
		if t.why = s.Why; s.Contact.ID != "" && !s.Contact.Archived {
			t.merged, t.sights = true, []fate.Sight{{Contact: s.Contact}}
			return nil
		}
	}
	if !w.facts.CanTrace {
		return nil
	}
	v, _ := identity(w.lead, j.traceBy)
	list, err := j.listBy(ctx, j.traceBy, []client.Value{v})
	for _, c := range having(list, j.traceBy, v) {
		t.sights = append(t.sights, fate.Sight{Contact: c})
	}
	return err
}

// save sends a row. The intent of every create is durable before its first
// byte (rule R1). So is that of an update: after a crash it must not overtake
// the next of its key, be it another row's or this one's, mended (R10), and what
// it overwrites is known to undo (R11).
func (j *Job) save(ctx context.Context, t *task) (err error) {
	w := t.row
	w.sent = j.toSend(w)
	var was []results.Change
	if w.sent.IsUpdate() && w.before.ID != "" {
		was = restore.Changes(w.before, w.sent)
	}
	t.answer, err = j.cfg.Client.Save(ctx, w.sent, func(a client.Attempt) error {
		t.attempt = a
		w.intents++
		in := results.Intent{
			Row: w.number, Number: w.intents, Key: string(w.key), Body: w.facts.Body,
			At: a.At, Deadline: a.Deadline, Server: a.Server,
		}
		if a.Create {
			in.Lead = w.sent
		} else {
			in.ID, in.Was = cmp.Or(w.state.ID, w.before.ID), was
		}
		return j.cfg.Store.Intent(in)
	})
	if !t.answer.EndedServer.Known() {
		t.answer.EndedServer = j.cfg.Client.ServerNow()
	}
	return err
}

// doubt is what is known of a create whose answer is not.
func (t *task) doubt(timeout time.Duration) fate.Doubt {
	a := t.attempt
	d := fate.Doubt{
		Sent: t.row.sent, Body: t.row.facts.Body, First: a.Server, FirstAt: a.At, LastAt: a.Deadline,
		Since: t.answer.Ended, Taken: t.answer.Ended, SinceServer: t.answer.EndedServer,
	}
	if a.Server.Known() {
		d.Last = a.Server.Add(timeout)
	}
	return d
}

// look looks up rows in doubt, each by the strongest that is known of what was
// sent (rule R9): the stamp where it can be searched, the e-mail, the phone,
// and at last by leafing through what was created since. What the API shows is
// handed on as it is: what it means is for fate to say.
func (j *Job) look(ctx context.Context, rows []*row) ([]lookup, error) {
	found := make([]lookup, len(rows))
	began, server := time.Now(), j.cfg.Client.ServerNow()
	search := j.cfg.Version.Family() == client.Contacts
	var byEmail, byList []int
	for i, w := range rows {
		found[i].began, found[i].server = began, server
		sent := w.looksFor()
		stamp, _ := sent.Value(j.cfg.Mapping.Stamp())
		address, _ := sent.Value("email")
		phone, _ := sent.Value("phone")
		var list []client.Contact
		var err error
		switch {
		case stamp.Text() != "" && search:
			list, err = j.cfg.Client.ByAttribute(ctx, j.cfg.Mapping.Stamp(), stamp)
		case address.Text() != "":
			byEmail = append(byEmail, i)
		case phone.Text() != "" && search:
			list, err = j.cfg.Client.ByAttribute(ctx, "phone", phone)
			// An API that reformats phones finds nothing by ours: a second
			// look through what is new decides.
			if err == nil && len(list) == 0 {
				byList = append(byList, i)
			}
		default:
			byList = append(byList, i)
		}
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			found[i].sights = append(found[i].sights, fate.Sight{Contact: c})
		}
	}
	if err := j.lookByEmail(ctx, rows, byEmail, found); err != nil {
		return nil, err
	}
	return found, j.lookByList(ctx, rows, byList, found)
}

// looksFor is what was sent for a row in doubt, or what the row says now when
// that is not known.
func (w *row) looksFor() client.Lead {
	if d := &w.state.Doubt; len(d.Sent.Fields) > 0 {
		return d.Sent
	}
	return w.lead
}

func (j *Job) lookByEmail(ctx context.Context, rows []*row, which []int, found []lookup) error {
	if len(which) == 0 {
		return nil
	}
	addresses := make([]string, len(which))
	for n, i := range which {
		v, _ := rows[i].looksFor().Value("email")
		addresses[n] = v.Text()
	}
	list, err := j.cfg.Client.ByEmail(ctx, addresses)
	if err != nil {
		return err
	}
	for _, c := range list {
		hit := false
		for n, i := range which {
			if email.Same(c.Email, addresses[n]) {
				found[i].sights = append(found[i].sights, fate.Sight{Contact: c})
				hit = true
			}
		}
		if hit {
			continue
		}
		// The API takes it for one of them, by a spelling that we do not know:
		// whose it is cannot be said, so it may be any row's.
		for _, i := range which {
			found[i].sights = append(found[i].sights, fate.Sight{Contact: c})
		}
	}
	return nil
}

// lookByList goes through the contacts that were created since the oldest of
// the rows was first sent, and keeps those that resemble what was sent.
func (j *Job) lookByList(ctx context.Context, rows []*row, which []int, found []lookup) error {
	if len(which) == 0 {
		return nil
	}
	from, now := time.Now(), time.Now()
	for _, i := range which {
		d := &rows[i].state.Doubt
		if first := d.Earliest(); first.IsZero() {
			from = time.Unix(0, 0) // no time is known, or none of the server's
		} else {
			from = earliest(from, first)
		}
	}
	if server := j.cfg.Client.ServerNow(); server.Known() {
		now = latest(now, server.High)
	}
	complete, err := j.cfg.Client.CreatedBetween(ctx, from, now.Add(24*time.Hour), func(c client.Contact) bool {
		for _, i := range which {
			if sent := rows[i].looksFor(); c.Compare(sent, j.weigher.Attributes) != client.Other {
				found[i].sights = append(found[i].sights, fate.Sight{Contact: c, Listed: true})
			}
		}
		return true
	})
	for _, i := range which {
		// Who cannot be told from others is not found absent, either.
		found[i].blind = !complete || len(rows[i].looksFor().Fields) == 0
	}
	return err
}

// probeOf is what a lead that was created is looked for by: the strongest that
// look sees it by too. ok is false where the API may show that in another way
// than it was sent, so that nobody would find it, and where it cannot be asked
// for with one request.
func (j *Job) probeOf(sent client.Lead, c client.Contact) (p fate.Probe, ok bool) {
	search := j.cfg.Version.Family() == client.Contacts
	stamp, _ := sent.Value(j.cfg.Mapping.Stamp())
	address, _ := sent.Value("email")
	phone, _ := sent.Value("phone")
	p = fate.Probe{ID: c.ID, At: c.CreatedAt}
	switch {
	case stamp.Text() != "" && search:
		p.Name, p.Value = j.cfg.Mapping.Stamp(), stamp
	case address.Text() != "":
		p.Name, p.Value = "email", address
		return p, len(email.Spellings(address.Text())) <= 2
	case phone.Text() != "" && search:
		p.Name, p.Value = "phone", phone
		return p, c.Phone == phone.Text()
	default:
		return p, search && !c.CreatedAt.IsZero()
	}
	same, shown := c.Shows(p.Name, p.Value)
	return p, same && shown
}

// lookForProbes takes looks. What goes wrong is left to what the run needs: no
// look is worth another attempt for minutes.
func (j *Job) lookForProbes(ctx context.Context, looks []*fate.Look) {
	ctx, cancel := context.WithTimeout(ctx, j.cfg.Timeout)
	defer cancel()
	began := time.Now()
	by := map[string][]*fate.Look{}
	for _, k := range looks {
		k.Began = began
		by[k.Name] = append(by[k.Name], k)
	}
	for name, some := range by {
		ids, requests, err := j.showing(ctx, name, some)
		for i, k := range some {
			k.Shown, k.Err = ids[k.ID], err
			if i == 0 {
				k.Requests = requests
			}
			if err != nil || k.Shown || !k.Confirm {
				continue
			}
			c, found, err := j.cfg.Client.Contact(ctx, k.ID)
			k.Requests++
			k.There = found && !c.Archived
			if same, shown := c.Shows(name, k.Value); name != "" && k.There {
				k.There = same && shown
			}
			k.Err = err
		}
	}
}

// showing are the ids that the API shows to whoever looks for the probes.
func (j *Job) showing(ctx context.Context, name string, looks []*fate.Look) (ids map[string]bool, requests int, err error) {
	ids = map[string]bool{}
	var list []client.Contact
	switch name {
	case "":
		from, to := looks[0].At, looks[0].At
		for _, k := range looks {
			from, to = earliest(from, k.At), latest(to, k.At)
		}
		_, err = j.cfg.Client.CreatedBetween(ctx, from, to.Add(time.Second), func(c client.Contact) bool {
			ids[c.ID] = true
			return true
		})
		return ids, 1, err
	case "email":
		for _, k := range looks {
			requests += len(email.Spellings(k.Value.Text()))
		}
	}
	if j.cfg.Version.Family() == client.Contacts {
		requests = 1
	}
	values := make([]client.Value, len(looks))
	for i, k := range looks {
		values[i] = k.Value
	}
	list, err = j.listBy(ctx, name, values)
	for _, c := range list {
		ids[c.ID] = true
	}
	return ids, requests, err
}

// candidates looks rows up for match, each by the first of its identities that
// finds anybody. It runs in a worker.
func (j *Job) candidates(ctx context.Context, rows []*row) ([]fate.Event, error) {
	out := make([]fate.Event, len(rows))
	for i := range out {
		out[i].Kind = fate.Matched
	}
	for _, name := range j.match.By {
		var open []int
		var values []client.Value
		for i, w := range rows {
			if v, ok := identity(w.lead, name); ok && len(out[i].Found) == 0 {
				open, values = append(open, i), append(values, v)
			}
		}
		if len(open) == 0 {
			continue
		}
		list, err := j.listBy(ctx, name, values)
		if err != nil {
			return nil, fmt.Errorf("looking contacts up by %s: %w", name, err)
		}
		for n, i := range open {
			for _, c := range alive(having(list, name, values[n])) {
				out[i].By = name
				out[i].Found = append(out[i].Found, fate.Show(c))
			}
		}
	}
	return out, nil
}

func (j *Job) listBy(ctx context.Context, name string, values []client.Value) ([]client.Contact, error) {
	if name != "email" {
		return j.cfg.Client.ByAttribute(ctx, name, values...)
	}
	addresses := make([]string, len(values))
	for i, v := range values {
		addresses[i] = v.Text()
	}
	return j.cfg.Client.ByEmail(ctx, addresses)
}

// having are those of list that show this value themselves: what the API's
// search takes for equal is its own affair.
func having(list []client.Contact, name string, v client.Value) []client.Contact {
	var out []client.Contact
	for _, c := range list {
		if same, shown := c.Shows(name, v); same && shown {
			out = append(out, c)
		}
	}
	return out
}

// alive leaves archived contacts out where there are others. The API does not
// say whether its search shows them, so nothing may depend on it.
func alive(list []client.Contact) []client.Contact {
	live := slices.DeleteFunc(slices.Clone(list), func(c client.Contact) bool { return c.Archived })
	if len(live) == 0 {
		return list
	}
	return live
}

// matchBatch is how many rows are looked up in one go: one search of 2.x for
// each identity. 1.x asks for one e-mail at a time, better by several workers.
func (j *Job) matchBatch() int {
	if j.cfg.Version.Family() == client.Leads {
		return 1
	}
	return 15
}

// matchStop is the end of a run whose look-ups for match are refused.
func matchStop(err error, sent bool) *StopError {
	var api *client.Error
	if errors.As(err, &api) && api.Kind == client.Refused {
		stop := &StopError{Reason: NothingSent, Err: err, Hint: "check match: in the mapping, and that the workspace has the attribute"}
		if sent {
			stop.Reason = Unavailable
		}
		return stop
	}
	return stopFor(err, sent)
}

// policyOf is how the mapping treats contacts of a kind.
func policyOf(p mapping.Policy) fate.Treatment {
	switch p {
	case mapping.Skip:
		return fate.Skip
	case mapping.Fail:
		return fate.Refuse
	}
	return fate.Take
}

// codeNotTagged is the code of a list that the API took and did not act upon.
const codeNotTagged = "not_tagged"

// tag gives a tag to the rows' leads. It runs in a worker.
func (j *Job) tag(ctx context.Context, t *task) {
	contacts := j.cfg.Version.Family() == client.Contacts
	leads := make([]string, len(t.rows))
	for i, w := range t.rows {
		leads[i] = w.state.ID
	}
	id := j.tagIDs[client.TagKey(t.tag)]
	if t.alone && contacts && id != "" {
		t.answer, t.err = j.cfg.Client.AttachTag(ctx, id, leads[0])
	} else {
		t.answer, t.err = j.cfg.Client.Tag(ctx, t.tag, leads)
	}
	if t.err != nil || !t.prove || !contacts || id == "" {
		return
	}
	// The answer to a list does not tell who was tagged. The documents say
	// users where 2.x means contacts, so the first list is looked at.
	has, err := j.cfg.Client.HasTag(ctx, id, leads[0])
	var no *client.Error
	switch {
	case errors.As(err, &no) && (no.Kind == client.Refused || no.Kind == client.Unauthorised):
		// To look at tags takes another right ("Read tags") than to give them.
	case err != nil:
		t.err = err
	case !has:
		t.err = &client.Error{Kind: client.Refused, Code: codeNotTagged, Message: "the API took a list of leads and tagged nobody"}
	}
}
