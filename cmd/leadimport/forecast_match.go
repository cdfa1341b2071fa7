package main

import (
	"fmt"
	"strings"

	"leadimport/client"
	"leadimport/importer"
	"leadimport/mapping"
)

// showMatch says what is still open before the rows are looked up.
func (j *job) showMatch(f importer.Forecast) {
	if f.LookUp == 0 {
		return
	}
	by := strings.Join(f.MatchBy, ", then ")
	found := "updated"
	rest := "created"
	switch importer.Only(j.flags.only) {
	case importer.OnlyCreate:
		found = "skipped"
	case importer.OnlyUpdate:
		rest = "skipped"
	}
	m := j.mapping.Match()
	others := ""
	if j.version.Family() == client.Contacts {
		others = fmt.Sprintf("; a user is %s, an archived contact %s", policyText(m.User), policyText(m.Archived))
	}
	fmt.Fprintf(j.out, "%s looked up by %s first, in about %s: whom Intercom knows is %s, the others are %s%s\n",
		plural(f.LookUp, "row is", "rows are"), printable(by), plural(f.LookUps, "call", "calls"), found, rest, others)
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
