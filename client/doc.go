// Package client saves and finds leads through Intercom's contacts API: one
// exchange at a time, in either family of versions, at the pace that the API
// grants, and with every failure sorted into what it means for the row and for
// the run (see Error).
//
// # What a create needs
//
// A create is not idempotent: there is no idempotency key, leads have no
// unique attribute, and a lead can be looked up minutes after it was made
// only. A create whose answer was lost may have been applied, and sending it
// again may make the same person twice. The rules that follow from this are
// numbered in the whole program; the package importer has the others. These
// are kept here, or with what this package tells:
//
// R1: before the first byte of each attempt of a save its intent is on disk.
// Save calls Intent for it, and each attempt is a new intent.
//
// R3: the time of an attempt (Config.Timeout) counts from its intent. It is
// measured by the wall clock and by the monotonic one, and the one counts by
// which more has passed: the monotonic clock stands still while a machine
// sleeps, the wall clock may be set. So the order is gate, intent, send. An
// intent of which half the time is over when its turn comes is not sent but
// written anew; five of these in a row are a *SlowIntentError. No byte of a
// body is sent when the time is over.
//
// R4: success is a complete 2xx with a JSON object of type "contact" that has
// an id and echoes what was sent: the id for an update; else the stamp, if
// there is one; else the e-mail, compared by package email; else all that the
// answer shows of it (Contact.Compare). A contact with another echo is read by
// its id, and is ours if it carries what was sent then. If not, the save is
// ambiguous, the error names the contact, and three of these in a row end the
// run. Anything else is ambiguous, too, whatever its status, as long as it is
// not the API's own refusal.
//
// R6: waits are kept in the server's time. The server's clock is learnt from
// the Date of each answer that is the API's own, reads included (ServerNow);
// attempts and answers carry it as a Moment, a span with bounds.
//
// R8: the first create of a run goes alone. Its echo, as in R4, proves that
// the mapping, the token and the API's version are right.
//
// R9: look-ups are not filtered. They show users and leads, and archived
// contacts where the API does. An e-mail is looked up in every spelling that
// the API may keep, and a page that is too large to be read is asked for in
// smaller ones. What is found is compared with what was sent in one way:
// Contact.Compare.
//
// R10: an update by id may be sent again, and is. One that was ambiguous may
// still be applied after a later one: Answer.Doubtful says since when. What a
// lead does not name is not sent, so that it stays as it is. 410 of a merged
// contact names the one that it became (Error.ContactID):
// Successor follows it through several merges, which end at ten, and never to
// another host.
//
// R13: a 409 names a contact (Error.ContactID). It is read before anything is
// decided; it is not ours because we were in doubt.
//
// # The gate
//
// Every request of every kind passes one gate (package pace, which explains how
// the pace is found), and reports back to it what its answer said of the rate
// limit. One 429 stops everybody until its headers say that the window turns.
// The gate comes before the intent: a row that waits for its turn has not begun.
// No time limit lies around the gate, and the time spent at it is no row's fault,
// so it does not count for the back-off.
//
// # What an answer means
//
// A request of which no byte was sent is one without a connection (GotConn of
// net/http/httptrace was not called). What was sent and got no answer of the
// API's own is ambiguous: a create is not sent again, an update, a tag, a
// company and a read are, after a back-off, until Config.RetryFor is over.
//
//	answer                                  create          update, what follows it, read
//	no connection                           again           again; Unavailable after RetryFor
//	bad certificate, no TLS                 Misdirected     Misdirected
//	timeout, reset, end after sending       Ambiguous       again
//	3xx                                     Misdirected     Misdirected; never followed
//	with an error.list of the API:
//	  400, 409, 410, 413, 422, other 4xx    Refused         Refused
//	  401, 402, 403                         Unauthorised    Unauthorised
//	  404                                   Misdirected     Refused
//	  405, 406, 415                         Misdirected     Misdirected
//	  intercom_version_invalid              Misdirected     Misdirected
//	  in a 2xx                              as the status that its code belongs to
//	429, whatever its body                  again           again, when the headers say
//	408, 5xx, whatever its body             Ambiguous       again
//	4xx without an error.list, or cut       Ambiguous (*)   again (*)
//	2xx with anything but what was asked    Ambiguous (*)   again (*)
//	2xx with another contact                Ambiguous (*)   again (*)
//
// (*) Three in a row are not the API: Misdirected, and Error.MayBeApplied says
// that the save behind the last one may have been applied. A 4xx of this kind
// in the preflight (Me, DataAttributes) is Misdirected at once.
//
// Refused is final for the row. Unauthorised, Misdirected and Unavailable end
// the run and are no row's fault.
//
// The breaker opens when more than half of the last twenty answers to writes
// were ambiguous, or no connection. Then nothing is written, and GET /me, a
// read, finds out when the API is back: an outage adds no doubts.
//
// One layer repeats requests: this one. The transport sends each once, over
// HTTP/1.1, without Idempotency-Key, with which net/http would send it again.
package client
