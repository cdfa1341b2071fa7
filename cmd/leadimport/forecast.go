package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// showReading says how the file was read, and what each column becomes.
func (j *job) showReading(f importer.Forecast) {
	p := func(format string, args ...any) { fmt.Fprintf(j.out, format+"\n", args...) }
	p("%s: %s, %s, %s", printable(j.input.Name()), plural(f.Rows, "row", "rows"), plural(len(f.Columns), "column", "columns"), j.input.Dialect())
	for _, note := range j.input.Findings() {
		if note.Code != source.NoteDialect { // it stands in the first line
			p("note: %s", printable(noteText(note)))
		}
	}
	j.showProblems("read in another way than written", f.Repairs, 5)
	if j.flags.beside {
		p("mapping %s, which lies beside the list", printable(j.flags.mapping))
	}
	p("API version %s (%s)", j.version, j.why)
	if f.Known {
		w := f.Workspace
		region := w.Region
		if region == "" {
			region = "not told"
		}
		p("workspace %s: %s, region %s", printable(w.ID), printable(w.Name), printable(region))
	}
	if note := regionNote(f.Workspace.Region, j.flags.apiURL); note != "" && !j.flags.sandbox {
		p("note: %s", note)
	}
	j.showColumns(f)
	if names := attributeNames(f.Missing); names != "" && j.flags.create {
		p("creates custom attributes: %s", names)
	}
	j.showTags(f)
	for _, note := range f.Notes {
		p("note: %s", note)
	}
	for _, what := range f.Unasked {
		p("left out: %s", what)
	}
}

// showForecast says, before anything is sent, how the file was read, what each
// column becomes, and what will happen.
func (j *job) showForecast(f importer.Forecast) {
	p := func(format string, args ...any) { fmt.Fprintf(j.out, format+"\n", args...) }
	j.showReading(f)
	p("%s", outcome(f))
	j.showMatch(f)
	if len(f.Rules) > 0 && f.Update > 0 {
		p("written by rules of the mapping: %s: each contact is read right before it is updated, and import_note says what was not written", rulesText(f.Rules))
	}
	switch {
	case f.EmailsKnown > 0:
		p("note: %d of %d e-mail addresses that were looked up are in Intercom already: each such person becomes a second lead (match: in the mapping updates them instead)", f.EmailsKnown, f.EmailsAsked)
	case f.EmailsAsked > 0:
		p("%d of the e-mail addresses to create %s looked up: Intercom knows none of them", f.EmailsAsked, either(f.EmailsAsked, "was", "were"))
	}
	if f.Known && !j.flags.sandbox && f.Create+f.Update > 0 {
		// Help, "Import your user data": "they will get that message right away".
		p("note: people who match a live message in Intercom get it as soon as they are imported: pause what this list must not get")
	}
	if f.Shared > 0 {
		p("%s a key that came earlier in the file: %s", plural(f.Shared, "row has", "rows have"), j.duplicatesText(f.Shared))
	}
	j.showRepeated(f)
	if f.Orphans > 0 {
		p("%s in doubt whose %s the list has no more: %s looked up, and recorded behind the others", plural(f.Orphans, "lead is", "leads are"),
			either(f.Orphans, "row", "rows"), either(f.Orphans, "it is", "they are"))
	}
	if f.Undone > 0 {
		p("%s taken back by undo: %s", plural(f.Undone, "lead was", "leads were"),
			either(f.Undone, "it is created again", "they are created again"))
	}
	if f.Vanished > 0 {
		p("%s no longer in the file: they are left as they are", plural(f.Vanished, "person of earlier results is", "people of earlier results are"))
	}
	if f.NoKey > 0 {
		p("%s no key (%s): %s", plural(f.NoKey, "row has", "rows have"), noKeyText(f, j.mapping.KeyKind()),
			either(f.NoKey, "it is known by all its values", "they are known by all their values"))
	}
	if f.Seconds > 0 {
		p("%s at least, about %s at the present limit%s", plural(f.Calls, "call", "calls"), duration(f.Seconds), limitShare(f))
	}
}

// rulesText lists the attributes that are not always written.
func rulesText(rules map[string]string) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		list = append(list, printable(name)+" "+rules[name])
	}
	return strings.Join(list, ", ")
}

// noKeyText says why rows have no key.
func noKeyText(f importer.Forecast, kind string) string {
	if f.NoKeyWords+f.NoKeyOmitted == 0 {
		return kind + " is blank"
	}
	var why []string
	for _, w := range []struct {
		n    int
		text string
	}{
		{f.NoKeyWords, "is a word that says nothing"}, {f.NoKeyOmitted, "is invalid and left out"},
		{f.NoKey - f.NoKeyWords - f.NoKeyOmitted, "is blank"},
	} {
		if w.n > 0 {
			why = append(why, fmt.Sprintf("%s in %d", w.text, w.n))
		}
	}
	return kind + " " + strings.Join(why, ", ")
}

// showRepeated names the keys that most rows share, and says what is lost when
// duplicates are left out.
func (j *job) showRepeated(f importer.Forecast) {
	p := func(format string, args ...any) { fmt.Fprintf(j.out, format+"\n", args...) }
	for _, k := range f.Repeated {
		var differ []string
		if k.NamesDiffer {
			differ = append(differ, "names")
		}
		if k.PhonesDiffer {
			differ = append(differ, "phone numbers")
		}
		if k.EmailsDiffer {
			differ = append(differ, "e-mail addresses")
		}
		what := ""
		if len(differ) > 0 {
			what = ", with different " + strings.Join(differ, " and ") + ": is it one person?"
		}
		p("  %s in %d rows: %s%s", printable(k.Key), k.Rows, places(k.First, k.Rows), what)
	}
	if more := f.SharedKeys - len(f.Repeated); more > 0 && len(f.Repeated) > 0 {
		p("  and %s that several rows share", plural(more, "more key", "more keys"))
	}
	if n := f.SharedDiffer; n > 0 {
		p("note: behind %s that several rows share the names, phone numbers or e-mail addresses differ: if %s stands for several people, they become one lead",
			plural(n, "key", "keys"), either(n, "it", "each"))
	}
	if n := f.OptOuts; n > 0 {
		p("warning: %s %s a no to e-mail that the first row of the key does not, and that is lost: %s (--duplicates update sends it)",
			plural(n, "row", "rows"), either(n, "that is left out says", "that are left out say"), places(f.OptOutRows, n))
	}
	if n := f.OptOutsKept; n > 0 {
		p("warning: %s back a no to e-mail of an earlier row of the key, and that is not sent: %s (allow_resubscribe: true in the mapping sends it)",
			plural(n, "row takes", "rows take"), places(f.KeptRows, n))
	}
	if n := f.OptOutsInvalid; n > 0 {
		p("warning: %s a no to e-mail of a lead that no valid row says, and that is not sent: %s (correct %s, or set unsubscribed_from_emails in Intercom)",
			plural(n, "invalid row says", "invalid rows say"), places(f.InvalidRows, n), either(n, "the row", "the rows"))
	}
}

// places are the first of n rows, each as the list counts it, and as an editor
// or a spreadsheet shows it.
func places(first []importer.Place, n int) string {
	list := make([]string, len(first))
	for i, at := range first {
		list[i] = fmt.Sprintf("row %d (line %d)", at.Row, at.Line)
		if at.Sheet != 0 {
			list[i] = fmt.Sprintf("row %d (row %d in a spreadsheet)", at.Row, at.Sheet)
		}
	}
	text := strings.Join(list, ", ")
	if more := n - len(first); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// regionNote names the API's own host for a workspace that is kept in another
// region than the default one's (OpenAPI description of 2.15, servers); empty
// when the URL says where to go, or there is nothing to say.
func regionNote(region, apiURL string) string {
	host := map[string]string{"EU": "https://api.eu.intercom.io", "AU": "https://api.au.intercom.io"}[strings.ToUpper(region)]
	if host == "" || apiURL != defaultURL {
		return ""
	}
	return fmt.Sprintf("the workspace is kept in region %s: --api-url %s goes there without a detour", printable(region), host)
}

func noteText(n source.Note) string {
	if n.Line > 0 {
		return fmt.Sprintf("line %d: %s", n.Line, n.Message)
	}
	return n.Message
}

// showColumns lists what each column of the file becomes.
func (j *job) showColumns(f importer.Forecast) {
	width := 0
	for _, c := range f.Columns {
		width = max(width, len([]rune(printable(c.Name))))
	}
	types := map[string]client.Type{}
	for _, a := range slices.Concat(f.Attributes, f.OfCompanies) {
		types[a.Name] = a.Type
	}
	fed := map[string]bool{} // attributes that a column feeds; the others are constants
	for _, c := range f.Columns {
		for _, name := range c.Attributes {
			fed[name] = true
		}
		pad := strings.Repeat(" ", width-len([]rune(printable(c.Name))))
		if len(c.Attributes) == 0 {
			why := ""
			if c.Why != "" {
				why = ": " + printable(c.Why)
			}
			fmt.Fprintf(j.out, "  %s%s    left out%s\n", printable(c.Name), pad, why)
			continue
		}
		for i, name := range c.Attributes {
			c.Attributes[i] = printable(name)
			if t := types[name]; t != "" && t != client.TypeString {
				c.Attributes[i] += fmt.Sprintf(" (%s)", t)
			}
		}
		fmt.Fprintf(j.out, "  %s%s → %s\n", printable(c.Name), pad, strings.Join(c.Attributes, ", "))
	}
	for _, a := range slices.Concat(f.Attributes, f.OfCompanies) {
		if !fed[a.Name] {
			fmt.Fprintf(j.out, "  %s → %s\n", printable(a.From), printable(a.Name))
		}
	}
}

// outcome is the forecast in one line.
func outcome(f importer.Forecast) string {
	parts := []string{}
	for _, c := range []struct {
		n    int
		text string
	}{
		{f.Standing, "done already"}, {f.Open, "in Intercom, and not with all that belongs to them"}, {f.Doubt, "in doubt, to be looked up"},
		{f.Create, "to create"}, {f.Update, "to update"}, {f.Unchanged, "unchanged"},
		{f.Skip, "to skip"}, {f.Fail, "to refuse"}, {f.Unresolved, "unresolved"}, {f.Invalid, "invalid"},
	} {
		if c.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c.n, c.text))
		}
	}
	if len(parts) == 0 {
		return "no rows"
	}
	return fmt.Sprintf("%s: %s", plural(f.Rows, "row", "rows"), strings.Join(parts, ", "))
}

// duplicatesText says what becomes of n rows whose key came earlier.
func (j *job) duplicatesText(n int) string {
	switch importer.Duplicates(j.flags.duplicates) {
	case importer.SkipDuplicates:
		return either(n, "it is skipped", "they are skipped")
	case importer.RejectDuplicates:
		return either(n, "it is refused", "they are refused")
	default:
		return either(n, "it updates the lead of the first", "they update the lead of the first, in file order")
	}
}

// limitShare says how much of what the API grants to all users of the token's
// app the run takes meanwhile.
func limitShare(f importer.Forecast) string {
	if f.Limit == 0 {
		return ""
	}
	of := fmt.Sprintf("%d calls per %v", f.Limit, time.Duration(f.LimitSeconds*float64(time.Second)))
	if f.LimitShare > 0.985 {
		return fmt.Sprintf(" of %s, all of which it takes", of)
	}
	return fmt.Sprintf(" of %s, of which it takes %.2g %%", of, 100*f.LimitShare)
}

func attributeNames(list []mapping.Attribute) string {
	names := make([]string, len(list))
	for i, a := range list {
		names[i] = fmt.Sprintf("%s (%s)", printable(strings.TrimPrefix(a.Name, client.CustomPrefix)), a.Type)
	}
	return strings.Join(names, ", ")
}

// duration rounds to what a person wants to know.
func duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < time.Second:
		return "a second"
	case d < time.Minute:
		return d.Round(time.Second).String()
	case d < 10*time.Minute:
		return d.Round(10 * time.Second).String()
	default:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
}
