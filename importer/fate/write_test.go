package fate

import (
	"testing"

	"leadimport/client"
	"leadimport/mapping"
)

// What a note names is what was held back, whatever the contact has.
func TestHeldIn(t *testing.T) {
	r := Rules{Of: map[string]mapping.Rule{
		"name": {Write: mapping.WriteIfEmpty}, "custom_attributes.a b": {Write: mapping.WriteCreateOnly}, "custom_attributes.c": {Write: mapping.WriteAppend, Separator: "; "},
	}}
	lead := client.Lead{ID: "1", Fields: []client.Field{
		{Name: "name", Value: client.String("new")}, {Name: OptOut, Value: client.Boolean(false)},
		{Name: "custom_attributes.a b", Value: client.String("x")}, {Name: "custom_attributes.c", Value: client.String("y")},
	}}
	no := true
	_, back := r.Allowed(lead, client.Contact{Name: `x"; phone: create_only \\"; y: append`, Unsubscribed: &no, Custom: map[string]any{"c": "y"}})
	got := HeldIn(NoteOf(back))
	if len(back) != 3 || len(got) != len(back) {
		t.Fatalf("%+v of %q, which tells of %+v", got, NoteOf(back), back)
	}
	for i := range got {
		if got[i].Attribute != back[i].Attribute {
			t.Errorf("%q, want %q", got[i].Attribute, back[i].Attribute)
		}
	}
	if list := HeldIn(""); list != nil {
		t.Errorf("%+v of nothing", list)
	}
}
