package client

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Contact is a contact as the API answers it.
type Contact struct {
	ID         string
	UserID     string // family 1.x
	ExternalID string // family 2.x
	Role       string // family 2.x: "user" or "lead"
	Email      string
	Phone      string
	Name       string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	SignedUpAt time.Time // family 2.x
	OwnerID    string
	Archived   bool
	// Unsubscribed is unsubscribed_from_emails; nil: the API showed none.
	Unsubscribed *bool
	// Custom holds the custom attributes as JSON (string, number, boolean, null).
	Custom map[string]any
}

// contactJSON is a contact as either family writes it, read leniently: what
// is not needed is not looked at (avatar is a string, an object or null).
type contactJSON struct {
	Type         string          `json:"type"`
	ID           text            `json:"id"`
	UserID       text            `json:"user_id"`
	ExternalID   text            `json:"external_id"`
	Role         text            `json:"role"`
	Email        text            `json:"email"`
	Phone        text            `json:"phone"`
	Name         text            `json:"name"`
	CreatedAt    seconds         `json:"created_at"`
	UpdatedAt    seconds         `json:"updated_at"`
	SignedUpAt   seconds         `json:"signed_up_at"`
	OwnerID      text            `json:"owner_id"`
	Unsubscribed *flag           `json:"unsubscribed_from_emails"`
	Archived     flag            `json:"archived"`
	Custom       json.RawMessage `json:"custom_attributes"`
}

func (j *contactJSON) contact(f Family) Contact {
	c := Contact{
		ID:           string(j.ID),
		Email:        string(j.Email),
		Phone:        string(j.Phone),
		Name:         string(j.Name),
		CreatedAt:    j.CreatedAt.time(),
		UpdatedAt:    j.UpdatedAt.time(),
		OwnerID:      string(j.OwnerID),
		Archived:     bool(j.Archived),
		Unsubscribed: (*bool)(j.Unsubscribed),
	}
	if f == Leads {
		c.UserID = string(j.UserID)
	} else {
		c.ExternalID, c.Role = string(j.ExternalID), string(j.Role)
		c.SignedUpAt = j.SignedUpAt.time()
	}
	if len(j.Custom) > 0 && json.Unmarshal(j.Custom, &c.Custom) != nil {
		c.Custom = nil // not an object: the API showed none
	}
	return c
}

// readContact reads a body that is one contact. ok is false when it is
// anything else.
func readContact(body []byte, f Family) (c Contact, ok bool) {
	var j contactJSON
	if !isObject(body) || json.Unmarshal(body, &j) != nil || j.Type != "contact" || j.ID == "" {
		return Contact{}, false
	}
	return j.contact(f), true
}

// seconds is a time as Unix seconds; null and anything else is no time.
type seconds float64

func (s *seconds) UnmarshalJSON(b []byte) error {
	if f, err := strconv.ParseFloat(strings.Trim(string(b), `"`), 64); err == nil {
		*s = seconds(f)
	}
	return nil
}

func (s seconds) time() time.Time {
	if !(s > 0 && s < 1e11) {
		return time.Time{}
	}
	whole := int64(s)
	return time.Unix(whole, int64((float64(s)-float64(whole))*1e9)).UTC()
}

// flag is a boolean; anything but true is false.
type flag bool

func (f *flag) UnmarshalJSON(b []byte) error {
	*f = string(b) == "true"
	return nil
}
