package sandbox

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// listFields is GET /data_attributes. 1.4 calls people customers, and before
// it the model stood in the path.
func listFields(s *Server, q *request) *answer {
	model := q.query("model")
	if q.args[0] != "" {
		model = q.args[0]
	}
	person := "contact"
	if q.version.major == 1 {
		person = "customer"
	}
	if model != "" && model != person && model != "company" && (model != "conversation" || q.version.major == 1) {
		return invalid("model", "The Data Attribute model field must be either "+person+" or company")
	}
	list := []dict{}
	for _, m := range []string{"contact", "company"} {
		shown := m
		if m == "contact" {
			shown = person
		}
		if model != "" && model != shown {
			continue
		}
		for _, d := range standards[m] {
			list = append(list, dict{
				"type": "data_attribute", "model": shown, "name": d.name, "full_name": d.name, "label": d.label, "description": "",
				"data_type": d.kind, "api_writable": d.writable, "ui_writable": d.writable, "messenger_writable": false,
				"custom": false, "archived": false,
			})
		}
		for _, d := range s.fields.list {
			if d.model == m && (!d.archived || q.query("include_archived") == "true") {
				list = append(list, d.dict(shown))
			}
		}
	}
	if q.version.major == 1 {
		return respond(dict{"type": "data_attribute.list", "data_attributes": list})
	}
	return respond(dict{"type": "list", "data": list})
}

func (d *field) dict(model string) dict {
	out := dict{
		"type": "data_attribute", "id": d.id, "model": model, "name": d.name, "full_name": "custom_attributes." + d.name, "label": d.name,
		"description": d.description, "data_type": d.kind, "api_writable": true, "ui_writable": true, "messenger_writable": d.messenger,
		"custom": true, "archived": d.archived, "admin_id": adminText, "created_at": d.created.Unix(), "updated_at": d.updated.Unix(),
	}
	if len(d.options) > 0 {
		out["options"] = d.options
	}
	return out
}

// createField is POST /data_attributes; the texts are those of the OpenAPI
// description.
func createField(s *Server, q *request) *answer {
	name, ok := q.in.text("name")
	if !ok || name == "" {
		return refuse(http.StatusBadRequest, "parameter_not_found", "name is required")
	}
	model, _ := q.in.text("model")
	if model != "contact" && model != "company" {
		return invalid("", "The Data Attribute model field must be either contact or company")
	}
	if fault := nameFault(name, true); fault != "" {
		return invalid("", fault)
	}
	for _, d := range standards[model] {
		if strings.EqualFold(d.name, name) || strings.EqualFold(d.label, name) {
			return invalid("", "'"+name+"' is one of our standard attributes for your "+nouns[model]+" data. To save this as new "+nouns[model]+" data, use a different name.")
		}
	}
	for _, m := range []string{"company", "contact"} {
		if d := s.fields.fold(m, name); d != nil {
			return invalid("", "You already have '"+d.name+"' in your "+nouns[m]+" data. To save this as new "+nouns[model]+" data, use a different name.")
		}
	}
	d := &field{model: model, name: name, created: q.now, updated: q.now, messenger: string(q.in["messenger_writable"]) == "true"}
	d.description, _ = q.in.text("description")
	kind, _ := q.in.text("data_type")
	switch {
	case kind == "options" || kind == "string" && q.in.has("options"):
		options, refusal := readOptions(q.in)
		if refusal != nil {
			return refusal
		}
		d.kind, d.options = "string", options
	case kind == "datetime":
		d.kind = "date" // the response knows no datetime up to 2.16
	case slices.Contains(kinds, kind):
		d.kind = kind
	default:
		return invalid("", "Data Type isn't an option")
	}
	if len(s.fields.list) >= maxFields {
		return refuse(http.StatusBadRequest, "custom_data_limit_reached", "You have reached the limit of 250 custom attributes")
	}
	s.fields.add(d)
	return respond(d.dict(model))
}

// nouns are what the API's texts call the models.
var nouns = map[string]string{"contact": "people", "company": "company"}

// readOptions reads the options of a list attribute.
func readOptions(in object) ([]string, *answer) {
	items, ok := objects(in["options"])
	if !ok {
		return nil, invalid("", "Options isn't an array")
	}
	var options []string
	for _, item := range items {
		if value, ok := item.text("value"); ok && value != "" {
			options = append(options, value)
		}
	}
	if len(options) < 2 {
		return nil, invalid("", "You must have at least two options on a list type data attribute")
	}
	return options, nil
}

// updateField is PUT /data_attributes/{id}: description, options and archiving;
// the type cannot be changed.
func updateField(s *Server, q *request) *answer {
	var d *field
	for _, have := range s.fields.list {
		if strconv.Itoa(have.id) == q.args[0] {
			d = have
		}
	}
	if d == nil {
		return refuse(http.StatusNotFound, "field_not_found", "We couldn't find that data attribute to update")
	}
	options := d.options
	if q.in.has("options") {
		var refusal *answer
		if options, refusal = readOptions(q.in); refusal != nil {
			return refusal
		}
	}
	r := &reader{s: s, q: q, in: q.in}
	description, messenger, archived := r.text("description", false), r.boolean("messenger_writable", false), r.boolean("archived", false)
	if r.refusal != nil {
		return r.refusal
	}
	d.options, d.updated = options, q.now
	assign(&d.description, description)
	assign(&d.messenger, messenger)
	assign(&d.archived, archived)
	return respond(d.dict(d.model))
}
