package importer

import (
	"context"
	"fmt"
	"strings"

	"leadimport/client"
	"leadimport/mapping"
)

// meetWorkspace compares the mapped custom attributes with those that the
// workspace has: types are taken from there, and what would fail every write
// is found before the first. It returns the attributes that are to be created.
//
// Family 2.x refuses a write that names an unknown attribute (Create a
// contact, 2.3); 1.x creates it, so there only the types are of use.
func meetWorkspace(ctx context.Context, cfg Config, plan *mapping.Plan, f *Forecast) error {
	mapped := customAttributes(plan)
	if stamp := cfg.Mapping.Stamp(); stamp != "" {
		mapped = append(mapped, mapping.Attribute{Name: stamp, Type: client.TypeString, Declared: true})
	}
	if len(mapped) == 0 {
		return nil
	}
	live, known, err := cfg.Client.DataAttributes(ctx)
	if err != nil {
		return fmt.Errorf("asking for the workspace's attributes: %w", err)
	}
	if !known {
		f.Unasked = append(f.Unasked, "the workspace's own attribute types (this API version does not tell them)")
		return nil
	}
	byName := make(map[string]client.DataAttribute, len(live))
	for _, a := range live {
		if a.Custom {
			byName[a.Name] = a
		}
	}
	strict := cfg.Version.Family() == client.Contacts
	var wrong []string
	for _, a := range mapped {
		name := strings.TrimPrefix(a.Name, client.CustomPrefix)
		have, ok := byName[name]
		switch {
		case !ok && !strict:
		case !ok && cfg.CreateAttributes:
			f.Missing = append(f.Missing, a)
		case !ok:
			text := fmt.Sprintf("%q does not exist", name)
			if near := nearest(name, live); near != "" {
				text += fmt.Sprintf(", the nearest is %q", near)
			}
			wrong = append(wrong, text)
		case have.Archived && strict:
			wrong = append(wrong, fmt.Sprintf("%q is archived", name))
		case !have.APIWritable && strict:
			wrong = append(wrong, fmt.Sprintf("%q is not writable through the API", name))
		case a.Declared && !compatible(a.Type, have.Type) && strict:
			wrong = append(wrong, fmt.Sprintf("%q is %s in the workspace and %s in the mapping", name, have.Type, a.Type))
		case !a.Declared:
			plan.SetType(a.Name, have.Type)
		}
		if ok && len(have.Options) > 0 {
			plan.SetOptions(a.Name, have.Options)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	hint := "mend the mapping"
	if strings.Contains(strings.Join(wrong, " "), "does not exist") {
		hint = "mend the mapping, or create what is missing with --create-attributes"
	}
	return stop(NothingSent, hint, "custom attributes that the workspace would refuse: %s", strings.Join(wrong, "; "))
}

// customAttributes are the mapped attributes that the workspace defines.
func customAttributes(plan *mapping.Plan) []mapping.Attribute {
	var custom []mapping.Attribute
	for _, a := range plan.Attributes() {
		if strings.HasPrefix(a.Name, client.CustomPrefix) {
			custom = append(custom, a)
		}
	}
	return custom
}

// compatible reports whether values of type t may be written to an attribute
// of type have.
func compatible(t, have client.Type) bool {
	switch t {
	case have, "":
		return true
	case client.TypeInteger:
		return have == client.TypeFloat
	default:
		// The types that we do not know (datetime, options) are the API's to judge.
		switch have {
		case client.TypeString, client.TypeInteger, client.TypeFloat, client.TypeBoolean, client.TypeDate:
			return false
		}
		return true
	}
}

// createMissing creates the attributes that the workspace lacks.
func createMissing(ctx context.Context, c *client.Client, missing []mapping.Attribute) error {
	for _, a := range missing {
		name := strings.TrimPrefix(a.Name, client.CustomPrefix)
		if err := c.CreateDataAttribute(ctx, name, a.Type); err != nil {
			return fmt.Errorf("creating custom attribute %q: %w", name, err)
		}
	}
	return nil
}

// nearest returns the custom attribute whose name is most like name, if any
// is like it at all.
func nearest(name string, live []client.DataAttribute) string {
	best, distance := "", len([]rune(name))/3+1
	for _, a := range live {
		if !a.Custom || a.Archived {
			continue
		}
		if d := mapping.Distance(strings.ToLower(name), strings.ToLower(a.Name)); d <= distance {
			best, distance = a.Name, d-1
		}
	}
	return best
}
