package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// page reads page and per_page of a numbered list.
func (q *request) page(per, most int) (page, perPage int, refusal *answer) {
	page, refusal = q.positive("page", 1)
	if refusal == nil {
		per, refusal = q.positive("per_page", per)
	}
	if refusal == nil && per > most {
		refusal = invalid("per_page", "per_page should be between 1 and "+strconv.Itoa(most))
	}
	return page, per, refusal
}

func (q *request) positive(name string, value int) (int, *answer) {
	text := q.query(name)
	if text == "" {
		return value, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 1<<30 {
		return 0, invalid(name, name+" should be a positive integer")
	}
	return n, nil
}

// hanging answers with one numbered page of list, which hangs on a contact,
// under each of keys. A page beyond the last is empty: the official clients read
// on until one is.
func hanging[T any](q *request, list []T, show func(T) dict, keys ...string) *answer {
	page, per, refusal := q.page(searchPage, maxPage)
	if refusal != nil {
		return refusal
	}
	n := len(list)
	shown := []dict{}
	for _, item := range list[min((page-1)*per, n):min(page*per, n)] {
		shown = append(shown, show(item))
	}
	pages := dict{"type": "pages", "next": nil, "page": page, "per_page": per, "total_pages": (n + per - 1) / per}
	if page*per < n {
		pages["next"] = q.next(page+1, per)
	}
	d := dict{"type": "list", "total_count": n, "pages": pages}
	for _, key := range keys {
		d[key] = shown
	}
	return respond(d)
}

// Cursor paging of 2.x: 50 a page in searches, 10 in the list, 150 at most.
const (
	searchPage = 50
	listPage   = 10
	maxPage    = 150
)

// cursor says where the next page of 2.x begins. It is opaque to clients.
type cursor struct {
	created int64  // of the last contact shown, in nanoseconds
	seq     int    // the same
	id      string // its id
	page    int    // the page that it begins
}

func (c cursor) String() string {
	b, _ := json.Marshal([]any{c.created, c.seq, c.id, c.page})
	return base64.StdEncoding.EncodeToString(b)
}

func parseCursor(s string) (cursor, *answer) {
	bad := refuse(http.StatusBadRequest, "client_error", "Invalid starting_after param")
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return cursor{}, bad
	}
	var c cursor
	parts := []any{&c.created, &c.seq, &c.id, &c.page}
	if json.Unmarshal(b, &parts) != nil || len(parts) != 4 || c.id == "" || c.page < 2 {
		return cursor{}, bad
	}
	return c, nil
}

// pageOf cuts one page out of list, which is in the order asked for, and
// renders it. After is the text of the cursor, empty for the first page.
func (s *Server) pageOf(q *request, list []*contact, per int, after string, byAge bool) *answer {
	from, page := 0, 1
	if after != "" {
		c, refusal := parseCursor(after)
		if refusal != nil {
			return refusal
		}
		page = c.page
		from = len(list)
		last := &contact{created: time.Unix(0, c.created), seq: c.seq}
		for i, p := range list {
			if byAge && older(p, last) < 0 || !byAge && i > 0 && list[i-1].id == c.id {
				from = i
				break
			}
		}
	}
	to := min(from+per, len(list))
	b := append(make([]byte, 0, 256+(to-from)*2300), `{"type":"list","data":[`...)
	for i, p := range list[from:to] {
		b = s.appendContact(comma(b, i), q.version, p)
	}
	b = append(b, `],"total_count":`...)
	b = strconv.AppendInt(b, int64(len(list)), 10)
	b = append(b, `,"pages":{"type":"pages","page":`...)
	b = strconv.AppendInt(b, int64(page), 10)
	b = append(b, `,"per_page":`...)
	b = strconv.AppendInt(b, int64(per), 10)
	b = append(b, `,"total_pages":`...)
	b = strconv.AppendInt(b, int64((len(list)+per-1)/per), 10)
	if to < len(list) {
		last := list[to-1]
		next := cursor{last.created.UnixNano(), last.seq, last.id, page + 1}
		b = append(b, `,"next":{"page":`...)
		b = strconv.AppendInt(b, int64(page+1), 10)
		b = append(b, `,"starting_after":`...)
		b = appendString(b, next.String())
		b = append(b, '}')
	}
	b = append(b, "}}"...)
	return &answer{status: http.StatusOK, body: b}
}
