package importer

import (
	"testing"

	"leadimport/importer/source"
)

// TestCrash: a panic on a goroutine of a pass reaches the one who can end the
// process.
func TestCrash(t *testing.T) {
	told := make(chan any, 1)
	go func() {
		defer caught(func(v any) { told <- v })
		b := &rowBatch{}
		b.add(source.Row{Number: 1, Cells: []string{"joe@example.com"}})
		b.convert(nil, nil) // no plan: a mistake of ours
	}()
	if v := <-told; v == nil {
		t.Error("nobody was told")
	}
	defer func() {
		if v := recover(); v != "untouched" {
			t.Errorf("%v, where no Crash is set", v)
		}
	}()
	defer caught(nil)
	panic("untouched")
}
