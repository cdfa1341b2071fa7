package sandbox

import (
	"encoding/json"
	"maps"
	"strconv"
	"time"
)

// State is everything that a workspace holds and what happened to it: the
// truth to check a client against. The order is that of creation.
type State struct {
	Workspace  string            `json:"workspace"`
	Seed       uint64            `json:"seed"`
	Now        time.Time         `json:"now"` // by the server's clock
	Contacts   []Contact         `json:"contacts"`
	Merged     map[string]string `json:"merged"` // ids of contacts that were merged, to those of the users
	Companies  []Company         `json:"companies"`
	Tags       []Tag             `json:"tags"`
	Attributes []DataAttr        `json:"data_attributes"`
	Pending    int               `json:"pending"` // writes that will be applied later, and strangers who will sign up
	Counters   Counters          `json:"counters"`
	Writes     []Write           `json:"writes"`
}

// Contact is a lead or a user, archived ones too. Deleted ones are only in the
// log of writes.
type Contact struct {
	ID           string         `json:"id"`
	UserID       string         `json:"user_id,omitempty"` // of leads, 1.x
	ExternalID   string         `json:"external_id,omitempty"`
	Role         string         `json:"role"`
	Email        string         `json:"email,omitempty"`
	Phone        string         `json:"phone,omitempty"`
	Name         string         `json:"name,omitempty"`
	Avatar       string         `json:"avatar,omitempty"`
	OwnerID      int64          `json:"owner_id,omitempty"`
	UserAgent    string         `json:"user_agent_data,omitempty"`
	LastSeenIP   string         `json:"last_seen_ip,omitempty"`
	SignedUpAt   time.Time      `json:"signed_up_at,omitzero"`
	LastSeenAt   time.Time      `json:"last_seen_at,omitzero"`
	Unsubscribed bool           `json:"unsubscribed_from_emails,omitempty"`
	Verified     bool           `json:"email_verified,omitempty"`
	Archived     bool           `json:"archived,omitempty"`
	Blocked      bool           `json:"blocked,omitempty"`
	CreatedAt    time.Time      `json:"created_at"`
	UpdatedAt    time.Time      `json:"updated_at"`
	Version      string         `json:"version"`            // API version of the request that created it
	Stranger     bool           `json:"stranger,omitempty"` // signed up by himself: no request created it
	Custom       map[string]any `json:"custom_attributes,omitempty"`
	Tags         []string       `json:"tags,omitempty"`      // names
	Companies    []string       `json:"companies,omitempty"` // company_ids
	Notes        []string       `json:"notes,omitempty"`
}

// Company is a company.
type Company struct {
	ID        string         `json:"id"`
	CompanyID string         `json:"company_id"`
	Name      string         `json:"name,omitempty"`
	Plan      string         `json:"plan,omitempty"`
	Website   string         `json:"website,omitempty"`
	Industry  string         `json:"industry,omitempty"`
	Size      int64          `json:"size,omitempty"`
	Spend     int64          `json:"monthly_spend,omitempty"`
	RemoteAt  time.Time      `json:"remote_created_at,omitzero"`
	People    int            `json:"people"`
	Custom    map[string]any `json:"custom_attributes,omitempty"`
}

// Tag is a tag, with how many people carry it.
type Tag struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	People int    `json:"people"`
}

// DataAttr is a custom attribute of people ("contact") or companies.
type DataAttr struct {
	Model    string   `json:"model"`
	Name     string   `json:"name"`
	Type     string   `json:"data_type"`
	Options  []string `json:"options,omitempty"`
	Archived bool     `json:"archived,omitempty"`
}

// Write is one contact write that the server received.
type Write struct {
	At        time.Time       `json:"at"`                  // when it was received, by the true clock
	Kind      string          `json:"kind"`                // create, update, delete, archive, unarchive, block, merge, convert, user, tag, attach, company
	ID        string          `json:"id,omitempty"`        // of the contact, when it was applied
	Version   string          `json:"version"`             // API version
	Status    int             `json:"status"`              // of the answer; 0: none (yet)
	Fault     string          `json:"fault,omitempty"`     // that befell it, by its name in ParseFaults
	Applied   bool            `json:"applied"`             // whether it changed anything
	AppliedAt time.Time       `json:"applied_at,omitzero"` // when
	Error     string          `json:"error,omitempty"`     // the API's code, when it was refused
	Body      json.RawMessage `json:"body,omitempty"`      // with Config.KeepBodies
}

// Counters count requests since the start.
type Counters struct {
	Requests    int64            `json:"requests"`
	RateLimited int64            `json:"rate_limited"` // answers 429
	Routes      map[string]int64 `json:"routes"`       // requests by method and path; "other" for unknown ones
	Statuses    map[int]int64    `json:"statuses"`     // answers by status; 0: none
	Received    map[string]int64 `json:"received"`     // contact writes by kind
	Applied     map[string]int64 `json:"applied"`      // of these, those that changed something
	Faults      map[string]int64 `json:"faults"`       // by name; "too-large": answers beyond Config.MaxPage
	Strangers   int64            `json:"strangers"`    // who signed up by themselves
}

func newCounters() Counters {
	return Counters{Routes: map[string]int64{}, Statuses: map[int]int64{}, Received: map[string]int64{}, Applied: map[string]int64{}, Faults: map[string]int64{}}
}

func (c *Counters) route(r *route) {
	name := "other"
	if r != nil {
		name = r.name
	}
	c.Routes[name]++
}

// State is a copy of everything that the workspace holds now; what is due by
// now has been applied.
func (s *Server) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := time.Now()
	s.applyDue(at)
	st := State{
		Workspace: s.cfg.Workspace, Seed: s.cfg.Seed, Now: s.clock(at), Pending: len(s.pending),
		Contacts: []Contact{}, Merged: maps.Clone(s.people.merged), Companies: []Company{}, Tags: []Tag{}, Attributes: []DataAttr{},
		Counters: s.count.clone(), Writes: append([]Write{}, s.writes...),
	}
	for _, c := range s.people.all {
		if !c.gone {
			st.Contacts = append(st.Contacts, c.state())
		}
	}
	for _, c := range s.companies.list {
		st.Companies = append(st.Companies, Company{
			ID: c.id, CompanyID: c.companyID, Name: c.name, Plan: c.plan, Website: c.website, Industry: c.industry,
			Size: c.size, Spend: c.spend, RemoteAt: c.remote, People: c.people, Custom: values(c.custom),
		})
	}
	for _, t := range s.labels.list {
		st.Tags = append(st.Tags, Tag{strconv.Itoa(t.id), t.name, t.uses})
	}
	for _, d := range s.fields.list {
		st.Attributes = append(st.Attributes, DataAttr{d.model, d.name, d.kind, d.options, d.archived})
	}
	return st
}
