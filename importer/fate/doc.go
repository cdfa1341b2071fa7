// Package fate decides what becomes of a row. It is a pure function: no clock,
// no network, no file; what is known, times and answers come in as values. The
// run, the resume, the preview and the tests all use it, so that a forecast
// cannot promise what the run does not do, and it is the only code that says
// create, update, unchanged, skipped, wait, look up or unresolved.
//
//	           ┌────────────── Write (invalid, unchanged, skipped, failed …)
//	New ─ Turn ┼─ Match ──► Matching ─ Matched ─┐
//	           ├─ LookUp ─► InDoubt             ├─► Send ─► Sending
//	           └────────────────────────────────┘
//	Sending ─ Answered ──► Done, or FollowUp ─ Followed ─► Done
//	Sending ─ Refused ───► Done, or Inspecting (a conflict names somebody), or
//	                       Tracing (an id of history is gone) ─ Traced ─► Sending
//	                       (to who it is now), Done
//	Sending ─ Lost ──────► InDoubt (a create), Done (an update: unresolved)
//	Sending ─ Unsent ────► New
//	InDoubt ─ LookedUp ──► InDoubt (not yet known), Sending (it was not
//	                       created, or it is to be updated), Done
//
// A row has one owner, the scheduler, which hands events to Next and carries
// out the Action that comes back.
package fate
