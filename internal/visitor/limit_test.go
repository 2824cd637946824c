package visitor

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func nobody(netip.Addr) bool { return false }

func limiter(limit Limit) *Limiter { return NewLimiter(limit, nobody) }

// taken asks n times at once and gives how many passed.
func taken(l *Limiter, addr string, n int, now time.Time) int {
	passed := 0
	for range n {
		if ok, _ := l.Allow(netip.MustParseAddr(addr), now); ok {
			passed++
		}
	}
	return passed
}

func TestAnAddressHasItsBurstAndGetsItBack(t *testing.T) {
	l := limiter(Limit{"hold", 10 * time.Second, 3, 30})
	addr := netip.MustParseAddr("203.0.113.7")
	if got := taken(l, "203.0.113.7", 10, noon); got != 3 {
		t.Fatalf("%d passed", got)
	}
	ok, retry := l.Allow(addr, noon)
	if ok || retry < 10*time.Second || retry > 10*time.Second+time.Millisecond {
		t.Fatalf("ok %v, retry %v", ok, retry)
	}
	if got := taken(l, "203.0.113.7", 10, noon.Add(9*time.Second)); got != 0 {
		t.Errorf("%d passed too soon", got)
	}
	if got := taken(l, "203.0.113.7", 10, noon.Add(retry)); got != 1 {
		t.Errorf("%d passed after the wait", got)
	}
	if got := taken(l, "203.0.113.7", 10, noon.Add(time.Hour)); got != 3 {
		t.Errorf("%d passed after an hour", got)
	}
}

func TestWhoSharesABucket(t *testing.T) {
	for _, c := range []struct {
		name, one, other string
		same             bool
	}{
		{"two neighbours", "203.0.113.7", "203.0.113.8", false},
		{"one household", "2a00:1:2:3::1", "2a00:1:2:3:ffff::9", true},
		{"two households", "2a00:1:2:3::1", "2a00:1:2:4::1", false},
		{"two ways to write it", "203.0.113.7", "::ffff:203.0.113.7", true},
		{"zones", "fe80::1%eth0", "fe80::1%eth1", true},
	} {
		l := limiter(Limit{"hold", time.Minute, 2, 20})
		taken(l, c.one, 2, noon)
		if got := taken(l, c.other, 2, noon) == 0; got != c.same {
			t.Errorf("%s: same %v", c.name, got)
		}
	}
}

func TestASubnetHasItsOwnLimit(t *testing.T) {
	for _, c := range []struct{ name, inside, outside string }{
		{"IPv4", "203.0.113.%d", "203.0.114.1"},
		{"IPv6", "2a00:1:2:%x::1", "2a00:1:3::1"},
	} {
		l := limiter(Limit{"hold", 10 * time.Second, 2, 6})
		passed := 0
		for i := range 200 {
			passed += taken(l, fmt.Sprintf(c.inside, i), 2, noon)
		}
		if passed != 6 {
			t.Errorf("%s: %d passed", c.name, passed)
		}
		if got := taken(l, c.outside, 2, noon); got != 2 {
			t.Errorf("%s: %d of another subnet passed", c.name, got)
		}
		// All six are back when an address's two are: after 20 s.
		passed = 0
		for i := range 200 {
			passed += taken(l, fmt.Sprintf(c.inside, i), 2, noon.Add(20*time.Second))
		}
		if passed != 6 {
			t.Errorf("%s: %d passed later", c.name, passed)
		}
	}
}

func TestARefusalCostsTheSubnetNothing(t *testing.T) {
	l := limiter(Limit{"hold", time.Minute, 2, 4})
	taken(l, "203.0.113.7", 1000, noon)
	if got := taken(l, "203.0.113.8", 2, noon); got != 2 {
		t.Errorf("a neighbour's refusals left %d", got)
	}
}

// Behind a proxy that was forgotten all citizens have one address. They have their subnet's limit, not one visitor's.
func TestSharedAddressesHaveTheWideLimit(t *testing.T) {
	limit := Limit{"hold", time.Minute, 2, 50}
	if got := taken(NewLimiter(limit, proxies(t).Shared), "127.0.0.1", 100, noon); got != 50 {
		t.Errorf("%d passed", got)
	}
	if got := taken(NewLimiter(limit, proxies(t).Shared), "203.0.113.7", 100, noon); got != 2 {
		t.Errorf("%d of one visitor passed", got)
	}
	l := NewLimiter(limit, proxies(t).Shared)
	passed := 0
	for range 100 {
		if ok, _ := l.Allow(netip.Addr{}, noon); ok {
			passed++
		}
	}
	if passed != 50 {
		t.Errorf("%d without an address passed", passed)
	}
}

func ipv4(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte(binary.BigEndian.AppendUint32(nil, n)))
}

// household is the n-th /64, each in a /48 of its own.
func household(n int) netip.Addr {
	return netip.AddrFrom16([16]byte{0x2a, 0, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n), 0, 1})
}

func TestMemoryIsBoundedAndAFloodLetsNobodyThrough(t *testing.T) {
	limit := Limit{"hold", time.Minute, 1, 4}
	l := limiter(limit)
	passed := 0
	for i := range 60_000 {
		if ok, _ := l.Allow(household(i), noon); ok {
			passed++
		}
	}
	if entries := len(l.addresses.at) + len(l.subnets.at) + len(l.overflow); entries > 20_000 || l.addresses.age.Len()+l.subnets.age.Len() > 20_000 {
		t.Errorf("%d entries", entries)
	}
	// Each subnet with a place has its one. All others are of one /32 and share a bucket.
	if passed != maxSubnets+limit.SubnetBurst {
		t.Errorf("%d passed", passed)
	}
	if ok, _ := l.Allow(household(0), noon); ok {
		t.Error("the flood made the first one forgotten")
	}
	if ok, _ := l.Allow(household(99_999), noon.Add(time.Minute)); !ok {
		t.Error("a newcomer is refused though all have their burst back")
	}
}

// With no room for addresses, newcomers have what their subnet has.
func TestNewcomersShareTheirSubnetsBucket(t *testing.T) {
	l := limiter(Limit{"hold", time.Minute, 1, 3})
	l.addresses.max = 2
	if taken(l, "198.51.100.1", 5, noon) != 1 || taken(l, "198.51.100.2", 5, noon) != 1 {
		t.Fatal("the first two have no bucket of their own")
	}
	if got := taken(l, "203.0.113.7", 10, noon); got != 3 {
		t.Errorf("%d passed", got)
	}
	if got := taken(l, "203.0.113.8", 10, noon); got != 0 {
		t.Errorf("%d of the neighbour passed", got)
	}
	if got := taken(l, "192.0.2.1", 10, noon.Add(time.Minute)); got != 1 {
		t.Errorf("%d passed once there was room", got)
	}
	if len(l.addresses.at) != 2 || l.addresses.age.Len() != 2 {
		t.Errorf("%d addresses in %d", len(l.addresses.at), l.addresses.age.Len())
	}
}

// Whatever comes, forgotten or not: no address has more than its burst and what it got back, no subnet either, and whoever
// waits as told gets through.
func TestNobodyHasMoreThanTheLimit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := Limit{"hold", time.Duration(rapid.IntRange(1, 5000).Draw(t, "every")) * time.Millisecond,
			rapid.IntRange(1, 4).Draw(t, "burst"), 0}
		limit.SubnetBurst = limit.Burst + rapid.IntRange(0, 6).Draw(t, "more")
		l := limiter(limit)
		l.addresses.max, l.subnets.max = rapid.IntRange(1, 6).Draw(t, "addresses"), rapid.IntRange(1, 6).Draw(t, "subnets")
		now, host, subnet := noon, map[netip.Addr]int{}, map[netip.Prefix]int{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "later")) * time.Millisecond)
			addr := ipv4(0xCB007100 + uint32(rapid.IntRange(0, 4).Draw(t, "subnet"))<<8 + uint32(rapid.IntRange(0, 3).Draw(t, "host")))
			ok, retry := l.Allow(addr, now)
			if ok == (retry > 0) {
				t.Fatalf("ok %v, retry %v", ok, retry)
			}
			if !ok && rapid.Bool().Draw(t, "wait") {
				if now = now.Add(retry); !first(l.Allow(addr, now)) {
					t.Fatalf("refused after waiting %v", retry)
				}
				ok = true
			}
			if !ok {
				continue
			}
			host[addr]++
			_, near, _ := networks(addr)
			subnet[near]++
			full := float64(now.Sub(noon)) / float64(limit.Every) / float64(limit.Burst) // times that a bucket was refilled
			most := float64(limit.SubnetBurst) * (1 + full)
			if l.subnets.max < 5 {
				most *= 2 // without a place first, then with one
			}
			if float64(subnet[near]) > most+1e-6 {
				t.Fatalf("%d of %s passed", subnet[near], near)
			}
			if most := float64(limit.Burst) * (1 + full); l.addresses.max == 6 && len(host) <= 6 && float64(host[addr]) > most+1e-6 {
				t.Fatalf("%d of %s passed", host[addr], addr)
			}
		}
	})
}

func first(ok bool, _ time.Duration) bool { return ok }

func TestAClockThatStepsBackGivesNothing(t *testing.T) {
	l := limiter(Limit{"hold", time.Second, 2, 4})
	taken(l, "203.0.113.7", 2, noon)
	if got := taken(l, "203.0.113.7", 2, noon.Add(-time.Hour)); got != 0 {
		t.Errorf("%d passed", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	l := limiter(Limit{"hold", time.Hour, 5, 40})
	var passed atomic.Int64
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			for n := range 200 {
				if ok, _ := l.Allow(ipv4(0xCB007100+uint32((i+n)%16)), noon); ok {
					passed.Add(1)
				}
			}
		})
	}
	all.Wait()
	if passed.Load() != 40 {
		t.Errorf("%d passed", passed.Load())
	}
}

func TestALimitOutOfItsRangeIsAMistake(t *testing.T) {
	for _, limit := range []Limit{{"a", 0, 1, 1}, {"b", time.Second, 0, 1}, {"c", time.Second, 2, 1}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s is taken", limit.Name)
				}
			}()
			limiter(limit)
		}()
	}
	if got := limiter(Limit{"hold", time.Second, 1, 1}).Name(); got != "hold" {
		t.Errorf("named %q", got)
	}
}

func BenchmarkAllowInAFlood(b *testing.B) {
	l := limiter(Limit{"hold", time.Minute, 1, 4})
	i := 0
	for b.Loop() {
		l.Allow(household(i), noon)
		i++
	}
}
