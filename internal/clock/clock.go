// Package clock is the one source of wall-clock time for all programs.
//
// Pure packages never call it: they get the time as an argument. A build with the tag "testclock" can be set from
// outside, so that whole-program tests can be early, late, or on another day without touching the machine's clock.
package clock

import "time"

// Now returns the present wall-clock time without a monotonic reading, so that values from before and after a
// restart compare alike.
func Now() time.Time { return now().Round(0) }
