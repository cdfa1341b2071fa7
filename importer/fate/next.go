package fate

import "fmt"

// Next is what an event makes of a row, and what is to be done. It changes
// nothing but what it returns. An event that cannot happen in a phase is a
// mistake of the caller, and panics: going on would be a guess.
func Next(f *Facts, s State, e Event) (State, Action) {
	if e.Kind == Unsent && s.Phase.asks() { // the run ends: a resume begins with the row's turn
		s.Phase = New
		return s, Action{Kind: Nothing}
	}
	switch s.Phase {
	case New:
		if e.Kind == Turn {
			s.Known = e.Known
			return turn(f, s)
		}
	case Matching:
		if e.Kind == Matched {
			s.Searched = true
			return matched(f, s, e)
		}
	case Reading:
		switch e.Kind {
		case Shown:
			return asRead(f, s, e)
		case Refused:
			return refused(f, s, e)
		}
	case Sending:
		switch e.Kind {
		case Answered:
			return answered(f, s, e)
		case Refused:
			return refused(f, s, e)
		case Lost:
			return lost(f, s, e)
		}
	case InDoubt:
		if e.Kind == LookedUp {
			return lookedUp(f, s, e)
		}
	case Inspecting:
		if e.Kind == Inspected {
			return inspected(f, s, e)
		}
	case Tracing:
		if e.Kind == Traced {
			return traced(f, s, e)
		}
	case FollowUp:
		switch e.Kind {
		case Followed:
			return done(s, s.line)
		case FollowFailed:
			s.Known.Refused = true
			l := s.line
			l.Status, l.Code, l.Message, l.Hash = "failed", e.Code, e.Message, ""
			return done(s, l)
		}
	}
	panic(fmt.Sprintf("fate: %s cannot happen to a row that is %s", e.Kind, s.Phase))
}

// done ends a row with its line.
func done(s State, l Line) (State, Action) {
	s.Phase = Done
	s.Known.Rows++
	return s, Action{Kind: Write, Line: l}
}
