package fate

import (
	"leadimport/client"
	"leadimport/importer/outcome"
)

// Expectation is what a row will come to if the API takes everything: an
// outcome, or a row in doubt, whose outcome nobody can know yet.
type Expectation struct {
	Status  outcome.Status // blank: in doubt
	Kept    bool           // an earlier line stands
	Goes    bool           // a save is sent for it
	Follows bool           // companies or tags are sent, and perhaps nothing else
	Looks   bool           // it is looked up first
	Reads   bool           // its contact is read before it is changed
	Code    string
	Message string
	ID      string // of the contact that it is saved to, or that its line names; blank: it is created, or nobody is known
}

// Expect runs a row through Next with the answers left out: a save is taken to
// go well, a match is what look says. It returns what is known of the key
// afterwards. So a forecast and a run cannot disagree about what is sent.
//
// look answers Match, LookUp, Read and Trace with an event, where that is known;
// ok is false when it is not. A contact that is not read is taken to be there,
// and to hold something else than the row.
func Expect(f *Facts, k Known, look func(State, Action) (e Event, ok bool)) (Expectation, Known) {
	var x Expectation
	s, a := Next(f, State{}, Event{Kind: Turn, Known: k})
	for {
		switch a.Kind {
		case Keep:
			x.Kept, x.Status = true, f.Settled
			return x, s.Known
		case Write:
			x.Status, x.Code, x.Message = a.Line.Status, a.Line.Code, a.Line.Message
			if !x.Goes {
				x.ID = a.Line.ID
			}
			return x, s.Known
		case Follow:
			x.Follows = true
			s, a = Next(f, s, Event{Kind: Followed})
		case Read:
			x.Reads = !s.Known.Sent // else the answer to the row before tells
			e, ok := look(s, a)
			if !ok {
				e = Event{Kind: Shown, Contact: client.Contact{ID: s.ID, UserID: s.UserID}}
			}
			x.ID = e.Contact.ID
			s, a = Next(f, s, e)
		case Trace:
			e, ok := look(s, a)
			if !ok {
				return x, s.Known
			}
			s, a = Next(f, s, e)
		case SendCreate, SendUpdate:
			x.Goes = true
			id := s.ID
			if id == "" {
				id = Unnamed
			}
			s, a = Next(f, s, Event{Kind: Answered, Contact: client.Contact{ID: id}})
		case Match, LookUp:
			x.Looks = true
			e, ok := look(s, a)
			if ok && a.Kind == LookUp && !e.Over {
				// As things stand, it may stay undecided for good.
				e.Over = true
				if s, a := Next(f, s, e); a.Kind == Write && a.Line.Status == outcome.Unresolved {
					x.Status, x.Code = outcome.Unresolved, a.Line.Code
					return x, s.Known
				}
				ok = false
			}
			if !ok {
				return x, s.Known.hoped()
			}
			s, a = Next(f, s, e)
			if a.Kind == LookUp { // contested: open until the run decides
				return x, s.Known.hoped()
			}
		default:
			return x, s.Known
		}
	}
}

// Unnamed is the id of a contact that will have one.
const Unnamed = "?"

// hoped is what is known of a key behind a row that is in doubt, if that comes
// out well: the next rows update its contact.
func (k Known) hoped() Known {
	k.Rows++
	k.Sent = true
	if k.ID == "" {
		k.ID = Unnamed
	}
	return k
}
