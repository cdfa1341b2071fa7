package importer

import "errors"

// countCreate notes that a create was applied.
func (l *loop) countCreate(w *row) {
	w.made = true
	l.made++
}

// canary ends a run that was to try so many creates and no more, once they are
// all on record.
func (l *loop) canary() {
	l.closed++
	if n := l.job.cfg.Canary; n > 0 && l.closed >= n {
		l.halt(&StopError{Reason: canaryDone, Err: errors.New("as many leads as asked for were created")})
	}
}

// canaryFull reports whether as many creates are out or done as the run may
// make. A row in doubt may turn out to be one of them.
func (l *loop) canaryFull() bool {
	n := l.job.cfg.Canary
	return n > 0 && l.made+l.fresh+len(l.doubts) >= n
}
