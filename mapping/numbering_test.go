package mapping

import (
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// byLibrary is what the library alone makes of a number.
func byLibrary(s, region string) string {
	if region == "" {
		region = "ZZ"
	}
	n, err := phonenumbers.Parse(s, region)
	if err != nil || !phonenumbers.IsValidNumber(n) || n.GetExtension() != "" {
		return ""
	}
	return phonenumbers.Format(n, phonenumbers.E164)
}

// What is said quickly is what the library says, for the example numbers of
// every region and their neighbours, and it is said of most of them.
func TestQuickE164(t *testing.T) {
	quick, all := 0, 0
	var regions []string
	for r := range phonenumbers.GetSupportedRegions() {
		regions = append(regions, r)
	}
	slices.Sort(regions)
	for _, region := range regions {
		for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE, phonenumbers.TOLL_FREE} {
			n := phonenumbers.GetExampleNumberForType(region, kind)
			if n == nil {
				continue
			}
			for _, form := range []phonenumbers.PhoneNumberFormat{phonenumbers.INTERNATIONAL, phonenumbers.E164, phonenumbers.NATIONAL} {
				s := phonenumbers.Format(n, form)
				all++
				for _, s := range []string{s, s[:len(s)-1], s[:len(s)/2] + "0" + s[len(s)/2:]} {
					got, ok := quickE164(s, region)
					if want := byLibrary(s, region); ok && got != want {
						t.Errorf("%s in %s is %s, the library says %q", s, region, got, want)
					}
				}
				if _, ok := quickE164(s, region); ok {
					quick++
				}
			}
		}
	}
	t.Logf("%d of %d numbers were quick", quick, all)
	if quick < all/2 {
		t.Errorf("only %d of %d numbers were quick", quick, all)
	}
}

func FuzzQuickE164(f *testing.F) {
	for _, s := range []string{"+353 87 123 4567", "087 123 4567", "+1 (650) 253-0000", "+39 06 1234 5678", "+54 9 11 2345 6789", "+7 8 912 345 67 89", "+01(650) 253-0000", "+87835-5525237", "+44 0", "+", "0"} {
		f.Add(s, "IE")
		f.Add(s, "US")
	}
	f.Fuzz(func(t *testing.T, s, region string) {
		if s == "" || phonenumbers.GetCountryCodeForRegion(region) == 0 {
			return
		}
		if got, ok := quickE164(s, region); ok && got != byLibrary(s, region) {
			t.Fatalf("%q in %s is %s, the library says %q", s, region, got, byLibrary(s, region))
		}
	})
}

func BenchmarkPhone(b *testing.B) {
	for _, s := range []string{"+353 87 123 4567", "087 123 4567", "+1 650 253 0000", "+44 20 7031 3000", "+49 30 123456", "+54 9 11 2345 6789"} {
		b.Run(s, func(b *testing.B) {
			c := conversion{form: asPhone, region: "IE"}
			b.ReportAllocs()
			for b.Loop() {
				c.convert(s)
			}
		})
	}
}
