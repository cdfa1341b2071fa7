package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"leadimport/client"
	"leadimport/client/email"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// meetWorkspace compares the mapped custom attributes with those that the
// workspace has: types are taken from there, and what would fail every write
// is found before the first. It returns the attributes that are to be created.
//
// Family 2.x refuses a write that names an unknown attribute (Create a
// contact, 2.3); 1.x creates it, so there only the types are of use.
func meetWorkspace(ctx context.Context, cfg Config, plan *mapping.Plan, f *Forecast) error {
	mapped := customAttributes(plan.Attributes())
	if stamp := cfg.Mapping.Stamp(); stamp != "" {
		mapped = append(mapped, mapping.Attribute{Name: stamp, Type: client.TypeString, Declared: true})
	}
	var wrong []string
	for _, m := range []struct {
		of     client.Model
		mapped []mapping.Attribute
	}{{client.OfContacts, mapped}, {client.OfCompanies, customAttributes(plan.CompanyAttributes())}} {
		if len(m.mapped) == 0 {
			continue
		}
		live, known, err := cfg.Client.DataAttributes(ctx, m.of)
		if err != nil {
			return fmt.Errorf("asking for the workspace's attributes: %w", err)
		}
		if !known {
			f.Unasked = append(f.Unasked, "the workspace's own attribute types (this API version does not tell them)")
			return nil
		}
		wrong = append(wrong, meetAttributes(cfg, plan, f, m.mapped, live)...)
	}
	if len(wrong) == 0 {
		return nil
	}
	hint := "mend the mapping"
	if strings.Contains(strings.Join(wrong, " "), "does not exist") {
		hint = "mend the mapping, or create what is missing with --create-attributes"
	}
	return stop(NothingSent, hint, "custom attributes that the workspace would refuse: %s", strings.Join(wrong, "; "))
}

// ofCompany begins the names of companies' attributes in the mapping.
const ofCompany = "companies."

// meetAttributes compares mapped custom attributes with those of the same model
// that the workspace has, and returns what is wrong with them.
func meetAttributes(cfg Config, plan *mapping.Plan, f *Forecast, mapped []mapping.Attribute, live []client.DataAttribute) (wrong []string) {
	byName := make(map[string]client.DataAttribute, len(live))
	for _, a := range live {
		if a.Custom {
			byName[a.Name] = a
		}
	}
	strict := cfg.Version.Family() == client.Contacts
	for _, a := range mapped {
		full, isCompany := strings.CutPrefix(a.Name, ofCompany)
		name := strings.TrimPrefix(full, client.CustomPrefix)
		before := len(wrong)
		have, ok := byName[name]
		switch {
		case !ok && !strict:
		case !ok && cfg.CreateAttributes:
			f.Missing = append(f.Missing, a)
		case !ok:
			text := fmt.Sprintf("%q does not exist", name)
			if near := nearest(name, live); near != "" {
				text += fmt.Sprintf(", the nearest is %q", near)
			}
			wrong = append(wrong, text)
		case have.Archived && strict:
			wrong = append(wrong, fmt.Sprintf("%q is archived", name))
		case !have.APIWritable && strict:
			wrong = append(wrong, fmt.Sprintf("%q is not writable through the API", name))
		case a.Declared && !compatible(a.Type, have.Type) && strict:
			wrong = append(wrong, fmt.Sprintf("%q is %s in the workspace and %s in the mapping", name, have.Type, a.Type))
		case !a.Declared:
			plan.SetType(a.Name, have.Type)
		}
		if ok && len(have.Options) > 0 {
			plan.SetOptions(a.Name, have.Options)
		}
		if isCompany && len(wrong) > before {
			wrong[before] = "of companies: " + wrong[before]
		}
	}
	return wrong
}

// customAttributes are those of list that the workspace defines.
func customAttributes(list []mapping.Attribute) []mapping.Attribute {
	return slices.DeleteFunc(list, func(a mapping.Attribute) bool {
		return !strings.HasPrefix(strings.TrimPrefix(a.Name, ofCompany), client.CustomPrefix)
	})
}

// compatible reports whether values of type t may be written to an attribute
// of type have.
func compatible(t, have client.Type) bool {
	switch t {
	case have, "":
		return true
	case client.TypeInteger:
		return have == client.TypeFloat
	default:
		// The types that we do not know (datetime, options) are the API's to judge.
		switch have {
		case client.TypeString, client.TypeInteger, client.TypeFloat, client.TypeBoolean, client.TypeDate:
			return false
		}
		return true
	}
}

// createMissing creates the attributes that the workspace lacks.
func createMissing(ctx context.Context, c *client.Client, missing []mapping.Attribute) error {
	for _, a := range missing {
		of := client.OfContacts
		full, isCompany := strings.CutPrefix(a.Name, ofCompany)
		if isCompany {
			of = client.OfCompanies
		}
		name := strings.TrimPrefix(full, client.CustomPrefix)
		if err := c.CreateDataAttribute(ctx, of, name, a.Type); err != nil {
			return fmt.Errorf("creating custom attribute %q: %w", name, err)
		}
	}
	return nil
}

// nearest returns the custom attribute whose name is most like name, if any
// is like it at all.
func nearest(name string, live []client.DataAttribute) string {
	best, distance := "", len([]rune(name))/3+1
	for _, a := range live {
		if !a.Custom || a.Archived {
			continue
		}
		if d := mapping.Distance(strings.ToLower(name), strings.ToLower(a.Name)); d <= distance {
			best, distance = a.Name, d-1
		}
	}
	return best
}

// guardChange refuses a file that would change too much of what the newest
// earlier results hold, or no longer has too much of it: it is more often a
// broken export than a busy night. A run that is resumed was let through
// when it began.
func (j *Job) guardChange() error {
	limit, f := j.cfg.MaxChange, &j.forecast
	if !limit.Set || j.resumed || j.cfg.History == nil {
		return nil
	}
	keys, vanished := j.cfg.History.NewestKeys()
	if j.cfg.Limit > 0 {
		vanished = 0 // the rest of the file was not looked at
	}
	if float64(f.Changed+vanished)*100 <= limit.Percent*float64(keys) {
		return nil
	}
	path, _, _ := j.cfg.History.Newest()
	return stop(NothingSent, "if the file is right, run it again with a higher --max-change, or without it",
		"of %d people in %s, %d have changed and %d are no longer in the file: %.1f%% is more than --max-change %g%%",
		keys, path, f.Changed, vanished, 100*float64(f.Changed+vanished)/float64(keys), limit.Percent)
}

// guardColumns compares the header with that of the newest earlier results. A
// column that the mapping file maps or ignores was met by a person; one that
// an inferred mapping takes was not.
func (j *Job) guardColumns() error {
	if j.cfg.History == nil {
		return nil
	}
	path, then, ok := j.cfg.History.Newest()
	if !ok {
		return nil
	}
	f, m := &j.forecast, j.cfg.Mapping
	known := append(slices.Clone(then), m.Ignored()...)
	if !m.Inferred() {
		known = append(known, m.Columns()...)
	}
	now := Columns(j.cfg.Input)
	var fresh, gone []string
	for _, name := range now {
		if name != "" && !slices.Contains(known, name) && !strings.HasPrefix(name, "import_") {
			fresh = append(fresh, name)
		}
	}
	for _, name := range then {
		if !slices.Contains(now, name) && !slices.Contains(m.Ignored(), name) {
			gone = append(gone, name)
		}
	}
	if len(fresh) > 0 && j.cfg.NewColumns == RefuseNewColumns {
		return stop(NothingSent, "map them, or put them under ignore: in the mapping",
			"%s: the file has columns that %s did not have: %s", j.cfg.Input.Name(), path, quoted(fresh))
	}
	if len(fresh) > 0 {
		f.NewColumns = fresh
		f.Notes = append(f.Notes, fmt.Sprintf("new since %s: %s (map it, or put it under ignore: in the mapping)", path, quoted(fresh)))
	}
	if len(gone) > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("gone since %s: %s", path, quoted(gone)))
	}
	return nil
}

// quoted lists names for a message.
func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strconv.Quote(name)
	}
	return strings.Join(list, ", ")
}

// askKnown looks a few of the addresses up that are to become leads. Creating
// a lead never finds the one that is there: the API takes a second lead with
// the same e-mail address. Who imports a list over another must hear of it
// before the first create. With match: in the mapping everybody is looked up.
func (j *Job) askKnown(ctx context.Context) error {
	f := &j.forecast
	if j.cfg.Client == nil || j.resumed || f.Create == 0 || len(j.match.By) > 0 {
		return nil
	}
	emails := j.fresh.take()
	if len(emails) == 0 {
		return nil
	}
	var mu sync.Mutex
	var found []client.Contact
	parts := [][]string{emails} // 2.x searches for all of them in one call
	if j.cfg.Version.Family() == client.Leads {
		parts = sameAddresses(emails)
	}
	err := abreast(ctx, j.cfg.Workers, j.cfg.Crash, parts, func(ctx context.Context, part []string) error {
		list, err := j.cfg.Client.ByEmail(ctx, part)
		mu.Lock()
		defer mu.Unlock()
		found = append(found, list...)
		return err
	})
	var refusal *client.Error
	if errors.As(err, &refusal) && refusal.Kind == client.Refused {
		f.Unasked = append(f.Unasked, "whether Intercom knows some of the people already ("+refusal.Message+")")
		return nil
	}
	if err != nil {
		return err
	}
	for _, c := range found {
		j.shown[c.ID] = true
	}
	for _, address := range emails {
		for _, c := range found {
			if email.Same(c.Email, address) {
				f.EmailsKnown++
				break
			}
		}
	}
	f.EmailsAsked = len(emails)
	return nil
}

// sameAddresses puts together the spellings of each address, in the order in
// which they first come: a look-up asks for each spelling once.
func sameAddresses(emails []string) [][]string {
	var parts [][]string
	at := map[string]int{}
	for _, address := range emails {
		key := email.Fold(address)
		if _, ok := at[key]; !ok {
			at[key] = len(parts)
			parts = append(parts, nil)
		}
		parts[at[key]] = append(parts[at[key]], address)
	}
	return parts
}

// nameTags settles the names of the run's tags. A run that is resumed keeps
// the names that it began with: the day may have changed since.
func (j *Job) nameTags() error {
	j.began = j.opened.UTC().Truncate(time.Second)
	var then []results.Tag
	meta, whole := j.meta()
	if j.resumed {
		then = meta.Tags
		if !meta.Started.IsZero() {
			j.began = meta.Started
		}
	}
	for _, t := range slices.Concat(j.cfg.Mapping.Tags(), j.cfg.Tags) {
		name, err := j.tagName(t, then)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(j.tags, func(have results.Tag) bool { return strings.EqualFold(have.Name, name) }) {
			j.tags = append(j.tags, results.Tag{Template: t.String(), Name: name})
			j.forecast.Tags = append(j.forecast.Tags, name)
		}
	}
	if j.resumed && whole && !slices.Equal(tagNames(then), j.forecast.Tags) {
		had := "none"
		if len(then) > 0 {
			had = quoted(tagNames(then))
		}
		j.forecast.Notes = append(j.forecast.Notes, "the tags have changed since the run was interrupted: rows that are done keep what they got: "+had)
	}
	return nil
}

func (j *Job) tagName(t mapping.Tag, then []results.Tag) (string, error) {
	for _, have := range then {
		if have.Template == t.String() {
			return have.Name, nil
		}
	}
	if t.NamesFile() && j.cfg.Input.Name() == "standard input" {
		return "", stop(NothingSent, "name the file, or leave {file} out", "tag %q holds the name of the file, and standard input has none", t)
	}
	name, err := t.Name(j.began, j.cfg.Input.Name())
	if err != nil {
		return "", &StopError{Reason: NothingSent, Err: err, Hint: "shorten it"}
	}
	return name, nil
}

// meta is what the interrupted run says of itself. whole is false when its
// journal does not tell all that was begun.
func (j *Job) meta() (m results.Meta, whole bool) {
	if j.cfg.History == nil || !j.resumed {
		return m, true
	}
	return j.cfg.History.Meta()
}

// checkResumed compares this run with the one that it goes on with.
func (j *Job) checkResumed() error {
	if !j.resumed {
		return nil
	}
	f := &j.forecast
	then, whole := j.meta()
	now := j.thisRun()
	if !whole {
		f.Notes = append(f.Notes, "the journal of the interrupted run is gone: every row without a result is looked up before it is created")
	}
	switch {
	case then.KeyKind != "" && then.KeyKind != now.KeyKind:
		return stop(NothingSent, "resume with the mapping of the first run, or import the file anew with --previous and other --results",
			"the results know rows by %s, this mapping by %s: everybody would be created again", then.KeyKind, now.KeyKind)
	case whole && then.Shard != now.Shard:
		return stop(NothingSent, "resume with the same --shard",
			"the results are of shard %q, this run is of %q", then.Shard, now.Shard)
	case now.Workspace != "" && then.Workspace != "" && then.Workspace != now.Workspace:
		return stop(NothingSent, "use the token of the workspace that the run was begun in",
			"the results are of workspace %s, the token is of %s: ids mean nothing elsewhere", then.Workspace, now.Workspace)
	}
	if !whole {
		return nil
	}
	if then.Plan != now.Plan {
		if now.Plan == "" {
			return stop(NothingSent, "go on with leadimport apply --resume PLAN", "the results are of a run that applies a plan, which says what may be done")
		}
		return stop(NothingSent, "name other --results", "the results are of another run than that of this plan")
	}
	if then.Mapping != now.Mapping {
		f.Notes = append(f.Notes, "the mapping has changed since the run was interrupted: rows whose values differ by it are updated")
	}
	if then.APIVersion != now.APIVersion {
		f.Notes = append(f.Notes, fmt.Sprintf("the run was begun with API version %s and goes on with %s", then.APIVersion, now.APIVersion))
	}
	return nil
}

// compareList finds out whether the list is that of the interrupted run. Its
// digest is known once all of it was read.
func (j *Job) compareList() {
	then, whole := j.meta()
	if !j.resumed || !whole {
		return
	}
	if j.same = then.InputSHA256 == j.cfg.Input.SHA256(); !j.same {
		j.forecast.Notes = append(j.forecast.Notes, "the list has changed since the run was interrupted: its rows are known by their keys, wherever they are now")
	}
}

// thisRun identifies this run.
func (j *Job) thisRun() results.Meta {
	planned := ""
	if j.cfg.Plan != nil {
		planned = j.cfg.Plan.About.Seal
	}
	return results.Meta{
		Plan:        planned,
		ID:          j.runID,
		Input:       j.cfg.Input.Name(),
		InputSHA256: j.cfg.Input.SHA256(),
		Mapping:     j.cfg.Mapping.Digest(),
		KeyKind:     j.cfg.Mapping.KeyKind(),
		APIVersion:  j.cfg.Version.String(),
		Workspace:   j.forecast.Workspace.ID,
		Shard:       j.cfg.Shard.String(),
		Rows:        j.forecast.Rows,
		Tags:        j.tags,
		Attributes:  j.weigher.Attributes,
		Started:     j.began,
		Timeout:     j.cfg.Timeout,
	}
}

// checkHistory refuses results that cannot tell who is who in this run.
func (j *Job) checkHistory() error {
	h := j.cfg.History
	if h == nil {
		return nil
	}
	j.forecast.Notes = append(j.forecast.Notes, h.Warnings()...)
	if now := j.forecast.Workspace.ID; now != "" && h.Workspace() != "" && h.Workspace() != now {
		return stop(NothingSent, "use the token of the workspace that they were made in",
			"the earlier results are of workspace %s, the token is of %s: ids mean nothing elsewhere", h.Workspace(), now)
	}
	// Rows without a key, and rows that name an id, are known alike whatever
	// the key is.
	kind, _, _ := strings.Cut(strings.ReplaceAll(j.cfg.Mapping.KeyKind(), "+", ":"), ":")
	kinds := h.Kinds()
	foreign := slices.IndexFunc(kinds, func(k string) bool {
		return k != kind && k != "row" && k != "id" && k != "user_id"
	})
	none := !slices.Contains(kinds, kind) && slices.Contains(kinds, "row") && !j.resumed
	if foreign >= 0 || none {
		return stop(NothingSent, "use the key of the mapping that they were made with",
			"the earlier results know rows by %s, this mapping by %s: everybody would be created again",
			strings.Join(kinds, ", "), j.cfg.Mapping.KeyKind())
	}
	return nil
}

// makeTags creates the tags that the workspace lacks, before anybody is
// created: a tag that cannot be made must not be found out by its leads. It
// returns their ids, by client.TagKey.
func (j *Job) makeTags(ctx context.Context) (map[string]string, error) {
	ids := map[string]string{}
	var names []string
	if f := &j.forecast; f.Create+f.Update+f.Doubt+f.Open > 0 {
		names = tagNames(j.tags)
	}
	for _, tag := range j.rowTags.sent() {
		names = append(names, tag.name)
	}
	for _, name := range names {
		if ids[client.TagKey(name)] != "" {
			continue
		}
		id, err := j.cfg.Client.SaveTag(ctx, name)
		var refusal *client.Error
		if errors.As(err, &refusal) && refusal.Kind == client.Refused {
			return nil, stop(NothingSent, "choose another name for it", "the API does not take the tag %q: %s", name, refusal.Message)
		}
		if refusal != nil && refusal.Kind == client.Unauthorised && refusal.Status != 401 {
			return nil, &StopError{Reason: Unauthorised, Err: fmt.Errorf("creating the tag %q: %w", name, err), Hint: `nobody was created: in the Developer Hub give the app "Write tags", or leave the tags out`}
		}
		if err != nil {
			return nil, fmt.Errorf("creating the tag %q: %w", name, err)
		}
		ids[client.TagKey(name)] = id
	}
	return ids, nil
}
