// Package results keeps the record of a run: the results file that people
// read, the journal of intents that makes a crash harmless, the record of an
// undo, and the lock that keeps a second run out. What the files tell of a key
// is for package history to say; how they are written, cut and read is here.
//
// # What is written when
//
// An intent is durable in the journal before the first byte of a create is
// sent. It holds what is sent, so that whoever looks it up later looks for
// that, and not for what the row says by then. That of an update holds what it
// overwrites, for undo; a journal that is cut down keeps it. An outcome goes to the journal
// first, with its whole line, and then to the results file; both are made
// durable within a second. So whatever instant a run dies at, the next one
// finds for each key one of these:
//
//	results file   journal              the key
//	line           its outcome          is decided
//	no line        outcome              is decided; Keep writes the line again
//	line           no outcome           is decided: a power cut or a full disk took the journal's
//	no line        intent, no outcome   is in doubt: it is looked up before anything is created
//	failed line    newer intent         is in doubt
//	no line        applied              is in the API, by that id: its company and tags are still to be sent
//	failed line    applied              the same, and one of them was refused
//	unresolved     intent               is in doubt, as before
//	no line        nothing              was never sent
//
// The last one holds only while the journal is whole. It notes its own length
// each time it is made durable; one that is gone or shorter than that has lost
// intents, and Files.Meta says so: then a row without a line is in doubt.
//
// # Where lines stand
//
// Rows come, go and move between the runs of one list, so a run that is resumed
// knows nothing by row numbers: each of its rows keeps an earlier line (Keep)
// or gets one of its own (Settle), and lines of keys that no row has are
// settled with Row 0. An interrupted file may therefore hold older and newer
// lines of one key, and the newest counts. Finish writes the lines of the run
// in input order, those without a row behind them, and nothing else.
//
// # What is repaired
//
// A last record without its newline is torn, even if it parses: 65f1 may be
// the beginning of 65f1a9. It is cut off as the run goes on, never by Open.
// Anything broken with good records behind it is an error that names the line.
// A list with other columns, or a spreadsheet that has saved the results again,
// has the file written anew, atomically, as the run goes on.
package results
