package virtual

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// faults is what is wrong with the line and the answers.
type faults struct {
	stopped   bool // reads nothing
	silent    bool // answers nothing
	noFence   bool // does not know GS ( H
	lose      int  // fence replies to lose; -1 is all
	twice     bool
	split     bool
	late      time.Duration
	hookAt    int
	hook      func()
	lastFence []byte
}

// at gives, once, what is to happen when the nth byte arrives.
func (f *faults) at(n int) func() {
	if f.hook == nil || n < f.hookAt {
		return nil
	}
	h := f.hook
	f.hook = nil
	return h
}

// set changes the mechanism and tells of it by automatic status.
func (p *Printer) set(change func(*state)) {
	p.tell.Lock()
	defer p.tell.Unlock()
	p.mu.Lock()
	change(&p.state)
	now := p.status()
	tell := p.asb != 0 && now != p.said && !p.state.off
	if tell {
		p.said = now
	}
	p.change.Broadcast()
	p.mu.Unlock()
	if tell {
		p.reply(now[:])
	}
}

// SetPaper changes what the paper sensors see.
func (p *Printer) SetPaper(v Paper) {
	p.set(func(s *state) { s.paper, s.dotsLeft = v, -1 })
}

// SetCover opens or closes the cover. Closing it ends a cutter error whose
// cause is gone.
func (p *Printer) SetCover(open bool) {
	p.set(func(s *state) {
		s.cover = open
		if !open && !s.jammed {
			s.cutter = false
		}
	})
}

// PaperOutAfter lets the paper end after so many dots (8 to the millimetre).
func (p *Printer) PaperOutAfter(dots int) { p.set(func(s *state) { s.dotsLeft = max(dots, 1) }) }

// Jam blocks the blade: the next cut fails. Unjam clears it; the printer then
// waits for DLE ENQ or for its cover to be opened and closed.
func (p *Printer) Jam()   { p.set(func(s *state) { s.jammed = true }) }
func (p *Printer) Unjam() { p.set(func(s *state) { s.jammed = false }) }

// Fatal breaks the printer for good; only PowerCycle mends it.
func (p *Printer) Fatal() { p.set(func(s *state) { s.fatal = true }) }

// PowerCycle takes the power away for so long. Everything in memory is lost;
// the paper keeps what was printed.
func (p *Printer) PowerCycle(off time.Duration) {
	p.mu.Lock()
	p.state.off = true
	p.state.fatal, p.state.cutter, p.state.xoff = false, false, false
	p.asb, p.buf = 0, nil
	p.age++
	p.change.Broadcast()
	p.mu.Unlock()
	time.AfterFunc(off, func() { p.set(func(s *state) { s.off = false }) })
}

// Hangup unplugs the line; Replug plugs it in again, under another name.
func (p *Printer) Hangup() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line != nil {
		p.line.close()
		p.line = nil
	}
	p.change.Broadcast()
}

func (p *Printer) Replug() error {
	p.mu.Lock()
	there := p.line != nil || p.closed
	p.mu.Unlock()
	if there {
		return nil
	}
	return p.plug()
}

func (p *Printer) fault(change func(*faults)) {
	p.mu.Lock()
	change(&p.faults)
	p.change.Broadcast()
	p.mu.Unlock()
}

// Silent makes the printer take everything and answer nothing.
func (p *Printer) Silent(on bool) { p.fault(func(f *faults) { f.silent = on }) }

// StopReading leaves the bytes in the line, as a lowered CTS does.
func (p *Printer) StopReading(on bool) { p.fault(func(f *faults) { f.stopped = on }) }

// NoFence makes it a printer that does not know GS ( H.
func (p *Printer) NoFence(on bool) { p.fault(func(f *faults) { f.noFence = on }) }

// LoseReplies loses the next n proofs of print, all of them if n is -1.
func (p *Printer) LoseReplies(n int) { p.fault(func(f *faults) { f.lose = n }) }

// DoubleReplies says every proof of print twice, and the one before once more.
func (p *Printer) DoubleReplies(on bool) { p.fault(func(f *faults) { f.twice = on }) }

// SplitReplies sends proofs of print byte by byte with an automatic status
// after each.
func (p *Printer) SplitReplies(on bool) { p.fault(func(f *faults) { f.split = on }) }

// LateReplies sends proofs of print only after d.
func (p *Printer) LateReplies(d time.Duration) { p.fault(func(f *faults) { f.late = d }) }

// AtByte calls f once, when n more bytes have arrived.
func (p *Printer) AtByte(n int, f func()) {
	p.fault(func(x *faults) { x.hookAt, x.hook = p.taken+n, f })
}

// XOFF and XON stop and release the sender in band.
func (p *Printer) XOFF() { p.say([]byte{0x13}) }
func (p *Printer) XON()  { p.say([]byte{0x11}) }

// Noise puts bytes on the line as if the printer had said them.
func (p *Printer) Noise(b []byte) { p.say(b) }

// Command obeys one line of the control socket: paper ok|low|out, paper-out-after
// DOTS, cover open|close, jam, unjam, fatal, power-cycle, unplug, plug,
// silent on|off, hold on|off (stops reading), lose N, status.
func (p *Printer) Command(line string) (string, error) {
	word, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
	switch word {
	case "paper":
		i := slices.Index([]string{"ok", "low", "out"}, arg)
		if i < 0 {
			return "", fmt.Errorf("paper %q: want ok, low or out", arg)
		}
		p.SetPaper(Paper(i))
	case "cover":
		if arg != "open" && arg != "close" {
			return "", fmt.Errorf("cover %q: want open or close", arg)
		}
		p.SetCover(arg == "open")
	case "jam":
		p.Jam()
	case "unjam":
		p.Unjam()
	case "fatal":
		p.Fatal()
	case "power-cycle":
		p.PowerCycle(time.Second)
	case "unplug":
		p.Hangup()
	case "plug":
		return "", p.Replug()
	case "silent", "hold":
		if arg != "on" && arg != "off" {
			return "", fmt.Errorf("%s %q: want on or off", word, arg)
		}
		if word == "silent" {
			p.Silent(arg == "on")
		} else {
			p.StopReading(arg == "on")
		}
	case "paper-out-after", "lose":
		var n int
		if _, err := fmt.Sscan(arg, &n); err != nil {
			return "", fmt.Errorf("%s %q: want a number", word, arg)
		}
		if word == "lose" {
			p.LoseReplies(n)
		} else {
			p.PaperOutAfter(n)
		}
	case "status":
		p.mu.Lock()
		defer p.mu.Unlock()
		return fmt.Sprintf("paper %s, cover open %t, jammed %t, fatal %t, plugged %t, pages %d",
			[]string{"ok", "low", "out"}[p.state.paper], p.state.cover, p.state.jammed, p.state.fatal, p.line != nil, len(p.pages)), nil
	default:
		return "", fmt.Errorf("%q: want paper, paper-out-after, cover, jam, unjam, fatal, power-cycle, unplug, plug, silent, hold, lose or status", word)
	}
	return "", nil
}
