package queue

import "time"

// Words of trouble with the clock.
const (
	ClockBehind = "clock_behind"
	ClockAhead  = "clock_ahead"
)

// Watch judges the clock. last is the latest time that Watch gave or the store has seen, now is what the clock says and
// elapsed the monotonic time since last was seen, negative if unknown (after a start). It gives the time to use, which
// is never before last, so that nothing is reordered and no number comes twice, and a trouble word, "" when all is well.
//
//   - "clock_ahead": the clock is more than ClockJumpMinutes ahead of last + elapsed. That sum is the time to use, so
//     the day does not roll over, until the clock is set right or somebody confirms it: then pass the clock's own time
//     as last, or a negative elapsed.
//   - "clock_behind": the clock is more than a minute behind last + elapsed (behind last, if elapsed is unknown). As
//     long as it is behind, time goes on from last at half speed, so that locks still end and the clock catches up.
//
// After a start nobody can tell a jump ahead from a night switched off, so the clock is believed.
func (r Rules) Watch(last, now time.Time, elapsed time.Duration) (time.Time, string) {
	known := elapsed >= 0
	elapsed = max(elapsed, 0)
	due := last.Add(elapsed)
	if known && !last.IsZero() && now.Sub(due) > minutes(r.ClockJumpMinutes) {
		return due, ClockAhead
	}
	trouble := ""
	if due.Sub(now) > time.Minute {
		trouble = ClockBehind
	}
	if slow := last.Add(elapsed / 2); now.Before(slow) {
		return slow, trouble
	}
	return now, trouble
}
