package main

import (
	"maps"
	"strings"
	"testing"

	"leadimport/client/sandbox"
)

const (
	resultsHeader = "import_row,import_status,import_id,import_user_id,import_error_code,import_error,import_http_status,import_attempts,import_request_id,import_at,import_key,import_hash,import_ms,import_workspace,Email,Name,Plan\n"
	resultsLine1  = "1,created,6b0229af0a80f773ea000001,,,,200,1,,2026-11-22T02:00:00Z,email:joe@example.com,aa,10,front,joe@example.com,Joe,pro\n"
	resultsLine2  = "2,created,6b0229af0a80f773ea000002,,,,200,1,,2026-11-22T02:00:01Z,email:ann@example.com,bb,10,front,ann@example.com,Ann,free\n"
)

// TestBadPlaces: outputs that cannot be where the flags say.
func TestBadPlaces(t *testing.T) {
	tryAll(t, []bad{
		{do: "run --sandbox --results leads.csv leads.csv", say: "leads.csv: --results and the input are the same file"},
		{do: "run --sandbox --results ./tmp/../leads.csv leads.csv", say: "--results and the input are the same file"},
		{do: "run --sandbox --results link.csv leads.csv", links: map[string]string{"link.csv": "leads.csv"}, say: "link.csv: --results and the input are the same file"},
		{do: "run --sandbox --results tmp leads.csv", say: "tmp: is a folder"},
		{do: "run --sandbox --results nowhere/r.csv leads.csv", say: "nowhere: there is no such folder"},
		{do: "run --sandbox --results leads.csv/r.csv leads.csv", say: "leads.csv: is not a folder"},
		{do: "run --sandbox --results /dev/null leads.csv", say: "/dev/null: is a device"},
		{do: "run --sandbox --results /dev/full leads.csv", say: "/dev/full: is a device"},
		{do: "run --sandbox --results r.csv leads.csv", links: map[string]string{"r.csv": "elsewhere.csv"}, say: "r.csv: is a symbolic link"},
		{do: "run --sandbox --results r.csv leads.csv", links: map[string]string{"r.csv.journal": "elsewhere.csv"}, say: "r.csv.journal: is a symbolic link"},
		{do: "run --sandbox --results r.csv leads.csv", links: map[string]string{"r.csv.lock": "elsewhere.csv"}, say: "r.csv.lock: is a symbolic link"},
		{do: "run --sandbox --overwrite --results other.csv leads.csv", files: map[string]string{"other.csv": "My,own\ndata,x\n"}, say: "other.csv: is not a results file of this program and is left alone"},
		{do: "run --sandbox --results r.csv leads.csv", files: map[string]string{"r.csv": resultsHeader}, say: "r.csv exists already…--resume…--previous…--overwrite"},
		{do: "run --sandbox --results r.csv leads.csv", files: map[string]string{"r.csv.journal": ""}, say: "r.csv.journal exists already"},
		{do: "run --sandbox --results - leads.csv", say: "--results"},
		{args: []string{"run", "--sandbox", "--results", strings.Repeat("r", 256), "leads.csv"}, say: "name too long"},
		{args: []string{"run", "--sandbox", "--results", strings.Repeat("r", 249), "leads.csv"}, say: "name too long"},
		{do: "run --sandbox --rejects leads.csv leads.csv", say: "leads.csv: --rejects and the input are the same file"},
		{do: "run --sandbox --rejects r.csv --results r.csv leads.csv", say: "r.csv: --results and --rejects are the same file"},
		{do: "run --sandbox --rejects nowhere/r.csv leads.csv", say: "nowhere: there is no such folder"},
		{do: "run --sandbox --rejects tmp leads.csv", say: "tmp: is a folder"},
		{do: "run --sandbox --rejects /dev/stdout leads.csv", say: "/dev/stdout"},
		{do: "run --sandbox --rejects - leads.csv", say: "--rejects"},
		{do: "run --sandbox --summary nowhere/s.json leads.csv", say: "nowhere: there is no such folder"},
		{do: "run --sandbox --summary tmp leads.csv", say: "tmp: is a folder"},
		{do: "run --sandbox --summary leads.csv leads.csv", say: "leads.csv: the input and --summary are the same file"},
		{do: "run --sandbox --summary s --rejects s leads.csv", say: "s: …--summary…same file"},
		{do: "run --sandbox --metrics-file nowhere/m.prom leads.csv", say: "nowhere: there is no such folder"},
		{do: "run --sandbox --metrics-file tmp leads.csv", say: "tmp: is a folder"},
		{do: "run --sandbox --metrics-file m --summary m leads.csv", say: "m: …same file"},
		{do: "run --sandbox --metrics-file leads.csv leads.csv", say: "leads.csv: the input and --metrics-file are the same file"},
		{do: "run --sandbox --metrics-file token --token-file token leads.csv", say: "token: --token-file and --metrics-file are the same file"},
		{do: "run --sandbox --pushgateway localhost:9091 leads.csv", say: "--pushgateway…http://HOST:9091"},
		{do: "run --sandbox --pushgateway ftp://x leads.csv", say: "--pushgateway…http://HOST:9091"},
		{do: "run --sandbox --pushgateway http:// leads.csv", say: "--pushgateway…http://HOST:9091"},
		{do: "run --sandbox --pushgateway http://u:" + canaryToken + "@x/?a=b leads.csv", say: "--pushgateway: a Pushgateway takes no query"},
		{do: "run --sandbox --pushgateway http://x/metrics/job leads.csv", say: "--pushgateway…does not name a job"},
		{do: "run --sandbox --pushgateway http://x/metrics/job/a/b leads.csv", say: "--pushgateway…pairs of labels"},
		{do: "report --html leads.csv r.csv", files: map[string]string{"r.csv": resultsHeader + resultsLine1}, say: "--html leads.csv is there already and is not a page"},
		{do: "report --html r.csv r.csv", files: map[string]string{"r.csv": resultsHeader + resultsLine1}, say: "--html r.csv is a results file that is read"},
		{do: "report --html nowhere/p.html r.csv", files: map[string]string{"r.csv": resultsHeader + resultsLine1}, say: "--html nowhere/p.html: there is no such folder"},
		{do: "report --html tmp r.csv", files: map[string]string{"r.csv": resultsHeader + resultsLine1}, say: "--html tmp is not a regular file"},
		{do: "report --html /dev/full r.csv", files: map[string]string{"r.csv": resultsHeader + resultsLine1}, say: "--html /dev/full is not a regular file"},
		{do: "report r.csv ./r.csv", files: map[string]string{"r.csv": resultsHeader + resultsLine1}, say: "r.csv and ./r.csv are the same file"},
	})
}

// TestBadResults: what earlier runs left cannot be read, or is of something
// else.
func TestBadResults(t *testing.T) {
	door := newFront(t, sandbox.Config{})
	api := []string{"LEADIMPORT_SETTLE=100ms", "LEADIMPORT_API_URL=" + door.url, "INTERCOM_ACCESS_TOKEN=" + processToken}
	put := func(text string) map[string]string { return map[string]string{"r.csv": text} }
	with := func(files map[string]string, name, text string) map[string]string {
		files = maps.Clone(files)
		files[name] = text
		return files
	}
	whole := put(resultsHeader + resultsLine1 + resultsLine2)
	table := []bad{
		{do: "report missing.csv", say: "missing.csv: there is no such file"},
		{do: "report *.results.csv", say: "*.results.csv: there is no such file"},
		{do: "report [ leads.csv", say: "["},
		{do: "report leads.csv", say: "leads.csv: …not a results file"},
		{do: "report tmp", say: "tmp: "},
		{do: "report /dev/null", say: "/dev/null: is not a regular file"},
		{do: "report r.csv", files: put(""), say: "r.csv: "},
		{do: "report r.csv", files: put("import_row,import_status\n1,created\n"), say: "r.csv: "},
		{do: "report r.csv", files: put(resultsHeader + "«x" + resultsLine1[1:] + resultsLine2), say: "r.csv, line {L} is damaged"},
		{do: "report r.csv", files: put(resultsHeader + "1,created,5,,,\"a\nb\",200,1,,2026-11-22T02:00:00Z,k,aa,10,w,a,b,c\n«2,made" + resultsLine2[9:] + resultsLine1), say: "r.csv, line {L} is damaged"},
		{do: "report r.csv", files: put(resultsHeader + "«1,created,5\n" + resultsLine2), say: "r.csv, line {L} is damaged"},
		{do: "report r.csv", files: put(resultsHeader + resultsLine1 + "«0" + resultsLine2[1:] + resultsLine1), say: "r.csv, line {L} is damaged"},
		{do: "report r.csv", files: put(strings.TrimSuffix(resultsHeader, "\n")), say: ""},
		{do: "run --previous missing.csv leads.csv", say: "--previous: missing.csv: there is no such file"},
		{do: "run --previous leads.csv --results r2.csv leads.csv", say: "leads.csv: …not a results file"},
		{do: "run --previous tmp leads.csv", say: "tmp: is not a regular file"},
		{do: "run --previous [ leads.csv", say: "["},
		{args: []string{"run", "--previous", "", "leads.csv"}, say: "--previous"},
		{do: "run --previous r.csv leads.csv", files: put(resultsHeader + "«9,created,5\n" + resultsLine2), say: "r.csv, line {L} is damaged"},
		{do: "run --previous r.csv leads.csv", files: put(resultsHeader + strings.ReplaceAll(resultsLine1, "front", "other")), say: "other…front"},
		{do: "run --previous r.csv --previous q.csv leads.csv", files: with(put(resultsHeader+resultsLine1), "q.csv", resultsHeader+strings.ReplaceAll(resultsLine2, "front", "other")), say: "r.csv: is of workspace front, but q.csv is of other"},
		{do: "run --previous r.csv leads.csv", files: put(resultsHeader + strings.ReplaceAll(resultsLine1, "email:joe@example.com", "custom_attributes.crm:7")), say: "the earlier results know rows by custom_attributes.crm, this mapping by email"},
		{do: "run --previous r.csv --max-change 0% leads.csv", files: whole, say: "of 2 people in r.csv, 2 have changed…--max-change"},
		{do: "run --previous r.csv --new-columns error leads.csv", files: put(strings.ReplaceAll(resultsHeader, ",Plan", "") + strings.ReplaceAll(resultsLine1, ",pro", "")), say: `leads.csv: the file has columns that r.csv did not have: "Plan"`},
		{do: "run --resume --results r.csv leads.csv", files: put(resultsHeader + "«9,created,5\n" + resultsLine2), say: "r.csv, line {L} is damaged"},
		{do: "run --resume --results leads.results.csv leads.csv", files: map[string]string{"leads.results.csv": goodList}, say: "leads.results.csv: is not a results file"},
		{do: "run --resume --results r.csv leads.csv", files: put(resultsHeader + strings.ReplaceAll(resultsLine1, "front", "other")), say: "other…front"},
		{do: "undo r.csv", files: put(""), say: "r.csv"},
		{do: "undo r.csv", files: whole, say: "r.csv does not tell the API version of the run: say it with --api-version"},
		{do: "undo --api-version 7 r.csv", files: whole, say: `--api-version…"7"`},
		{do: "undo --share 2 --api-version 2.15 r.csv", files: whole, say: "share"},
		{do: "undo --rate 0/s r.csv", files: whole, say: "--rate"},
		{do: "undo --timeout -1s --api-version 2.15 r.csv", files: whole, say: "--timeout"},
		{do: "undo --retry-for 0s --api-version 2.15 r.csv", files: whole, say: "--retry-for"},
		{do: "undo --log-level loud --api-version 2.15 r.csv", files: whole, say: "--log-level"},
		{do: "undo --api-version 2.15 r.csv", files: put(resultsHeader + strings.ReplaceAll(resultsLine1, "front", "other")), say: "other…front"},
		{do: "run --only update --previous r.csv --limit 0 --max-change 10% leads.csv", files: whole, say: "--max-change"},
		{do: "run leads.csv", m: "attributes:\n  email: Email\n  custom_attributes.plan: Plan\n", say: "plan…--create-attributes"},
		{do: "run --api-version 2.15 --tag x --max-errors 0 leads.csv", csv: "Email,Name\nnobody,Joe\nx@example.com,X\n", code: exitTooMany, say: "invalid"},
	}
	for i := range table {
		table[i].env = append(table[i].env, api...)
	}
	tryAll(t, table)
	if n := door.set(false, false); n == 0 {
		t.Error("nobody knocked at the API")
	}
}
