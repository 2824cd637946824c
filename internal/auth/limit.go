package auth

import (
	"sync"
	"time"
)

// Limits of failed sign-ins within limitWindow. A name's own limit is wide, so that a stranger cannot lock a clerk out
// from another address with a few tries.
const (
	limitWindow  = 5 * time.Minute
	limitPair    = 5  // of one name from one address
	limitAddress = 30 // from one address
	limitName    = 60 // of one name
	limitEntries = 10_000
)

// limiter counts failed sign-ins per name and address.
type limiter struct {
	mu      sync.Mutex
	fails   map[string]*fails
	reached func(address string) // called once per limit and window, when an attempt is refused for it
}

type fails struct {
	count int
	until time.Time // end of the window that began with the first failure
	told  bool      // that the limit is reached
}

func newLimiter(reached func(address string)) *limiter {
	return &limiter{fails: map[string]*fails{}, reached: reached}
}

func keys(name, address string) map[string]int {
	return map[string]int{"p\x00" + name + "\x00" + address: limitPair, "a\x00" + address: limitAddress, "n\x00" + name: limitName}
}

// take counts an attempt before its password is looked at, so that attempts made at once cannot all pass. It gives the
// time until which the attempt has to wait, or zero.
func (l *limiter) take(name, address string, now time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	var wait time.Time
	fresh := false
	all := keys(name, address)
	for key, limit := range all {
		f := l.fails[key]
		if f == nil || !now.Before(f.until) || f.count < limit {
			continue
		}
		if f.until.After(wait) {
			wait = f.until
		}
		fresh = fresh || !f.told
		f.told = true
	}
	if fresh {
		l.reached(address)
	}
	if !wait.IsZero() {
		return wait
	}
	if len(l.fails) > limitEntries {
		l.forget(now)
	}
	for key := range all {
		f := l.fails[key]
		if f == nil || !now.Before(f.until) {
			f = &fails{until: now.Add(limitWindow)}
			l.fails[key] = f
		}
		f.count++
	}
	return time.Time{}
}

// succeed takes the attempt back and clears the pair: whoever knows the password may mistype again.
func (l *limiter) succeed(name, address string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, limit := range keys(name, address) {
		f := l.fails[key]
		switch {
		case f == nil:
		case limit == limitPair || f.count <= 1:
			delete(l.fails, key)
		default:
			f.count--
		}
	}
}

// forget drops what is over, and everything if a flood of names fills the table within one window.
func (l *limiter) forget(now time.Time) {
	for key, f := range l.fails {
		if !now.Before(f.until) {
			delete(l.fails, key)
		}
	}
	if len(l.fails) > limitEntries {
		clear(l.fails)
	}
}
