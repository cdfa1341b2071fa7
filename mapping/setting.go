package mapping

import "slices"

// setting is a key that a map of the mapping file may have. The parser and the
// schema are both made of it, so that neither knows a key that the other does
// not.
type setting[T any] struct {
	name   string
	about  string // what it does, for who writes a mapping
	schema schema // of its value
	read   func(f file, to T, value node) error
	// Of the settings of an attribute:
	company bool // a company's id and name have it too
	contact bool // it is about the contact that is there; no attribute of a company has it
	ofCells bool // it is about what cells hold, and does nothing for a constant
}

func keysOf[T any](settings []setting[T]) []string {
	var names []string
	for _, s := range settings {
		names = append(names, s.name)
	}
	return names
}

// settingOf is the setting of a name that is among settings.
func settingOf[T any](settings []setting[T], name string) setting[T] {
	return settings[slices.IndexFunc(settings, func(s setting[T]) bool { return s.name == name })]
}

// readMap reads a map of these settings into to.
func readMap[T any](f file, n node, what string, settings []setting[T], to T) error {
	return f.each(n, what, keysOf(settings), func(key, value node) error {
		return settingOf(settings, key.text).read(f, to, value)
	})
}
