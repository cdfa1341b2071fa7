package sandbox

import "maps"

// state is c as State shows it.
func (c *contact) state() Contact {
	out := Contact{
		ID: c.id, UserID: c.userID, ExternalID: c.externalID, Role: c.role,
		Email: c.email, Phone: c.phone, Name: c.name, Avatar: c.avatar, OwnerID: c.owner,
		UserAgent: c.userAgent, LastSeenIP: c.lastIP, SignedUpAt: c.signedUp, LastSeenAt: c.lastSeen,
		Unsubscribed: c.unsubscribed, Verified: c.verified, Archived: c.archived, Blocked: c.blocked,
		CreatedAt: c.created, UpdatedAt: c.updated, Version: c.made, Stranger: c.stranger, Custom: values(c.custom),
	}
	for _, t := range c.tags {
		out.Tags = append(out.Tags, t.label.name)
	}
	for _, f := range c.companies {
		out.Companies = append(out.Companies, f.companyID)
	}
	for _, n := range c.notes {
		out.Notes = append(out.Notes, n.body)
	}
	return out
}

func values(list []attribute) map[string]any {
	if len(list) == 0 {
		return nil
	}
	m := make(map[string]any, len(list))
	for _, a := range list {
		m[a.name] = a.value
	}
	return m
}

func (c *Counters) clone() Counters {
	out := *c
	out.Routes = maps.Clone(c.Routes)
	out.Statuses = maps.Clone(c.Statuses)
	out.Received = maps.Clone(c.Received)
	out.Applied = maps.Clone(c.Applied)
	out.Faults = maps.Clone(c.Faults)
	return out
}
