package port

import "time"

const (
	chunk = 64  // bytes a Write hands to the kernel at once
	lead  = 256 // bytes we may be ahead of what the wire can have carried
)

// pacer is a token bucket: it knows when the wire will be free of everything
// handed over so far. A kernel swallows kilobytes before a Write waits, and
// whatever lies there still reaches the device after it said stop.
type pacer struct {
	baud int
	free time.Time
}

// bytes is how long n bytes take at 8N1, ten bits each.
func (p *pacer) bytes(n int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(p.baud)
}

// wait returns once another chunk may go, or false when closed comes first.
func (p *pacer) wait(closed <-chan struct{}) bool {
	select {
	case <-closed:
		return false
	default:
	}
	// Before the first byte free is the zero time, too far off for a duration.
	ahead := time.Until(p.free.Add(-p.bytes(lead - chunk)))
	if ahead <= 0 {
		return true
	}
	t := time.NewTimer(ahead)
	defer t.Stop()
	select {
	case <-closed:
		return false
	case <-t.C:
		return true
	}
}

func (p *pacer) sent(n int) {
	if now := time.Now(); p.free.Before(now) {
		p.free = now
	}
	p.free = p.free.Add(p.bytes(n))
}
