package main

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"leadimport/importer"
	"leadimport/importer/source"
)

// defaultURL reaches the workspaces of every region: the API routes by token.
const defaultURL = "https://api.intercom.io"

// jobFlags are the flags of run and check.
type jobFlags struct {
	source     source.Options
	mapping    string
	results    string
	rejects    string
	resume     bool
	overwrite  bool
	previous   []string
	sandbox    bool
	apiURL     string
	apiVersion string
	tokenFile  string
	rate       rate
	share      float64
	workers    int
	timeout    time.Duration
	retryFor   time.Duration
	settle     time.Duration
	duplicates string
	only       string
	maxErrors  maxErrors
	// acceptRejects is how many rows may be refused in a run that is well all the same.
	acceptRejects maxErrors
	beside        bool // the mapping was found beside the list
	maxChange     percent
	newColumns    string
	canary        int
	create        bool
	tags          []string
	shard         string
	shards        int
	limit         int
	excelSafe     bool
	summary       string
	metrics       string
	gateway       string
	logFormat     string
	logLevel      string
	progress      string
}

func (f *jobFlags) add(flags *pflag.FlagSet) {
	f.rate = rate(10_000.0 / 60)
	flags.StringVar(&f.mapping, "mapping", "", "mapping `FILE` (YAML); default: LIST.mapping.yaml beside LIST.csv; without one the mapping is inferred from the header and shown")
	addSourceFlags(flags, &f.source)
	flags.StringVar(&f.results, "results", "", "results `FILE` (CSV); default: the input's name with .results.csv in place of its ending")
	flags.StringVar(&f.rejects, "rejects", "", "write the rows that were not imported to `FILE`, to be mended and fed back in")
	flags.BoolVar(&f.resume, "resume", false, "continue the run that the results file records; starts one where there is none")
	flags.BoolVar(&f.overwrite, "overwrite", false, "replace an existing results file (the ids in it are forgotten)")
	flags.StringArrayVar(&f.previous, "previous", nil, "results `FILE` of earlier runs (repeatable, globs): update what they created, leave what is unchanged")
	flags.BoolVar(&f.sandbox, "sandbox", false, "import into an empty embedded API on loopback, to try it without an account")
	flags.StringVar(&f.apiURL, "api-url", defaultURL, "base `URL` of the API; EU: https://api.eu.intercom.io, Australia: https://api.au.intercom.io")
	flags.StringVar(&f.apiVersion, "api-version", "", "`VERSION` of the API: 1.0 to 1.4 (leads) or 2.0 to 2.17 (contacts); default: from the mapping")
	flags.StringVar(&f.tokenFile, "token-file", "", "`FILE` that holds the access token; default: INTERCOM_ACCESS_TOKEN")
	flags.Var(&f.rate, "rate", "upper bound on requests, `N/s or N/m`")
	flags.Float64Var(&f.share, "share", 1, "part of what the API grants that this run may use, `0..1`")
	flags.IntVar(&f.workers, "workers", 64, "`N` requests in flight at most")
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, "`TIME` for one attempt")
	flags.DurationVar(&f.retryFor, "retry-for", 5*time.Minute, "`TIME` for which one row is retried, and the API may be away")
	flags.DurationVar(&f.settle, "settle", 10*time.Minute, "`TIME` that a lead may take to show up in the API's own look-up; only \"it was not created\" needs all of it")
	flags.StringVar(&f.duplicates, "duplicates", "update", "rows whose key came earlier in the file: `update|skip|reject`")
	flags.StringVar(&f.only, "only", "", "send only creates, or only updates: `create|update`; the other rows are skipped")
	flags.Var(&f.maxErrors, "max-errors", "stop when more rows than `N or P%` are invalid or refused")
	flags.Var(&f.acceptRejects, "accept-rejects", "exit 0 although up to `N or P%` of the rows are invalid or refused")
	flags.Var(&f.maxChange, "max-change", "refuse a file that changes or lacks more than `P%` of the people in the newest --previous results")
	flags.StringVar(&f.newColumns, "new-columns", "warn", "a column that the newest --previous results did not have and the mapping does not name: `warn|error`")
	flags.IntVar(&f.canary, "canary", 0, "stop after `N` creates, to look at them in Intercom before --resume goes on; 0: no stop")
	flags.BoolVar(&f.create, "create-attributes", false, "create mapped custom attributes that the workspace lacks (2.x)")
	flags.StringArrayVar(&f.tags, "tag", nil, "give every lead that is created or updated the tag `NAME` (repeatable, {date}, {month}, {file}), beside those of the mapping")
	flags.StringVar(&f.shard, "shard", "", "only the rows of shard `I/N`, I from 0; all rows of a key are in one shard")
	flags.IntVar(&f.shards, "shards", 0, "only the rows of that one of `N` shards which JOB_COMPLETION_INDEX names, as in an Indexed Job of Kubernetes")
	flags.IntVar(&f.limit, "limit", 0, "only the first `N` rows")
	flags.BoolVar(&f.excelSafe, "excel-safe", false, "prefix cells in results and rejects that a spreadsheet would run as a formula")
	flags.StringVar(&f.summary, "summary", "", "write the totals as JSON to `FILE` (-: standard output)")
	flags.StringVar(&f.metrics, "metrics-file", "", "write Prometheus metrics to `FILE`, NAME.prom in the folder that node exporter's textfile collector reads (run)")
	flags.StringVar(&f.gateway, "pushgateway", "", "push the metrics to the Pushgateway at `URL` (run)")
	flags.StringVar(&f.logFormat, "log-format", "console", "`console|json`")
	flags.StringVar(&f.logLevel, "log-level", "info", "`debug|info|warn|error`")
	flags.StringVar(&f.progress, "progress", "auto", "`auto|on|off`: a bar on a terminal, log lines elsewhere")
	flags.SortFlags = false
}

// validate finds what no single flag can: values out of range, and flags that
// contradict each other.
func (f *jobFlags) validate() error {
	ranges := []struct {
		name  string
		ok    bool
		value any
		want  string
	}{
		{"workers", f.workers > 0 && f.workers <= 1024, f.workers, "1 to 1024"},
		{"share", f.share > 0 && f.share <= 1, f.share, "above 0 and at most 1"},
		{"timeout", f.timeout > 0, f.timeout, "above 0, such as 30s"},
		{"retry-for", f.retryFor > 0, f.retryFor, "above 0, such as 5m"},
		{"settle", f.settle > 0, f.settle, "above 0, such as 10m"},
		{"shards", f.shards >= 0, f.shards, "a number of shards"},
		{"limit", f.limit >= 0, f.limit, "a number of rows, or 0 for all"},
		{"canary", f.canary >= 0, f.canary, "a number of creates, or 0 for no stop"},
	}
	for _, p := range ranges {
		if !p.ok {
			return usageError{fmt.Sprintf("--%s %v is out of range: it must be %s", p.name, p.value, p.want)}
		}
	}
	if err := oneOf("duplicates", f.duplicates, "update", "skip", "reject"); err != nil {
		return err
	}
	if err := oneOf("new-columns", f.newColumns, "warn", "error"); err != nil {
		return err
	}
	if f.only != "" {
		if err := oneOf("only", f.only, "create", "update"); err != nil {
			return err
		}
	}
	if err := oneOf("progress", f.progress, "auto", "on", "off"); err != nil {
		return err
	}
	if _, err := f.shardOf(); err != nil {
		return err
	}
	if f.results == "-" || f.rejects == "-" {
		return usageError{"--results and --rejects name files, which later runs read: standard output shows the totals"}
	}
	if slices.Contains(f.previous, "") {
		return usageError{"--previous names a results file, and its name is blank: is a variable of the shell not set?"}
	}
	if f.metrics == "-" {
		return usageError{"--metrics-file names a file: standard output shows the totals"}
	}
	if f.gateway != "" {
		if _, err := parseGateway(f.gateway); err != nil {
			return err
		}
	}
	if f.resume && f.overwrite {
		return usageError{"--resume continues the results and --overwrite forgets them: choose one"}
	}
	if f.canary > 0 && f.only == "update" {
		return usageError{"--canary counts creates and --only update makes none: choose one"}
	}
	if f.sandbox && f.resume {
		return usageError{"--sandbox starts empty each time, there is nothing to resume: start `leadimport sandbox` in another terminal and use --api-url"}
	}
	if f.sandbox && len(f.previous) > 0 {
		return usageError{"--sandbox starts empty each time, no earlier id means anything there: start `leadimport sandbox` in another terminal and use --api-url"}
	}
	return nil
}

// needPrevious refuses guards that have nothing to compare with: they would
// guard nothing.
func (f *jobFlags) needPrevious() error {
	guard := ""
	switch {
	case f.maxChange.MaxChange.Set:
		guard = "--max-change"
	case f.newColumns == string(importer.RefuseNewColumns):
		guard = "--new-columns error"
	default:
		return nil
	}
	return usageError{guard + " compares the file with earlier results: name them with --previous (a pattern may match nothing yet)"}
}

// shardOf is the part of the input that --shard or --shards name.
func (f *jobFlags) shardOf() (importer.Shard, error) {
	text := f.shard
	if f.shards > 0 {
		if text != "" {
			return importer.Shard{}, usageError{"--shard and --shards say the same: use one"}
		}
		index, ok := os.LookupEnv("JOB_COMPLETION_INDEX")
		if !ok {
			return importer.Shard{}, usageError{"--shards needs JOB_COMPLETION_INDEX, which an Indexed Job sets: elsewhere use --shard I/N"}
		}
		text = fmt.Sprintf("%s/%d", index, f.shards)
	}
	if text == "" {
		return importer.Shard{}, nil
	}
	i, n, _ := strings.Cut(text, "/")
	index, err1 := strconv.Atoi(i)
	of, err2 := strconv.Atoi(n)
	if err1 != nil || err2 != nil || index < 0 || index >= of {
		if f.shards > 0 {
			return importer.Shard{}, usageError{fmt.Sprintf("JOB_COMPLETION_INDEX is %q: with --shards %d it must be 0 to %d", shortened(i), f.shards, f.shards-1)}
		}
		return importer.Shard{}, usageError{fmt.Sprintf("--shard %q is not known: write 0/4 to 3/4 for four shards", text)}
	}
	return importer.Shard{Index: index, Of: of}, nil
}

func oneOf(flag, value string, allowed ...string) error {
	for _, a := range allowed {
		if value == a {
			return nil
		}
	}
	return usageError{fmt.Sprintf("--%s %q is not known: use %s", flag, value, strings.Join(allowed, ", "))}
}

// rate is a flag: requests per second, written "N/s" or "N/m".
type rate float64

func (r *rate) Set(s string) error {
	number, unit, _ := strings.Cut(s, "/")
	n, err := strconv.ParseFloat(number, 64)
	switch {
	case err != nil || !(n > 0) || n > 1e9:
	case unit == "s" && n*60 >= 1:
		*r = rate(n)
		return nil
	case unit == "m" && n >= 1: // a slower run would seem to hang
		*r = rate(n / 60)
		return nil
	}
	return fmt.Errorf("write it as 100/s or 10000/m, at least 1/m")
}

func (r *rate) String() string {
	if *r == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(*r)*60, 'f', -1, 64) + "/m"
}

func (*rate) Type() string { return "rate" }

// maxErrors is a flag: a number of rows, or a percentage of all.
type maxErrors struct{ importer.MaxErrors }

func (m *maxErrors) Set(s string) error {
	if percent, ok := strings.CutSuffix(s, "%"); ok {
		p, err := strconv.ParseFloat(percent, 64)
		if err != nil || !(p >= 0 && p <= 100) {
			return fmt.Errorf("a percentage goes from 0%% to 100%%")
		}
		m.MaxErrors = importer.MaxErrors{Set: true, IsShare: true, Percent: p}
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return fmt.Errorf("write it as a number of rows, 50, or as a percentage, 5%%")
	}
	m.MaxErrors = importer.MaxErrors{Set: true, Rows: n}
	return nil
}

func (m *maxErrors) String() string {
	switch {
	case !m.MaxErrors.Set:
		return ""
	case m.IsShare:
		return strconv.FormatFloat(m.Percent, 'f', -1, 64) + "%"
	default:
		return strconv.Itoa(m.Rows)
	}
}

// within reports whether so many of rows are accepted.
func (m maxErrors) within(refused, rows int) bool {
	return m.MaxErrors.Set && !m.Exceeded(refused, rows)
}

func (*maxErrors) Type() string { return "N or P%" }

// percent is a flag: a percentage, such as 20%; unset by default.
type percent struct{ importer.MaxChange }

func (p *percent) Set(s string) error {
	number, ok := strings.CutSuffix(s, "%")
	n, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || !(n >= 0 && n <= 100) {
		return fmt.Errorf("write it as a percentage from 0%% to 100%%, such as 20%%")
	}
	p.MaxChange = importer.MaxChange{Set: true, Percent: n}
	return nil
}

func (p *percent) String() string {
	if !p.MaxChange.Set {
		return ""
	}
	return strconv.FormatFloat(p.Percent, 'f', -1, 64) + "%"
}

func (*percent) Type() string { return "P%" }
