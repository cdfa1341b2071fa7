package report

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"
	"sync"

	"leadimport/importer/results"
)

// PageStart begins every page, and tells one from other files.
const PageStart = "<!doctype html>\n<html lang=\"en\" class=\"leadimport-report\">\n"

var (
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	pageCSS string
	//go:embed page.js
	pageJS string

	pageTemplate = sync.OnceValue(func() *template.Template {
		return template.Must(template.New("page").Funcs(template.FuncMap{"n": grouped, "label": label}).Parse(pageHTML))
	})

	// policy lets the page use its own style and its own script and nothing
	// else, from wherever. The hashes are of what stands between the tags.
	policy = fmt.Sprintf("default-src 'none'; style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'", digest(pageCSS), digest(pageJS))
)

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// HTML writes r as one page that needs nothing else.
func (r *Report) HTML(w io.Writer) error {
	if _, err := io.WriteString(w, PageStart); err != nil {
		return err
	}
	return pageTemplate().Execute(w, r.page())
}

// page is what the template shows.
type page struct {
	CSS    template.CSS
	JS     template.JS
	Policy string

	Title, Headline, Subtitle, Tone string
	Details                         []string
	Tiles                           []tile
	Bars                            []bar
	Steps                           []step
	Reasons                         []shownReason
	Plots                           []plot
	Several                         bool // files
	Rows                            []attentionRow
	RowsText                        string
	RowOutcomes                     []results.Status
	RowReasons                      []string
	Repeats                         []shownRepeat
	RepeatsText                     string
	Slow                            []shownSlow
	Files                           []shownFile
	FilesText                       string
	Footer                          string
}

type tile struct{ Label, Value string }

type bar struct {
	Label, Share, Width string
	Status              results.Status
	Rows                int
}

func (r *Report) page() page {
	p := page{
		CSS: template.CSS(pageCSS), JS: template.JS(pageJS), Policy: policy,
		Title: "Import report", Several: len(r.Files) > 1,
		Headline: r.headline(), Details: r.details(), Subtitle: r.subtitle(), Tone: "good",
		Tiles: r.tiles(), Bars: r.bars(), Steps: r.steps(), Plots: r.plots(),
		Footer: "Made by leadimport report from results files alone. Times are in UTC.",
	}
	if len(r.Files) == 1 {
		p.Title += ": " + r.Files[0].Name
	}
	if r.needLook > 0 || r.Unfinished {
		p.Tone = "look"
	}
	if r.PeopleMasked {
		p.Footer += " People are masked; --show-people shows them."
	} else {
		p.Footer += " The page holds people's data: treat it as the list itself."
	}
	p.reasons(r)
	p.rows(r)
	p.repeats(r)
	p.slow(r)
	p.files(r)
	return p
}

// label is a fate in words.
func label(s results.Status) string {
	switch s {
	case results.Created:
		return "Created"
	case results.Updated:
		return "Updated"
	case results.Unchanged:
		return "Up to date already"
	case results.Skipped:
		return "Left out"
	case results.Invalid:
		return "Not valid, not sent"
	case results.Failed:
		return "Refused by Intercom"
	case results.Unresolved:
		return "Not known yet"
	}
	return string(s)
}

func (r *Report) tiles() []tile {
	list := []tile{{"rows in Intercom", grouped(r.In())}, {"rows that need a look", grouped(r.needLook)}}
	if r.RowsPerSecond > 0 {
		if perMinute := r.RowsPerSecond * 60; r.RowsPerSecond < 1 {
			list = append(list, tile{"rows a minute", rateText(perMinute)})
		} else {
			list = append(list, tile{"rows a second", rateText(r.RowsPerSecond)})
		}
	}
	if r.BusySeconds > 0 {
		list = append(list, tile{"time it took", spell(int64(1000 * r.BusySeconds))})
	}
	return list
}

func (r *Report) bars() []bar {
	var list []bar
	for _, s := range results.Statuses {
		n := *r.of(s)
		if n == 0 {
			continue
		}
		share := 100 * float64(n) / float64(r.Rows)
		list = append(list, bar{label(s), percent(share), strconv.FormatFloat(max(share, 0.5), 'f', 2, 64), s, n})
	}
	return list
}

// percent never shows 0 % of something, nor 100 % of less than all.
func percent(share float64) string {
	switch {
	case share == 100:
		return "100 %"
	case share < 0.1:
		return "< 0.1 %"
	case share > 99.9:
		return "> 99.9 %"
	}
	return strconv.FormatFloat(math.Round(share*10)/10, 'f', -1, 64) + " %"
}
