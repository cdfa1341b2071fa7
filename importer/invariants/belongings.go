package invariants

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Belongings compares what the leads of an import were to get besides their
// attributes with what the API holds: every lead that the results call created
// or updated has each of the tags and the companies of all its rows; a lead
// that no row owns has none of them; and each company is there once, by the
// name that its id is in lists of CSV.
func Belongings(rows []Row, lines []Line, state []byte, tags []string) (wrong []error) {
	var api struct {
		Contacts []struct {
			ID        string   `json:"id"`
			Tags      []string `json:"tags"`
			Companies []string `json:"companies"`
		} `json:"contacts"`
		Companies []struct {
			CompanyID string `json:"company_id"`
			Name      string `json:"name"`
			Plan      string `json:"plan"`
			People    int    `json:"people"`
		} `json:"companies"`
	}
	if err := json.Unmarshal(state, &api); err != nil {
		return []error{err}
	}
	report := func(format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("belongings: "+format, args...))
	}
	due := map[string][]string{} // id: companies
	open := map[string]bool{}    // ids and keys that may have got something
	for i, line := range lines {
		if i >= len(rows) {
			break
		}
		id := line["import_id"]
		switch line["import_status"] {
		case "created", "updated", "unchanged":
			due[id] = append(due[id], rows[i].Company)
		case "unresolved", "failed":
			open[id], open[rows[i].Key()] = true, true
		}
	}
	people := map[string]int{}
	for _, c := range api.Contacts {
		for _, company := range c.Companies {
			people[company]++
		}
		companies, owned := due[c.ID]
		if !owned {
			if len(open) == 0 && len(c.Tags)+len(c.Companies) > 0 {
				report("%s is nobody's of the list, and has the tags %q and the companies %q", c.ID, c.Tags, c.Companies)
			}
			continue
		}
		wanted := slices.Clone(tags)
		if i := slices.Index(wanted, CompanyTag); i >= 0 {
			wanted = slices.DeleteFunc(slices.Replace(wanted, i, i+1, companies...), func(tag string) bool { return tag == "" })
		}
		for _, tag := range wanted {
			if !slices.ContainsFunc(c.Tags, func(have string) bool { return strings.EqualFold(have, tag) }) {
				report("%s lacks the tag %q, it has %q", c.ID, tag, c.Tags)
			}
		}
		for _, company := range companies {
			if company != "" && !slices.Contains(c.Companies, company) {
				report("%s lacks the company %q, it has %q", c.ID, company, c.Companies)
			}
		}
		for _, have := range c.Companies {
			if !slices.Contains(companies, have) && len(open) == 0 {
				report("%s has the company %q, which none of its rows names", c.ID, have)
			}
		}
	}
	for _, c := range api.Companies {
		if c.Name != c.CompanyID || c.Plan != c.CompanyID || c.People != people[c.CompanyID] {
			report("company %q is called %q, has the plan %q and %d people, not %d", c.CompanyID, c.Name, c.Plan, c.People, people[c.CompanyID])
		}
	}
	return wrong
}
