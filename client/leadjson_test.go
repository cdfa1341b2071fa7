package client

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"
)

func TestLeadJSON(t *testing.T) {
	for text, lead := range map[string]Lead{
		`{}`:                         {},
		`{"id":"c1","user_id":"u1"}`: {ID: "c1", UserID: "u1"},
		`{"fields":[["email","x@example.com"],["custom_attributes.n",5],["custom_attributes.f",5.0],["name",null],["custom_attributes.b",true]],"companies":[{"company_id":"1","name":"A"},{"company_id":"2"}]}`: {
			Fields: []Field{
				{"email", String("x@example.com")}, {CustomPrefix + "n", Integer(5)}, {CustomPrefix + "f", Value{kindLiteral, "5.0"}}, {Name: "name"}, {CustomPrefix + "b", Boolean(true)},
			},
			Companies: []Company{{CompanyID: "1", Name: "A"}, {CompanyID: "2"}},
		},
		`{"companies":[{"company_id":"1","name":"A","size":9,"monthly_spend":155,"custom_attributes":{"a":"b","tier":true}}]}`: {
			Companies: []Company{{"1", "A", []Field{{"size", Integer(9)}, {"monthly_spend", Integer(155)}, {CustomPrefix + "a", String("b")}, {CustomPrefix + "tier", Boolean(true)}}}},
		},
	} {
		b, err := json.Marshal(lead)
		if err != nil || string(b) != text {
			t.Errorf("%s, %v; want %s", b, err, text)
		}
		var got Lead
		if err := json.Unmarshal([]byte(text), &got); err != nil || !reflect.DeepEqual(got, lead) {
			t.Errorf("%s is %+v, %v", text, got, err)
		}
	}
	for _, text := range []string{`[]`, `{"fields":[["email"]]}`, `{"fields":[["email","a","b"]]}`, `{"fields":[[1,"a"]]}`, `{"fields":[["a",{}]]}`, `{"fields":[["a",[1]]]}`, `{"fields":{"a":1}}`, `{"fields":["a"]}`, `{"id":1}`, `{"companies":[{"size":[1]}]}`, `{"companies":[{"custom_attributes":{"a":{}}}]}`} {
		var got Lead
		if err := json.Unmarshal([]byte(text), &got); err == nil {
			t.Errorf("%s is %+v", text, got)
		}
	}
}

func FuzzLeadJSON(f *testing.F) {
	f.Add("c1", "u1", "name", "Jane \"J\" <b>", "-1.50e3", "company", []byte(`{"fields":[["a",1e400]]}`))
	f.Add("", "", "", "", "", "", []byte(`{"fields":[["\ud800",true]]}`))
	f.Fuzz(func(t *testing.T, id, userID, name, text, number, company string, raw []byte) {
		for _, s := range []string{id, userID, name, text, company} {
			if !utf8.ValidString(s) {
				t.Skip("the reader of the file refuses it")
			}
		}
		lead := Lead{ID: id, UserID: userID, Fields: []Field{{name, String(text)}, {CustomPrefix + name, Value{}}, {"n", Integer(int64(len(text)))}}}
		if company != "" {
			lead.Companies = []Company{{CompanyID: company, Name: text}}
		}
		var n Value
		if json.Unmarshal([]byte(number), &n) == nil && n.kind == kindLiteral {
			lead.Fields = append(lead.Fields, Field{"literal", n})
		}
		thereAndBack(t, lead)
		var read Lead
		if json.Unmarshal(raw, &read) == nil {
			thereAndBack(t, read)
		}
	})
}

func thereAndBack(t *testing.T, lead Lead) {
	t.Helper()
	b, err := json.Marshal(lead)
	if err != nil {
		t.Fatalf("%+v: %v", lead, err)
	}
	var got Lead
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	if len(got.Fields) == 0 {
		got.Fields = lead.Fields // nil or empty, it is the same
	}
	if !reflect.DeepEqual(got, lead) || got.Digest() != lead.Digest() {
		t.Errorf("%+v became %+v by %s", lead, got, b)
	}
}
