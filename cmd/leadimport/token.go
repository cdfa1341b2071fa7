package main

import (
	"fmt"
	"os"
	"strings"
)

const noToken = "no access token: set INTERCOM_ACCESS_TOKEN, or name a file with --token-file"

// readToken reads the access token from a file, or from the environment. An
// empty one counts as none, but in a file that was named.
func readToken(file string) (string, error) {
	if file == "" {
		return strings.TrimSpace(os.Getenv("INTERCOM_ACCESS_TOKEN")), nil
	}
	data, err := readSmall(file, maxToken)
	if err != nil {
		return "", usageError{fmt.Sprintf("--token-file: %v", pathError(file, err))}
	}
	token := strings.TrimSpace(string(data))
	if token == "" {
		return "", usageError{fmt.Sprintf("--token-file: %s is empty", file)}
	}
	return token, nil
}
