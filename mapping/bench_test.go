package mapping

import (
	"testing"

	"leadimport/client"
)

// BenchmarkLead converts the rows of the sample list by each family's mapping.
func BenchmarkLead(b *testing.B) {
	header, rows := readSample(b, "leads.csv")
	for _, name := range []string{"../leads.mapping.yaml", "contacts-2.15.yaml", "inferred"} {
		b.Run(name, func(b *testing.B) {
			m := Infer(header)
			v := client.Version1
			if name != "inferred" {
				m = parseSample(b, name)
				v, _ = m.Version()
			}
			p, err := m.Compile(header, v)
			if err != nil {
				b.Fatal(err)
			}
			p.Settle()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				p.Lead(rows[i%len(rows)])
			}
		})
	}
}

// BenchmarkTyped converts a row of ten columns, of every type but phone, whose
// numbering plans are a library's to read.
func BenchmarkTyped(b *testing.B) {
	m, err := Parse("bench.yaml", []byte(`
attributes:
  email: Email
  name: {columns: [First, Last]}
  phone: Phone
  custom_attributes.plan: {column: Plan, values: {pro: Pro}}
  custom_attributes.size: {column: Size, type: integer}
  custom_attributes.mrr: {column: MRR, type: float}
  custom_attributes.trial_ends_at: {column: Trial, type: date, format: DD/MM/YYYY}
  custom_attributes.newsletter: {column: News, type: boolean}
  signed_up_at: Signed
`))
	if err != nil {
		b.Fatal(err)
	}
	p, err := m.Compile(m.Columns(), client.Version2)
	if err != nil {
		b.Fatal(err)
	}
	row := []string{"joe@example.com", "Joe", "Bloggs", "+353 87 123 4567", "pro", "1200", "49.90", "21/11/2026", "true", "2026-11-21T10:30:00Z"}
	b.ReportAllocs()
	for b.Loop() {
		p.Lead(row)
	}
}

// BenchmarkObserve learns the types of nine columns from a row.
func BenchmarkObserve(b *testing.B) {
	header, rows := readSample(b, "leads.csv")
	m := &Mapping{}
	for _, column := range header {
		m.take(client.CustomPrefix+column, column)
	}
	p, err := m.Compile(header, client.Version1)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		p.Observe(rows[i%len(rows)])
	}
}
