package client_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"leadimport/client"
)

// A contact as 2.15 answers it, as long as the documents' example.
const longContact = `{"type":"contact","id":"6762f0dd1bb69f9f2193bb83","workspace_id":"ecahpwf5","external_id":"70","role":"lead","email":"jane@example.com","phone":"+353871234567","name":"Jane Doe","avatar":null,"owner_id":null,"social_profiles":{"type":"list","data":[]},"has_hard_bounced":false,"marked_email_as_spam":false,"unsubscribed_from_emails":false,"created_at":1734537437,"updated_at":1734537437,"signed_up_at":1734537437,"last_seen_at":null,"last_replied_at":null,"last_contacted_at":null,"last_email_opened_at":null,"last_email_clicked_at":null,"language_override":null,"browser":null,"browser_version":null,"browser_language":null,"os":null,"location":{"type":"location","country":null,"region":null,"city":null,"country_code":null,"continent_code":null},"android_app_name":null,"ios_app_name":null,"custom_attributes":{"paid_subscriber":true,"monthly_spend":155.5,"team_mates":9},"tags":{"type":"list","data":[],"url":"/contacts/6762f0dd1bb69f9f2193bb83/tags","total_count":0,"has_more":false},"notes":{"type":"list","data":[],"url":"/contacts/6762f0dd1bb69f9f2193bb83/notes","total_count":0,"has_more":false},"companies":{"type":"list","data":[],"url":"/contacts/6762f0dd1bb69f9f2193bb83/companies","total_count":0,"has_more":false}}`

func benchServer(b *testing.B) string {
	reset := time.Now().Add(10 * time.Second).Unix()
	headers := map[string]string{"X-RateLimit-Limit": "1000000", "X-RateLimit-Remaining": "900000", "X-RateLimit-Reset": strconv.FormatInt(reset, 10)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, longContact)
	}))
	b.Cleanup(server.Close)
	return server.URL
}

var benchLead = client.Lead{Fields: []client.Field{
	field("email", "Jane@Example.com"),
	field("name", "Jane Doe"),
	field("phone", "+353871234567"),
	{Name: "custom_attributes.paid_subscriber", Value: client.Boolean(true)},
	{Name: "custom_attributes.monthly_spend", Value: client.Float(155.5)},
	{Name: "custom_attributes.team_mates", Value: client.Integer(9)},
}}

func BenchmarkSave(b *testing.B) {
	c, err := client.New(client.Config{BaseURL: benchServer(b), Version: client.Version2, Token: client.NewToken("t"), Rate: 1e6})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := c.Save(background, benchLead, nil); err != nil {
				b.Error(err)
			}
		}
	})
}

// BenchmarkBareHTTP is what the same exchange costs with net/http alone.
func BenchmarkBareHTTP(b *testing.B) {
	url := benchServer(b) + "/contacts"
	hc := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	body := []byte(`{"role":"lead","email":"Jane@Example.com","name":"Jane Doe","phone":"+353871234567","custom_attributes":{"paid_subscriber":true,"monthly_spend":155.5,"team_mates":9}}`)
	b.ReportAllocs()
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			req, _ := http.NewRequest("POST", url, bytes.NewReader(body))
			req.Header.Set("Authorization", "Bearer t")
			req.Header.Set("Content-Type", "application/json")
			resp, err := hc.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			var contact struct{ Type, ID, Email string }
			if err := json.NewDecoder(resp.Body).Decode(&contact); err != nil {
				b.Error(err)
			}
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	})
}
