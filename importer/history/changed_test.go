package history

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

// A spreadsheet makes a number of what looks like one, and people mend things;
// the journal tells what was.
func TestChangedByHand(t *testing.T) {
	dir := t.TempDir()
	for name, finish := range map[string]bool{"finished": true, "interrupted": false} {
		path := filepath.Join(dir, name+".csv")
		s := begin(t, path, results.New, "Email")
		settle(t, s, 1, results.Created, "email:a", "65e1", "h1", 1)
		settle(t, s, 2, results.Failed, "email:b", "", "", 1)
		settle(t, s, 3, results.Created, "email:c", "65f3", "h3", 1)
		settle(t, s, 4, results.Updated, "email:c", "65f3", "h34", 1) // another row, within a millisecond
		if finish {
			must(t, s.Finish())
		}
		must(t, s.Close())
		text := strings.Replace(read(t, path), ",65e1,", ",650,", 1)
		text = strings.Replace(text, "\n2,failed,,", "\n2,failed,65f2,", 1)
		write(t, path, text)
		for _, own := range []string{path, ""} {
			var h *History
			if own == "" {
				must(t, held[path].Close())
				delete(held, path)
				h = open(t, "", path)
			} else {
				h = open(t, own)
			}
			if k := find(t, h, "email:a"); k.Line.ID != "65e1" || k.Line.Hash != "h1" {
				t.Errorf("%s, own %q: a changed id is believed: %+v", name, own, k)
			}
			// An id is never given up for a blank one.
			if k := find(t, h, "email:b"); k.Line.ID != "65f2" {
				t.Errorf("%s, own %q: %+v", name, own, k)
			}
			if k := find(t, h, "email:c"); k.Line.Row != 4 || k.Line.Hash != "h34" {
				t.Errorf("%s, own %q: the earlier row counts: %+v", name, own, k)
			}
			if _, ok := h.Owner("65f3"); !ok {
				t.Errorf("%s, own %q: the id is nobody's", name, own)
			}
		}
	}
}

// An update of somebody whom undo took back creates nobody.
func TestUpdateOfTheUndone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, results.New, "Email")
	settle(t, s, 1, results.Created, "email:a", "65f1", "h1", 1)
	intent := func(row int, key, id string) {
		must(t, s.Intent(results.Intent{Row: row, Number: 1, Key: key, ID: id, At: noon.Add(time.Hour), Deadline: noon.Add(time.Hour)}))
	}
	intent(2, "email:a", "65f1")
	settle(t, s, 3, results.Unresolved, "email:b", "65f2", "", 1)
	intent(4, "email:c", "65f3")
	must(t, s.Close())
	undo(t, path, "65f1", "65f2")
	h := open(t, path)
	if k := find(t, h, "email:a"); k.Doubt != nil || k.Undone != "65f1" || k.Line.ID != "" {
		t.Errorf("%+v", k)
	}
	if k := find(t, h, "email:b"); k.Doubt != nil || k.Undone != "65f2" || k.Line.ID != "" {
		t.Errorf("%+v", k)
	}
	if k := find(t, h, "email:c"); k.Doubt == nil || k.Doubt.ID != "65f3" {
		t.Errorf("%+v", k)
	}
}

// Two runs that did not know of each other have both begun a key: what may
// have been sent was sent between the first and the last.
func TestTwoDoubts(t *testing.T) {
	dir := t.TempDir()
	moment := func(hour int) client.Moment {
		at := noon.Add(time.Duration(hour) * time.Hour)
		return client.Moment{Low: at, High: at.Add(time.Second)}
	}
	var paths []string
	for n, server := range []client.Moment{moment(1), {}, moment(3)} {
		path := filepath.Join(dir, string(rune('a'+n))+".csv")
		at := noon.Add(time.Duration(n+1) * time.Hour)
		s := begin(t, path, results.New, "Email")
		must(t, s.Intent(results.Intent{Row: n + 1, Number: 1, Key: "email:a", At: at, Deadline: at.Add(time.Minute), Server: server, Lead: leadOf(path)}))
		if n == 1 {
			must(t, s.Doubt(results.Doubt{Row: 2, Number: 1, Key: "email:a", FirstAt: at, LastAt: at.Add(time.Minute), Since: at.Add(24 * time.Hour), SinceServer: moment(26), NotOurs: []string{"65f0"}}))
		}
		must(t, s.Close())
		paths = append(paths, path)
	}
	h := open(t, "", paths...)
	want := results.Doubt{
		Row: 3, Number: 1, Key: "email:a", Lead: leadOf(paths[2]), FirstAt: noon.Add(time.Hour), // of one of them the server's time is not known
		LastAt: noon.Add(3*time.Hour + time.Minute), Since: noon.Add(26 * time.Hour), SinceServer: moment(26), NotOurs: []string{"65f0"},
	}
	if k := find(t, h, "email:a"); k.Doubt == nil || !reflect.DeepEqual(*k.Doubt, want) {
		t.Errorf("%+v, not\n%+v", k.Doubt, want)
	}
	// Without the first, nobody knows the server's time of what comes first then.
	h = open(t, "", paths[1:]...)
	if k := find(t, h, "email:a"); k.Doubt == nil || k.Doubt.First.Known() || !k.Doubt.FirstAt.Equal(noon.Add(2*time.Hour)) {
		t.Errorf("%+v", k.Doubt)
	}
}
