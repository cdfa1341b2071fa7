package main

import (
	"fmt"
	"strconv"
	"strings"

	"leadimport/importer"
	"leadimport/mapping"
)

// runTags are the tags that --tag names.
func (f *jobFlags) runTags() ([]mapping.Tag, error) {
	var list []mapping.Tag
	for _, text := range f.tags {
		t, err := mapping.ParseTag(text)
		if err != nil {
			return nil, usageError{"--tag: " + err.Error()}
		}
		list = append(list, t)
	}
	return list, nil
}

// showTags says which tags and companies the leads get.
func (j *job) showTags(f importer.Forecast) {
	if len(f.Tags) > 0 {
		names := make([]string, len(f.Tags))
		for i, name := range f.Tags {
			names[i] = strconv.Quote(printable(name))
		}
		fmt.Fprintf(j.out, "tags every lead that is created or updated: %s\n", strings.Join(names, ", "))
	}
	if n := f.RowTagNames; n > 0 {
		names := make([]string, len(f.RowTags))
		for i, tag := range f.RowTags {
			names[i] = fmt.Sprintf("%q (%s)", printable(tag.Tag), plural(tag.Rows, "row", "rows"))
		}
		text := strings.Join(names, ", ")
		if more := n - len(names); more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		fmt.Fprintf(j.out, "tags of the rows themselves: %s\n", text)
	}
	if n := f.CompaniesDiffer; n > 0 {
		var texts []string
		for _, d := range f.Differing {
			texts = append(texts, printable(d.String()))
		}
		fmt.Fprintf(j.out, "note: rows say different things of %s: of each the first that is not blank is saved: %s\n", plural(n, "company", "companies"), strings.Join(texts, "; "))
	}
	switch {
	case f.Companies == 1:
		fmt.Fprintln(j.out, "1 company is named, which is created where it is missing")
	case f.Companies > 1:
		fmt.Fprintf(j.out, "%d companies are named, which are created where they are missing\n", f.Companies)
	}
}
