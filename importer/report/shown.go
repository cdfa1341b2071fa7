package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"leadimport/importer/results"
)

// maxFiles bounds the table of files.
const maxFiles = 200

type shownReason struct {
	*Group
	Count, RowList, ExamplePlace string
	Advice                       step
}

type shownRepeat struct {
	Rows  int
	Where string
}

type shownSlow struct {
	Time, Where string
	Status      results.Status
}

type shownFile struct {
	*File
	Time string
}

func (p *page) place(at Place) string {
	if p.Several {
		return fmt.Sprintf("Row %d of %s", at.Row, at.File)
	}
	return fmt.Sprintf("Row %d", at.Row)
}

func (p *page) reasons(r *Report) {
	for _, g := range r.Errors {
		p.Reasons = append(p.Reasons, shownReason{g, count(g.Rows, "row"), groupRows(g, p.Several), p.place(g.ExampleRow), say("%s", g.Do)})
	}
}

func (p *page) rows(r *Report) {
	p.Rows = r.attention
	p.RowsText = "The row number is that of the list: the first row below the header is row 1."
	if n := len(p.Rows); n < r.needLook {
		p.RowsText = fmt.Sprintf("The table shows %s of %s, the first ones of each reason; the results file has them all. %s", grouped(n), count(r.needLook, "row"), p.RowsText)
	}
	for _, row := range p.Rows {
		if !slices.Contains(p.RowOutcomes, row.Status) {
			p.RowOutcomes = append(p.RowOutcomes, row.Status)
		}
		if !slices.Contains(p.RowReasons, row.Title) {
			p.RowReasons = append(p.RowReasons, row.Title)
		}
	}
	slices.Sort(p.RowOutcomes)
	slices.Sort(p.RowReasons)
}

func (p *page) repeats(r *Report) {
	d := r.Duplicates
	if d.Keys == 0 {
		return
	}
	p.RepeatsText = fmt.Sprintf("%s with several rows, %s in all.", count(d.Keys, "lead"), count(d.Rows, "row"))
	if len(d.Largest) < d.Keys {
		p.RepeatsText += " Those with the most rows:"
	}
	if !d.Complete {
		p.RepeatsText += fmt.Sprintf(" (Only the first %s rows of a file were compared.)", grouped(maxKeys))
	}
	for _, one := range d.Largest {
		where := rowList(one.FirstRows, one.Rows)
		if p.Several {
			where += " of " + one.File
		}
		p.Repeats = append(p.Repeats, shownRepeat{one.Rows, strings.ToUpper(where[:1]) + where[1:]})
	}
}

func (p *page) slow(r *Report) {
	for _, s := range r.Slowest {
		p.Slow = append(p.Slow, shownSlow{spell(s.Ms), p.place(s.Place), s.Status})
	}
}

func (p *page) files(r *Report) {
	if !p.Several {
		return
	}
	for _, f := range r.Files[:min(len(r.Files), maxFiles)] {
		shown := shownFile{File: f}
		if !f.FirstAt.IsZero() {
			shown.Time = f.FirstAt.Format(clock) + " to " + f.LastAt.Format(time.TimeOnly)
			if f.LastAt.Sub(f.FirstAt) >= 12*time.Hour {
				shown.Time = f.FirstAt.Format(clock) + " to " + f.LastAt.Format(clock)
			}
		}
		p.Files = append(p.Files, shown)
	}
	if more := len(r.Files) - len(p.Files); more > 0 {
		p.FilesText = fmt.Sprintf("%s are not shown.", count(more, "more file"))
	}
}
