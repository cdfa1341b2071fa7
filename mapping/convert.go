package mapping

import (
	"fmt"
	"math"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"leadimport/client"
)

// form is how the text of a cell is read.
type form uint8

const (
	asText form = iota
	asIdentifier
	asRole
	asEmail
	asPhone
	asInteger
	asFloat
	asBoolean
	asDate
)

// formOf is the reading of a type's name in a mapping, and of client.Type.
func formOf(name string) form {
	switch name {
	case "email":
		return asEmail
	case "phone":
		return asPhone
	case "integer":
		return asInteger
	case "float":
		return asFloat
	case "boolean":
		return asBoolean
	case "date":
		return asDate
	}
	return asText
}

// sends is the type of the values that a form gives.
func (f form) sends() client.Type {
	switch f {
	case asInteger:
		return client.TypeInteger
	case asFloat:
		return client.TypeFloat
	case asBoolean:
		return client.TypeBoolean
	case asDate:
		return client.TypeDate
	}
	return client.TypeString
}

// conversion turns the text of a cell that is not blank into a value.
type conversion struct {
	form    form
	limit   int    // characters of a text; 0: none known
	limits  string // what to say of it
	whole   bool   // the API keeps the whole part of a number alone
	decimal byte
	// unsureSign: the column has numbers with another decimal sign as well.
	unsureSign bool
	region     string
	several    bool // the first of several phone numbers in a cell is meant
	decode     []*decoder
	layouts    []*layout
	zone       *time.Location
	order      dayOrder // of dates such as 3/4/2026, once the column has shown it
	// isPhone: a text that is meant to be a phone number.
	isPhone bool
	// holdsPhones: a text of a column whose name speaks of phones.
	holdsPhones bool
	// isURL, isIP: a text that the API takes for a web or an IP address.
	isURL, isIP bool
}

// fault is why a text has no value, or what is to be said of one that has.
type fault struct{ code, message string }

func faultf(code, format string, args ...any) *fault {
	return &fault{code, fmt.Sprintf(format, args...)}
}

// convert gives the value of s, or the fault for which it has none. A value
// can have a remark.
func (c *conversion) convert(s string) (v client.Value, remark, f *fault) {
	switch c.form {
	case asIdentifier:
		v, remark := c.identifier(s)
		return v, remark, nil
	case asRole:
		role := strings.ToLower(trim(s))
		if role != "user" && role != "lead" {
			return client.Value{}, nil, faultf("invalid_role", "neither user nor lead")
		}
		return client.String(role), nil, nil
	case asEmail:
		return c.email(s)
	case asPhone:
		return c.phone(s)
	case asInteger:
		v, f = c.integer(s)
	case asFloat:
		if v, f = c.float(s); f == nil && c.whole {
			return wholePart(v)
		}
	case asBoolean:
		v, f = c.boolean(s)
	case asDate:
		if v, f = c.date(s); f == nil {
			remark = oddDate(v)
		}
		return v, remark, f
	default:
		return c.text(s)
	}
	return v, nil, f
}

// wholePart is what the API keeps of a number, and is sent.
func wholePart(v client.Value) (whole client.Value, remark, f *fault) {
	n, _ := strconv.ParseFloat(v.Text(), 64)
	if math.Abs(n) > math.MaxInt32 {
		return client.Value{}, nil, faultf("number_range", "the API takes whole numbers up to %d here", math.MaxInt32)
	}
	whole = client.Integer(int64(n))
	if whole.Text() != v.Text() {
		remark = faultf("whole_part", "the API keeps whole numbers here: %s is sent", whole.Text())
	}
	return whole, remark, nil
}

func (c *conversion) text(s string) (client.Value, *fault, *fault) {
	if c.limit > 0 && len(s) > c.limit && utf8.RuneCountInString(s) > c.limit {
		return client.Value{}, nil, faultf("too_long", "%d characters, "+c.limits, utf8.RuneCountInString(s), c.limit)
	}
	remark := c.escaped(s)
	switch {
	case remark != nil:
	case c.isPhone:
		remark = noPhone(s)
	case c.holdsPhones && strings.ContainsFunc(s, unicode.IsDigit) && noPhone(s) != nil:
		remark = noPhone(s)
	case little(trim(s)) != nil:
		remark = little(trim(s))
	case hidden(s) != nil: // at an end
		remark = hidden(s)
	case isShortened(s):
		remark = &fault{shortened.code, shortened.message + ": sent as it stands"}
	case c.isURL && !isURL(trim(s)):
		remark = noURL
	case c.isIP && !isIP(trim(s)):
		remark = noIP
	}
	return client.String(s), remark, nil
}

// identifier is an identity as it is compared, which full-width letters and
// what nobody sees are no part of.
func (c *conversion) identifier(s string) (v client.Value, remark *fault) {
	id := identity(s)
	if remark = c.escaped(id); remark == nil && id != trim(s) {
		remark = plainID
	}
	return client.String(id), remark
}

var plainID = &fault{"plain_identifier", "sent in plain letters, without characters that nobody sees"}

// isURL reports whether s is a web address.
func isURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && !strings.ContainsFunc(s, isInvisible)
}

func isIP(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

var (
	noURL = &fault{"not_a_url", "no web address, such as https://example.org/ann.png: sent as it stands"}
	noIP  = &fault{"not_an_ip", "no IP address, such as 192.0.2.1: sent as it stands"}
)

var (
	epochDate = &fault{CodeSaysNothing, "1 January 1970, which programs write where they have no date: sent as it stands"}
	farDate   = &fault{"far_date", "a year before 1901 or after 2100, as programs write where they have no date, and other calendars count: sent as it stands"}
)

// oddDate is a remark on a date that hardly anybody means.
func oddDate(v client.Value) *fault {
	seconds, _ := strconv.ParseInt(v.Text(), 10, 64)
	switch {
	case seconds == 0:
		return epochDate
	case seconds < -2177452800 || seconds >= 4133980800: // 1901-01-01, 2101-01-01
		return farDate
	}
	return nil
}

// little is a remark on a text that may say nothing, or not what was meant; nil:
// it says something.
func little(s string) *fault {
	switch {
	case mayBeNothing(s):
		return saysLittle
	case holdsNull(s):
		return nullWithin
	case nothingButNothing(s):
		return saysLittle
	case holdsUnfilled(s):
		return unfilled
	}
	return hidden(s)
}

var nullWithin = &fault{CodeSaysNothing, "a word that programs write for nothing stands beside others: sent as it stands"}

var saysLittle = &fault{CodeSaysNothing, "sent as it stands: if it says nothing, add it to blank_words, such as blank_words: [default, unknown]"}
