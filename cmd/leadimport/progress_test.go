package main

import (
	"strings"
	"testing"
	"time"

	"leadimport/importer"
)

// What is said on the bar's line fits it, the most important first.
func TestDescribe(t *testing.T) {
	until := time.Date(2026, 11, 22, 3, 4, 5, 0, time.Local)
	parts := describe(importer.Progress{Doubt: 2, DoubtUntil: until}, 1.2, roughly(200*time.Second))
	for room, want := range map[int]string{
		100: "3m20s left, 2 in doubt until 03:04:05 at the latest, 1 row/s",
		60:  "3m20s left, 2 in doubt until 03:04:05 at the latest, 1 row/s",
		59:  "3m20s left, 2 in doubt until 03:04:05 at the latest",
		20:  "3m20s left",
		5:   "",
		-9:  "",
	} {
		if got := fitting(parts, room); got != want {
			t.Errorf("in %d characters it is %q, want %q", room, got, want)
		}
	}
	if got := strings.Join(describe(importer.Progress{}, 0, ""), ","); got != "" {
		t.Errorf("at the beginning it is %q", got)
	}
}

func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		-time.Second: "1s", 0: "1s", 1499 * time.Millisecond: "1s", 59600 * time.Millisecond: "1m0s",
		200 * time.Second: "3m20s", 2*time.Hour + 3*time.Minute + 40*time.Second: "2h4m",
	} {
		if got := roughly(d); got != want {
			t.Errorf("%v is shown as %s, want %s", d, got, want)
		}
	}
}
