package virtual

import "strings"

// works is what moves and answers behind the decoder.
type works interface {
	// advance waits until the paper can move and has moved; false means that
	// the rest of the data is to be dropped.
	advance(dots int) bool
	cut() bool
	fence(id [4]byte)
	paperByte()
	auto(n byte)
	identify(n byte)
}

// decoder understands ESC/POS as printers do. It shares no code with our
// encoder: it is the second opinion on it.
type decoder struct {
	works  works
	paper  *roll
	cmd    []byte // the command so far
	attr   attr
	align  int
	pitch  int // line spacing
	page   byte
	line   []cell
	code   symbol
	stored []byte // graphics for GS ( L, function 50: xL xH yL yH and the dots

	// A macro (GS :) lives until the power goes, ESC @ does not clear it.
	macro     []byte
	recording bool
}

// macroMax is the longest macro in bytes.
const macroMax = 2048

type attr struct {
	w, h                    int
	bold, underline, invert bool
}

type cell struct {
	r rune
	attr
	gap int // for r 0: dots left bare, or stepped back
}

func (c cell) width() int {
	if c.r == 0 {
		return c.gap
	}
	return fontW * c.w
}

func newDecoder(w works, r *roll) *decoder {
	d := &decoder{works: w, paper: r}
	d.reset()
	return d
}

func (d *decoder) reset() {
	d.attr, d.align, d.pitch, d.page, d.line = attr{w: 1, h: 1}, 0, 30, 0, nil
	d.code = noSymbol
}

// take goes on with one byte; false as in works.advance.
func (d *decoder) take(b byte) bool {
	d.cmd = append(d.cmd, b)
	n := length(d.cmd)
	if n == 0 && len(d.cmd) < maxCommand || n > len(d.cmd) && n <= maxCommand {
		return true
	}
	c := d.cmd
	d.cmd = nil
	if n != len(c) {
		return true // too long for any printer: it is noise
	}
	if c[0] == gs && len(c) > 1 && c[1] == ':' {
		d.recording = !d.recording
		if d.recording {
			d.macro = nil
		}
		return true
	}
	if d.recording {
		if len(d.macro)+len(c) <= macroMax {
			d.macro = append(d.macro, c...)
		}
		return true
	}
	return d.run(c)
}

// run does one whole command.
func (d *decoder) run(c []byte) bool {
	switch c[0] {
	case esc:
		return d.escape(c)
	case gs:
		return d.group(c)
	case fs, dle:
		return true // Kanji; real-time commands were obeyed on arrival
	}
	return d.letter(c[0])
}

func (d *decoder) letter(b byte) bool {
	switch {
	case b == '\n':
		return d.flush()
	case b < 0x20 || b == 0x7F:
		return true
	}
	if d.used()+fontW*d.attr.w > Dots && !d.flush() {
		return false
	}
	d.line = append(d.line, cell{r: letterOf(d.page, b), attr: d.attr})
	return true
}

// used is how many dots of the line are taken.
func (d *decoder) used() int {
	used := 0
	for _, c := range d.line {
		used += c.width()
	}
	return used
}

// move goes to a place in the line, within the paper.
func (d *decoder) move(to int) {
	if gap := min(max(to, 0), Dots) - d.used(); gap != 0 && len(d.line) < Dots {
		d.line = append(d.line, cell{gap: gap})
	}
}

func (d *decoder) escape(c []byte) bool {
	switch arg := c[len(c)-1]; c[1] {
	case '@':
		d.reset()
	case 'a':
		d.align = int(arg) % 48 % 3
	case 'd':
		return d.flushIf() && d.works.advance(int(arg)*d.pitch)
	case 'J':
		return d.flushIf() && d.works.advance(int(arg))
	case 't':
		d.page = arg
	case '$':
		d.move(int(c[2]) + int(arg)<<8)
	case '\\':
		d.move(d.used() + int(int16(uint16(c[2])|uint16(arg)<<8)))
	case 'E', 'G':
		d.attr.bold = arg&1 != 0
	case '-':
		d.attr.underline = arg%48 != 0
	case '2':
		d.pitch = 30
	case '3':
		d.pitch = int(arg)
	case '!':
		d.attr.bold, d.attr.underline = arg&8 != 0, arg&0x80 != 0
		d.attr.w, d.attr.h = 1+int(arg>>5&1), 1+int(arg>>4&1)
	}
	return true
}

func (d *decoder) group(c []byte) bool {
	switch arg := c[len(c)-1]; c[1] {
	case '!':
		d.attr.w, d.attr.h = int(c[2]>>4&7)+1, int(c[2]&7)+1
	case 'B':
		d.attr.invert = arg&1 != 0
	case 'a':
		d.works.auto(arg)
	case 'r':
		d.works.paperByte()
	case 'I':
		d.works.identify(arg)
	case '^':
		return d.play(int(c[2]))
	case 'V':
		return d.cut(c)
	case 'v':
		return d.flushIf() && d.dots(c[4:])
	case '8':
		return d.graphics(c[7:])
	case '(':
		return d.extended(c)
	}
	return true
}

// play runs the macro some times over.
func (d *decoder) play(times int) bool {
	macro := d.macro
	for range times {
		for rest := macro; len(rest) > 0; {
			n := min(max(length(rest), 1), len(rest))
			if rest[0] == gs && n > 1 && rest[1] == '^' {
				break // a macro cannot run itself
			}
			if !d.run(rest[:n]) {
				return false
			}
			rest = rest[n:]
		}
	}
	return true
}

func (d *decoder) cut(c []byte) bool {
	if !d.flushIf() {
		return false
	}
	if len(c) == 4 && !d.works.advance(int(c[3])) {
		return false
	}
	return d.works.cut()
}

// left is where something this wide begins.
func (d *decoder) left(width int) int {
	switch d.align {
	case 1:
		return max((Dots-width)/2, 0)
	case 2:
		return max(Dots-width, 0)
	}
	return 0
}

func (d *decoder) flushIf() bool { return len(d.line) == 0 || d.flush() }

// flush prints the line that was gathered, all letters standing on one base.
func (d *decoder) flush() bool {
	width, height := d.used(), 0
	var text strings.Builder
	for _, c := range d.line {
		if c.r == 0 {
			text.WriteString(strings.Repeat(" ", max(c.gap/fontW, 0)))
			continue
		}
		height = max(height, fontH*c.h)
		text.WriteRune(c.r)
	}
	x := d.left(width)
	for _, c := range d.line {
		if c.r != 0 {
			d.glyph(c, x, d.paper.y+height-fontH*c.h)
		}
		x += c.width()
	}
	d.paper.note(&d.paper.text, strings.TrimRight(text.String(), " "))
	d.line = d.line[:0]
	return d.works.advance(max(height, d.pitch))
}

func (d *decoder) glyph(c cell, left, top int) {
	f := font()
	w, h := fontW*c.w, fontH*c.h
	for y := range h {
		struck := -w
		for x := range w {
			ink := f.ink(c.r, x, y, c.w, c.h)
			black := ink || c.bold && x-struck <= c.w // printers embolden by striking again one dot on
			if ink {
				struck = x
			}
			if c.underline && y >= h-2 {
				black = true
			}
			d.paper.dot(left+x, top+y, black != c.invert)
		}
	}
}
