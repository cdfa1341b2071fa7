package mapping

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"leadimport/client"
)

// at is the Unix time of an RFC 3339 text, as JSON.
func at(t testing.TB, s string) string {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return strconv.FormatInt(v.Unix(), 10)
}

func TestDates(t *testing.T) {
	const utc, dublin = "", ", zone: Europe/Dublin"
	for _, c := range []struct{ settings, cell, want string }{
		{utc, "2026-11-21", "2026-11-21T00:00:00Z"},
		{utc, " 2026-11-21 ", "2026-11-21T00:00:00Z"},
		{utc, "2026/11/21", "2026-11-21T00:00:00Z"},
		{utc, "2026-1-5", "2026-01-05T00:00:00Z"},
		{utc, "2024-02-29", "2024-02-29T00:00:00Z"},
		{utc, "2026-11-21T10:30", "2026-11-21T10:30:00Z"},
		{utc, "2026-11-21 10:30:15", "2026-11-21T10:30:15Z"},
		{utc, "2026-11-21T10:30:15.999Z", "2026-11-21T10:30:15Z"},
		{utc, "2026-11-21t10:30:15z", "2026-11-21T10:30:15Z"},
		{utc, "2026-11-21T10:30:15+01:00", "2026-11-21T09:30:15Z"},
		{utc, "2026-11-21T10:30:15-0530", "2026-11-21T16:00:15Z"},
		{utc, "2026-11-21 10:30:15 +02", "2026-11-21T08:30:15Z"},
		{utc, "2026-11-21 10:30:15 UTC", "2026-11-21T10:30:15Z"},
		{utc, "1926-01-01", "1926-01-01T00:00:00Z"},
		{dublin, "2026-07-01", "2026-06-30T23:00:00Z"},
		{dublin, "2026-12-01", "2026-12-01T00:00:00Z"},
		{dublin, "2026-07-01T12:00", "2026-07-01T11:00:00Z"},
		{dublin, "2026-07-01T12:00Z", "2026-07-01T12:00:00Z"},
		{utc, "1763720000", "2025-11-21T10:13:20Z"},
		{utc, "1763720000123", "2025-11-21T10:13:20Z"},
		{utc, "25/12/2026", "2026-12-25T00:00:00Z"},
		{utc, "12/25/2026", "2026-12-25T00:00:00Z"},
		{utc, "25.12.2026 18:30", "2026-12-25T18:30:00Z"},
		{utc, "12/25/2026 6:30 pm", "2026-12-25T18:30:00Z"},
		{utc, "12/25/2026 12:05 AM", "2026-12-25T00:05:00Z"},
		{utc, "3/3/2026", "2026-03-03T00:00:00Z"},
		{utc, "3 Apr 2026", "2026-04-03T00:00:00Z"},
		{utc, "3 April 2026", "2026-04-03T00:00:00Z"},
		{utc, "03-APR-2026", "2026-04-03T00:00:00Z"},
		{utc, "Apr 3, 2026", "2026-04-03T00:00:00Z"},
		{utc, "Sept. 3", "<not_a_date>"},
		{utc, "Fri, 3 Apr 2026 10:00:00 +0000", "2026-04-03T10:00:00Z"},
		{utc, "3/4/2026", "<ambiguous_date>"},
		{utc, "03.04.2026", "<ambiguous_date>"},
		{utc, "03-04-2026 10:00", "<ambiguous_date>"},
		{utc, "2026-02-30", "<not_a_date>"},
		{utc, "2025-02-29", "<not_a_date>"},
		{utc, "1900-02-29", "<not_a_date>"},
		{utc, "2026-13-01", "<not_a_date>"},
		{utc, "2026-00-10", "<not_a_date>"},
		{utc, "0000-01-01", "<not_a_date>"},
		{utc, "2026-11-21T24:00", "<not_a_date>"},
		{utc, "2026-11-21T10:60", "<not_a_date>"},
		{utc, "2026-11-21T10", "<not_a_date>"},
		{utc, "2026-11-21T10:30:", "<not_a_date>"},
		{utc, "2026-11-21T10:30:15.", "<not_a_date>"},
		{utc, "2026-11-21T10:30:15+25:00", "<not_a_date>"},
		{utc, "2026-11-21T10:30 CET", "<not_a_date>"},
		{utc, "2026-11-21x", "<not_a_date>"},
		{utc, "31/31/2026", "<not_a_date>"},
		{utc, "31/04/2026", "<not_a_date>"},
		{utc, "3/4/26", "<not_a_date>"},
		{utc, "20261121", "<not_a_date>"},
		{utc, "46000", "<not_a_date>"},
		{utc, "soon", "<not_a_date>"},
		{utc, "-1763720000", "<not_a_date>"},
		{utc, "0123456789", "<not_a_date>"},
	} {
		want := c.want
		if want[0] != '<' {
			want = at(t, want)
		}
		testCells(t, []cellCase{{", type: date" + c.settings, c.cell, want}})
	}
}

func TestAmbiguousDateShowsBothReadings(t *testing.T) {
	c := conversion{zone: time.UTC}
	_, f := c.date("03.04.2026")
	if want := "3 April 2026 (DD.MM.YYYY) or 4 March 2026 (MM.DD.YYYY)? State the format"; f == nil || f.message != want {
		t.Errorf("fault %+v, want %s", f, want)
	}
}

func TestLayouts(t *testing.T) {
	for _, c := range []struct{ format, cell, want string }{
		{"DD/MM/YYYY", "03/04/2026", "2026-04-03T00:00:00Z"},
		{"DD/MM/YYYY", "3/4/2026", "2026-04-03T00:00:00Z"},
		{"MM/DD/YYYY", "03/04/2026", "2026-03-04T00:00:00Z"},
		{"D.M.YYYY", "3.4.2026", "2026-04-03T00:00:00Z"},
		{"D.M.YYYY", "03.04.2026", "2026-04-03T00:00:00Z"},
		{"YYYY-MM-DD HH:mm:ss", "2026-04-03 10:20:30", "2026-04-03T10:20:30Z"},
		{"YYYY-MM-DDTHH:mm:ss.SSSZ", "2026-04-03T10:20:30.5+01:00", "2026-04-03T09:20:30Z"},
		{"YYYY-MM-DD HH:mm Z", "2026-04-03 10:20 UTC", "2026-04-03T10:20:00Z"},
		{"YYYYMMDD", "20260403", "2026-04-03T00:00:00Z"},
		{"YYYYMMDDHHmmss", "20260403102030", "2026-04-03T10:20:30Z"},
		{"D MMM YYYY", "3 Apr 2026", "2026-04-03T00:00:00Z"},
		{"D MMM YYYY", "3 april 2026", "2026-04-03T00:00:00Z"},
		{"D MMMM YYYY", "3 April 2026", "2026-04-03T00:00:00Z"},
		{"D MMM YYYY", "12 Sep. 2026", "2026-09-12T00:00:00Z"},
		{"dddd, MMMM D, YYYY", "Friday, April 3, 2026", "2026-04-03T00:00:00Z"},
		{"MM/DD/YYYY hh:mm A", "04/03/2026 02:05 PM", "2026-04-03T14:05:00Z"},
		{"M/D/YYYY h:mm a", "4/3/2026 12:05 am", "2026-04-03T00:05:00Z"},
		{"M/D/YYYY h:mm a", "4/3/2026 12:05 pm", "2026-04-03T12:05:00Z"},
		{"DD/MM/YY", "03/04/26", "2026-04-03T00:00:00Z"},
		{"DD/MM/YY", "03/04/69", "1969-04-03T00:00:00Z"},
		{"[on] YYYY-MM-DD [at] HH:mm", "on 2026-04-03 at 10:20", "2026-04-03T10:20:00Z"},
		{"unix", "1763720000", "2025-11-21T10:13:20Z"},
		{"unix", "-1", "1969-12-31T23:59:59Z"},
		{"unix_ms", "1763720000999", "2025-11-21T10:13:20Z"},
		{"unix_ms", "-1", "1969-12-31T23:59:59Z"},
		{"excel", "46115", "2026-04-03T00:00:00Z"},
		{"excel", "46115.5", "2026-04-03T12:00:00Z"},
		{"DD/MM/YYYY", "2026-04-03", "<not_a_date>"},
		{"DD/MM/YYYY", "04/25/2026", "<not_a_date>"},
		{"DD/MM/YYYY", "03/04/2026 00:00", "<not_a_date>"},
		{"DD/MM/YYYY", "03/04/26", "<not_a_date>"},
		{"DD/MM/YYYY", "31/04/2026", "<not_a_date>"},
		{"D MMMM YYYY", "3 Apr 2026", "<not_a_date>"},
		{"YYYYMMDD", "2026403", "<not_a_date>"},
		{"M/D/YYYY h:mm a", "4/3/2026 13:05 pm", "<not_a_date>"},
		{"M/D/YYYY h:mm a", "4/3/2026 0:05 am", "<not_a_date>"},
		{"M/D/YYYY h:mm a", "4/3/2026 1:05", "<not_a_date>"},
		{"YYYY-MM-DD HH:mm Z", "2026-04-03 10:20", "<not_a_date>"},
		{"unix", "soon", "<not_a_date>"},
		{"unix", "12345678901234567890", "<not_a_date>"},
		{"excel", "60", "<not_a_date>"},
		{"excel", "2026-04-03", "<not_a_date>"},
		{"excel", "0x1p10", "<not_a_date>"},
	} {
		want := c.want
		if want[0] != '<' {
			want = at(t, want)
		}
		testCells(t, []cellCase{{`, type: date, format: "` + c.format + `"`, c.cell, want}})
	}
	testCells(t, []cellCase{
		{", type: date, format: DD/MM/YYYY, zone: Europe/Dublin", "01/07/2026", at(t, "2026-06-30T23:00:00Z")},
		{", type: date, format: excel, zone: Europe/Dublin", "46204", at(t, "2026-06-30T23:00:00Z")},
	})
}

func TestLayoutErrors(t *testing.T) {
	for format, want := range map[string]string{
		"%d/%m/%Y":           `format "%d/%m/%Y": write it in words such as DD/MM/YYYY or YYYY-MM-DD HH:mm:ss`,
		"02/01/2006":         `format "02/01/2006": write it in words such as DD/MM/YYYY or YYYY-MM-DD HH:mm:ss`,
		"dd/mm/yyyy":         `format "dd/mm/yyyy": "dd" is no word of a format: did you mean "DD/MM/YYYY"?`,
		"DD/mm/YYYY":         `format "DD/mm/YYYY" has no month: did you mean "DD/MM/YYYY"?`,
		"DD/MM":              `format "DD/MM" has no year: use A D DD H HH M MM MMM MMMM S SS SSS SSSSSS YY YYYY Z ZZ a ddd dddd h hh m mm s ss, or unix, unix_ms, excel`,
		"DD/DD/YYYY":         `format "DD/DD/YYYY": DD and DD both give the day`,
		"[at DD":             `format "[at DD": a [ is not closed`,
		"DMYYYY":             `format "DMYYYY": nothing tells where D ends and M begins`,
		"DD/MM/YYYY h":       `format "DD/MM/YYYY h": hours of twelve (h) go with AM and PM (A), hours of a day are HH`,
		"DD/MM/YYYY HH:ss":   `format "DD/MM/YYYY HH:ss" has seconds and no minutes`,
		"DD/MM/YYYY HH:mm A": `format "DD/MM/YYYY HH:mm A": hours of twelve (h) go with AM and PM (A), hours of a day are HH`,
		"DD MM YYYY mm":      `format "DD MM YYYY mm" has minutes (mm) and no hours: months are MM`,
	} {
		_, err := parseLayout(format)
		if err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", format, err, want)
		}
	}
}

// The order of day and month is taken from the column when it leaves only one.
func TestColumnDecidesOrder(t *testing.T) {
	for _, c := range []struct {
		cells     []string
		want      string // of the first cell
		ambiguous bool
	}{
		{[]string{"3/4/2026", "25/12/2026", "", "2026-01-01"}, "2026-04-03T00:00:00Z", false},
		{[]string{"3/4/2026", "12/25/2026"}, "2026-03-04T00:00:00Z", false},
		{[]string{"3/4/2026", "5/6/2026", "7/7/2026"}, "", true},
		{[]string{"3/4/2026", "25/12/2026", "12/25/2026"}, "", true},
		{[]string{"3/3/2026"}, "2026-03-03T00:00:00Z", false},
		{[]string{"2026-04-03"}, "2026-04-03T00:00:00Z", false},
	} {
		m := mustParse(t, "attributes:\n  custom_attributes.x: {column: X, type: date}")
		p, err := m.Compile([]string{"X"}, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Observes() {
			t.Fatal("a date without a format has nothing to learn from its column")
		}
		for _, cell := range c.cells {
			p.Observe([]string{cell})
		}
		p.Settle()
		err = p.Ambiguous()
		if (err != nil) != c.ambiguous {
			t.Errorf("%v: %v", c.cells, err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), `m.yaml:2:3: the dates of column "X" fit two formats, "3/4/2026" is 3 April 2026 or 4 March 2026: state format: DD/MM/YYYY or format: MM/DD/YYYY`) {
			t.Errorf("%v: %v", c.cells, err)
		}
		lead, _, problems := p.Lead(c.cells[:1])
		switch {
		case c.ambiguous && (len(problems) != 1 || problems[0].Code != "ambiguous_date"):
			t.Errorf("%v: problems %v", c.cells, problems)
		case !c.ambiguous && (len(problems) != 0 || lead.Fields[0].Value.Text() != at(t, c.want)):
			t.Errorf("%v: %v, %v, want %s", c.cells, lead.Fields, problems, c.want)
		}
	}
}

// A plain year in a format of numbers is not taken for a day of 1905.
func TestDateYearOrNumber(t *testing.T) {
	for _, format := range []string{"excel", "[YYYY-MM-DD, excel]", "unix", "unix_ms"} {
		p := compiled(t, "attributes: {email: E, custom_attributes.x: {column: X, type: date, format: "+format+"}}", "E", "X")
		for _, cell := range []string{"2024", "1999", "1900", "2100", "2024.0"} {
			if _, _, problems := p.Lead([]string{"a@b.ie", cell}); cell != "2024.0" && codes(problems) != "custom_attributes.x:ambiguous_date" || len(problems) != 1 {
				t.Errorf("%s %q: %v", format, cell, problems)
			}
		}
	}
	p := compiled(t, "attributes: {email: E, custom_attributes.x: {column: X, type: date, format: excel}}", "E", "X")
	for _, cell := range []string{"2101", "1899", "45292", "2024.5"} {
		if _, _, problems := p.Lead([]string{"a@b.ie", cell}); problems != nil {
			t.Errorf("%q: %v", cell, problems)
		}
	}
}

// A time that the clocks of the zone show never or twice is no moment; a day
// begins with its first second, whenever that is.
func TestDateClockChanges(t *testing.T) {
	for _, c := range []struct{ zone, format, cell, want string }{
		{"Europe/Berlin", "", "2024-03-31 02:30", "<clock_change>"},
		{"Europe/Berlin", "", "2024-03-31 02:00", "<clock_change>"},
		{"Europe/Berlin", "", "2024-03-31 01:59", "2024-03-31T00:59:00Z"},
		{"Europe/Berlin", "", "2024-03-31 03:00", "2024-03-31T01:00:00Z"},
		{"Europe/Berlin", "", "2024-10-27 02:30", "<clock_change>"},
		{"Europe/Berlin", "", "2024-10-27 02:00", "<clock_change>"},
		{"Europe/Berlin", "", "2024-10-27 01:59", "2024-10-26T23:59:00Z"},
		{"Europe/Berlin", "", "2024-10-27 03:00", "2024-10-27T02:00:00Z"},
		{"Europe/Berlin", "", "2024-10-27T02:30:00+01:00", "2024-10-27T01:30:00Z"},
		{"Europe/Berlin", "YYYY-MM-DD HH:mm", "2024-03-31 02:30", "<clock_change>"},
		{"Europe/Berlin", "DD/MM/YYYY HH:mm", "27/10/2024 02:30", "<clock_change>"},
		{"Europe/Berlin", "", "27 Oct 2024 02:30", "<clock_change>"},
		{"UTC", "", "2024-10-27 02:30", "2024-10-27T02:30:00Z"},
		{"America/New_York", "", "2024-03-10 02:30", "<clock_change>"},
		{"America/New_York", "", "2024-11-03 01:30", "<clock_change>"},
		{"America/Sao_Paulo", "", "2018-11-04", "2018-11-04T03:00:00Z"},
		{"America/Sao_Paulo", "", "2018-11-04 00:30", "<clock_change>"},
		{"America/Havana", "", "2023-11-05", "2023-11-05T04:00:00Z"},
		{"Australia/Lord_Howe", "", "2024-04-07 01:45", "<clock_change>"},
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		of := conversion{form: asDate, zone: zone}
		if c.format != "" {
			of.layouts = mustLayouts(c.format)
		}
		v, _, f := of.convert(c.cell)
		got := ""
		if f != nil {
			got = "<" + f.code + ">"
		} else if n, err := strconv.ParseInt(v.Text(), 10, 64); err == nil {
			got = time.Unix(n, 0).UTC().Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%s %q: %s, want %s (%v)", c.zone, c.cell, got, c.want, f)
		}
	}
	zone, _ := time.LoadLocation("Europe/Berlin")
	of := conversion{form: asDate, zone: zone}
	for cell, want := range map[string]string{
		"2024-03-31 02:30": "was 2024-03-31 03:30+02:00 meant, or 2024-03-31 01:30+01:00?",
		"2024-10-27 02:30": "2024-10-27 02:30+02:00 or 2024-10-27 02:30+01:00?",
	} {
		if _, _, f := of.convert(cell); f == nil || !strings.Contains(f.message, want) {
			t.Errorf("%q: %v", cell, f)
		}
	}
}
