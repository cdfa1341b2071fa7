package results

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestFailedSyncIsFinal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	must(t, s.Settle(created(1, "65f1", "a@x.ie")))
	s.journal.File.Close() // every fsync fails from here
	err := s.Intent(Intent{Row: 2, Number: 1})
	var w *WriteError
	if !errors.As(err, &w) || w.Path != journalPath(path) || !errors.Is(err, os.ErrClosed) {
		t.Fatalf("intent: %v", err)
	}
	for range 2 {
		if again := s.Intent(Intent{Row: 3, Number: 1}); again != err {
			t.Errorf("a later intent: %v", again)
		}
		if again := s.Settle(created(2, "65f2", "b@x.ie")); again != err {
			t.Errorf("a later settle: %v", again)
		}
		if again := s.Doubt(Doubt{Row: 3}); again != err {
			t.Errorf("a later doubt: %v", again)
		}
	}
	if err := s.Close(); err == nil {
		t.Error("close hides the failure")
	}
	// What the API acknowledged went to the file that could be written.
	if got := read(t, path); !strings.Contains(got, "\n2,created,65f2,") {
		t.Errorf("the results are\n%s", got)
	}
	if err := s.Intent(Intent{Row: 4, Number: 1}); err == nil {
		t.Error("an intent after close")
	}
}

// TestFinishBesideSync has outcomes made durable while the file is replaced.
func TestFinishBesideSync(t *testing.T) {
	s := begin(t, filepath.Join(t.TempDir(), "r.csv"), New, "Email")
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				s.mu.Lock()
				s.unsynced = true
				s.mu.Unlock()
				s.sync()
			}
		}
	}()
	for n := range 20 {
		must(t, s.Settle(created(100-n, "65f1", "a@x.ie")))
		must(t, s.Finish())
	}
	close(stop)
	<-stopped
	must(t, s.Close())
}

// A device takes writes and refuses fsync (EINVAL), as a dying disk might.
func TestSyncIsNotRepeated(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	must(t, err)
	if null.Sync() == nil {
		t.Skip("this system syncs its null device")
	}
	s := begin(t, filepath.Join(t.TempDir(), "r.csv"), New, "Email")
	s.journal.File.Close()
	s.journal.File = null
	err = s.Intent(Intent{Row: 1, Number: 1})
	if !errors.As(err, new(*WriteError)) {
		t.Fatalf("intent: %v", err)
	}
	size := s.journal.size
	if again := s.Intent(Intent{Row: 2, Number: 1}); again != err || s.journal.size != size {
		t.Errorf("a later intent: %v", again)
	}
}

// TestSyncedWithinASecond: an outcome reaches the disk by an fsync of both
// files. One that cannot be made durable is found out, so it was tried.
func TestSyncedWithinASecond(t *testing.T) {
	for _, which := range []string{"results", "journal"} {
		path := filepath.Join(t.TempDir(), "r.csv")
		synctest.Test(t, func(t *testing.T) {
			s := begin(t, path, New, "Email")
			must(t, s.Settle(created(1, "65f1", "a@x.ie")))
			f := s.results
			if which == "journal" {
				f = s.journal
			}
			f.Close()
			time.Sleep(time.Second)
			synctest.Wait()
			s.mu.Lock()
			if f.err == nil {
				t.Errorf("%s was not synced within a second", which)
			}
			s.mu.Unlock()
			s.Close()
		})
	}
}

func TestDurableWithinASecond(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	synctest.Test(t, func(t *testing.T) {
		s := begin(t, path, New, "Email")
		for row := 1; row < 5; row++ {
			must(t, s.Intent(Intent{Row: row, Number: 1, At: time.Now(), Deadline: time.Now()}))
			must(t, s.Settle(created(row, "65f1", "a@x.ie")))
			must(t, s.Doubt(Doubt{Row: row}))
			s.mu.Lock()
			before := s.unsynced
			s.mu.Unlock()
			time.Sleep(time.Second)
			synctest.Wait()
			s.mu.Lock()
			if after := s.unsynced; !before || after {
				t.Errorf("row %d: unsynced %v, a second later %v", row, before, after)
			}
			s.mu.Unlock()
		}
		var waiting [8]error
		for i := range waiting {
			go func() { waiting[i] = s.Intent(Intent{Row: 10 + i, Number: 1}) }()
		}
		synctest.Wait()
		must(t, s.Close()) // a goroutine left would fail the bubble
		must(t, errors.Join(waiting[:]...))
	})
}

func TestNewRefusesWhatExists(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	for _, there := range []string{path, journalPath(path)} {
		must(t, os.WriteFile(there, nil, 0o600))
		_, err := Open(path, New)
		var e *ExistsError
		if !errors.As(err, &e) || e.Path != there {
			t.Errorf("%s: %v", there, err)
		}
		must(t, os.Remove(there))
	}
	if exists(path + ".lock") {
		t.Error("a lock file is left")
	}
}

func TestOverwriteOnlyWhenItBegins(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	must(t, s.Settle(created(1, "65f1", "a@x.ie")))
	must(t, s.Close())
	before := read(t, path) + read(t, journalPath(path))
	s, err := Open(path, Overwrite)
	must(t, err)
	must(t, s.Close())
	if read(t, path)+read(t, journalPath(path)) != before {
		t.Error("a run that never began changed the files")
	}
	must(t, os.WriteFile(path+tmp, []byte("of a crash"), 0o600))
	s = begin(t, path, Overwrite, "Mail")
	if s.Files() != nil {
		t.Error("there is something earlier")
	}
	must(t, s.Settle(created(7, "65f7", "g@x.ie")))
	must(t, s.Finish())
	must(t, s.Close())
	if got := read(t, path); strings.Contains(got, "65f1,") || !strings.Contains(got, "\n7,created,65f7,") || exists(path+tmp) {
		t.Errorf("the results are\n%s", got)
	}
	if strings.Contains(read(t, journalPath(path)), "a@x.ie") {
		t.Error("the journal is the old one")
	}
}
