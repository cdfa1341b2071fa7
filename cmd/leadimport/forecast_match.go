package main

import (
	"fmt"
	"strings"

	"leadimport/client"
	"leadimport/importer"
	"leadimport/mapping"
)

// showMatch says how many rows were looked up for the forecast.
func (j *job) showMatch(f importer.Forecast) {
	if f.LookUp == 0 {
		return
	}
	by := printable(strings.Join(f.MatchBy, ", then "))
	if !f.Known {
		fmt.Fprintf(j.out, "%s to be looked up by %s first: whom Intercom knows decides what becomes of %s\n",
			plural(f.LookUp, "row is", "rows are"), by, either(f.LookUp, "it", "them"))
		return
	}
	others := ""
	if m := j.mapping.Match(); j.version.Family() == client.Contacts {
		others = fmt.Sprintf("; a user is %s, an archived contact %s", policyText(m.User), policyText(m.Archived))
	}
	fmt.Fprintf(j.out, "%s looked up by %s, in %s%s\n", plural(f.LookUp, "row was", "rows were"), by, plural(f.LookUps, "call", "calls"), others)
}

func policyText(p mapping.Policy) string {
	switch p {
	case mapping.Update:
		return "updated"
	case mapping.Skip:
		return "skipped"
	default:
		return "an error"
	}
}
