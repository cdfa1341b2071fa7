package results

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
)

// briefs reads of records what telling keys apart needs: row, status, id,
// error code, HTTP status, time, key, hash and workspace. It does so without
// gocsv, six times as fast (BenchmarkLines): the nights of a year are read
// before the first row.
type briefs struct {
	*decoder
	// withHash: the hash is wanted, too.
	withHash bool
	// Lines of a run have these in common.
	workspace, code string
}

func (b *briefs) line(s *scanner) (l Line, err error) {
	if err := b.fits(s); err != nil {
		return l, err
	}
	if row := b.cell(s, rowColumn); len(row) > 0 {
		if l.Row, err = wholeNumber(row); err != nil {
			return l, b.bad(s, rowColumn)
		}
	}
	if l.Status = statusOf(b.cell(s, statusColumn)); l.Status == "" {
		return l, fmt.Errorf("the status %.40q is not known", b.cell(s, statusColumn))
	}
	if status := b.cell(s, httpColumn); len(status) > 0 {
		if l.HTTPStatus, err = wholeNumber(status); err != nil {
			return l, b.bad(s, httpColumn)
		}
	}
	if at := b.cell(s, atColumn); len(at) > 0 {
		if l.At, err = quickTime(at); err != nil {
			return l, b.bad(s, atColumn)
		}
	}
	l.ID = Unguard(string(b.cell(s, idColumn)))
	l.Key = Unguard(string(b.cell(s, keyColumn)))
	if b.withHash {
		l.Hash = string(b.cell(s, hashColumn))
	}
	l.ErrorCode = interned(&b.code, b.cell(s, codeColumn))
	l.Workspace = interned(&b.workspace, b.cell(s, workspaceColumn))
	return l, l.check()
}

func (b *briefs) bad(s *scanner, column int) error {
	return fmt.Errorf("%s is %.40q", ours[column], b.cell(s, column))
}

// cell is our column of that number without quotes, good until the next record.
func (b *briefs) cell(s *scanner, column int) []byte {
	at := b.own[column]
	if at < 0 || at >= len(s.fields) {
		return nil
	}
	c := s.raw(at)
	if len(c) >= 2 && c[0] == '"' {
		c = c[1 : len(c)-1]
		if bytes.IndexByte(c, '"') >= 0 {
			c = bytes.ReplaceAll(c, []byte(`""`), []byte(`"`))
		}
	}
	return c
}

// interned returns b as a string, the last one if it is the same.
func interned(last *string, b []byte) string {
	if *last != string(b) {
		*last = Unguard(string(b))
	}
	return *last
}

func statusOf(b []byte) Status {
	for _, s := range Statuses {
		if string(b) == string(s) {
			return s
		}
	}
	return ""
}

func wholeNumber(b []byte) (int, error) {
	if len(b) > 9 {
		return strconv.Atoi(string(b))
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return strconv.Atoi(string(b))
		}
		n = 10*n + int(c-'0')
	}
	return n, nil
}

// quickTime is readTime without a copy for the times that we write.
func quickTime(b []byte) (at time.Time, err error) {
	if at.UnmarshalText(b) == nil {
		return at.UTC(), nil
	}
	return readTime(string(b))
}
