package importer

// maxCodes bounds the error codes that are counted by name: those of a server
// are its own to invent.
const maxCodes = 200

// OtherCodes is under which the rows of all further codes are counted.
const OtherCodes = "other"

// codes counts rows by their error code.
type codes map[string]int

func (c codes) add(code string) {
	if code == "" {
		return
	}
	if _, known := c[code]; !known && len(c) >= maxCodes {
		code = OtherCodes
	}
	c[code]++
}
