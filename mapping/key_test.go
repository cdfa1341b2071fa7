package mapping

import (
	"slices"
	"testing"
)

func TestPlainKeys(t *testing.T) {
	for _, c := range []struct {
		key  string
		want []string
	}{
		{"CRM:1001", nil}, {"CRM:X1.0", nil}, {"CRM:", nil}, {"CRM:1.5", nil}, {"row:1.0", nil}, {"email:1.0", nil}, {"CRM:1,01", nil}, {"CRM:Doe, Jane", nil},
		{"CRM:1001.0", []string{"CRM:1001"}}, {"CRM:1001.00", []string{"CRM:1001"}}, {"CRM:1001,0", []string{"CRM:1001"}}, {"user_id:7.0", []string{"user_id:7"}},
		{"CRM:1,001", []string{"CRM:1001"}}, {"CRM:1.001", []string{"CRM:1001"}}, {"CRM:1'234 567", []string{"CRM:1234567"}}, {"CRM:1,001.0", []string{"CRM:1001"}},
		{"CRM:1001.", []string{"CRM:1001"}}, {"CRM:+1001", []string{"CRM:1001"}}, {"phone:+353871234567", nil}, {"CRM:+", nil}, {"CRM:.", nil},
		{"CRM:1.000", []string{"CRM:1", "CRM:1000"}},
		{`CRM:1\,001,Region:7.0,Name:Ann`, []string{"CRM:1001,Region:7,Name:Ann"}},
	} {
		if got := PlainKeys(c.key); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.key, got, c.want)
		}
	}
	for key, want := range map[string]string{"CRM:1001": "CRM:1001.0", "CRM:X": "", "CRM:1.0": "", "row:7": "", "A:7,B:x": "A:7.0,B:x"} {
		if got := DecimalKey(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}
