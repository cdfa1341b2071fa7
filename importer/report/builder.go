package report

import (
	"cmp"
	"slices"
	"strconv"

	"leadimport/importer/results"
)

// maxWorkspaces bounds the list of workspaces: more than one is odd already.
const maxWorkspaces = 10

// builder sums up lines. Its memory does not grow with their number, but for
// the keys of one file.
type builder struct {
	report    *Report
	file      *File // the one being read
	header    []string
	mask      masker
	groups    groups
	latency   histogram
	series    series
	slowest   slowest
	keys      keys
	attention attention
}

func newBuilder(opt Options) *builder {
	b := &builder{report: &Report{PeopleMasked: !opt.ShowPeople, Errors: []*Group{}, Workspaces: []string{}, OmittedByColumn: map[string]int{}}}
	b.mask.off = opt.ShowPeople
	b.keys.init()
	return b
}

func (b *builder) begin(name string, header []string) {
	b.file = &File{Name: name}
	b.report.Files = append(b.report.Files, b.file)
	b.header = header
	b.mask.columns(header)
}

func (b *builder) add(l results.Line, cells []string) {
	r, f := b.report, b.file
	count := r.of(l.Status)
	if count == nil {
		return // a Reader gives none
	}
	*count++
	*f.of(l.Status)++
	r.Rows++
	f.Rows++
	b.keys.add(l.Key, l.Row)
	sent := l.Attempts > 0
	if sent {
		r.Sent++
		r.Attempts += int64(l.Attempts)
		b.latency.add(l.Ms)
		b.slowest.add(Slow{Place{f.Name, l.Row}, l.Status, l.Ms})
	}
	if !l.At.IsZero() {
		b.series.add(l.At, l.Ms, sent)
		if f.FirstAt.IsZero() || l.At.Before(f.FirstAt) {
			f.FirstAt = l.At
		}
		if l.At.After(f.LastAt) {
			f.LastAt = l.At
		}
	}
	if w := clean(l.Workspace, maxCode); w != "" && len(r.Workspaces) < maxWorkspaces && !slices.Contains(r.Workspaces, w) {
		r.Workspaces = append(r.Workspaces, w)
	}
	if out := l.Status == results.Invalid || l.Status == results.Failed || l.Status == results.Unresolved; out || l.ErrorCode != "" {
		b.refused(l, cells, out)
	}
}

// refused adds a line that says what is wrong.
func (b *builder) refused(l results.Line, cells []string, out bool) {
	place := Place{b.file.Name, l.Row}
	g, first := b.groups.of(clean(l.ErrorCode, maxCode), l.Status)
	if first {
		g.Example, g.ExampleRow = b.mask.message(l.Error, cells), place
	}
	g.add(place)
	if !out {
		b.omitted(l)
	}
	if !out && l.ErrorCode == codeDuplicate {
		return // left out as asked for
	}
	b.report.needLook++
	if !b.attention.wants(g) {
		return
	}
	b.attention.add(g, attentionRow{
		Place: place, Status: l.Status, Title: g.Title, Code: g.Code,
		Detail: b.mask.message(l.Error, cells), Who: b.mask.who(l.Key), Cells: b.mask.cells(b.header, cells),
		order: len(b.report.Files),
	})
}

// omitted counts the values that a row went in without, as its line names them.
func (b *builder) omitted(l results.Line) {
	for _, match := range omitted().FindAllStringSubmatch(l.Error, -1) {
		column, err := strconv.Unquote(match[1])
		if err != nil || !b.mask.isColumn(column) {
			continue
		}
		b.report.ValuesOmitted++
		if column = clean(column, maxName); b.report.OmittedByColumn[column] > 0 || len(b.report.OmittedByColumn) < maxColumns {
			b.report.OmittedByColumn[column]++
		}
	}
}

// omitted is how a line names a value that was left out.
var omitted = pattern(`(?:^|; |: )column ("(?:[^"\\]|\\.)*")(?:, value "(?:[^"\\]|\\.)*")?: left out: `)

// maxColumns bounds the columns whose values are counted by name.
const maxColumns = 200

func (b *builder) end() {
	r, f := b.report, b.file
	b.keys.end(f.Name, len(r.Files))
	f.Unfinished = f.Unfinished || f.Torn
	r.Unfinished = r.Unfinished || f.Unfinished
	if !f.FirstAt.IsZero() && (r.FirstAt.IsZero() || f.FirstAt.Before(r.FirstAt)) {
		r.FirstAt = f.FirstAt
	}
	if f.LastAt.After(r.LastAt) {
		r.LastAt = f.LastAt
	}
}

func (b *builder) finish() *Report {
	r := b.report
	r.LatencyMs = b.latency.summary()
	r.Errors = b.groups.sorted()
	r.Duplicates = b.keys.duplicates
	r.Slowest = b.slowest.list()
	r.OverTime = b.series.points()
	r.sessions = len(b.series.sessions.list)
	r.Seconds = r.LastAt.Sub(r.FirstAt).Seconds()
	r.BusySeconds = b.series.sessions.busy().Seconds()
	if r.BusySeconds > 0 {
		r.RowsPerSecond = float64(b.series.n) / r.BusySeconds
	}
	r.attention = b.attention.list()
	slices.SortFunc(r.attention, func(x, y attentionRow) int {
		return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(x.Row, y.Row))
	})
	return r
}
