package report

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"leadimport/importer/results"
)

func pageOf(t testing.TB, opt Options, paths ...string) string {
	t.Helper()
	var b strings.Builder
	if err := of(t, opt, paths...).HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// element is an element of a page with its attributes and the text within.
type element struct {
	name string
	attr map[string]string
	text string
}

// elements parses a page. It is written so that it is well-formed XML, too:
// the strictest reader that the standard library has.
func elements(t testing.TB, page string) []element {
	t.Helper()
	if !strings.HasPrefix(page, PageStart) {
		t.Fatalf("the page begins with %.80q", page)
	}
	d := xml.NewDecoder(strings.NewReader(strings.TrimPrefix(page, "<!doctype html>\n")))
	var list []element
	var texts [][]byte
	var open []int
	for {
		token, err := d.Token()
		if err == io.EOF {
			for i := range list {
				list[i].text = string(texts[i])
			}
			return list
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, page)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attr: map[string]string{}}
			for _, a := range token.Attr {
				e.attr[a.Name.Local] = a.Value
			}
			open = append(open, len(list))
			list, texts = append(list, e), append(texts, nil)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			for _, i := range open {
				texts[i] = append(texts[i], token...)
			}
		}
	}
}

func all(list []element, name string) (found []element) {
	for _, e := range list {
		if e.name == name {
			found = append(found, e)
		}
	}
	return found
}

func TestPageStructure(t *testing.T) {
	page := pageOf(t, Options{}, night(t))
	list := elements(t, page)
	var headings []string
	ids := map[string]bool{}
	labelled := map[string]bool{}
	for _, e := range list {
		if e.name == "h1" || e.name == "h2" {
			headings = append(headings, e.text)
		}
		if id := e.attr["id"]; id != "" {
			if ids[id] {
				t.Errorf("two elements are %q", id)
			}
			ids[id] = true
		}
	}
	want := []string{"Import into Intercom", "What became of the rows", "How to go on", "What was refused or left out, and why",
		"How it went over time", "Rows that need a look", "Rows of the same lead", "Slowest answers"}
	if !slices.Equal(headings, want) {
		t.Errorf("headings are %q, want %q", headings, want)
	}
	for _, e := range list {
		for name, value := range e.attr {
			switch {
			case name == "aria-labelledby" || name == "aria-describedby" || name == "for":
				if !ids[value] {
					t.Errorf("<%s %s=%q> points nowhere", e.name, name, value)
				}
			case name == "style" || strings.HasPrefix(name, "on") || name == "src" || name == "href" || name == "action":
				t.Errorf("<%s %s=%q>: the policy forbids it, or it loads something", e.name, name, value)
			}
		}
		switch e.name {
		case "svg":
			if e.attr["aria-hidden"] != "true" && (e.attr["role"] != "img" || e.attr["aria-labelledby"] == "") {
				t.Errorf("a picture has no name: %v", e.attr)
			}
		case "label":
			labelled[e.text] = true
		case "html":
			if e.attr["lang"] != "en" {
				t.Error("the page has no language")
			}
		}
	}
	if n := len(all(list, "label")); n != 3 || len(all(list, "input"))+len(all(list, "select")) != n {
		t.Errorf("%d labels for the fields of the filter", n)
	}
	if strings.Contains(page, "://") || strings.Contains(page, "url(") || strings.Contains(page, "@import") {
		t.Error("the page names something outside of it")
	}
	for _, want := range []string{"4 of 9 rows are in Intercom, 4 need a look.", "2 leads were created, 1 lead was updated, 1 was up to date already, 2 were left out."} {
		if !slices.ContainsFunc(all(list, "p"), func(e element) bool { return e.text == want }) {
			t.Errorf("no paragraph says %q", want)
		}
	}
	if rows := tableRows(list); len(rows) != 4 {
		t.Errorf("%d rows in the table, want 4: %q", len(rows), rows)
	}
	// Without JavaScript there is no filter, and everything else is there.
	for _, e := range list {
		if e.attr["id"] == "filter" && e.attr["hidden"] != "hidden" {
			t.Error("the filter is shown before the script is there")
		}
	}
}

func tableRows(list []element) (rows []string) {
	for _, e := range all(list, "tr") {
		if e.attr["data-outcome"] != "" {
			rows = append(rows, e.text)
		}
	}
	return rows
}

// The policy allows exactly what the page has between its tags.
func TestPolicy(t *testing.T) {
	list := elements(t, pageOf(t, Options{}, night(t)))
	policy := ""
	for _, e := range all(list, "meta") {
		if e.attr["http-equiv"] == "Content-Security-Policy" {
			policy = e.attr["content"]
		}
	}
	hash := func(name string) string {
		found := all(list, name)
		if len(found) != 1 {
			t.Fatalf("%d <%s>", len(found), name)
		}
		sum := sha256.Sum256([]byte(found[0].text))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := fmt.Sprintf("default-src 'none'; style-src %s; script-src %s; base-uri 'none'; form-action 'none'", hash("style"), hash("script"))
	if policy != want {
		t.Errorf("the policy is\n%s\nwant\n%s", policy, want)
	}
}

func TestPageMasks(t *testing.T) {
	person := regexp.MustCompile(`jane\d|Jane Q|03/04/2026|123 4567`)
	masked := pageOf(t, Options{}, night(t))
	if found := person.FindString(masked); found != "" {
		t.Errorf("the page shows %q", found)
	}
	if !strings.Contains(masked, "j…@example.com") {
		t.Error("the page does not show the domain")
	}
	shown := pageOf(t, Options{ShowPeople: true}, night(t))
	for _, want := range []string{"jane7@example.com", "Jane Q7", "03/04/2026", "ask &#43;353 87 123 4567"} {
		if !strings.Contains(shown, want) {
			t.Errorf("with people shown, the page lacks %q", want)
		}
	}
	elements(t, shown)
}

func TestPageEscapes(t *testing.T) {
	const attack = `</script></style><script>alert(1)</script><img src=x onerror=alert(1)>" onmouseover="alert(1) {{.}} &lt;`
	l := bad(1, results.Failed, attack, attack)
	l.Workspace, l.Key = attack, "email:"+attack+"@example.com"
	for _, opt := range []Options{{}, {ShowPeople: true}} {
		page := pageOf(t, opt, write(t, "<b>&amp;.csv", l, line(2, results.Created, 10)))
		list := elements(t, page)
		if len(all(list, "script")) != 1 || len(all(list, "img")) != 0 || len(all(list, "b")) != 0 {
			t.Errorf("markup of the file gets through:\n%s", page)
		}
		for _, e := range list {
			for name := range e.attr {
				if strings.HasPrefix(name, "on") {
					t.Errorf("<%s %s>", e.name, name)
				}
			}
		}
		if rows := tableRows(list); len(rows) != 1 || !strings.Contains(rows[0], "<script>alert(1)") {
			t.Errorf("the message is not shown as it is: %q", rows)
		}
	}
}

func TestPageIsBounded(t *testing.T) {
	var lines []results.Line
	for row := 1; row <= 3000; row++ {
		lines = append(lines, bad(row, results.Invalid, "not_a_date", `column "Trial", value "x": not a date`))
	}
	lines = append(lines, bad(3001, results.Unresolved, "in_doubt", "x"))
	page := pageOf(t, Options{}, write(t, "a.csv", lines...))
	rows := tableRows(elements(t, page))
	if len(rows) > maxAttention || len(rows) < maxAttention-2 {
		t.Errorf("%d rows in the table", len(rows))
	}
	if !strings.Contains(rows[len(rows)-1], "3001") {
		t.Error("the one unresolved row is not in the table")
	}
	if !strings.Contains(page, fmt.Sprintf("The table shows %s of 3,001 rows", grouped(len(rows)))) {
		t.Error("the page does not say that there are more")
	}
	if len(page) > 1<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
}

// Whatever a file says, the page stays one page with one script.
func FuzzPage(f *testing.F) {
	f.Add("code", "message", "email:joe@example.com", "Acme", true)
	f.Add("</style>", "</title></script><!--", "row:]]>", "\x00\ufffe\x1b", false)
	f.Fuzz(func(t *testing.T, code, message, key, workspace string, show bool) {
		l := bad(1, results.Failed, code, message)
		l.Key, l.Workspace = key, workspace
		b := newBuilder(Options{ShowPeople: show})
		b.begin(clean(workspace, maxName), []string{code, key})
		b.add(l, []string{message, workspace})
		b.add(line(2, results.Created, 3), nil)
		b.end()
		var page strings.Builder
		if err := b.finish().HTML(&page); err != nil {
			t.Fatal(err)
		}
		list := elements(t, page.String())
		if rows := tableRows(list); len(rows) != 1 || len(all(list, "script")) != 1 || len(all(list, "style")) != 1 || len(all(list, "html")) != 1 {
			t.Errorf("%d rows, %d scripts", len(rows), len(all(list, "script")))
		}
	})
}

// A page of nothing, and one of a single row, are pages too.
func TestSmallPages(t *testing.T) {
	for _, test := range []struct {
		want  string
		lines []results.Line
	}{
		{"The list has no rows.", nil},
		{"The one row is in Intercom.", []results.Line{line(1, results.Created, 1)}},
		{"All 2 rows are in Intercom.", []results.Line{line(1, results.Created, 1), line(2, results.Unchanged, 0)}},
		{"1 of 2 rows is in Intercom, 1 needs a look.", []results.Line{line(1, results.Created, 1), bad(2, results.Invalid, "", "")}},
		{"1 of 2 rows is in Intercom, 1 was left out as asked for.", []results.Line{line(1, results.Created, 1), bad(2, results.Skipped, "duplicate_key", "")}},
		{"So far 2 rows are in Intercom.", []results.Line{line(2, results.Created, 1), line(1, results.Created, 1)}},
	} {
		list := elements(t, pageOf(t, Options{}, write(t, "a.csv", test.lines...)))
		if !slices.ContainsFunc(all(list, "p"), func(e element) bool { return e.attr["class"] == "headline" && e.text == test.want }) {
			t.Errorf("the page does not say %q", test.want)
		}
		if rows := tableRows(list); (len(rows) > 0) != (len(all(list, "script")) > 0) {
			t.Errorf("%d rows to filter, %d scripts", len(rows), len(all(list, "script")))
		}
	}
}

func TestSteps(t *testing.T) {
	got := steps([]float64{1, 2, 0, 4}, []bool{true, true, false, true}, 4)
	if want := "M0 75H1V50H2M3 0H4"; got != want {
		t.Errorf("the path is %q, want %q", got, want)
	}
	for v, want := range map[float64]float64{0: 1, 0.3: 0.4, 1: 1, 1.1: 2, 3: 4, 4.5: 5, 99: 100, 167: 200} {
		if got := niceTop(v); got < want*0.999 || got > want*1.001 {
			t.Errorf("the axis of %g ends at %g, want %g", v, got, want)
		}
	}
}
