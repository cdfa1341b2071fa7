package results

import (
	"encoding/json"
	"strconv"
	"time"

	"leadimport/client"
)

// The records that every row writes are put together by hand: it costs a
// third of what reflection does, and they are written between the gate and
// the first byte. encoding/json reads them back, and a test holds the two
// against each other.

// encodeIntent appends the record of in to b.
func encodeIntent(b []byte, in *Intent) []byte {
	b = append(b, `{"intent":{`...)
	b = addInt(b, "row", int64(in.Row))
	b = addInt(b, "n", int64(in.Number))
	b = addText(b, "key", in.Key)
	b = addText(b, "body", in.Body)
	b = addTime(b, "at", in.At)
	b = addTime(b, "deadline", in.Deadline)
	b = addMoment(b, "server", in.Server)
	b = addText(b, "id", in.ID)
	if len(in.Lead.Fields) > 0 {
		b = in.Lead.AppendJSON(addName(b, "lead"))
	}
	if in.Was != nil {
		b = appendChanges(addName(b, "was"), in.Was)
	}
	return append(b, "}}\n"...)
}

// encodeOutcome appends the record of o to b.
func encodeOutcome(b []byte, o *outcomeRecord) []byte {
	return appendOutcome(append(b, `{"outcome":{`...), o)
}

// encodeApplied appends the record of o, a row that was applied, to b.
func encodeApplied(b []byte, o *outcomeRecord) []byte {
	return appendOutcome(append(b, `{"applied":{`...), o)
}

func appendOutcome(b []byte, o *outcomeRecord) []byte {
	b = addInt(b, "row", int64(o.Row))
	b = addText(b, "status", string(o.Status))
	b = addText(b, "id", o.ID)
	b = addText(b, "user_id", o.UserID)
	b = addText(b, "error_code", o.ErrorCode)
	b = addText(b, "error", o.Error)
	b = addInt(b, "http_status", int64(o.HTTPStatus))
	b = addInt(b, "attempts", int64(o.Attempts))
	b = addText(b, "request_id", o.RequestID)
	b = addTime(b, "at", o.At)
	b = addText(b, "key", o.Key)
	b = addText(b, "hash", o.Hash)
	b = addInt(b, "ms", o.Ms)
	b = addText(b, "workspace", o.Workspace)
	b = addText(b, "note", o.Note)
	b = addInt(b, "n", int64(o.Number))
	b = addTime(b, "updated_at", o.UpdatedAt)
	b = addText(b, "content", o.Content)
	b = addTime(b, "doubtful", o.Doubtful)
	b = addMoment(b, "doubtful_server", o.DoubtfulServer)
	if o.Extra != nil {
		b = append(addName(b, "extra"), '[')
		for i, cell := range o.Extra {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendText(b, cell)
		}
		b = append(b, ']')
	}
	b = addText(b, "body", o.Body)
	return append(b, "}}\n"...)
}

func addName(b []byte, name string) []byte {
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, name...)
	return append(b, `":`...)
}

func addInt(b []byte, name string, v int64) []byte {
	if v == 0 {
		return b
	}
	return strconv.AppendInt(addName(b, name), v, 10)
}

func addText(b []byte, name, v string) []byte {
	if v == "" {
		return b
	}
	return appendText(addName(b, name), v)
}

func addTime(b []byte, name string, v time.Time) []byte {
	if v.IsZero() {
		return b
	}
	b = append(addName(b, name), '"')
	b = v.UTC().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

func addMoment(b []byte, name string, m client.Moment) []byte {
	if m == (client.Moment{}) {
		return b
	}
	b = append(addName(b, name), '{')
	b = addTime(b, "low", m.Low)
	b = addTime(b, "high", m.High)
	return append(b, '}')
}

// appendText appends v as a JSON string.
func appendText(b []byte, v string) []byte {
	for i := range len(v) {
		if c := v[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, err := json.Marshal(v)
			if err != nil {
				panic(err) // no string fails
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, v...)
	return append(b, '"')
}
