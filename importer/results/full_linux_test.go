package results

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The child runs with a limit on the size of its files: writes are cut short
// and fail, as on a full disk. It prints what was promised to it.
func init() {
	children["full"] = func(args []string) {
		signal.Ignore(syscall.SIGXFSZ)
		var last int
		for size := 20; size < 4000; size += 13 {
			path := filepath.Join(args[0], fmt.Sprint(size))
			limit(size)
			run(path, size)
			last = size
		}
		limit(1 << 20)
		replace(filepath.Join(args[0], "old"))
		fmt.Println("end", last)
	}
}

// replace finds the disk full as it begins to overwrite or to resume.
func replace(path string) {
	s, err := Open(path, New)
	if err == nil {
		err = s.Begin(Meta{}, []string{"Email"})
	}
	if err == nil {
		err = errors.Join(s.Settle(created(1, "65f1", "a@x.ie")), s.Finish(), s.Close())
	}
	both := func() string {
		a, _ := os.ReadFile(path)
		b, _ := os.ReadFile(journalPath(path))
		return string(a) + string(b)
	}
	before := both()
	for _, mode := range []Mode{Overwrite, Resume} {
		limit(1 << 20)
		s, failed := Open(path, mode)
		limit(100)
		if failed == nil {
			failed = s.Begin(Meta{}, []string{"Email"})
			s.Close()
		}
		if err != nil || !errors.As(failed, new(*WriteError)) || both() != before || exists(path+tmp) || exists(journalPath(path)+tmp) {
			fmt.Println("replace", mode, err, failed)
		}
	}
	limit(1 << 20)
}

func limit(size int) {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		panic(err)
	}
	l.Cur = uint64(size)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &l); err != nil {
		panic(err)
	}
}

// run imports until the disk is full, and goes on settling after that.
func run(path string, size int) {
	s, err := Open(path, New)
	if err != nil {
		fmt.Println("open", size, err)
		return
	}
	defer s.Close()
	if err := s.Begin(Meta{}, []string{"Email"}); err != nil {
		if !errors.As(err, new(*WriteError)) || exists(path) || exists(journalPath(path)) {
			fmt.Println("begin", size, err)
		}
		return
	}
	full := false
	for i := range 12 {
		row := i ^ 1 + 1 // 2, 1, 4, 3, ...: Finish has something to do
		if row%2 == 1 {
			err := s.Intent(Intent{Row: row, Number: 1, Key: "email:" + strings.Repeat("x", row), At: noon, Deadline: noon.Add(time.Second)})
			if err == nil {
				fmt.Println("intent", size, row)
			}
			var w *WriteError
			if full && err == nil || err != nil && (!errors.As(err, &w) || !errors.Is(err, syscall.EFBIG)) {
				fmt.Println("bad", size, row, err)
			}
			full = full || err != nil
		}
		err := s.Settle(created(row, fmt.Sprint("id", row), strings.Repeat("x", row)))
		if err == nil {
			fmt.Println("settled", size, row)
		}
		full = full || err != nil
	}
	if full {
		return
	}
	limit(500)
	before, _ := os.ReadFile(path)
	err = s.Finish()
	after, _ := os.ReadFile(path)
	if !errors.As(err, new(*WriteError)) || exists(path+tmp) || string(before) != string(after) {
		fmt.Println("finish", size, err)
	}
}

func TestDiskFull(t *testing.T) {
	dir := quickDir(t)
	cmd := child("full", dir)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	promised := map[string][]string{}
	end := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		var what string
		var size, row int
		fmt.Sscan(lines.Text(), &what, &size, &row)
		switch what {
		case "intent", "settled":
			promised[fmt.Sprint(size)] = append(promised[fmt.Sprint(size)], lines.Text())
		case "end":
			end = true
		default:
			t.Error(lines.Text())
		}
	}
	must(t, cmd.Wait())
	if !end || len(promised) < 100 {
		t.Fatalf("%d runs, end %v", len(promised), end)
	}
	stopped := 0
	for name, lines := range promised {
		path := filepath.Join(dir, name)
		if strings.Contains(read(t, path)+read(t, journalPath(path)), "\x00") || !strings.HasSuffix(read(t, path), "\n") {
			t.Errorf("%s: a torn file was left: %q", name, read(t, path))
		}
		s, err := Open(path, Resume)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		e := whatIsFound(t, s)
		if _, ok := e.Meta(); !ok {
			t.Errorf("%s: intents are said to be lost", name)
		}
		for _, line := range lines {
			var what string
			var size, row int
			fmt.Sscan(line, &what, &size, &row)
			_, doubt := e.doubts[row]
			switch {
			case what == "settled" && e.status(row) != Created:
				t.Errorf("%s: row %d was settled and is %q", name, row, e.status(row))
			case what == "intent" && e.status(row) == "" && !doubt:
				t.Errorf("%s: the intent of row %d is lost", name, row)
			}
		}
		if len(e.lines) < 12 {
			stopped++
		}
		must(t, s.Begin(Meta{}, []string{"Email"}))
		for row := 1; row <= 12; row++ {
			if e.status(row) == "" {
				must(t, s.Settle(created(row, fmt.Sprint("id", row), strings.Repeat("x", row))))
				continue
			}
			must(t, s.Keep(row, e.places[row], []string{strings.Repeat("x", row)}))
		}
		must(t, s.Finish())
		must(t, s.Close())
		if got := strings.Count(read(t, path), "\n"); got != 13 {
			t.Errorf("%s: finished with %d lines", name, got)
		}
	}
	if stopped == 0 {
		t.Error("no run met its limit")
	}
	os.RemoveAll(dir)
}
