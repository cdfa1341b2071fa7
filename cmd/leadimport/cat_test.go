package main

import (
	"testing"

	"leadimport/importer/source"
)

// TestFindingsBounded: a file whose every row is odd must not fill the memory.
func TestFindingsBounded(t *testing.T) {
	var f findings
	for i := range 3 * maxNotes {
		f.note(source.Note{Line: i + 1})
	}
	if len(f.Notes) != maxNotes || f.NotesMore != 2*maxNotes || f.Notes[maxNotes-1].Line != maxNotes {
		t.Errorf("%d notes, %d more", len(f.Notes), f.NotesMore)
	}
}
