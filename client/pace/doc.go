// Package pace decides when a request may go. It knows nothing of what is sent:
// a Gate sees the status, the headers and the times of answers, a Breaker sees
// whether writes work.
//
// # What is known
//
// An API grants a number of requests to all users of a token's app in a window
// of (as documented) 10 seconds. Windows are not aligned to the clock. Each
// answer may carry X-RateLimit-Limit (of the window), X-RateLimit-Remaining and
// X-RateLimit-Reset (epoch seconds at which the window ends); a 429 may carry
// Retry-After. Any of them may be missing or nonsense. Reset and Date are whole
// seconds, rounded in a way that is not documented.
//
// # The windows (window.go, flights.go)
//
// Our clock and the server's may differ, so a window's end is first taken from
// Reset - Date of one answer. That is coarse. Once the answers have shown a turn,
// the end is known better: the window began between the sending of the last
// request that the window before counted and that of the first that it counted
// itself. The next turn is a period later, and is foreseen without an answer.
//
// Remaining is only as new as the request that told it. Requests that passed
// after that one (the frontier) are on the way, and are taken off. What is
// missing from a window beyond our own requests was used by others: that many
// requests per second are expected of them in the next window. A higher use is
// believed at once, a lower one by halves.
//
// # The law (plan.go)
//
// Before each request the pace, in requests per second, is planned anew:
//
//	margin = 1 + min(limit/100, 4 + limit/300) + slack + sqrt(others*period)/2
//	ours   = cut * min(share*(limit - margin), limit - margin - others*period)
//	steady = max(ours, 1, limit/100) / period
//	free   = left - flying - margin - others*rest
//	         with a share: min(cut*free, ours - sent in this window)
//	pace   = (free + steady*guard) / (rest + guard)
//
// kept between steady/50 and three times limit/period, and never above the
// configured rate. rest is the time to the window's end. So what is left is
// spread evenly over what remains of the window. guard, half a second, makes the
// pace go over to the steady one towards the end, where the quotient of two small
// numbers would be noise. A window that is used up lets nobody pass until its
// end, but for at most a minute: something must find out when the end was wrong.
//
// The pace is only the rate of a token bucket (golang.org/x/time/rate), which is
// two deep, so that a window does not start with a burst; from 750 requests per
// second on it is deeper, as a timer that is 4 ms late would lose more than that.
//
// share is the part of the limit that is ours, by configuration. It is a part of
// the limit, not of what others leave: parts of one import that run side by side
// are others to each other.
//
// # After a 429 (pause.go)
//
// One 429 pauses everybody: until Retry-After if there is one, else until the
// window's end as known, else for Reset - Date and half a second more; for 10 to
// 12 s if there are no headers, or nonsense. Where the headers say that there is
// room, the reason is another one (an overload, the limit of the workspace), and
// the pauses begin short and double, up to the end of the window. Each is kept between 50 ms
// and a minute. Then one request goes alone until it is answered with anything
// but a 429, for two seconds at most.
//
// A 429 that was not on the way already when the last one came, and that the
// headers explain, shrinks cut to 0.7 of itself, at least 0.1; each window gives
// 0.05 back. If nobody else uses the window, these were a few of our own around
// its turn: then slack grows instead, and shrinks to 0.8 of itself per window.
//
// # Order
//
// There is one queue, and its head looks at the pause, at the window and at the
// bucket in this order, waits for whatever is in the way, and looks again. So a
// right to send is never older than the newest answer. No time limit lies around
// the gate but the caller's context.
//
// # The breaker
//
// A rate limit is not an outage. The Breaker counts the last twenty writes; when
// more than half of them failed nothing is written, and one caller at a time
// probes with a read, after pauses that double from half a second to 30 s. When
// one was answered, one write goes alone; if it works, everybody goes on.
package pace
