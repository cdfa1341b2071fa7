package invariants

import "strings"

// Before is somebody whom the API held before the import: an e-mail address or
// a phone number, and a name that no row has.
type Before struct {
	ID                 string
	User               bool
	Email, Phone, Name string
}

// shared are the keys of more than one row.
func shared(rows []Row) map[string]bool {
	seen := map[string]bool{}
	for _, r := range rows {
		_, again := seen[r.Key()]
		seen[r.Key()] = again
	}
	return seen
}

// among are those of before that a row is about: who has its e-mail, else who
// has its phone.
func (j *judge) among(r Row) []Before {
	var byEmail, byPhone []Before
	for _, b := range j.before {
		if r.Email != "" && strings.EqualFold(b.Email, r.Email) {
			byEmail = append(byEmail, b)
		}
		if r.Phone != "" && b.Phone == r.Phone && !j.shared[r.Key()] {
			byPhone = append(byPhone, b)
		}
	}
	if len(byEmail) > 0 {
		return byEmail
	}
	return byPhone
}

// matched judges what a line makes of who was there before. It reports whether
// that is all there is to say of the line.
func (j *judge) matched(i int, line Line) bool {
	if j.before == nil {
		return false
	}
	there := j.among(j.rows[i])
	status, code, id := line["import_status"], line["import_error_code"], line["import_id"]
	_, old := j.before[id]
	switch {
	case code == "match_taken":
		if status != "failed" || !j.rivals(i) {
			j.report("match", "row %d is %s with match_taken, and no other row can have taken it", i+1, status)
		}
		return true
	case code == "ambiguous_match" && j.rivals(i): // that row's contact is one of them
		return true
	case len(there) > 1 && status == "unresolved":
		for _, b := range there {
			if !strings.Contains(line["import_error"], b.ID) {
				j.report("honesty", "row %d is unresolved and may be %v, which its line does not name: %s", i+1, b, line["import_error"])
			}
		}
	case len(there) > 1:
		if status != "failed" || code != "ambiguous_match" {
			j.report("match", "row %d is %s (%s), and may be any of %v", i+1, status, code, there)
		}
		return true
	case len(there) == 1 && there[0].User:
		if status != "skipped" || code != "match_is_user" {
			j.report("match", "row %d is %s (%s), and is the user %v", i+1, status, code, there)
		}
		return true
	case len(there) == 1 && status == "created":
		j.report("no duplicate", "row %d was created as %s, and %s was there", i+1, id, there[0].ID)
	case len(there) == 1 && status == "updated" && id != there[0].ID:
		j.report("match", "row %d updated %s, and is %s", i+1, id, there[0].ID)
	case len(there) == 0 && old:
		j.report("match", "row %d is %s as %s, who is somebody else", i+1, status, id)
	}
	return false
}

// rivals reports whether a row of another key has the row's phone: the contact
// that the one was given is found by the other's, after an interruption.
func (j *judge) rivals(i int) bool {
	for k, r := range j.rows {
		if k != i && r.Phone != "" && r.Phone == j.rows[i].Phone && r.Key() != j.rows[i].Key() {
			return true
		}
	}
	return false
}

// untouched makes sure that who is no row's was not written to, and that
// nobody is gone.
func (j *judge) untouched() {
	for id, b := range j.before {
		l, there := j.leads[id]
		if !there {
			j.report("no loss", "%v is gone", b)
			continue
		}
		if _, owned := j.owner[id]; owned || l.Name == b.Name {
			continue
		}
		if len(j.open) == 0 {
			j.report("match", "%s is no row's, and was written to: %+v", id, l)
		}
	}
}
