package results

import (
	"slices"
	"strings"
)

// prefix begins the name of every column of ours. A column of the input that
// begins so comes from an earlier run and is not echoed.
const prefix = "import_"

// columns says which of the input's columns are echoed.
type columns struct {
	names []string // those that are echoed
	from  []int    // their places in the input's header
	width int      // of the input's header
	tail  int      // how many columns at its end are not echoed
}

func newColumns(header []string) columns {
	c := columns{width: len(header)}
	for i, name := range header {
		if strings.HasPrefix(name, prefix) {
			c.tail++
			continue
		}
		c.tail = 0
		c.names = append(c.names, name)
		c.from = append(c.from, i)
	}
	return c
}

// split appends the cells that are echoed to dst, blank ones for those that
// the row lacks, and returns the cells that the row has too many. A row that
// is too long has the columns that an earlier run appended still at its end.
func (c columns) split(dst, cells []string) (kept, extra []string) {
	width := c.width
	if len(cells) > width {
		cells, width = cells[:len(cells)-c.tail], width-c.tail
		extra = slices.Clone(cells[width:])
	}
	for _, i := range c.from {
		if i < len(cells) {
			dst = append(dst, cells[i])
		} else {
			dst = append(dst, "")
		}
	}
	return dst, extra
}
