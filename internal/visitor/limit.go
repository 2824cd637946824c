package visitor

import (
	"fmt"
	"hash/maphash"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limit is how often something may be done. An address may do it Burst times at once and gets one back each Every. All
// addresses of its subnet together may do it SubnetBurst times, and get these back within the same time, Burst × Every.
// Every > 0, 1 ≤ Burst ≤ SubnetBurst.
type Limit struct {
	Name        string // for logs and metrics
	Every       time.Duration
	Burst       int
	SubnetBurst int
}

// What one Limiter keeps: 20,000 buckets, about 5 MB when full.
const (
	maxAddresses = 15_000
	overflows    = 256
	maxSubnets   = 5_000 - overflows
)

// Limiter holds the buckets of one Limit, of addresses and of subnets. An address is an IPv4 address or an IPv6 /64, which
// is what one household or phone has; a subnet is an IPv4 /24 or an IPv6 /48. It is safe for use by many.
type Limiter struct {
	name   string
	shared func(netip.Addr) bool

	mu        sync.Mutex
	addresses *table
	subnets   *table
	// overflow takes the subnets for which there is no room, by a hash that nobody outside can foresee: a flood from one
	// provider's network spoils one bucket of many. A subnet that gets room later has had at most twice its limit.
	overflow [overflows]*rate.Limiter
	seed     maphash.Seed
}

// NewLimiter makes a Limiter. Addresses that are shared (see Proxies.Shared) by many visitors have only what their
// subnet has. A Limit out of its range is a mistake in the program and panics.
func NewLimiter(limit Limit, shared func(netip.Addr) bool) *Limiter {
	if limit.Every <= 0 || limit.Burst < 1 || limit.SubnetBurst < limit.Burst {
		panic(fmt.Sprintf("visitor: limit out of its range: %+v", limit))
	}
	each := rate.Every(limit.Every)
	wide := each * rate.Limit(limit.SubnetBurst) / rate.Limit(limit.Burst)
	l := &Limiter{
		name: limit.Name, shared: shared, seed: maphash.MakeSeed(),
		addresses: newTable(maxAddresses, each, limit.Burst),
		subnets:   newTable(maxSubnets, wide, limit.SubnetBurst),
	}
	for i := range l.overflow {
		l.overflow[i] = rate.NewLimiter(wide, limit.SubnetBurst)
	}
	return l
}

// Name of the Limit.
func (l *Limiter) Name() string { return l.name }

// Allow takes one from the address and its subnet, or, when one of them has none left, nothing, and says how long to wait
// (at least 1 ms; others of the subnet may be faster).
func (l *Limiter) Allow(addr netip.Addr, now time.Time) (ok bool, retry time.Duration) {
	addr = plain(addr)
	alone := !l.shared(addr)
	host, near, far := networks(addr)
	l.mu.Lock()
	defer l.mu.Unlock()
	subnet := l.subnets.bucket(near, now)
	kept := subnet != nil
	if !kept {
		subnet = l.overflow[maphash.Comparable(l.seed, far)%overflows]
	}
	retry = wait(subnet, now)
	var own *rate.Limiter
	if alone {
		// Without room for the address it has its subnet's bucket only, so that a flood of addresses lets nobody through.
		if own = l.addresses.bucket(host, now); own != nil {
			retry = max(retry, wait(own, now))
		}
	}
	if retry > 0 {
		return false, retry
	}
	subnet.AllowN(now, 1)
	if kept {
		l.subnets.keep(near, subnet)
	}
	if own != nil {
		own.AllowN(now, 1)
		l.addresses.keep(host, own)
	}
	return true, 0
}

// wait is how long until the bucket has one: zero, or whole milliseconds, rounded up with a microsecond to spare for the
// bucket's floating point.
func wait(b *rate.Limiter, now time.Time) time.Duration {
	missing := 1 - b.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	d := time.Duration(missing / float64(b.Limit()) * float64(time.Second))
	return (d + time.Millisecond + time.Microsecond).Truncate(time.Millisecond)
}

// networks are those that an address counts for: its own, its subnet, and the wide one that stands for a subnet without
// a bucket of its own.
func networks(addr netip.Addr) (host, near, far netip.Prefix) {
	bits := [3]int{64, 48, 32}
	if addr.Is4() {
		bits = [3]int{32, 24, 16}
	}
	cut := func(bits int) netip.Prefix {
		p, _ := addr.Prefix(bits) // fails only for the zero Addr, whose networks are the zero Prefix
		return p
	}
	return cut(bits[0]), cut(bits[1]), cut(bits[2])
}
