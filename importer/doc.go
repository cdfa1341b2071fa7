// Package importer is the run: it reads rows, maps them to leads, saves each
// lead exactly once and records what became of it.
//
// # The promise
//
// No lead that the API acknowledged is lost from the results, no wrong id is
// recorded, no lead that this program did not make is called created or taken
// back, and no row becomes two leads, provided that a created lead can be
// looked up within Config.Settle of the last byte sent. What cannot be decided
// is reported as unresolved, with every id that it may be, and never guessed.
//
// The proviso is needed because creating a lead is not idempotent: leads have
// no unique field, the API takes no idempotency key, and its look-ups lag
// behind its writes by minutes. Until a lead shows up, "applied, and the answer
// was lost" and "never applied" look the same.
//
// # The way of a row
//
//	source.File ─► mapping.Plan ─► facts (history by key, policy, duplicates)
//	     ─► fate.Next ─► scheduler: send, look up, park, wake, write
//
// A run has two halves. Prepare does everything up to the first write: it reads
// and converts every row, asks the API who we are and what it knows, and runs
// each row through fate with the answers left out. Run then sends. The command
// check is Prepare alone, so that it cannot promise what run does not do.
//
// Package fate decides, and is pure. Package history answers what is known of
// a key, from all results, journals and undo files, the run's own included:
// --resume is a look-up in one's own results. The scheduler carries out what
// fate says and owns everything that changes; workers do one exchange with the
// API and own nothing. Every goroutine and channel is in pipeline.go.
//
// To add a policy: a case in fate, a line in its table test, and a flag or a
// key of the mapping.
//
// # The rules
//
// R1. An intent (key, row, attempt, what is sent, our time, the server's clock
// as last seen) is durable before the first byte of each attempt of a create.
// A new attempt is a new intent.
//
// R2. One attempt is in flight per key, and at most Config.Workers in all. Rows
// of the same key go in file order; a later one updates the lead that the
// earlier one created.
//
// R3. An attempt's deadline counts from its intent, by the wall clock and by
// the monotonic one: a slow disk, a paused machine or a sleeping laptop would
// otherwise eat the margin of the wait. An intent that is too old when its turn
// comes is written anew; a disk that is always too slow ends the run.
//
// R4. Success is a complete 2xx object of the right type with an id that shows
// what was sent. An answer with a contact that shows something else is read
// again by its id, and is ours or in doubt. Anything else is ambiguous.
//
// R5. A row in doubt never blocks other keys. It is looked up at growing
// intervals while the run goes on and after its last row.
//
// R6. The wait goes on where it was when the program is started again, by the
// server's clock and by ours: it is over when both say so, or when it passed in
// one process. A restart does not begin it anew; a clock that was set makes it
// at most as long again. It is the longer of Config.Settle and twice the longest
// lag seen, in this run and in earlier results; a lag that is seen later makes
// the waits longer that are not over. While a lead that is as old does not
// show, none is.
//
// R7. Without the journal, every row without an outcome is looked up before it
// is created. Who is found then was not witnessed: updated, code adopted, never
// created, and undo leaves it alone.
//
// R8. The first create of a run goes alone; its echo proves mapping, token and
// version before anything else is sent. Three creates in doubt before one was
// proved are an outage.
//
// R9. A look-up is not filtered; each contact that it shows is one of three.
// Ours: it carries the stamp, a digest of the run's random id and the key; or it
// was created between intent and deadline by the server's clock, shows exactly
// what was sent in every attribute of the mapping, and nobody else owns it or
// could. Not ours: another row or another key of the history owns it, or it was
// there before the intent. Unclear: all else. Absent means that every look-up to
// the end of the wait showed only what is not ours. One ours and nothing
// unclear is created; several, or anything unclear, is unresolved. While
// another open row could own the contact, nothing is decided. A stamp ends the
// wait at once; another find does not, for somebody's own sign-up may be
// indexed before ours.
//
// R10. Updates may be sent again, but must not overtake each other: the next of
// a key waits until a late one can no longer be applied. A contact of earlier
// results that is gone is followed to whom it was merged into, where the API
// tells: through ten merges at most, and a circle is named. Else it is looked for
// by the key; exactly one is the person, none is gone. The mapping may say that
// nobody is to be looked for. A mapped id is not followed. Nothing is silently
// created again, and what the file does not name is not touched.
//
// R11. Undo takes only leads whose create the journal witnessed and that still
// are what was sent; each is read again right before, and is on record first. Of
// a contact that was updated it puts back what the journal saw there before, in
// each attribute that still holds what was written; nobody is subscribed again.
//
// R12. A run holds the lock of its results. It refuses earlier results whose
// run is still going, and results that have a second name on the disk. Two runs
// that share no file cannot see each other.
//
// R13. A conflict that names a contact is looked at: ours by R9, else a match
// like any other, where the mapping matches, else a refusal.
package importer
