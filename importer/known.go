package importer

import (
	"context"
	"errors"
	"strings"

	"leadimport/client"
)

// knownSample is how many of the e-mail addresses that are to become leads are
// looked up before the first is created: one search of 2.x.
const knownSample = 15

// sample keeps addresses spread evenly over those it is given: always the same
// ones for the same file.
type sample struct {
	emails []string
	stride int // every stride-th address is kept
	seen   int
}

// add offers an address.
func (s *sample) add(email string) {
	if email == "" {
		return
	}
	if s.stride == 0 {
		s.stride = 1
	}
	if s.seen%s.stride == 0 {
		if len(s.emails) == 2*knownSample {
			for i := range knownSample {
				s.emails[i] = s.emails[2*i]
			}
			s.emails = s.emails[:knownSample]
			s.stride *= 2
		}
		// The list is thinned before it grows, so the address is still due.
		if s.seen%s.stride == 0 {
			s.emails = append(s.emails, email)
		}
	}
	s.seen++
}

// addLead offers the address of a lead.
func (s *sample) addLead(l client.Lead) {
	if s.stride > 1 && s.seen%s.stride != 0 {
		s.seen++ // nearly always
		return
	}
	if email, ok := l.Value("email"); ok {
		s.add(email.Text())
	}
}

// take returns at most knownSample of them.
func (s *sample) take() []string {
	if len(s.emails) <= knownSample {
		return s.emails
	}
	list := make([]string, knownSample)
	for i := range list {
		list[i] = s.emails[i*len(s.emails)/knownSample]
	}
	return list
}

// askKnown looks a few of the addresses up that are to become leads. Creating
// a lead never finds the one that is there (intercom-api.md 1.2, 2.4): who
// imports a list over another must hear of it before the first create. With
// match: in the mapping everybody is looked up.
func (j *Job) askKnown(ctx context.Context) error {
	f := &j.forecast
	if j.cfg.Client == nil || j.earlier != nil || f.Create == 0 || len(j.match.By) > 0 {
		return nil
	}
	emails := j.fresh.take()
	if len(emails) == 0 {
		return nil
	}
	found, err := j.cfg.Client.ByEmail(ctx, emails)
	var refusal *client.Error
	if errors.As(err, &refusal) && refusal.Kind == client.Refused {
		f.Unasked = append(f.Unasked, "whether Intercom knows some of the people already ("+refusal.Message+")")
		return nil
	}
	if err != nil {
		return err
	}
	for _, email := range emails {
		for _, c := range found {
			if strings.EqualFold(c.Email, email) {
				f.EmailsKnown++
				break
			}
		}
	}
	f.EmailsAsked = len(emails)
	return nil
}
