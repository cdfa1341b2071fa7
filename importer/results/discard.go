package results

import (
	"errors"
	"os"
)

// Discard closes the store of a run that turned out to have been started in
// vain, and takes back the files that its Begin created. Files that were there
// before stay. Nothing may have been settled as created or updated.
func (s *Store) Discard() error {
	fresh := s.earlier == nil && s.begun
	err := s.Close()
	if !fresh {
		return err
	}
	for _, path := range []string{s.path, journalPath(s.path)} {
		if rerr := os.Remove(path); rerr != nil && !errors.Is(rerr, os.ErrNotExist) {
			err = errors.Join(err, &WriteError{Path: path, Err: rerr})
		}
	}
	return errors.Join(err, syncDir(s.dir()))
}
