package fate

import (
	"time"

	"leadimport/client"
)

// start is when the runs of these tests begin, by clocks that are right.
var start = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// at is the server's clock, seconds after the start, known to the second.
func at(seconds float64) client.Moment {
	low := start.Add(time.Duration(seconds * float64(time.Second)))
	return client.Moment{Low: low, High: low.Add(time.Second)}
}
