package hall

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"slices"
	"sync"
	"time"
)

// An address is sent so many mails that ask for a confirmation, whoever asks for them: anybody can type anybody's address.
const (
	hourlyConfirms = 4
	dailyConfirms  = 10
	mostAddresses  = 100_000 // that are remembered; about 20 MB
)

// confirms remembers which addresses were sent confirm mails within a day: in memory only, so that no trace stays of whoever was
// written to without wanting it, and by a hash whose key dies with the process. The zero value is not usable.
type confirms struct {
	key    []byte
	mu     sync.Mutex
	sent   map[address][]time.Time // oldest first
	pruned time.Time
}

// address is the keyed hash of a mailKey.
type address [sha256.Size]byte

func newConfirms() *confirms {
	key := make([]byte, sha256.Size)
	rand.Read(key) // never fails, see its documentation
	return &confirms{key: key, sent: map[address][]time.Time{}}
}

// take counts a mail to an address, unless it had enough of them.
func (s *confirms) take(mailKey string, now time.Time) (address, bool) {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(mailKey))
	a := address(mac.Sum(nil))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prune(now)
	times := lately(s.sent[a], now, 24*time.Hour)
	if len(times) >= dailyConfirms || len(lately(times, now, time.Hour)) >= hourlyConfirms {
		return a, false
	}
	s.sent[a] = append(slices.Clip(times), now)
	return a, true
}

// giveBack forgets the last mail to an address: it was not sent, for nothing of its change was written.
func (s *confirms) giveBack(a address) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.sent[a]); n > 1 {
		s.sent[a] = s.sent[a][:n-1]
	} else {
		delete(s.sent, a)
	}
}

// prune forgets, once an hour, who was not written to for a day. When there are too many even so, somebody must go.
func (s *confirms) prune(now time.Time) {
	if now.Sub(s.pruned) >= time.Hour {
		s.pruned = now
		for a, times := range s.sent {
			if len(lately(times, now, 24*time.Hour)) == 0 {
				delete(s.sent, a)
			}
		}
	}
	for a := range s.sent {
		if len(s.sent) < mostAddresses {
			return
		}
		delete(s.sent, a)
	}
}

// lately are those of the times, oldest first, that are less than so long ago.
func lately(times []time.Time, now time.Time, ago time.Duration) []time.Time {
	for i, t := range times {
		if now.Sub(t) < ago {
			return times[i:]
		}
	}
	return nil
}
