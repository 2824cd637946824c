package virtual

import "time"

// print takes bytes out of the buffer and does what they say.
func (p *Printer) print() {
	p.mu.Lock()
	age := p.age
	p.mu.Unlock()
	e := &engine{p: p, age: age}
	d := newDecoder(e, p.roll)
	for {
		b, ok := e.next()
		if !ok {
			p.mu.Lock()
			closed := p.closed
			e.age = p.age
			p.mu.Unlock()
			if closed {
				return
			}
			d = newDecoder(e, e.paper())
			continue
		}
		d.paper = e.paper()
		d.take(b)
	}
}

// engine is the works of a decoder, for the data of one age.
type engine struct {
	p   *Printer
	age int
}

func (e *engine) paper() *roll {
	e.p.mu.Lock()
	defer e.p.mu.Unlock()
	return e.p.roll
}

// next waits for a byte; false when the data was dropped.
func (e *engine) next() (byte, bool) {
	p := e.p
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.buf) == 0 && p.age == e.age {
		p.change.Wait()
	}
	if p.age != e.age {
		return 0, false
	}
	b := p.buf[0]
	p.buf = p.buf[1:]
	if p.state.xoff && len(p.buf) <= p.opts.Buffer/4 {
		p.state.xoff = false
		go p.say([]byte{0x11})
	}
	p.change.Broadcast()
	return b, true
}

// ready waits until the mechanism can move.
func (e *engine) ready() bool {
	p := e.p
	for p.age == e.age && p.state.stuck() {
		p.change.Wait()
	}
	return p.age == e.age
}

func (s *state) stuck() bool {
	return s.off || s.cover || s.cutter || s.fatal || s.paper == PaperOut
}

func (e *engine) advance(dots int) bool {
	p := e.p
	for dots > 0 {
		p.mu.Lock()
		if !e.ready() {
			p.mu.Unlock()
			return false
		}
		n := dots
		if p.state.dotsLeft >= 0 {
			n = min(n, max(p.state.dotsLeft, 0))
			p.state.dotsLeft -= n
		}
		p.roll.feed(n)
		dots -= n
		out := p.state.dotsLeft == 0
		p.change.Broadcast()
		p.mu.Unlock()
		if out {
			p.set(func(s *state) { s.paper, s.dotsLeft = PaperOut, -1 })
		}
		if p.opts.Speed > 0 {
			time.Sleep(time.Duration(float64(n) / dotsPerMM / p.opts.Speed * float64(time.Second)))
		}
	}
	return true
}

// cut cuts the paper, or jams until somebody clears the blade and the computer
// says to go on.
func (e *engine) cut() bool {
	p := e.p
	for {
		p.mu.Lock()
		if !e.ready() {
			p.mu.Unlock()
			return false
		}
		if !p.state.jammed {
			break
		}
		p.mu.Unlock()
		p.set(func(s *state) { s.cutter = true })
	}
	r := p.roll
	p.roll = &roll{}
	p.numbers++
	n := p.numbers
	p.mu.Unlock()

	path := ""
	if p.opts.Dir != "" {
		saved, err := r.save(p.opts.Dir, n)
		if err == nil {
			path = saved
		}
	}
	p.mu.Lock()
	p.pages = append(p.pages, r.page(path))
	p.change.Broadcast()
	p.mu.Unlock()
	if path != "" && p.opts.OnPage != nil {
		p.opts.OnPage(path)
	}
	return true
}

func (e *engine) fence(id [4]byte) {
	p := e.p
	p.mu.Lock()
	ok := e.ready() && !p.faults.noFence // data behind a fault is not reached
	p.mu.Unlock()
	if ok {
		p.fenceReply(append(append([]byte{0x37, 0x22}, id[:]...), 0))
	}
}

func (e *engine) paperByte() {
	p := e.p
	p.mu.Lock()
	ok := e.ready()
	b := byte(0)
	if p.state.paper == PaperLow {
		b = 3
	}
	p.mu.Unlock()
	if ok {
		p.reply([]byte{b})
	}
}

func (e *engine) auto(n byte) {
	p := e.p
	p.mu.Lock()
	p.asb = n
	p.said = p.status()
	b := p.said
	p.mu.Unlock()
	if n != 0 {
		p.reply(b[:])
	}
}

func (e *engine) identify(n byte) {
	switch n {
	case 66:
		e.p.reply([]byte("_Wartemarke\x00"))
	case 67:
		e.p.reply([]byte("_Virtual\x00"))
	default:
		e.p.reply([]byte{0x02})
	}
}
