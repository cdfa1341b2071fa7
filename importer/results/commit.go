package results

import (
	"runtime"
	"time"
)

// syncEvery is how long an outcome may wait to be made durable: half of the
// second that is promised, the other half is for the disk.
const syncEvery = 500 * time.Millisecond

// How long a batch waits for more intents, and how many are enough. An fsync
// costs more than a row: at 1,000 rows a second four share one. Next to an
// answer of the API the wait is nothing.
const (
	gatherFor = 4 * time.Millisecond
	enough    = 32
)

// batch are intents that share one write and one fsync.
type batch struct {
	buf  []byte
	n    int           // intents in buf
	err  error         // set before done is closed
	done chan struct{} // closed once the intents are durable, or will not be
}

func newBatch(buf []byte) *batch { return &batch{buf: buf[:0], done: make(chan struct{})} }

// Intent returns once in is durable. Safe from any goroutine; concurrent
// calls share one fsync. After the first *WriteError, of whatever call, every
// later one returns it.
func (s *Store) Intent(in Intent) error {
	if err := checkRow(in.Row, in.Number, ""); err != nil {
		return err
	}
	rec := encodeIntent(make([]byte, 0, 512), &in) // before the lock: callers run side by side
	s.mu.Lock()
	if err := s.usable(); err != nil {
		s.mu.Unlock()
		return err
	}
	b := s.batch
	b.buf = append(b.buf, rec...)
	b.n++
	s.open.intent(&in, nil)
	s.mu.Unlock()
	wake(s.wake)
	<-b.done
	return b.err
}

// write is the goroutine that owns every fsync, from Begin to Close.
func (s *Store) write() {
	defer close(s.done)
	var due <-chan time.Time
	for {
		select {
		case <-s.wake:
			s.gather()
			s.commit()
		case <-s.dirty:
			if due == nil {
				due = time.After(syncEvery)
			}
		case <-due:
			due = nil
			s.sync()
		case <-s.stop:
			s.commit()
			s.sync()
			return
		}
	}
}

// gather waits a moment for other intents to join the batch. A caller that is
// alone waits in vain, so after a few such waits the next ones are spared.
func (s *Store) gather() {
	runtime.Gosched() // on a busy machine the others are about to come
	if s.alone >= 3 {
		s.alone = (s.alone + 1) % 64
		return
	}
	timer := time.NewTimer(gatherFor)
	defer timer.Stop()
	for s.waiting() < enough {
		select {
		case <-s.wake:
			continue
		case <-timer.C:
		case <-s.stop:
		}
		break
	}
	if s.waiting() > 1 {
		s.alone = 0
	} else {
		s.alone++
	}
}

// waiting is the number of intents in the batch.
func (s *Store) waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.batch.n
}

// commit writes the intents that are waiting, makes them durable and lets
// their callers go.
func (s *Store) commit() {
	s.mu.Lock()
	b := s.batch
	if len(b.buf) == 0 {
		s.mu.Unlock()
		return
	}
	s.batch = newBatch(s.spare)
	s.spare = nil
	err := s.failed()
	if err == nil {
		err = s.journal.append(b.buf)
	}
	if err == nil {
		err = s.markSize()
	}
	s.mu.Unlock()
	if err == nil {
		err = s.fsync(s.journal)
	}
	b.err = err
	close(b.done)
	s.mu.Lock()
	s.spare = b.buf
	s.mu.Unlock()
}

// sync makes outcomes and doubts durable.
func (s *Store) sync() {
	s.mu.Lock()
	if !s.unsynced {
		s.mu.Unlock()
		return
	}
	s.unsynced = false
	s.flush() // its errors stay with the files
	s.markSize()
	journal, results := s.journal, s.results // Finish puts another one in place
	s.mu.Unlock()
	s.fsync(journal)
	s.fsync(results)
}

// fsync makes f durable; a failure is final for f. The caller does not hold
// the mutex: others write meanwhile.
func (s *Store) fsync(f *file) error {
	s.mu.Lock()
	err := f.err
	s.mu.Unlock()
	if err != nil {
		return err
	}
	if err = f.sync(); err != nil {
		s.mu.Lock()
		f.err = err
		s.mu.Unlock()
	}
	return err
}

// markSize notes in the journal how long it is, in place: a full disk does
// not keep that from working. The caller holds the mutex.
func (s *Store) markSize() error {
	j := s.journal
	if j.err != nil {
		return j.err
	}
	if _, err := j.WriteAt([]byte(mark(j.size)), markAt); err != nil {
		j.err = &WriteError{Path: j.path, Err: err}
	}
	return j.err
}

// wake signals without blocking; one signal stands for many.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
