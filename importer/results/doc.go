// Package results keeps the record of a run: the results file that people
// read, the journal of intents that makes a crash harmless, and the lock that
// keeps a second run out.
//
// # What is written when
//
// An intent is durable in the journal before the first byte of a create is
// sent. An outcome goes to the journal first, with its whole line, and then to
// the results file; both are made durable within a second. So whatever
// instant a run dies at, the next one finds for each row one of these:
//
//	results file   journal              the row
//	line           its outcome          is settled
//	no line        outcome              is settled; Restore writes the line again
//	line           no outcome           is settled: a power cut or a full disk took the journal's
//	no line        intent, no outcome   is in doubt: look it up before creating it
//	failed line    newer intent         is in doubt
//	no line        applied              is in the API, by that id: its company and tags are still to be sent
//	failed line    applied              the same, and one of them was refused
//	unresolved     intent               is in doubt, as before
//	no line        nothing              was never sent
//
// The last one holds only while the journal is whole. It notes its own length
// each time it is made durable; one that is gone or shorter than that has lost
// intents, and Earlier.Meta says so: then a row without a line is in doubt.
//
// # What is repaired
//
// A last record without its newline is torn, even if it parses: 65f1 may be
// the beginning of 65f1a9. It is cut off as the run goes on, never by Open.
// Anything broken with good records behind it is an error that names the line.
package results
