package sandbox

import (
	"encoding/json"
	"math"
	"net/http"
	"strconv"
	"time"
)

// company is a company of the workspace.
type company struct {
	id, companyID string
	name, plan    string
	website       string
	industry      string
	size          int64
	spend         int64
	remote        time.Time
	created       time.Time
	updated       time.Time
	custom        []attribute
	labels        []*label
	people        int
}

// workspaceCompanies are the companies of the workspace.
type workspaceCompanies struct {
	list []*company
	byID map[string]*company // by id
	own  map[string]*company // by company_id
}

func (f *workspaceCompanies) add(c *company) {
	if f.byID == nil {
		f.byID, f.own = map[string]*company{}, map[string]*company{}
	}
	f.list = append(f.list, c)
	f.byID[c.id] = c
	f.own[c.companyID] = c
}

func (f *workspaceCompanies) remove(c *company) {
	delete(f.byID, c.id)
	delete(f.own, c.companyID)
	for i, have := range f.list {
		if have == c {
			f.list = append(f.list[:i], f.list[i+1:]...)
			return
		}
	}
}

// find looks up the company that item names by id or company_id.
func (f *workspaceCompanies) find(item object) *company {
	if id, ok := item.text("id"); ok {
		return f.byID[id]
	}
	id, _ := item.text("company_id")
	return f.own[id]
}

func (c *company) tag(t *label, on bool) {
	for i, have := range c.labels {
		if have == t {
			if !on {
				c.labels = append(c.labels[:i], c.labels[i+1:]...)
			}
			return
		}
	}
	if on {
		c.labels = append(c.labels, t)
	}
}

// dict is c as the API shows it (schema company). Its attributes that are not
// set are left out, for the schema takes no null.
func (c *company) dict(s *Server) dict {
	tags := []dict{}
	for _, t := range c.labels {
		tags = append(tags, t.dict())
	}
	custom := dict{}
	for _, a := range c.custom {
		custom[a.name] = a.value
	}
	d := dict{
		"type": "company", "id": c.id, "company_id": c.companyID, "app_id": s.cfg.Workspace,
		"created_at": c.created.Unix(), "updated_at": c.updated.Unix(),
		"monthly_spend": c.spend, "session_count": 0, "user_count": c.people,
		"tags":     dict{"type": "tag.list", "tags": tags},
		"segments": dict{"type": "segment.list", "segments": []dict{}},
		"plan":     dict{}, "custom_attributes": custom,
	}
	if c.plan != "" {
		d["plan"] = dict{"type": "plan", "id": strconv.Itoa(len(c.plan)), "name": c.plan}
	}
	for key, value := range map[string]string{"name": c.name, "website": c.website, "industry": c.industry} {
		if value != "" {
			d[key] = value
		}
	}
	if c.size != 0 {
		d["size"] = c.size
	}
	if !c.remote.IsZero() {
		d["remote_created_at"] = c.remote.Unix()
	}
	return d
}

// companyKeys are the fields of create_or_update_company_request. Companies
// refuse others: 400 "bad 'test' parameter". id names one in 1.x.
var companyKeys = map[string]bool{
	"name": true, "company_id": true, "plan": true, "size": true, "website": true, "industry": true,
	"custom_attributes": true, "remote_created_at": true, "monthly_spend": true,
}

// companyEdit reads in into a change of a company.
func (s *Server) companyEdit(q *request, in object, more ...string) (func(*company), *answer) {
	known := func(key string) bool {
		for _, m := range more {
			if m == key {
				return true
			}
		}
		return companyKeys[key]
	}
	for key := range in {
		if !known(key) {
			return nil, refuse(http.StatusBadRequest, "bad_request", "bad '"+key+"' parameter")
		}
	}
	r := &reader{s: s, q: q, in: in}
	name, plan := r.text("name", false), r.text("plan", false)
	website, industry := r.text("website", false), r.text("industry", false)
	size, remote := r.integer("size", false), r.time("remote_created_at", false)
	spend := r.spend()
	if r.refusal != nil {
		return nil, r.refusal
	}
	p := &patch{}
	if refusal := s.custom(q, in, "company", p); refusal != nil {
		return nil, refusal
	}
	return func(c *company) {
		for _, d := range p.fields {
			s.fields.add(d)
		}
		assign(&c.name, name)
		assign(&c.plan, plan)
		assign(&c.website, website)
		assign(&c.industry, industry)
		assign(&c.size, size)
		assign(&c.remote, remote)
		assign(&c.spend, spend)
		c.custom = merge(c.custom, p.custom)
		c.updated = q.now
	}, nil
}

// spend is monthly_spend: floats are truncated, at most 2^31-1.
func (r *reader) spend() *int64 {
	raw, ok := r.in["monthly_spend"]
	if !ok {
		return nil
	}
	var f float64
	if isNull(raw) || json.Unmarshal(raw, &f) != nil {
		r.mismatch("monthly_spend", "a number")
		return nil
	}
	if (f > math.MaxInt32 || f < math.MinInt32) && r.refusal == nil {
		r.refusal = invalid("monthly_spend", "monthly_spend is out of range")
	}
	n := int64(f)
	return &n
}
