package results

// Discard closes the store of a run that turned out to have been started in
// vain, and takes back the files that its Begin created: a failed start leaves
// nothing behind. The files of an earlier run stay, and so do files that
// record a lead.
func (s *Store) Discard() error {
	return s.close(s.begun && s.files == nil && !s.applied && !s.hasLeads())
}

func (s *Store) hasLeads() bool {
	for row := 1; row <= s.lines.max; row++ {
		switch s.lines.at(row).status() {
		case Created, Updated, Unresolved:
			return true
		}
	}
	return false
}
