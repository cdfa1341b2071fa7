package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// groupRows are the first rows of a group, by file when there are several.
func groupRows(g *Group, several bool) string {
	if !several {
		rows := make([]int, len(g.FirstRows))
		for i, p := range g.FirstRows {
			rows[i] = p.Row
		}
		return rowList(rows, g.Rows)
	}
	var parts []string
	for i := 0; i < len(g.FirstRows); {
		var rows []int
		file := g.FirstRows[i].File
		for ; i < len(g.FirstRows) && g.FirstRows[i].File == file; i++ {
			rows = append(rows, g.FirstRows[i].Row)
		}
		parts = append(parts, rowList(rows, len(rows))+" of "+file)
	}
	if more := g.Rows - len(g.FirstRows); more > 0 {
		parts = append(parts, fmt.Sprintf("%s more", grouped(more)))
	}
	return strings.Join(parts, "; ")
}

// rowList names rows, and how many there are besides.
func rowList(rows []int, all int) string {
	word := "rows "
	if all == 1 {
		word = "row "
	}
	list := make([]string, len(rows))
	for i, row := range rows {
		list[i] = strconv.Itoa(row)
	}
	text := word + strings.Join(list, ", ")
	if more := all - len(rows); more > 0 {
		text += " and " + grouped(more) + " more"
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return grouped(n) + " " + what + "s"
}

// grouped is n with commas at the thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func milliseconds(ms int64) string {
	switch {
	case ms == 0:
		return "<1ms"
	case ms < 1000:
		return strconv.FormatInt(ms, 10) + "ms"
	}
	return seconds((time.Duration(ms) * time.Millisecond).Seconds())
}

func rateText(perSecond float64) string {
	switch {
	case perSecond >= 100:
		return grouped(int(perSecond + 0.5))
	case perSecond >= 0.1:
		return strings.TrimSuffix(strconv.FormatFloat(perSecond, 'f', 1, 64), ".0")
	}
	return strconv.FormatFloat(perSecond, 'g', 2, 64)
}

// spell shows milliseconds as a person says them.
func spell(ms int64) string {
	d := time.Duration(ms) * time.Millisecond
	switch {
	case ms == 0:
		return "< 1 ms"
	case d < time.Second:
		return fmt.Sprintf("%d ms", ms)
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Round(100*time.Millisecond).Seconds(), 'f', -1, 64) + " s"
	case d < time.Minute:
		return fmt.Sprintf("%d s", d.Round(time.Second)/time.Second)
	case d < time.Hour:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d min %d s", d/time.Minute, d%time.Minute/time.Second)
	}
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
}
