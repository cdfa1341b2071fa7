package sandbox

import (
	"cmp"
	"strings"
)

func textOf(get func(*contact) string, c *contact) string {
	if get == nil {
		return ""
	}
	return get(c)
}

func matchText(have, operator, want string) bool {
	switch operator {
	case "=":
		return have == want
	case "!=":
		return have != want
	case "~":
		return strings.Contains(have, want)
	case "!~":
		return !strings.Contains(have, want)
	case "^":
		return strings.HasPrefix(have, want)
	default: // "$"
		return strings.HasSuffix(have, want)
	}
}

// number is v as a float64, for comparisons; ok is false when it is not set.
func number(v any, set bool) (n float64, ok bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), set
	case float64:
		return v, set
	}
	return 0, false
}

func matchNumber(have float64, set bool, operator string, want float64, null bool) bool {
	if !set || null {
		same := !set && null
		switch operator {
		case "=":
			return same
		case "!=":
			return !same
		}
		return false
	}
	if operator == "!=" {
		return have != want
	}
	return matchOrder(cmp.Compare(have, want), operator)
}

// matchOrder reads the result of a comparison.
func matchOrder(order int, operator string) bool {
	switch operator {
	case "=":
		return order == 0
	case ">":
		return order > 0
	case "<":
		return order < 0
	case ">=":
		return order >= 0
	default: // "<="
		return order <= 0
	}
}
