package sandbox

import (
	"encoding/json"
	"net/http"
)

// answer is what a handler decides: a body, or an error of the API.
type answer struct {
	status  int
	body    []byte // JSON
	code    string // of the error; empty: success
	message string
	field   string
	link    string // Link header
	wrote   *contact
}

// refuse is an error answer.
func refuse(status int, code, message string) *answer {
	return &answer{status: status, code: code, message: message}
}

// invalid is the commonest one: 400 parameter_invalid, for one field.
func invalid(field, message string) *answer {
	return &answer{status: http.StatusBadRequest, code: "parameter_invalid", message: message, field: field}
}

func userNotFound() *answer {
	return refuse(http.StatusNotFound, "not_found", "User Not Found")
}

func contactNotFound() *answer {
	return refuse(http.StatusNotFound, "not_found", "Contact Not Found")
}

func resourceNotFound() *answer {
	return refuse(http.StatusNotFound, "not_found", "Resource Not Found")
}

func companyNotFound() *answer {
	return refuse(http.StatusNotFound, "company_not_found", "Company Not Found")
}

func wrongVersion() *answer {
	return refuse(http.StatusBadRequest, "intercom_version_invalid", "Requested resource is not available in current API version.")
}

// fields of a JSON object, for the answers that are no contacts.
type dict = map[string]any

// respond is a success with v as JSON.
func respond(v any) *answer {
	b, err := json.Marshal(v)
	if err != nil {
		panic("sandbox: " + err.Error()) // v is made of strings, numbers and maps of ours
	}
	return &answer{status: http.StatusOK, body: b}
}

// errorList renders an error; an empty requestID is told as null, which the
// API does now and then.
func (a *answer) errorList(requestID string) []byte {
	b := append([]byte(`{"type":"error.list","request_id":`), appendText(nil, requestID)...)
	b = append(b, `,"errors":[{"code":`...)
	b = appendString(b, a.code)
	b = append(b, `,"message":`...)
	b = appendString(b, a.message)
	if a.field != "" {
		b = append(b, `,"field":`...)
		b = appendString(b, a.field)
	}
	return append(b, `}]}`...)
}
