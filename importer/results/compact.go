package results

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"leadimport/importer/outcome"
)

// A journal is cut down when its run is done: what is on record in the results
// file needs no intents, and of an outcome only what a resume, a later night
// and an undo ask for, should the results file be lost or spoilt. A row costs
// some 150 bytes then, instead of 500; one that was updated, what it was
// besides. Whatever is open, and all that was sent for its key, stays as it
// stands.

// compact replaces the journal by what is kept of it, with end behind that. The
// caller holds the mutex. An error leaves the journal as it was: a disk that
// has no room for a second one is no reason to fail.
func (s *Store) compact(end []byte) error {
	path := journalPath(s.path) + tmp
	if err := remove(path); err != nil {
		return err
	}
	out, err := createFile(path)
	if err != nil {
		return err
	}
	extras, err := s.writeCompact(out, end)
	if err != nil {
		out.Close()
		os.Remove(path)
		return err
	}
	s.files.Close() // Windows replaces no file that is open
	s.journal.Close()
	if err := s.rename(out); err != nil {
		return err
	}
	s.journal, s.extras = out, extras
	return syncDir(s.dir())
}

// writeCompact writes the short journal, and returns where it keeps the cells
// beyond the header.
func (s *Store) writeCompact(out *file, end []byte) (extras index, err error) {
	buf := bufio.NewWriterSize(out.File, windowSize)
	in := bufio.NewReaderSize(io.NewSectionReader(s.journal, 0, s.journal.size), windowSize)
	put := func(b []byte) {
		buf.Write(b) // its error comes back from Flush
		out.size += int64(len(b))
	}
	first, err := opening(s.run)
	if err != nil {
		return extras, err
	}
	put(first)
	var rec []byte
	for at := int64(0); ; {
		line, err := readLine(in)
		if err == io.EOF {
			break
		}
		if err != nil {
			return extras, err
		}
		en, err := decodeEntry(line)
		if err != nil {
			return extras, err
		}
		here := at
		at += int64(len(line))
		switch o := en.Outcome; {
		case en.Run != nil, en.End != nil, en.Lag != nil: // the end says the lag
		case en.Undo != nil, en.Was != nil:
			put(line)
		case o != nil && o.isPlain() && !s.open.has(en):
			rec = appendKept(rec[:0], o)
			put(rec)
		case s.open.has(en), o != nil, en.Applied != nil && !s.hasLine(en.Applied):
			if o != nil && o.Row > 0 && s.extras.at(o.Row).offset() == here {
				extras.set(o.Row, newPlace(out.size, o.Status, true))
			}
			put(line)
		case en.Intent != nil && en.Intent.Was != nil && en.Intent.ID != "":
			changes, err := readChanges(en.Intent.Was)
			if err != nil {
				put(line)
				continue
			}
			in := &en.Intent.Intent
			rec = appendWas(rec[:0], Was{in.ID, in.Row, changes, in.Deadline})
			put(rec)
		}
	}
	put(end)
	if err := buf.Flush(); err != nil {
		return extras, &WriteError{Path: out.path, Err: err}
	}
	if _, err := out.WriteAt([]byte(mark(out.size)), markAt); err != nil {
		return extras, &WriteError{Path: out.path, Err: err}
	}
	return extras, out.sync()
}

// hasLine reports whether the row of an Applied ended as that says, so that its
// outcome tells all. Rows of a run that was resumed may have moved.
func (s *Store) hasLine(a *outcomeRecord) bool {
	return s.files == nil && s.lines.at(a.Row).status() == a.Status
}

// has reports whether something is open of the key that a record is about.
func (t *openIntents) has(en entry) bool {
	var name string
	switch {
	case en.Intent != nil:
		name = nameOf(en.Intent.Key, en.Intent.Row)
	case en.Doubt != nil:
		name = nameOf(en.Doubt.Key, en.Doubt.Row)
	case en.Unsent != nil:
		name = nameOf(en.Unsent.Key, en.Unsent.Row)
	case en.Applied != nil:
		name = nameOf(en.Applied.Key, en.Applied.Row)
	case en.Outcome != nil:
		name = nameOf(en.Outcome.Key, en.Outcome.Row)
	}
	_, applied := t.applied[name]
	_, late := t.late[name]
	return t.doubts[name] != nil || applied || late
}

// isPlain reports whether appendKept keeps what matters of an outcome.
func (o *outcomeRecord) isPlain() bool {
	switch o.Status {
	case Created, Updated, Unchanged:
		_, err := hex.DecodeString(o.Hash + o.Content)
		return o.Row > 0 && (o.ErrorCode == "" || o.ErrorCode == outcome.ValueOmitted || o.ErrorCode == outcome.OptOutKept) && o.Extra == nil && o.Doubtful.IsZero() && err == nil
	}
	return false
}

var keptLetters = map[Status]string{Created: "c", Updated: "u", Unchanged: "s"}

// appendKept appends the short form of an outcome: status, row, id, key, time
// in milliseconds, import_hash and content in base64, updated_at in seconds.
// What the results file has besides is not in it.
func appendKept(b []byte, o *outcomeRecord) []byte {
	b = append(append(b, `{"kept":["`...), keptLetters[o.Status]...)
	b = append(b, `",`...)
	b = fmt.Appendf(b, "%d,", o.Row)
	b = append(appendText(b, o.ID), ',')
	b = append(appendText(b, o.Key), ',')
	b = fmt.Appendf(b, "%d,\"", millisOf(o.At))
	b = append(appendHex(b, o.Hash), '"', ',', '"')
	b = append(appendHex(b, o.Content), '"', ',')
	updated := int64(0)
	if !o.UpdatedAt.IsZero() {
		updated = o.UpdatedAt.Unix()
	}
	return fmt.Appendf(b, "%d]}\n", updated)
}

func millisOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// appendHex appends hex digits in base64, which is a third shorter.
func appendHex(b []byte, digits string) []byte {
	raw, _ := hex.DecodeString(digits) // isPlain has tried
	return base64.RawStdEncoding.AppendEncode(b, raw)
}

// kept reads what appendKept wrote.
type kept outcomeRecord

func (k *kept) UnmarshalJSON(b []byte) error {
	var status, hash, content string
	var at, updated int64
	o := outcomeRecord{}
	fields := []any{&status, &o.Row, &o.ID, &o.Key, &at, &hash, &content, &updated}
	n := len(fields)
	if err := json.Unmarshal(b, &fields); err != nil || len(fields) != n {
		return errors.New("it is not an outcome that was kept")
	}
	for s, letter := range keptLetters {
		if letter == status {
			o.Status = s
		}
	}
	if o.Status == "" {
		return fmt.Errorf("the status %.10q is not known", status)
	}
	if at != 0 {
		o.At = time.UnixMilli(at).UTC()
	}
	if updated != 0 {
		o.UpdatedAt = time.Unix(updated, 0).UTC()
	}
	for _, field := range []struct {
		to   *string
		from string
	}{{&o.Hash, hash}, {&o.Content, content}} {
		raw, err := base64.RawStdEncoding.DecodeString(field.from)
		if err != nil {
			return err
		}
		*field.to = hex.EncodeToString(raw)
	}
	*k = kept(o)
	return nil
}
