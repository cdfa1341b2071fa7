package sandbox

import "net/http"

// consent is a contact's word on a subscription type.
type consent struct {
	id   string
	kind string // "opt_in" or "opt_out"
}

// subscriptions are the subscription types that every workspace has here.
var subscriptions = []struct{ id, kind, name, content string }{
	{"91", "opt_out", "Newsletters", "email"},
	{"93", "opt_in", "Text messages", "sms_message"},
}

func subscription(id string) dict {
	for _, t := range subscriptions {
		if t.id == id {
			words := dict{"name": t.name, "description": t.name + " of the sandbox", "locale": "en"}
			return dict{"type": "subscription", "id": t.id, "state": "live", "consent_type": t.kind,
				"default_translation": words, "translations": []dict{words}, "content_types": []string{t.content}}
		}
	}
	return nil
}

func listSubscriptionTypes(s *Server, q *request) *answer {
	list := []dict{}
	for _, t := range subscriptions {
		list = append(list, subscription(t.id))
	}
	return respond(dict{"type": "list", "data": list})
}

func listConsents(s *Server, q *request) *answer {
	c, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	list := []dict{}
	for _, k := range c.consents {
		list = append(list, subscription(k.id))
	}
	return respond(dict{"type": "list", "data": list})
}

func addConsent(s *Server, q *request) *answer {
	c, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	d := subscription(q.in.ident("id"))
	if d == nil {
		return resourceNotFound()
	}
	kind, _ := q.in.text("consent_type")
	if kind != d["consent_type"] {
		return refuse(http.StatusBadRequest, "parameter_invalid", "consent_type should be "+d["consent_type"].(string)+" for this subscription")
	}
	given := consent{d["id"].(string), kind}
	for _, have := range c.consents {
		if have == given {
			return respond(d)
		}
	}
	s.people.change(c, q, func() { c.consents = append(c.consents[:len(c.consents):len(c.consents)], given) })
	return respond(d)
}

func removeConsent(s *Server, q *request) *answer {
	c, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	for i, have := range c.consents {
		if have.id == q.args[1] {
			s.people.change(c, q, func() { c.consents = append(c.consents[:i:i], c.consents[i+1:]...) })
			return respond(subscription(have.id))
		}
	}
	return resourceNotFound()
}

func listContactSegments(s *Server, q *request) *answer {
	if _, refusal := s.contact(q, userNotFound); refusal != nil {
		return refusal
	}
	return respond(dict{"type": "list", "data": []dict{}})
}

func listSegments(s *Server, q *request) *answer {
	return respond(dict{"type": "segment.list", "segments": []dict{}})
}
