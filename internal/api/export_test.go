package api

import "time"

// SetRecheck sets how often listeners are looked up again.
func (a *API) SetRecheck(every time.Duration) { a.recheck = every }
