package main

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

func gzipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func utf16(s string) string {
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return out
}

// TestBadInputs: files that cannot be imported.
func TestBadInputs(t *testing.T) {
	const do = "run --sandbox leads.csv"
	file := func(name, text string) map[string]string { return map[string]string{name: text} }
	tryAll(t, []bad{
		// No file.
		{do: "run --sandbox missing.csv", say: "missing.csv: there is no such file"},
		{do: "check missing.csv", say: "missing.csv: there is no such file"},
		{do: "cat missing.csv", say: "missing.csv: there is no such file"},
		{do: "suggest missing.csv", say: "missing.csv: there is no such file"},
		{do: "run --sandbox leads.csv/x", say: "leads.csv"},
		{do: "run --sandbox .", say: "directory"},
		{do: "cat .", say: ".: is a directory"},
		{do: "cat tmp", say: "tmp: is a directory"},
		{do: "cat /dev/null", say: "/dev/null: is a device"},
		{do: "cat /dev/zero", say: "/dev/zero: is a device"},
		{do: "run --sandbox gone.csv", links: map[string]string{"gone.csv": "nowhere"}, say: "gone.csv: there is no such file"},
		{do: "run --sandbox loop.csv", links: map[string]string{"loop.csv": "loop.csv"}, say: "loop.csv…symbolic links"},
		{args: []string{"cat", "no\nsuch\x1b[2J.csv"}, say: `there is no such file`},
		{args: []string{"cat", "no\xff.csv"}, say: `there is no such file`},
		{args: []string{"cat", strings.Repeat("x", 300)}, say: "name too long"},
		{args: []string{"cat", strings.Repeat("x", 5000)}, say: "name too long"},
		{args: []string{"cat", "a\x00b"}, say: "invalid"},
		{args: []string{"run", "--sandbox", "--results", "r\x00.csv", "leads.csv"}, say: "invalid"},
		{args: []string{"run", "--sandbox", strings.Repeat("x", 251) + ".csv"}, files: file(strings.Repeat("x", 251)+".csv", goodList), say: "name too long"},
		// Nothing in it.
		{do: "run --sandbox empty.csv", files: file("empty.csv", ""), say: "empty.csv: is empty (0 bytes): a file needs a header"},
		{do: "check empty.csv", files: file("empty.csv", ""), say: "empty.csv: is empty"},
		{do: "suggest empty.csv", files: file("empty.csv", ""), say: "empty.csv: is empty"},
		{do: "check blank.csv", files: file("blank.csv", "\n\r\n \n"), say: "blank.csv: line 3: the header names no column"},
		{do: "check mark.csv", files: file("mark.csv", "\ufeff"), say: "mark.csv: "},
		{do: "check mark.csv", files: file("mark.csv", utf16("")), say: "mark.csv: "},
		{do: "check empty.csv.gz", files: file("empty.csv.gz", gzipped("")), say: "empty.csv.gz: is empty (0 bytes when decompressed)"},
		{do: "check -", say: "say where the results go with --results FILE"},
		{do: "check --results r.csv -", say: "standard input: is empty"},
		{do: "suggest -", say: "standard input: is empty"},
		// Another kind of file.
		{do: "check leads.csv", csv: "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", say: "leads.csv: …PDF"},
		{do: "check leads.csv", csv: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), say: "leads.csv: …Excel"},
		{do: "check leads.csv", csv: "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00", 100), say: "leads.csv: "},
		{do: "check leads.csv", csv: "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 100), say: "leads.csv: "},
		{do: "check leads.csv", csv: strings.Repeat("\x00", 5000), say: "leads.csv: "},
		{do: "check leads.csv", csv: "PK\x03\x04abc", say: "leads.csv: …zip"},
		{do: "check leads.csv", csv: "\x1f\x8bnot gzip", say: "leads.csv: decompressing (gzip)…fetch it again"},
		{do: "check leads.csv", csv: gzipped(strings.Repeat(goodList, 100))[:60], say: "leads.csv: decompressing (gzip)…fetch it again"},
		{do: "check leads.csv", csv: "\x28\xb5\x2f\xfdxxxxxxxxxx", say: "leads.csv: decompressing (zstd)…fetch it again"},
		{do: "check leads.csv", csv: "BZh9\x31\x41\x59\x26\x53\x59xxxxxx", say: "leads.csv: decompressing (bzip2)…fetch it again"},
		{do: "check leads.csv", csv: "<!DOCTYPE html>\n<html><body><table><tr><td>Email</td></tr></table></body></html>\n", say: "leads.csv: is a web page"},
		{do: "check leads.csv", csv: "<?xml version=\"1.0\"?>\n<rows><row/></rows>\n", say: "leads.csv: …XML"},
		{do: "check leads.csv", csv: "[{\"email\": \"x@example.com\"}]\n", say: "leads.csv: …JSON"},
		{do: "cat leads.csv", csv: "{\"email\": \"x@example.com\",\n \"name\": \"X\"}\n", say: "leads.csv: …JSON"},
		{do: "check leads.csv", csv: "\xff\xfe\x00\x00E\x00\x00\x00", say: "leads.csv: is UTF-32 text: save it as UTF-8"},
		// The header.
		{do: do, csv: "«Email,Name,Email\na@b.c,x,y\n", say: "leads.csv: line {L}: columns 1 and 3 of the header are named \"Email\""},
		{do: do, csv: "\ufeff«Email,Email\r\na@b.c,x\r\n", say: "leads.csv: line {L}: columns 1 and 2"},
		{do: do, csv: "\n\r\n«Email,Email\na@b.c,x\n", say: "leads.csv: line {L}: columns 1 and 2"},
		{do: do, csv: "Our best list\n\n«Email,Name,Email\na@b.c,x,y\nd@e.f,x,y\n", say: "leads.csv: line {L}: columns 1 and 3"},
		{do: do, csv: "«\"E-\nmail\",Name,\"E-\nmail\"\na@b.c,x,y\nd@e.f,x,y\n", say: "leads.csv: line {L}: columns 1 and 3"},
		{do: do + " --skip-lines 2", csv: "x\ny\n«Email,Name,Name\na@b.c,x,y\n", say: "leads.csv: line {L}: columns 2 and 3 of the header are named \"Name\""},
		{do: "check leads.csv", csv: "Email," + strings.Repeat("c,", 1100) + "d\nx@example.com,y\n", say: "leads.csv: line 1: the record has 1102 cells, the most are 1000"},
		{do: "check leads.csv", csv: "«\"" + strings.Repeat("x", 2<<20) + "\",Email\ny,a@b.c\n", say: "leads.csv: line {L}: the record is longer than 1048576 bytes"},
		{do: "cat leads.csv", csv: "Email,Name\n«\"" + strings.Repeat("x", 3<<20) + "\n", say: "leads.csv: line {L}: the record is longer than 1048576 bytes"},
		{do: do, csv: "Email,Name\nx@example.org,\"a\nb\"\n«y@example.org," + strings.Repeat("n", 2<<20) + "\nz@example.org,c\n", say: "leads.csv: line {L}: the record is longer than 1048576 bytes"},
		{do: "run --sandbox leads.csv", csv: "Plan,Score\npro,1\n", say: "no column has a name that tells what it is…leadimport suggest"},
		{do: "run --sandbox --no-header leads.csv", csv: "a@b.c,x\n", say: "no column has a name that tells what it is"},
		{do: "check --delimiter ; leads.csv", say: "no column has a name that tells what it is"},
		{do: do, csv: "Email,Über,«\xff\na@b.c,x,ü\nd@e.f,y,ü\n", say: "leads.csv: line {L}, column {C}: in the header byte 0xff is not UTF-8"},
		{do: do, csv: "\ufeffEmail,Über,a«\x00\na@b.c,x,ü\nd@e.f,y,ü\n", say: "leads.csv: line {L}, column {C}: in the header a NUL byte"},
		{do: do, csv: utf16("Email,Über,\x00\r\na@b.c,x,y\r\nd@e.f,y,z\r\n"), say: "leads.csv: line 1, column 12: in the header a NUL byte"},
		// A results file as the input.
		{do: "run --sandbox r.csv", files: file("r.csv", "import_row,import_status,import_id,import_user_id,import_error_code,import_error,import_http_status,import_attempts,import_request_id,import_at,import_key,import_hash,import_ms,import_workspace,Email\n1,created,5811aa,,,,200,1,,2026-11-22T02:00:00Z,email:a@b.c,aa,10,ws,a@b.c\n"), say: "r.csv holds results, and the ids in it mean nothing to --sandbox"},
	})
}

// TestBadRows: rows that cannot be imported are told with the place of the
// row, and refuse nobody else.
func TestBadRows(t *testing.T) {
	const do = "check leads.csv"
	const dates = "attributes:\n  email: Email\n  custom_attributes.d: {column: Date, type: date, format: DD/MM/YYYY}\n"
	ok := "joe@example.org,Joe\n"
	tryAll(t, []bad{
		{do: do, csv: "Email,Name\n" + ok + "«nobody,N\n", out: true, say: `1 × column "Email": not an e-mail address: there is no @…row 2, line {L}: "nobody"`},
		{do: do, csv: "Email,Name\r\n" + strings.ReplaceAll(ok, "\n", "\r\n") + "«nobody,N\r\n", out: true, say: "row 2, line {L}:"},
		{do: do, csv: "\ufeffEmail,Name\n" + ok + "«nobody,N\n", out: true, say: "row 2, line {L}:"},
		{do: do, csv: "Email,Name\njoe@example.org,\"J\no\ne\"\n«nobody,N\n", out: true, say: "row 2, line {L} (row 3 in a spreadsheet):"},
		{do: do, csv: "Email,Name\njoe@example.org,\"J\r\no\r\ne\"\r\n«nobody,N\r\n", out: true, say: "row 2, line {L} (row 3 in a spreadsheet):"},
		{do: do, csv: "Email,Name\n\n\n" + ok + "\n«nobody,N\n", out: true, say: "row 2, line {L}:"},
		{do: do, csv: "Leads of the fair\n\nEmail,Name\n" + ok + "«nobody,N\n", out: true, say: "row 2, line {L}:"},
		{do: do, csv: "\"a\nb\",Email\nx,joe@example.org\n«y,nobody\n", out: true, say: "row 2, line {L} (row 3 in a spreadsheet):"},
		{do: "check --skip-lines 3 leads.csv", csv: "a\nb\nc\nEmail,Name\n" + ok + "«nobody,N\n", out: true, say: "row 2, line {L}:"},
		{do: "check --no-header", csv: ok + ok + "«nobody,N\n", m: "attributes:\n  email: column_1\n", args: []string{"check", "--no-header", "leads.csv"}, out: true, say: "row 3, line 3:"},
		{do: do, csv: "Email,Name\n" + ok + "«x@example.org\n", out: true, say: "row 2, line {L}"},
		{do: do, csv: "Email,Name\n" + ok + "«x@example.org,a,b\n", out: true, say: "row 2, line {L}"},
		{do: do, csv: "Email,Name\n" + ok + "«x@example.org,\"open\n" + ok, out: true, say: "line 3"},
		{do: do, csv: "Email,Name\n" + ok + "«x@example.org,a\xffb\xc3\n" + strings.Repeat("y@example.org,Jürgen\n", 20), out: true, say: "row 2, line {L}"},
		{do: do, csv: "Email,Name\n" + ok + "«x@example.org,a\x00b\n", out: true, say: "row 2, line {L}"},
		{do: do, csv: "Email,Date\njoe@example.org,21/11/2026\n«ann@example.org,31/02/2026\n", m: dates, args: []string{"check", "leads.csv"}, out: true, say: `column "Date": not a date…row 2, line {L}: "31/02/2026"`},
		{do: do, csv: "Email,Name\n" + ok + "«\x1b[2Jx@example.org,a\n", out: true, say: "row 2, line {L}"},
		{do: do, csv: gzipped("Email,Name\n" + ok + "nobody,N\n"), out: true, say: "row 2, line 3:"},
		{do: do, csv: utf16("Email,Name\r\n" + strings.ReplaceAll(ok, "\n", "\r\n") + "nobody,Jürgen\r\n"), out: true, say: "row 2, line 3:"},
		{do: do, csv: "Email\tName\rjoe@example.org\tJoe\rnobody\tN\r", out: true, say: "row 2, line 3:"},
		{do: do, csv: "sep=;\nEmail;Name\njoe@example.org;Joe\n«nobody;N\n", out: true, say: "row 2, line {L}:"},
		{do: do, csv: "Email,Name\n" + ok + "«" + strings.Repeat("x", 300) + "@example.org,n\n", out: true, say: "row 2, line {L}"},
	})
}
