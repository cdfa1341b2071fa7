package sandbox

import (
	"fmt"
	"strings"
	"testing"
)

// The official clients ask for one page after the other until one is empty.
func TestListsOfAContactHavePages(t *testing.T) {
	r := open(t, Config{})
	person := r.ok("POST", "/contacts", `{"role":"lead"}`).text("id")
	path := "/contacts/" + person
	for i := range 5 {
		id := r.ok("POST", "/companies", fmt.Sprintf(`{"company_id":"c%d"}`, i)).text("id")
		r.ok("POST", path+"/companies", `{"id":"`+id+`"}`)
		r.ok("POST", path+"/notes", fmt.Sprintf(`{"body":"%d"}`, i))
	}
	for list, keys := range map[string][]string{"companies": {"data", "companies"}, "notes": {"data"}} {
		for _, key := range keys {
			seen := map[string]bool{}
			for page, want := range []int{2, 2, 1, 0} {
				a := r.ok("GET", fmt.Sprintf("%s/%s?page=%d&per_page=2", path, list, page+1), "")
				a.want("total_count", 5, "pages.page", page+1, "pages.per_page", 2, "pages.total_pages", 3)
				items := a.at(key).([]any)
				if len(items) != want {
					t.Errorf("page %d of %s has %d under %s, want %d", page+1, list, len(items), key, want)
				}
				for _, item := range items {
					seen[item.(map[string]any)["id"].(string)] = true
				}
				next, more := a.at("pages.next").(string)
				if more != (page < 2) || more && !strings.HasSuffix(next, fmt.Sprintf("%s/%s?page=%d&per_page=2", path, list, page+2)) {
					t.Errorf("after page %d of %s comes %q", page+1, list, next)
				}
			}
			if len(seen) != 5 {
				t.Errorf("the pages of %s show %d of 5 under %s", list, len(seen), key)
			}
		}
		for _, bad := range []string{"page=0", "per_page=151", "per_page=x"} {
			if a := r.call("GET", path+"/"+list+"?"+bad, ""); a.status != 400 {
				t.Errorf("%s?%s: %d", list, bad, a.status)
			}
		}
	}
}

// A location has its ten names in 1.4, whether anything is known or not.
func TestLocationOfOldVersions(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	a := r.ok("POST", "/contacts", `{"email":"a@example.com"}`)
	location := a.at("location_data").(map[string]any)
	for _, name := range []string{"type", "city_name", "continent_code", "country_name", "latitude", "longitude", "postal_code", "region_name", "timezone", "country_code"} {
		if _, ok := location[name]; !ok {
			t.Errorf("no %s", name)
		}
	}
}
