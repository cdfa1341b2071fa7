// Package outcome names what becomes of rows: the statuses, and the codes of
// this program for rows that are not simply in. It is a leaf: whoever decides,
// records or reports an outcome uses the same words.
package outcome

// Status is what became of a row.
type Status string

// The statuses. Unresolved is one: a request may have been applied, the API
// could not say in time, and nothing was sent again.
const (
	Created    Status = "created"
	Updated    Status = "updated"
	Unchanged  Status = "unchanged"
	Skipped    Status = "skipped"
	Invalid    Status = "invalid"
	Failed     Status = "failed"
	Unresolved Status = "unresolved"
)

// Statuses are all of them, in the order in which totals show them.
var Statuses = []Status{Created, Updated, Unchanged, Skipped, Invalid, Failed, Unresolved}

// Stands reports whether a row with this status is in as it was asked for: a
// resume leaves it alone while its values stay the same.
func (s Status) Stands() bool {
	return s == Created || s == Updated || s == Unchanged
}

// The codes of this program for rows, beside those of cells (mapping), of
// reading (source) and of the API.
const (
	DuplicateKey    = "duplicate_key"
	WaitsForRow     = "waits_for_row"
	InDoubt         = "in_doubt"
	RowVanished     = "row_vanished"
	Adopted         = "adopted"
	Gone            = "gone"
	AmbiguousMatch  = "ambiguous_match"
	MatchTaken      = "match_taken"
	MatchIsUser     = "match_is_user"
	MatchIsArchived = "match_is_archived"
	OnlyCreate      = "only_create"
	OnlyUpdate      = "only_update"
	CompanyFailed   = "company_failed"
	TagFailed       = "tag_failed"
	// Stale is for rows that a plan does not fit any more.
	Stale = "stale"
	// ValueOmitted stands beside a good status: the lead lacks invalid values.
	ValueOmitted = "value_omitted"
	// DuplicateOptOut is DuplicateKey for a row that says, unlike the first of
	// its key, that the person wants no e-mail.
	DuplicateOptOut = "duplicate_opt_out"
	// OptOutKept stands beside a good status: an earlier row of the key says that
	// the person wants no e-mail, so what this row says instead was not sent.
	OptOutKept = "opt_out_kept"
)
