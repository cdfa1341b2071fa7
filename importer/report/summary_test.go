package report

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// keys of a summary, as scripts depend on them: they are only ever added to,
// and are there also when nothing happened.
var summaryKeys = strings.Fields(`outcome rows created updated unchanged skipped invalid failed unresolved vanished behind standing
	errors values_omitted omitted_by_column values_held_back held_back_by_attribute opt_outs_left_out opt_outs_kept opt_outs_invalid calls retries rate_limited in_doubt_resolved index_lag_seconds started_at ended_at seconds
	sending_seconds rows_per_second calls_per_second waiting_seconds latency_ms responses
	exit_code input input_sha256 results api_version workspace version`)

func TestSummaryKeys(t *testing.T) {
	var text bytes.Buffer
	if err := (Summary{}).JSON(&text); err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text.Bytes(), &all); err != nil {
		t.Fatal(err)
	}
	for _, key := range summaryKeys {
		if _, ok := all[key]; !ok {
			t.Errorf("%s is not in %s", key, &text)
		}
		delete(all, key)
	}
	for key := range all {
		t.Errorf("%s is new: write it down here and where the summary is described", key)
	}
	for key, want := range map[string][]string{
		"waiting_seconds": {"back_off", "gate", "outage", "paused"}, "latency_ms": {"max", "p50", "p90", "p99"},
	} {
		var inner map[string]map[string]float64
		json.Unmarshal(text.Bytes(), &inner) // of the other types
		var got []string
		for name := range inner[key] {
			got = append(got, name)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", key, got, want)
		}
	}
}

func TestFrequentErrors(t *testing.T) {
	s := Summary{Errors: map[string]int{"a": 1, "b": 5, "c": 5, "other": 2, "d": 1}}
	for most, want := range map[int]map[string]int{
		0: {"other": 14}, 1: {"b": 5, "other": 9}, 3: {"b": 5, "c": 5, "other": 4}, 9: {"a": 1, "b": 5, "c": 5, "d": 1, "other": 2},
	} {
		got := s.FrequentErrors(most)
		if len(got) != len(want) {
			t.Errorf("the %d most frequent are %v, want %v", most, got, want)
		}
		for code, n := range want {
			if got[code] != n {
				t.Errorf("the %d most frequent are %v, want %v", most, got, want)
			}
		}
	}
}

func TestStatuses(t *testing.T) {
	s := Summary{Rows: 10, Created: 3, Failed: 1}
	if all := s.Statuses(); all["not_done"] != 6 || all["created"] != 3 || all["failed"] != 1 || len(all) != 8 {
		t.Errorf("they are %v", all)
	}
}

// One is one.
func TestSummaryText(t *testing.T) {
	var text bytes.Buffer
	s := Summary{Rows: 1, Created: 1, Calls: 1, Retries: 1, RateLimited: 1, InDoubtResolved: 1, Results: "r.csv"}
	if err := s.Text(&text); err != nil {
		t.Fatal(err)
	}
	want := "\n1 row: 1 created\n1 call in 0s (1 retry, 1 time told to slow down)\n1 lost answer was looked up and resolved\nresults: r.csv\n"
	if text.String() != want {
		t.Errorf("it says %q, want %q", &text, want)
	}
}

// A lag beyond the flag is one line; one within it is none.
func TestSummaryTextOfALag(t *testing.T) {
	for lag, want := range map[float64]string{
		60: "", 61.5: "the API took up to 1m2s to show a lead, longer than --settle 1m: lost answers are waited for twice as long from now on, here and with --previous; to be sure of it everywhere, set --settle 4m\n",
		3600: "the API took up to 1h to show a lead, longer than --settle 1m: lost answers are waited for twice as long from now on, here and with --previous; to be sure of it everywhere, set --settle 2h\n",
	} {
		var text bytes.Buffer
		if err := (Summary{Rows: 1, IndexLag: &lag, Settle: 60}).Text(&text); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(text.String(), "to show a lead") != (want != "") || !strings.Contains(text.String(), want) {
			t.Errorf("of %v s it says %q, want %q", lag, &text, want)
		}
	}
}
