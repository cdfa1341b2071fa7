package report

import (
	"fmt"
	"strings"
	"time"

	"leadimport/importer/results"
)

// headline is what happened, in one sentence.
func (r *Report) headline() string {
	switch {
	case r.Rows == 0 && r.Unfinished:
		return "Nothing has been imported yet."
	case r.Rows == 0:
		return "The list has no rows."
	case r.Unfinished:
	case r.In() == r.Rows && r.Rows == 1:
		return "The one row is in Intercom."
	case r.In() == r.Rows:
		return fmt.Sprintf("All %s rows are in Intercom.", grouped(r.Rows))
	}
	text := fmt.Sprintf("%s of %s %s in Intercom", grouped(r.In()), count(r.Rows, "row"), are(r.In()))
	if r.Unfinished { // of how many in all, the file does not tell yet
		text = fmt.Sprintf("So far %s %s in Intercom", count(r.In(), "row"), are(r.In()))
	}
	switch {
	case r.needLook > 0:
		return fmt.Sprintf("%s, %s a look.", text, needs(r.needLook))
	case r.In() == r.Rows:
		return text + "."
	default:
		return fmt.Sprintf("%s, %s left out as asked for.", text, grouped(r.Skipped)+" "+were(r.Skipped))
	}
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func theyAre(n int) string {
	if n == 1 {
		return "it is"
	}
	return "they are"
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func needs(n int) string {
	if n == 1 {
		return "1 needs"
	}
	return grouped(n) + " need"
}

// details say how the numbers of the headline come about.
func (r *Report) details() []string {
	var done []string
	for _, c := range []struct {
		n    int
		what string
	}{{r.Created, "created"}, {r.Updated, "updated"}} {
		if c.n > 0 {
			done = append(done, fmt.Sprintf("%s %s %s", count(c.n, "lead"), were(c.n), c.what))
		}
	}
	if r.Unchanged > 0 {
		done = append(done, fmt.Sprintf("%s %s up to date already", grouped(r.Unchanged), were(r.Unchanged)))
	}
	if r.Skipped > 0 {
		done = append(done, fmt.Sprintf("%s %s left out", grouped(r.Skipped), were(r.Skipped)))
	}
	var list []string
	if len(done) > 0 {
		list = append(list, strings.Join(done, ", ")+".")
	}
	var out []string
	if r.Invalid > 0 {
		out = append(out, fmt.Sprintf("%s %s not valid and not sent", count(r.Invalid, "row"), were(r.Invalid)))
	}
	if r.Failed > 0 {
		out = append(out, fmt.Sprintf("%s %s refused by Intercom", count(r.Failed, "row"), were(r.Failed)))
	}
	if len(out) > 0 {
		list = append(list, strings.Join(out, ", ")+".")
	}
	if r.ValuesOmitted > 0 {
		list = append(list, fmt.Sprintf("%s %s left out, because %s invalid: %s.", count(r.ValuesOmitted, "value"), were(r.ValuesOmitted), theyAre(r.ValuesOmitted), omittedText(r.OmittedByColumn)))
	}
	if r.Unresolved > 0 {
		list = append(list, fmt.Sprintf("It is not known yet whether Intercom has %s: the answers were lost on the way.", count(r.Unresolved, "row")))
	}
	if r.Unfinished {
		list = append(list, "The import was cut short, or is still going on: some rows have no outcome yet.")
	}
	if len(r.Workspaces) > 1 {
		list = append(list, "The rows went to several workspaces: "+strings.Join(r.Workspaces, ", ")+".")
	}
	return list
}

func (r *Report) subtitle() string {
	var parts []string
	if len(r.Files) == 1 {
		parts = append(parts, r.Files[0].Name)
	} else {
		parts = append(parts, count(len(r.Files), "results file"))
	}
	if !r.FirstAt.IsZero() {
		first, last := r.FirstAt.UTC(), r.LastAt.UTC()
		const minute = "2 January 2006, 15:04"
		from, to := first.Format(minute), last.Format(minute)
		switch {
		case from == to:
			parts = append(parts, from+" UTC")
		case first.Format(time.DateOnly) == last.Format(time.DateOnly):
			parts = append(parts, from+" to "+last.Format("15:04")+" UTC")
		default:
			parts = append(parts, from+" to "+to+" UTC")
		}
	}
	if len(r.Workspaces) == 1 {
		parts = append(parts, "workspace "+r.Workspaces[0])
	}
	return strings.Join(parts, " · ")
}

// step is something to do: text and commands in turn.
type step []word

type word struct {
	Text string
	Code bool
}

var flagName = pattern(`--[a-z][a-z-]*( FILE| update)?`)

// say makes a step; flags in it are shown as commands are.
func say(format string, args ...any) step {
	var s step
	text, from := fmt.Sprintf(format, args...), 0
	for _, at := range flagName().FindAllStringIndex(text, -1) {
		s = append(s, word{text[from:at[0]], false}, word{text[at[0]:at[1]], true})
		from = at[1]
	}
	return append(s, word{text[from:], false})
}

// steps say how to go on.
func (r *Report) steps() []step {
	var list []step
	if r.Unfinished {
		list = append(list, say("Run the same command again with --resume: it goes on where it stopped, and creates nobody twice."))
	}
	if r.Unresolved > 0 {
		list = append(list, say("%s may be in Intercom already. The same command with --resume looks before it sends anything. Until then, do not import them in another way.", count(r.Unresolved, "row")))
	}
	if n := r.Invalid + r.Failed; n > 0 {
		list = append(list, say("Mend what the reasons below say, in the list or in the mapping. Then run the same command again with --resume: only rows that are not in Intercom yet are sent. With --rejects FILE it writes what is left into a list of its own, to mend and to import like the first."))
	}
	for _, g := range r.Errors {
		if g.Code == results.Gone {
			list = append(list, say("%s: the lead was deleted in Intercom, or merged. Decide whether that is meant; nothing is created again unasked.", count(g.Rows, "row")))
			break
		}
	}
	if r.ValuesOmitted > 0 && r.Invalid+r.Failed == 0 {
		list = append(list, say("To have the values that were left out in Intercom too, correct them in the list and run the same command again with --resume."))
	}
	if len(list) == 0 && r.Rows > 0 {
		list = append(list, say("There is nothing to mend. Keep the results file: it knows the id of each lead. The next import of these people updates them when it is run with --previous, and sends nothing for those that have not changed."))
	}
	return list
}
