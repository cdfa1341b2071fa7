// Generate writes the sample list: 1,200 invented people with what real lists
// hold, names of many scripts, commas, quotes and line breaks inside cells,
// blanks, and a few people who come twice. The same bytes every time.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	people  = 1194
	returns = 6 // rows that repeat an earlier e-mail with newer data
)

var header = []string{"Email", "First name", "Last name", "Mobile", "Company size", "Plan",
	"MRR", "Trial end", "Newsletter", "User agent", "Notes", "Signed up"}

// The places of the columns.
const (
	email = iota
	first
	last
	mobile
	size
	plan
	mrr
	trial
	newsletter
	agent
	notes
	signedUp
)

func main() {
	out := flag.String("o", "leads.csv", "`file` to write")
	flag.Parse()
	f, err := os.Create(*out)
	if err != nil {
		log.Fatal(err)
	}
	w := csv.NewWriter(f)
	w.Write(header)
	w.WriteAll(leads(rand.New(rand.NewPCG(1200, 2026))))
	if err := w.Error(); err != nil {
		log.Fatal(err)
	}
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
}

func leads(r *rand.Rand) [][]string {
	var rows [][]string
	seen := map[string]bool{}
	for len(rows) < people {
		rows = append(rows, person(r, seen))
	}
	for i := range returns {
		// Spread over the file, each at least a hundred rows after the first.
		at := 400 + 140*i
		again := append([]string(nil), rows[at-100-r.IntN(200)]...)
		for again[email] == "" {
			again = append([]string(nil), rows[at-100-r.IntN(200)]...)
		}
		if i == 0 {
			again[email] = strings.ToUpper(again[email][:1]) + again[email][1:]
		}
		again[plan], again[mrr] = "Enterprise", fmt.Sprintf("%d.00", 400+50*i)
		again[notes] = "Came back: moved up from the plan they had"
		again[signedUp] = time.Date(2026, 11, 2+i, 9, 30, 0, 0, time.UTC).Format(time.RFC3339)
		rows = append(rows[:at], append([][]string{again}, rows[at:]...)...)
	}
	return rows
}

func person(r *rand.Rand, seen map[string]bool) []string {
	from := origins[pick(r, weights)]
	given, family := one(r, from.given), one(r, from.family)
	row := make([]string, len(header))
	row[first], row[last] = given.written, family.written
	row[email] = address(r, given.ascii, family.ascii, seen)
	row[mobile] = number(r, one(r, from.mobiles))
	if chance(r, 10) {
		row[mobile] = ""
	}
	if row[mobile] != "" && chance(r, 1) {
		row[email] = "" // reached by telephone only
	}
	if !chance(r, 12) {
		row[size] = strconv.Itoa(one(r, []int{1, 2, 3, 5, 8, 12, 20, 35, 50, 120, 250, 500, 1800, 12000}))
	}
	row[plan] = []string{"Free", "Pro", "Enterprise"}[pick(r, []int{55, 35, 10})]
	switch row[plan] {
	case "Free":
		row[mrr] = "0.00"
	case "Pro":
		row[mrr] = fmt.Sprintf("%d.%02d", 19+10*r.IntN(14), 10*r.IntN(10))
	case "Enterprise":
		row[mrr] = fmt.Sprintf("%d.50", 400+25*r.IntN(120))
	}
	if chance(r, 8) {
		row[mrr] = ""
	}
	joined := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(1000*24*60*60)) * time.Second)
	if !chance(r, 20) {
		row[trial] = joined.AddDate(0, 0, 14+r.IntN(77)).Format(time.DateOnly)
	}
	row[newsletter] = strconv.FormatBool(chance(r, 60))
	row[agent] = userAgent(r)
	if !chance(r, 45) {
		row[notes] = note(r, given.written)
	}
	row[signedUp] = joined.In(time.FixedZone("", from.offset*3600)).Format(time.RFC3339)
	return row
}

// address makes an e-mail that nobody before has, at a domain that RFC 2606
// keeps free for examples.
func address(r *rand.Rand, given, family string, seen map[string]bool) string {
	domain := one(r, []string{"example.com", "example.org", "example.net"})
	local := one(r, []string{given + "." + family, given[:1] + family, family + "." + given, given + "_" + family, given})
	if chance(r, 3) {
		local += "+news"
	}
	for n := 2; ; n++ {
		if a := local + "@" + domain; !seen[a] {
			seen[a] = true
			if chance(r, 1) {
				return strings.ToUpper(a[:1]) + a[1:]
			}
			return a
		}
		local = strings.TrimRight(local, "0123456789") + strconv.Itoa(n)
	}
}

// number fills the x of a pattern with digits.
func number(r *rand.Rand, pattern string) string {
	return strings.Map(func(c rune) rune {
		if c == 'x' {
			return '0' + rune(r.IntN(10))
		}
		return c
	}, pattern)
}

func userAgent(r *rand.Rand) string {
	major := 118 + r.IntN(30)
	switch r.IntN(6) {
	case 0:
		return fmt.Sprintf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.%d Safari/605.1.15", r.IntN(6))
	case 1:
		return fmt.Sprintf("Mozilla/5.0 (iPhone; CPU iPhone OS 17_%d like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/%d.0.6099.119 Mobile/15E148 Safari/604.1", r.IntN(6), major)
	case 2:
		return fmt.Sprintf("Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:%d.0) Gecko/20100101 Firefox/%d.0", major, major)
	case 3:
		return fmt.Sprintf("Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/%d.0.6167.178 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/448.0.0.%d.108;]", major, r.IntN(60))
	case 4:
		return fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36 Edg/%d.0.2210.91", major, major)
	}
	return fmt.Sprintf("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%d.0.0.0 Safari/537.36", major)
}

func note(r *rand.Rand, name string) string {
	return strings.ReplaceAll(one(r, remarks), "NAME", name)
}

func chance(r *rand.Rand, percent int) bool { return r.IntN(100) < percent }

func one[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// pick returns an index, each as likely as its weight says.
func pick(r *rand.Rand, weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := r.IntN(sum)
	for i, w := range weights {
		if n < w {
			return i
		}
		n -= w
	}
	panic("unreachable: the weights add up to sum")
}
