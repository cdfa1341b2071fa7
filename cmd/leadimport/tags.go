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
	switch {
	case f.Companies == 1:
		fmt.Fprintln(j.out, "1 company is named, which is created where it is missing")
	case f.Companies > 1:
		fmt.Fprintf(j.out, "%d companies are named, which are created where they are missing\n", f.Companies)
	}
}
