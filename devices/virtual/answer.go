package virtual

import "time"

// status is the four bytes of automatic status (GS a). p.mu is held.
func (p *Printer) status() [4]byte {
	s := &p.state
	b := [4]byte{0x10, 0, 0, 0}
	if s.stuck() {
		b[0] |= 0x08
	}
	if s.cover {
		b[0] |= 0x20
	}
	if s.cutter {
		b[1] |= 0x08
	}
	if s.fatal {
		b[1] |= 0x20
	}
	switch s.paper {
	case PaperLow:
		b[2] |= 0x03
	case PaperOut:
		b[2] |= 0x0F
	}
	return b
}

// answer answers DLE EOT n.
func (p *Printer) answer(n byte) {
	p.mu.Lock()
	b := p.status()
	p.mu.Unlock()
	r := byte(0x12)
	switch n {
	case 1:
		r |= b[0] & 0x08
	case 2:
		if b[0]&0x20 != 0 {
			r |= 0x04
		}
		if b[2]&0x0C != 0 {
			r |= 0x20
		}
		if b[1] != 0 {
			r |= 0x40
		}
	case 3:
		r |= b[1] & 0x6C
	case 4:
		if b[2]&0x03 != 0 {
			r |= 0x0C
		}
		if b[2]&0x0C != 0 {
			r |= 0x60
		}
	default:
		return
	}
	p.reply([]byte{r})
}

// reply says something unless the printer is to be silent.
func (p *Printer) reply(b []byte) {
	p.mu.Lock()
	mute := p.faults.silent || p.state.off
	p.mu.Unlock()
	if !mute {
		p.say(b)
	}
}

// fenceReply says a proof of print, with the faults that are set for those.
func (p *Printer) fenceReply(b []byte) {
	p.mu.Lock()
	f := &p.faults
	lost := f.lose != 0
	if f.lose > 0 {
		f.lose--
	}
	before, twice, split, late := f.lastFence, f.twice, f.split, f.late
	f.lastFence = b
	auto := p.status()
	p.mu.Unlock()
	tell := func() {
		if split {
			for _, c := range b {
				p.reply([]byte{c})
				p.reply(auto[:])
			}
		} else {
			p.reply(b)
		}
		if twice {
			p.reply(b)
			p.reply(before)
		}
	}
	switch {
	case lost:
	default:
		time.Sleep(late) // here, so that answers keep their order
		tell()
	}
}

// say puts bytes on the line. They are lost when nobody is plugged in or the
// reader has not read for a second.
func (p *Printer) say(b []byte) {
	p.mu.Lock()
	t := p.line
	p.mu.Unlock()
	if t == nil || len(b) == 0 {
		return
	}
	p.speak.Lock()
	defer p.speak.Unlock()
	// Errors mean that the line is gone or full; a printer cannot help that.
	_ = t.master.SetWriteDeadline(time.Now().Add(time.Second))
	_, _ = t.master.Write(b)
}
