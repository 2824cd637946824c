package visitor

import (
	"net/netip"
	"time"
)

// Limits are how often strangers may do what costs something. Pages and API share them: a program gets no further than a
// browser.
type Limits struct {
	Reads    *Limiter // free days and times, and whatever is looked at or changed with a secret
	Holds    *Limiter // a time, also by moving
	Contacts *Limiter // somebody's details for a held time: each may cause a mail
	Uploads  *Limiter // a document
	Guesses  *Limiter // secrets that lead nowhere
}

// NewLimits makes them; shared says which addresses many visitors have in common (see Proxies.Shared).
func NewLimits(shared func(netip.Addr) bool) *Limits {
	limiter := func(name string, every time.Duration, burst, subnet int) *Limiter {
		return NewLimiter(Limit{Name: name, Every: every, Burst: burst, SubnetBurst: subnet}, shared)
	}
	return &Limits{
		Reads:    limiter("reads", time.Second, 120, 2400),
		Holds:    limiter("holds", 2*time.Minute, 5, 150),
		Contacts: limiter("contacts", time.Minute, 10, 300),
		Uploads:  limiter("uploads", 30*time.Second, 10, 150),
		Guesses:  limiter("guesses", time.Minute, 10, 200),
	}
}
