package results

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The child resumes and works until it is killed. It says what was promised
// to it, each time with one write, so that a line that arrives is true.
func init() {
	children["work"] = func(args []string) {
		s, err := Open(args[0], Resume)
		if err != nil {
			panic(err)
		}
		first := 1
		e, err := readFound(s)
		if err != nil {
			panic(err)
		}
		for row := range e.lines {
			first = max(first, row+1)
		}
		for row := range e.doubts {
			first = max(first, row+1)
		}
		if err := s.Begin(Meta{}, []string{"Email", "Note"}); err != nil {
			panic(err)
		}
		settle := make(chan int, 16)
		rows := make(chan int)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for row := range rows {
					if err := s.Intent(Intent{Row: row, Number: 1, Key: "email:a@x.ie" + fmt.Sprint(row), At: time.Now(), Deadline: time.Now().Add(time.Second)}); err != nil {
						panic(err)
					}
					os.Stdout.WriteString(fmt.Sprintln("intent", row))
					settle <- row
				}
			})
		}
		go func() {
			for row := first; ; row++ {
				rows <- row
			}
		}()
		for row := range settle {
			if err := s.Settle(created(row, fmt.Sprint("id", row), fmt.Sprint("a@x.ie", row), strings.Repeat("line\n", row%400))); err != nil {
				panic(err)
			}
			os.Stdout.WriteString(fmt.Sprintln("settled", row))
		}
	}
}

func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	intents, settled := map[int]bool{}, map[int]bool{}
	torn := 0
	for range 12 {
		cmd := child("work", path)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		lines := bufio.NewScanner(out)
		lines.Scan() // it works
		time.AfterFunc(time.Duration(rand.IntN(40))*time.Millisecond, func() { cmd.Process.Kill() })
		for ok := true; ok; ok = lines.Scan() {
			var what string
			var row int
			fmt.Sscan(lines.Text(), &what, &row)
			if what == "intent" {
				intents[row] = true
			} else {
				settled[row] = true
			}
		}
		cmd.Wait()
		s, err := Open(path, Resume)
		must(t, err)
		e := whatIsFound(t, s)
		if e.Torn() {
			torn++
		}
		if _, ok := e.Meta(); !ok {
			t.Error("intents are said to be lost")
		}
		for row := range intents {
			_, doubt := e.doubts[row]
			if doubt == (e.status(row) == Created) {
				t.Errorf("row %d is %q, in doubt: %v", row, e.status(row), doubt)
			}
			if settled[row] && doubt {
				t.Errorf("row %d was settled", row)
			}
			if e.status(row) == Created && e.lines[row].ID != fmt.Sprint("id", row) {
				t.Errorf("row %d: %+v", row, e.lines[row])
			}
		}
		must(t, s.Close())
	}
	t.Logf("%d intents, %d settled, %d torn results", len(intents), len(settled), torn)
	if len(settled) < 50 {
		t.Errorf("only %d rows were settled", len(settled))
	}
}
