package importer

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/client/email"
	"leadimport/importer/fate"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// row is one row of the input on its way to its outcome. It has one owner at a
// time: the feed, then the scheduler, a worker while a request for it is out,
// then the scheduler again. What becomes of it is in state, and only fate.Next
// changes that.
type row struct {
	number  int // from 1; 0: a create of an interrupted run whose row is gone
	at      source.At
	cells   []string
	omitted []mapping.Problem // values that the lead lacks because they are invalid
	lead    client.Lead
	key     mapping.Key

	facts  fate.Facts
	state  fate.State
	first  fate.Known    // what history knows of the key
	place  results.Place // of the earlier line that may be kept as it stands
	kept   results.Line  // that line
	keeps  bool          // it is this very row's, cells and all
	nth    int           // of the rows of its key, from 1
	newest bool          // what history knows is of the newest earlier results
	undone bool          // the lead of its key was taken back by undo
	lane   *lane         // nil: no other row has this key
	saysNo int           // the earlier row of the key whose no to e-mail this one would take back; 0: none
	hold   time.Time     // an earlier update may still be applied until then
	lateAt time.Time     // when that update was given up; zero: there is none
	late   client.Moment // the same by the server's clock

	intents   int // recorded for the key, across resumes
	attempts  int // requests sent for the row, across resumes
	answer    client.Answer
	sent      client.Lead    // as it was last sent, stamp included
	from      client.Moment  // when the create in flight was handed out
	created   bool           // this run's create was applied
	sights    []fate.Sight   // what the last look-up showed
	follow    *followUp      // what is left to do; nil: nothing
	before    client.Contact // as it was read before the update
	successor client.Contact // whom its contact was merged into
	read      bool           // it was, and the update is to be sent
	held      []fate.Held    // what of the row the update does not send
}

// followUp is what is left to do for a row whose lead is in the API.
type followUp struct {
	company   int       // of lead.Companies, the next to attach
	tags      []string  // that its lead gets, in order
	untagged  int       // of these, those whose answer is still to come
	refused   *refusal  // of the first of them that was
	updatedAt time.Time // the newest change of the lead that is known to be ours
}

// refusal is an answer that refused a tag.
type refusal struct {
	at     int // in followUp.tags
	err    *client.Error
	answer client.Answer
}

// claim is the number by which a row owns contacts and values: that of the
// first row of its key.
func (w *row) claim() int {
	if w.lane != nil {
		return w.lane.claim
	}
	if w.number == 0 {
		return vanishedClaim
	}
	return w.number
}

// touched notes that a row's lead was written to once more: undo must not take
// that for somebody else's work.
func (w *row) touched(a client.Answer) {
	if at := a.EndedServer.High; a.EndedServer.Known() && at.After(w.follow.updatedAt) {
		w.follow.updatedAt = at
	}
}

// vanishedClaim is the owner of what rows have made that the list has no more.
const vanishedClaim = 1<<32 - 1

// lane keeps the rows of one shared key in file order: one request in flight,
// and a later row updates the lead that an earlier one created (rule R2). Only
// shared keys have one; every other row goes as soon as a worker is free.
type lane struct {
	known   fate.Known
	shown   client.Contact // its lead, as the API answered the last row
	claim   int            // number of its first row
	optsOut bool           // that says no to e-mails
	saysNo  int            // number of the first row that does; 0: none
	busy    bool
	intents int
	waiting []*row
	tagged  map[string]bool // the tags that its lead has of this run, by client.TagKey
	hold    time.Time       // an earlier update may still be applied until then (rule R10)
}

// rowTags counts the tags that the cells of rows name, by client.TagKey.
type rowTags map[string]*rowTag

type rowTag struct {
	name string // as the first row spells it
	rows int    // valid ones that name it
	goes int    // of these, those that are sent
}

// add takes in a valid row.
func (t *rowTags) add(lead client.Lead) {
	for _, name := range lead.Tags {
		if *t == nil {
			*t = rowTags{}
		}
		key := client.TagKey(name)
		if (*t)[key] == nil {
			(*t)[key] = &rowTag{name: strings.Clone(name)}
		}
		(*t)[key].rows++
	}
}

// send notes that a row is sent.
func (t rowTags) send(lead client.Lead) {
	for _, name := range lead.Tags {
		t[client.TagKey(name)].goes++
	}
}

// sent are the tags that rows which are sent have, the most frequent first.
func (t rowTags) sent() []*rowTag {
	return slices.DeleteFunc(t.frequent(), func(tag *rowTag) bool { return tag.goes == 0 })
}

func (t rowTags) frequent() []*rowTag {
	list := make([]*rowTag, 0, len(t))
	for _, tag := range t {
		list = append(list, tag)
	}
	slices.SortFunc(list, func(a, b *rowTag) int { return cmp.Or(b.rows-a.rows, strings.Compare(a.name, b.name)) })
	return list
}

// TagCount is a tag that rows name, and how many do.
type TagCount struct {
	Tag  string `json:"tag"`
	Rows int    `json:"rows"`
}

// tagsOf are the tags that a lead is to get, each once: those of the run, and
// those of its own row.
func tagsOf(run []results.Tag, lead client.Lead) []string {
	names := tagNames(run)
	for _, name := range lead.Tags {
		if !slices.ContainsFunc(names, func(have string) bool { return client.TagKey(have) == client.TagKey(name) }) {
			names = append(names, name)
		}
	}
	return names
}

func tagNames(list []results.Tag) (names []string) {
	for _, t := range list {
		names = append(names, t.Name)
	}
	return names
}

// converted is one record with what the mapping makes of it. It is good until
// the call that it was handed to returns.
type converted struct {
	source.Row
	lead     client.Lead
	key      mapping.Key
	fault    *fate.Fault
	noKey    bool // nothing in it identifies the row
	problems []mapping.Problem
	omitted  []mapping.Problem // values that are left out
	remarks  []mapping.Problem
	letIn    []string // attributes whose on_invalid: omit would let the row in
	digest   [16]byte // of lead, when the pass asks for it
}

// convert makes one record a lead, or says why it is none. The problems are
// those of its cells, which the fault sums up.
func (c *converted) convert(plan *mapping.Plan) {
	if p := c.Problem; p != nil {
		place := fmt.Sprintf("line %d", p.Line)
		if p.Column > 0 {
			place += fmt.Sprintf(", column %d", p.Column)
		}
		c.fault = &fate.Fault{Code: p.Code, Message: place + ": " + p.Message}
		return
	}
	if n, open := unclosed(c.Row); open {
		c.fault = &fate.Fault{Code: n.Code, Message: fmt.Sprintf("line %d: a quote opens and is not closed: close it, or double it if it belongs to the text", n.Line)}
		return
	}
	r := plan.Convert(c.Cells)
	c.lead, c.key, c.noKey, c.problems, c.omitted, c.remarks = r.Lead, r.Key, r.NoKey, r.Problems, r.Omitted, r.Remarks
	if len(c.problems) == 0 {
		return
	}
	c.letIn = r.LetIn()
	texts := make([]string, len(c.problems))
	for i, p := range c.problems {
		texts[i] = problemText(p)
	}
	c.fault = &fate.Fault{Code: c.problems[0].Code, Message: fmt.Sprintf("%s: %s", c.At, strings.Join(texts, "; "))}
}

// unclosed finds a row with a cell whose quote was never closed. Its text can
// be read, and more of it may be missing: a mailing list may live with that, a
// CRM may not.
func unclosed(r source.Row) (source.Note, bool) {
	for _, n := range r.Notes {
		if n.Code != source.CodeStrayQuote {
			continue
		}
		for _, cell := range r.Cells {
			if strings.HasPrefix(cell, `"`) && strings.Count(cell, `"`)%2 == 1 {
				return n, true
			}
		}
	}
	return source.Note{}, false
}

// problemText is one problem of a cell in one line: its column, its value,
// what would be right.
func problemText(p mapping.Problem) string {
	if p.Column == "" {
		return p.Message
	}
	if p.Value == "" {
		return fmt.Sprintf("column %q: %s", p.Column, p.Message)
	}
	return fmt.Sprintf("column %q, value %q: %s", p.Column, p.Value, p.Message)
}

// omittedText names the values that a row went in without.
func omittedText(at source.At, omitted []mapping.Problem) string {
	texts := make([]string, len(omitted))
	for i, p := range omitted {
		p.Message = "left out: " + p.Message
		texts[i] = problemText(p)
	}
	return fmt.Sprintf("%s: %s", at, strings.Join(texts, "; "))
}

func hexDigest(d [16]byte) string { return hex.EncodeToString(d[:]) }

// rowsPerBatch makes the cost of handing rows from goroutine to goroutine
// small, and keeps what is on its way below a megabyte.
const rowsPerBatch = 256

// rowBatch is some rows on their way from the reader to the caller.
type rowBatch struct {
	rows  []converted
	cells []string // of all rows
}

func (b *rowBatch) add(r source.Row) {
	from := len(b.cells)
	b.cells = append(b.cells, r.Cells...)
	r.Cells = b.cells[from:len(b.cells):len(b.cells)]
	b.rows = append(b.rows, converted{Row: r})
}

// convert does so for all rows; keep has them keep their cells for good.
func (b *rowBatch) convert(plan *mapping.Plan, digest func(client.Lead) [16]byte) {
	for i := range b.rows {
		c := &b.rows[i]
		if c.convert(plan); c.fault == nil && digest != nil {
			c.digest = digest(c.lead)
		}
	}
}

// contentOf identifies what a contact shows of the mapped attributes, spelled
// the same however the API spells it.
func contentOf(c client.Contact, attributes []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %q", email.Fold(c.Email), strings.Join(strings.Fields(c.Name), " "), strings.TrimLeft(strings.Map(digit, c.Phone), "0"))
	names := slices.Clone(attributes)
	slices.Sort(names)
	for _, name := range names {
		if custom, ok := strings.CutPrefix(name, client.CustomPrefix); ok {
			fmt.Fprintf(&b, " %q=%v", custom, c.Custom[custom])
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:12])
}

// holdingOf identifies what a contact holds of what a plan is made from: who it
// is, and all attributes that the mapping names, whether they are to be written
// or not. What else changes, such as an app's own counters, is no reason to
// leave a row out.
func holdingOf(c client.Contact, attributes []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q %t", contentOf(c, nil), c.Role, c.Archived)
	names := slices.Clone(attributes)
	slices.Sort(names)
	for _, name := range names {
		switch name {
		case "email", "name", "phone": // by contentOf
		default:
			v, _ := c.Value(name)
			if name == fate.OptOut && v == client.Boolean(false) { // as when none is shown
				v = client.Value{}
			}
			fmt.Fprintf(&b, " %q=%q", name, v.Text())
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:12])
}

func digit(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}
