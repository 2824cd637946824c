package virtual

import (
	"bytes"
	"time"
)

// receive takes bytes off the line at the line's speed, obeys the real-time
// commands in them and puts them into the buffer.
func (p *Printer) receive(t *tty) {
	var tail []byte // the last bytes, in which a real-time command may end
	free := time.Now()
	in := make([]byte, 64)
	for {
		if !p.mayRead(t) {
			return
		}
		n, err := t.master.Read(in)
		if err != nil {
			return // unplugged
		}
		if p.opts.Baud > 0 {
			if now := time.Now(); free.Before(now) {
				free = now
			}
			free = free.Add(time.Duration(n) * 10 * time.Second / time.Duration(p.opts.Baud))
			time.Sleep(time.Until(free))
		}
		for _, b := range in[:n] {
			tail = p.arrive(b, tail)
		}
	}
}

// mayRead waits while the printer holds the line: a pty that nobody reads
// blocks its writer as a lowered CTS does.
func (p *Printer) mayRead(t *tty) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.closed && p.line == t && p.holdsLine() {
		p.change.Wait()
	}
	return !p.closed && p.line == t
}

func (p *Printer) holdsLine() bool {
	if p.faults.stopped {
		return true
	}
	hardware := p.opts.Flow == "" || p.opts.Flow == "rtscts"
	return hardware && len(p.buf) >= p.opts.Buffer && !p.state.off
}

// arrive handles one byte.
func (p *Printer) arrive(b byte, tail []byte) []byte {
	p.mu.Lock()
	p.last = time.Now()
	p.taken++
	deaf := p.state.off || p.closed
	if !deaf {
		p.store(b)
	}
	hook := p.faults.at(p.taken)
	p.change.Broadcast()
	p.mu.Unlock()
	if hook != nil {
		hook()
	}
	if deaf {
		return nil
	}
	tail = append(tail, b)
	if len(tail) > 10 {
		tail = tail[1:]
	}
	if p.realTime(tail) {
		return nil
	}
	return tail
}

// store puts a byte into the buffer, or loses it when there is no room.
func (p *Printer) store(b byte) {
	if len(p.buf) >= p.opts.Buffer+64 || p.opts.Flow == "none" && len(p.buf) >= p.opts.Buffer {
		return
	}
	p.buf = append(p.buf, b)
	if p.opts.Flow == "xonxoff" && !p.state.xoff && len(p.buf) >= p.opts.Buffer/2 {
		p.state.xoff = true
		go p.say([]byte{0x13})
	}
}

// realTime obeys the command that tail ends with, if any. Real printers do so
// even where the bytes belong to a picture.
func (p *Printer) realTime(tail []byte) bool {
	n := len(tail)
	if n >= 3 && tail[n-3] == dle {
		switch arg := tail[n-1]; tail[n-2] {
		case 0x04:
			p.answer(arg)
			return true
		case 0x05:
			p.recover(arg)
			return true
		}
	}
	if bytes.Equal(tail, []byte{dle, 0x14, 8, 1, 3, 20, 1, 6, 2, 8}) {
		p.drop()
		p.reply([]byte{0x37, 0x25, 0})
		return true
	}
	return false
}

// recover is DLE ENQ: 1 goes on where an error stopped it, 2 drops the data
// first.
func (p *Printer) recover(n byte) {
	p.mu.Lock()
	ok := p.state.cutter && !p.state.jammed
	p.mu.Unlock()
	if !ok || n != 1 && n != 2 {
		return
	}
	if n == 2 {
		p.drop()
	}
	p.set(func(s *state) { s.cutter = false })
}

// drop forgets everything not printed yet.
func (p *Printer) drop() {
	p.mu.Lock()
	p.buf = nil
	p.age++
	p.change.Broadcast()
	p.mu.Unlock()
}
