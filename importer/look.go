package importer

import (
	"context"
	"strings"
	"time"

	"leadimport/client"
)

// finding is what one look-up found for one row in doubt.
type finding struct {
	contacts   []client.Contact
	proof      bool      // found by the stamp: attributes need not be compared
	byIdentity bool      // found by e-mail or stamp, not by leafing through what is new
	blind      bool      // what was created then could not be listed to its end
	began      time.Time // before the first request: what it did not find was not there then
}

// look looks up rows in doubt, each by its strongest identity (R9): the
// stamp where it can be searched, the e-mail, the phone, and at last by
// leafing through what was created since. It runs in a worker.
func (j *Job) look(ctx context.Context, rows []*row) ([]finding, error) {
	found := make([]finding, len(rows))
	began := time.Now()
	stamp := j.cfg.Mapping.Stamp()
	search := j.cfg.Version.Family() == client.Contacts
	var byEmail, byList []int
	for i, w := range rows {
		found[i].began = began
		mark, stamped := j.stampOf(w.key)
		email, _ := w.lead.Value("email")
		phone, _ := w.lead.Value("phone")
		var err error
		switch {
		case stamped && search:
			found[i].contacts, err = j.cfg.Client.ByAttribute(ctx, stamp, mark)
			found[i].proof, found[i].byIdentity = true, true
		case email.Text() != "":
			byEmail = append(byEmail, i)
		case phone.Text() != "" && search:
			found[i].contacts, err = j.cfg.Client.ByAttribute(ctx, "phone", phone)
			// An API that reformats phones finds nothing by ours: a second
			// look through what is new decides.
			if err == nil && len(found[i].contacts) == 0 {
				byList = append(byList, i)
			}
		default:
			byList = append(byList, i)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := j.lookByEmail(ctx, rows, byEmail, found); err != nil {
		return nil, err
	}
	return found, j.lookByList(ctx, rows, byList, found)
}

func (j *Job) lookByEmail(ctx context.Context, rows []*row, which []int, found []finding) error {
	if len(which) == 0 {
		return nil
	}
	emails := make([]string, len(which))
	for n, i := range which {
		email, _ := rows[i].lead.Value("email")
		emails[n] = email.Text()
	}
	contacts, err := j.cfg.Client.ByEmail(ctx, emails)
	if err != nil {
		return err
	}
	for n, i := range which {
		found[i].byIdentity = true
		for _, c := range contacts {
			if strings.EqualFold(c.Email, emails[n]) && j.sameStamp(c, rows[i]) {
				found[i].contacts = append(found[i].contacts, c)
			}
		}
	}
	return nil
}

// lookByList goes through the contacts that were created since the oldest of
// the rows was first sent, and keeps those that carry what a row says.
func (j *Job) lookByList(ctx context.Context, rows []*row, which []int, found []finding) error {
	if len(which) == 0 {
		return nil
	}
	from := time.Now()
	for _, i := range which {
		from = earliest(from, rows[i].doubt.first.Add(rows[i].doubt.skew-slack))
	}
	if from.Before(time.Unix(0, 0)) {
		from = time.Unix(0, 0) // the journal is gone: no first time is known
	}
	complete, err := j.cfg.Client.CreatedBetween(ctx, from, time.Now().Add(24*time.Hour), func(c client.Contact) bool {
		for _, i := range which {
			if w := rows[i]; j.sameStamp(c, w) && carries(c, w.lead) {
				found[i].contacts = append(found[i].contacts, c)
			}
		}
		return true
	})
	for _, i := range which {
		found[i].blind = !complete
	}
	return err
}
