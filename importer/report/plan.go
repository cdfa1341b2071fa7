package report

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"leadimport/importer/plan"
)

// maxPlanned is how many rows of a plan are shown, maxPlannedText in text.
const (
	maxPlanned     = 500
	maxPlannedText = 20
)

// Planned sums up a plan, for who has to approve it.
type Planned struct {
	Name      string              `json:"name"`
	Rows      int                 `json:"rows"`
	Counts    map[plan.Action]int `json:"counts"`
	Changes   []Changed           `json:"changes"`
	MadeAt    time.Time           `json:"made_at"`
	Workspace string              `json:"workspace"`
	List      string              `json:"list"`
	Mapping   string              `json:"mapping"`
	Tags      []string            `json:"tags"`
	RowTags   int                 `json:"row_tags"`   // that rows name by themselves
	First     []PlannedRow        `json:"first_rows"` // that are not unchanged
	More      int                 `json:"more_rows"`  // of these, not in First
	Masked    bool                `json:"people_masked"`
}

// Changed is an attribute, and how many rows write it.
type Changed struct {
	Attribute string `json:"attribute"`
	Rows      int    `json:"rows"`
}

// PlannedRow is a row of a plan. Masked, its changes are names alone.
type PlannedRow struct {
	Row     int         `json:"row"`
	Action  plan.Action `json:"action"`
	Who     string      `json:"who"`
	Code    string      `json:"code,omitempty"`
	Note    string      `json:"note,omitempty"`
	Changes []string    `json:"changes"`
}

// CollectPlan reads the plan at path.
func CollectPlan(path string, opt Options) (*Planned, error) {
	about, err := plan.Load(path, "")
	if err != nil {
		return nil, err
	}
	p := &Planned{
		Name: clean(filepath.Base(path), maxName), Rows: about.Rows, Counts: about.Counts, Changes: []Changed{}, MadeAt: about.MadeAt,
		Workspace: about.Workspace, List: clean(about.List.Given, maxName), Tags: append([]string{}, about.Tags...), RowTags: about.RowTags, First: []PlannedRow{}, Masked: !opt.ShowPeople,
	}
	if about.Mapping != nil {
		p.Mapping = clean(about.Mapping.Given, maxName)
	}
	for _, name := range about.Attributes {
		if n := about.Changes[name]; n > 0 {
			p.Changes = append(p.Changes, Changed{clean(name, maxName), n})
		}
	}
	slices.SortStableFunc(p.Changes, func(a, b Changed) int { return b.Rows - a.Rows })
	lines, err := plan.Open(path, about)
	if err != nil {
		return nil, err
	}
	defer lines.Close()
	mask := &masker{off: opt.ShowPeople}
	for {
		l, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return p, nil
		}
		if err != nil {
			return nil, err
		}
		switch {
		case l.Action == plan.Unchanged:
		case len(p.First) == maxPlanned:
			p.More++
		default:
			p.First = append(p.First, plannedRow(l, about.Attributes, mask))
		}
	}
}

func plannedRow(l plan.Line, attributes []string, mask *masker) PlannedRow {
	r := PlannedRow{Row: l.Row, Action: l.Action, Who: mask.who(l.Key), Code: clean(l.Code, maxCode), Changes: []string{}}
	for i, text := range l.Changes {
		switch {
		case text == "":
		case mask.off:
			r.Changes = append(r.Changes, clean(attributes[i], maxName)+": "+clean(text, maxCell))
		default:
			r.Changes = append(r.Changes, clean(attributes[i], maxName))
		}
	}
	switch {
	case mask.off:
		r.Note = clean(l.Note, maxMessage)
	case l.Code != "":
		r.Note = hintFor(l.Code, l.Action.Status()).title
	case l.Note != "":
		r.Note = "some of the row is not written, by a rule of the mapping"
	}
	return r
}

// counts is what the plan comes to, in words.
func (p *Planned) counts() string {
	var parts []string
	for _, a := range plan.Actions {
		if n := p.Counts[a]; n > 0 {
			parts = append(parts, grouped(n)+" "+strings.ReplaceAll(string(a), "_", " "))
		}
	}
	return strings.Join(parts, ", ")
}

// from is what the plan was made from.
func (p *Planned) from() string {
	text := fmt.Sprintf("Made at %s UTC from %s", p.MadeAt.UTC().Format("2006-01-02 15:04"), p.List)
	if p.Mapping != "" {
		text += " with " + p.Mapping
	}
	text += " for workspace " + p.Workspace
	if len(p.Tags) > 0 {
		text += "; tags: " + strings.Join(p.Tags, ", ")
	}
	if p.RowTags > 0 {
		text += "; " + count(p.RowTags, "tag") + " of the rows themselves"
	}
	return text + "."
}

// JSON writes p as one JSON object on one line.
func (p *Planned) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(p)
}

// Text writes p for a terminal.
func (p *Planned) Text(w io.Writer) error {
	t := &texter{}
	t.line("%s: %s: %s", p.Name, count(p.Rows, "row"), p.counts())
	t.line("%s", p.from())
	if len(p.Changes) > 0 {
		t.line("\nwhat is written")
		for _, c := range p.Changes {
			t.line("  %-30s %s", c.Attribute, count(c.Rows, "row"))
		}
	}
	if len(p.First) > 0 {
		t.line("\nrow by row")
	}
	for i, r := range p.First {
		if i == maxPlannedText {
			break
		}
		text := strings.Join(r.Changes, "; ")
		if r.Note != "" {
			if text != "" {
				text += "; "
			}
			text += r.Note
		}
		t.line("  row %d  %s  %s: %s", r.Row, r.Action, r.Who, text)
	}
	if more := max(0, len(p.First)-maxPlannedText) + p.More; more > 0 {
		t.line("  and %s", count(more, "more row"))
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

var (
	//go:embed plan.html
	planHTML     string
	planTemplate = sync.OnceValue(func() *template.Template {
		return template.Must(template.New("plan").Funcs(template.FuncMap{"n": grouped}).Parse(planHTML))
	})
)

// stylePolicy lets a page have its own style and nothing else.
func stylePolicy() string {
	return fmt.Sprintf("default-src 'none'; style-src '%s'; base-uri 'none'; form-action 'none'", digest(pageCSS))
}

// HTML writes p as one page that needs nothing else.
func (p *Planned) HTML(w io.Writer) error {
	if _, err := io.WriteString(w, PageStart); err != nil {
		return err
	}
	page := struct {
		*Planned
		CSS                            template.CSS
		Policy, Headline, From, Footer string
		Tiles                          []tile
	}{p, template.CSS(pageCSS), stylePolicy(), "Nothing has been done yet: this is what would be.", p.from(), "Made by leadimport report from a plan.", nil}
	for _, a := range plan.Actions {
		if n := p.Counts[a]; n > 0 {
			page.Tiles = append(page.Tiles, tile{strings.ReplaceAll(string(a), "_", " "), grouped(n)})
		}
	}
	if p.Masked {
		page.Footer += " People are masked; --show-people shows them, and each value before → after."
	} else {
		page.Footer += " The page holds people's data: treat it as the list itself."
	}
	return planTemplate().Execute(w, page)
}
