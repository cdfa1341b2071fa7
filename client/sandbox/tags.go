package sandbox

import "strconv"

func listTags(s *Server, q *request) *answer {
	list := []dict{}
	for _, t := range s.labels.list {
		list = append(list, t.dict())
	}
	if q.version.major == 1 {
		return respond(dict{"type": "tag.list", "tags": list})
	}
	return respond(dict{"type": "list", "data": list})
}

func showTag(s *Server, q *request) *answer {
	t := s.labels.find(q.args[0])
	if t == nil {
		return resourceNotFound()
	}
	return respond(t.dict())
}

func deleteTag(s *Server, q *request) *answer {
	t := s.labels.find(q.args[0])
	if t == nil {
		return resourceNotFound()
	}
	for _, c := range s.people.all {
		if !c.gone {
			s.untag(q, c, t)
		}
	}
	for _, f := range s.companies.list {
		f.tag(t, false)
	}
	s.labels.remove(t)
	return respond(dict{"id": strconv.Itoa(t.id), "object": "tag", "deleted": true})
}

func listContactTags(s *Server, q *request) *answer {
	c, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	list := []dict{}
	for _, t := range c.tags {
		list = append(list, t.dict())
	}
	return respond(dict{"type": "list", "data": list})
}

func tagContact(s *Server, q *request) *answer {
	c, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	t := s.labels.find(q.in.ident("id"))
	if t == nil {
		return resourceNotFound()
	}
	return respond(s.tag(q, c, t).dict())
}

func untagContact(s *Server, q *request) *answer {
	c, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	t := s.labels.find(q.args[1])
	if t == nil {
		return resourceNotFound()
	}
	had, ok := s.untag(q, c, t)
	if !ok {
		return resourceNotFound()
	}
	return respond(had.dict())
}
