package importer

import (
	"leadimport/client"
	"leadimport/importer/results"
)

// maxFirms bounds the companies that a run remembers, about 200 bytes each. One
// that was forgotten is saved again, which changes nothing.
const maxFirms = 10_000

// firms are the companies that a run has saved, by company_id. Each is saved
// once, with the first name that a row gives it; rows that come meanwhile wait
// for its answer.
type firms map[string]*firm

type firm struct {
	id      string // the API's own; empty: not known yet
	named   bool   // it was saved with a name
	out     bool   // a save is out
	waiting []*row
}

// of returns the firm of a company_id.
func (f firms) of(companyID string) *firm {
	if have := f[companyID]; have != nil {
		return have
	}
	if len(f) >= maxFirms {
		for other, have := range f {
			if !have.out {
				delete(f, other)
				break
			}
		}
	}
	fresh := &firm{}
	f[companyID] = fresh
	return fresh
}

// forget has a company saved again for the next row of it.
func (f firms) forget(companyID string) {
	if have := f[companyID]; have != nil && !have.out {
		delete(f, companyID)
	}
}

// attach makes a row's lead one of its next company's people, which is saved
// before if need be.
func (l *loop) attach(w *row) {
	company := w.lead.Companies[w.rest.company]
	f := l.firms.of(company.CompanyID)
	switch {
	case f.out:
		f.waiting = append(f.waiting, w)
	case f.id != "" && (f.named || company.Name == ""):
		l.push(task{kind: attachCompany, row: w, firm: f.id})
	default:
		f.out = true
		l.push(task{kind: saveCompany, row: w, company: company})
	}
}

// companySaved takes back the save of a company. Who waits for it goes on; a
// refusal is that of one row, for the next may name the company differently.
func (l *loop) companySaved(t task, e *client.Error, final bool) {
	f := l.firms.of(t.company.CompanyID)
	waiting := f.waiting
	f.out, f.waiting = false, nil
	if !final {
		return
	}
	t.row.attempts += t.answer.Attempts
	if e == nil {
		t.row.touched(t.answer)
		f.id, f.named = t.firm, f.named || t.company.Name != ""
		l.attach(t.row)
	} else {
		l.fail(t.row, results.CompanyFailed, "the company "+t.company.CompanyID, e, t.answer)
	}
	for _, w := range waiting {
		l.attach(w)
	}
}

// companyAttached takes back the attaching of a company.
func (l *loop) companyAttached(t task, e *client.Error, final bool) {
	w := t.row
	if !final {
		return
	}
	w.attempts += t.answer.Attempts
	company := w.lead.Companies[w.rest.company]
	if e != nil {
		if e.Status == 404 { // deleted since it was saved, perhaps
			l.firms.forget(company.CompanyID)
		}
		l.fail(w, results.CompanyFailed, "the company "+company.CompanyID, e, t.answer)
		return
	}
	w.touched(t.answer)
	w.rest.company++
	l.advance(w)
}
