package importer

import (
	"leadimport/client"
	"leadimport/importer/results"
)

// judge stops a run in which too much is refused.
func (l *loop) judge(e *client.Error) {
	l.judgeCount(e.Message)
	if l.streak.add(e) && !l.job.cfg.MaxErrors.all() {
		l.halt(stop(TooManyErrors, "if that is right, go on with --resume --max-errors 100%",
			"the first %d rows were all refused with the same answer: %s", firstRows, e.Message))
	}
}

// judgeCount stops a run in which more rows are refused than --max-errors
// allows. last is why the last one was.
func (l *loop) judgeCount(last string) {
	limit, rows := l.job.cfg.MaxErrors, l.job.forecast.Rows
	bad := l.totals.Of(results.Invalid) + l.totals.Of(results.Failed)
	if limit.exceeded(bad, rows) {
		l.halt(stop(TooManyErrors, "mend the file and resume, or raise --max-errors",
			"%d of %d rows were invalid or refused, the last with: %s", bad, rows, last))
	}
}

// firstRows is how many refusals from the start on make a mistake of the
// whole run more likely than one of each row.
const firstRows = 20

// streak counts the refusals from the first row on, while they are the same.
type streak struct {
	status int
	code   string
	rows   int
	broken bool
}

func (s *streak) reset() { s.broken = true }

// add reports whether e is the last of firstRows equal refusals.
func (s *streak) add(e *client.Error) bool {
	if s.rows == 0 {
		s.status, s.code = e.Status, e.Code
	}
	s.broken = s.broken || e.Status != s.status || e.Code != s.code
	s.rows++
	return !s.broken && s.rows == firstRows
}
