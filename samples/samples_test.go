package samples

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// read returns the header and the rows of a well-formed sample.
func read(t *testing.T, name string) ([]string, [][]string) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[0], rows[1:]
}

// The list is committed, so that nobody has to make it first; what makes it
// must still make the same.
func TestLeadsAreWhatGenerateWrites(t *testing.T) {
	made := filepath.Join(t.TempDir(), "leads.csv")
	if out, err := exec.Command("go", "run", "./generate", "-o", made).CombinedOutput(); err != nil {
		t.Fatalf("go run ./generate: %v\n%s", err, out)
	}
	want, err := os.ReadFile(made)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("leads.csv")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("leads.csv differs from what ./generate writes: go generate ./samples")
	}
}

// Every cell of leads.csv can be sent as it stands: a first run must import
// all of it.
func TestLeadsAreValid(t *testing.T) {
	header, rows := read(t, "leads.csv")
	if got, want := strings.Join(header, ","), "Email,First name,Last name,Mobile,Company size,Plan,MRR,Trial end,Newsletter,User agent,Notes,Signed up"; got != want {
		t.Fatalf("header is %s, want %s", got, want)
	}
	if len(rows) != 1200 {
		t.Fatalf("%d rows, want 1200", len(rows))
	}
	checks := map[string]func(string) bool{
		"Email":        exampleAddress,
		"Mobile":       validNumber,
		"Company size": func(s string) bool { n, err := strconv.Atoi(s); return err == nil && n > 0 },
		"Plan":         func(s string) bool { return s == "Free" || s == "Pro" || s == "Enterprise" },
		"MRR":          func(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil },
		"Trial end":    func(s string) bool { _, err := time.Parse(time.DateOnly, s); return err == nil },
		"Newsletter":   func(s string) bool { return s == "true" || s == "false" },
		"Signed up":    func(s string) bool { _, err := time.Parse(time.RFC3339, s); return err == nil },
	}
	for i, row := range rows {
		for c, cell := range row {
			if utf8.RuneCountInString(cell) > 255 { // 1.x takes no longer strings
				t.Errorf("row %d, %s: longer than 255 characters", i+1, header[c])
			}
			if check := checks[header[c]]; check != nil && cell != "" && !check(cell) {
				t.Errorf("row %d, %s: %q is not valid", i+1, header[c], cell)
			}
		}
	}
}

// The list holds what makes real lists hard, else it proves little.
func TestLeadsAreRealistic(t *testing.T) {
	_, rows := read(t, "leads.csv")
	raw, err := os.ReadFile("leads.csv")
	if err != nil {
		t.Fatal(err)
	}
	people, repeated, nameless, blank, cells, broken := map[string]int{}, 0, 0, 0, 0, 0
	for i, row := range rows {
		for _, cell := range row {
			cells++
			if cell == "" {
				blank++
			}
			if strings.Contains(cell, "\n") {
				broken++
			}
		}
		key := strings.ToLower(row[0])
		if key == "" {
			nameless++
		} else if earlier, ok := people[key]; ok {
			repeated++
			if rows[earlier][11] == row[11] {
				t.Errorf("row %d repeats row %d without anything newer", i+1, earlier+1)
			}
		}
		people[key] = i
	}
	if repeated != 6 {
		t.Errorf("%d rows repeat an e-mail, want 6", repeated)
	}
	if nameless == 0 || nameless > 20 {
		t.Errorf("%d rows have no e-mail, want a few", nameless)
	}
	if share := float64(blank) / float64(cells); share < 0.06 || share > 0.10 {
		t.Errorf("%.1f %% of the cells are blank, want about 8", 100*share)
	}
	if broken < 50 {
		t.Errorf("%d cells hold a line break, want 50 or more", broken)
	}
	for _, want := range []string{"Siobhán", "Łukasz", "花子", "محمد", "🎉", `""`, "O’Brien"} {
		if !bytes.Contains(raw, []byte(want)) {
			t.Errorf("nothing in the list holds %q", want)
		}
	}
}

func exampleAddress(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && (domain == "example.com" || domain == "example.org" || domain == "example.net")
}

func validNumber(s string) bool {
	n, err := phonenumbers.Parse(s, "")
	return err == nil && phonenumbers.IsValidNumber(n)
}
