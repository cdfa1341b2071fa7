package invariants

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Mapping is the mapping file of the lists that CSV writes.
const Mapping = "attributes:\n  email: Email\n  phone: Phone\n  name: Name\n  custom_attributes.score: {column: Score, type: integer}\n"

// People makes n rows: most with an e-mail, some that share one, some with a
// phone or a name alone. No two rows are equal.
func People(rng *rand.Rand, n int) []Row {
	rows := make([]Row, n)
	for i := range rows {
		r := Row{
			Email: fmt.Sprintf("p%d@example.com", i), Phone: fmt.Sprintf("+35387%07d", i),
			Name: fmt.Sprintf("Person %d", i), Score: fmt.Sprint(i),
		}
		switch rng.IntN(10) {
		case 0:
			r.Email = fmt.Sprintf("p%d@example.com", rng.IntN(n))
		case 1:
			r.Email = ""
		case 2:
			r.Email, r.Phone = "", ""
		}
		rows[i] = r
	}
	return rows
}

// CompanyMapping is what the mapping says besides, of lists with companies.
const CompanyMapping = "companies: {company_id: Company, name: Company, plan: Company}\n"

// CompanyTag is a tag of the mapping that each row's company makes.
const CompanyTag = "{column: Company}"

// Employ gives about two of three rows one of n companies.
func Employ(rng *rand.Rand, rows []Row, n int) {
	for i := range rows {
		if rng.IntN(3) > 0 {
			rows[i].Company = fmt.Sprintf("company-%d", rng.IntN(n))
		}
	}
}

// CSV is a list of rows as a file.
func CSV(rows []Row) string {
	var b strings.Builder
	b.WriteString("Email,Phone,Name,Score")
	companies := slices.ContainsFunc(rows, func(r Row) bool { return r.Company != "" })
	if companies {
		b.WriteString(",Company")
	}
	b.WriteString("\n")
	for _, r := range rows {
		fmt.Fprintf(&b, "%s,%s,%s,%s", r.Email, r.Phone, r.Name, r.Score)
		if companies {
			b.WriteString("," + r.Company)
		}
		b.WriteString("\n")
	}
	return b.String()
}
