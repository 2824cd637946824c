package printer

import (
	"time"

	"westerkappeln.de/wartemarke/devices/escpos"
)

// Status is the newest.
func (p *Printer) Status() Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// Watch calls fn with the present status and then with every change, in order
// and one at a time, until cancel. fn must not call Watch or cancel.
func (p *Printer) Watch(fn func(Status)) (cancel func()) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	p.watchN++
	n := p.watchN
	p.watch[n] = fn
	now := p.status
	p.mu.Unlock()
	fn(now)
	return func() {
		p.telling.Lock()
		defer p.telling.Unlock()
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.watch, n)
	}
}

// update changes the status and tells the watchers.
func (p *Printer) update(change func(*Status)) {
	p.telling.Lock()
	defer p.telling.Unlock()
	p.mu.Lock()
	before := p.status
	change(&p.status)
	now := p.status
	var fns []func(Status)
	if now != before {
		for i := 1; i <= p.watchN; i++ {
			if fn, ok := p.watch[i]; ok {
				fns = append(fns, fn)
			}
		}
	}
	p.mu.Unlock()
	for _, fn := range fns {
		fn(now)
	}
}

func (p *Printer) setState(state string) { p.update(func(s *Status) { s.State = state }) }

// heard takes over what the printer says of itself.
func (p *Printer) heard(st escpos.Status) {
	p.update(func(s *Status) {
		s.PaperOut, s.CoverOpen, s.Cutter = st.PaperOut, st.CoverOpen, st.Cutter
		s.Offline, s.Fatal = st.Offline, st.Fatal
		low := st.PaperLow || st.PaperOut
		if low {
			s.PaperLow = true
		}
		if low == p.rawLow {
			return
		}
		p.rawLow = low
		if p.low != nil {
			p.low.Stop()
		}
		if !low {
			p.low = time.AfterFunc(p.time.low, p.lowOver)
		}
	})
}

func (p *Printer) lowOver() {
	p.update(func(s *Status) {
		if !p.rawLow {
			s.PaperLow = false
		}
	})
}
