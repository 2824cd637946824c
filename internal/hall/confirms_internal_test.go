package hall

import (
	"fmt"
	"testing"
	"time"
)

// Whoever invents addresses fills no memory, and what is a day old goes by itself.
func TestRememberedAddressesAreFew(t *testing.T) {
	s := newConfirms()
	now := time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
	for i := range mostAddresses + 100 {
		if _, ok := s.take(fmt.Sprint(i, "@example.org"), now); !ok {
			t.Fatal("the first mail to an address is refused")
		}
	}
	if len(s.sent) != mostAddresses {
		t.Errorf("%d addresses", len(s.sent))
	}
	a, _ := s.take("erika@example.org", now.Add(24*time.Hour))
	if len(s.sent) != 1 {
		t.Errorf("%d addresses a day later", len(s.sent))
	}
	s.giveBack(a)
	if len(s.sent) != 0 {
		t.Errorf("%d addresses after it was given back", len(s.sent))
	}
}

// The memory of one process says nothing to who has another one's, or the program.
func TestRememberedAddressesAreKeyed(t *testing.T) {
	one, other := newConfirms(), newConfirms()
	a, _ := one.take("erika@example.org", time.Now())
	b, _ := other.take("erika@example.org", time.Now())
	if a == b {
		t.Error("two processes know an address by the same hash")
	}
}
