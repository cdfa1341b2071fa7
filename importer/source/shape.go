package source

import "regexp"

// shapes of cells that are no column's name.
type shapeKind uint8

const (
	shapeText shapeKind = iota
	shapeEmail
	shapeFigure
	shapeDate
)

var (
	emailShape  = regexp.MustCompile(`^[^@\s,;]+@[^@\s,;]+\.[A-Za-z]{2,}$`)
	figureShape = regexp.MustCompile(`^[-+]?[$€£]?\d[\d.,' ]*\s?[%€]?$`)
	dateShape   = regexp.MustCompile(`^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})([ T]\d{1,2}:\d{2}.*)?$`)
	yearShape   = regexp.MustCompile(`^(19|20)\d\d$`)
)

func shape(cell string) shapeKind {
	switch {
	case len(cell) > 200:
		return shapeText
	case emailShape.MatchString(cell):
		return shapeEmail
	case dateShape.MatchString(cell):
		return shapeDate
	case figureShape.MatchString(cell):
		return shapeFigure
	}
	return shapeText
}

// years tells whether the figures among names are years, as reports have them.
func years(names []string) bool {
	for _, name := range names {
		if shape(name) == shapeFigure && !yearShape.MatchString(name) {
			return false
		}
	}
	return true
}
