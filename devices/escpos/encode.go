package escpos

import (
	"bytes"
	"strings"
)

const (
	lf  = 0x0A
	esc = 0x1B
	fs  = 0x1C
	gs  = 0x1D
)

// Dots of the built-in font A and of the default line spacing, at 203 dpi.
const (
	fontHeight  = 24
	lineSpacing = 30
)

// Init puts a printer into a known state: reset, no Kanji, US characters, the
// profile's code page.
func (p Profile) Init() []byte {
	return []byte{esc, '@', fs, '.', esc, 'R', 0, esc, 't', p.CodePage}
}

// Cut feeds the last line past the blade and cuts partially. A printer without
// a cutter feeds to its tear bar.
func (p Profile) Cut() []byte {
	if !p.Cutter {
		return []byte{esc, 'd', 6}
	}
	return []byte{gs, 'V', 66, 0}
}

// Encode gives the bytes of the content alone; init, proof of print and cut are
// the job's. The receipt ends at the start of a line with all styles off.
func (p Profile) Encode(r Receipt) []byte {
	b, _ := p.encode(r)
	return b
}

// Length is how many millimetres of paper the content takes, without the way to
// the blade. It is an estimate for time-outs.
func (p Profile) Length(r Receipt) float64 {
	_, dots := p.encode(r)
	return float64(dots) / p.DotsPerMM
}

func (p Profile) encode(r Receipt) ([]byte, int) {
	e := &encoder{p: p, page: p.CodePage, style: plain}
	for _, it := range r.Items {
		switch it := it.(type) {
		case Text:
			e.text(it)
		case Pair:
			e.pair(it)
		case QR:
			e.qr(it)
		case Feed:
			e.feed(it.Lines)
		case Rule:
			e.set(plain)
			e.line(strings.Repeat("─", p.Columns))
		case Image:
			e.image(it)
		}
	}
	e.set(plain)
	return e.out.Bytes(), e.dots
}

// style is what the printer keeps between lines.
type style struct {
	w, h                    int
	bold, underline, invert bool
	align                   Align
}

var plain = style{w: 1, h: 1}

type encoder struct {
	p     Profile
	out   bytes.Buffer
	style style
	page  byte // selected with ESC t
	dots  int  // paper used
}

// set sends what differs from the style the printer has now.
func (e *encoder) set(s style) {
	now := e.style
	if s.w != now.w || s.h != now.h {
		e.send(gs, '!', byte(s.w-1)<<4|byte(s.h-1))
	}
	if s.bold != now.bold {
		e.send(esc, 'E', bit(s.bold))
	}
	if s.underline != now.underline {
		e.send(esc, '-', bit(s.underline))
	}
	if s.invert != now.invert {
		e.send(gs, 'B', bit(s.invert))
	}
	if s.align != now.align {
		e.send(esc, 'a', byte(s.align))
	}
	e.style = s
}

func (e *encoder) text(t Text) {
	w, h := size(t.Width), size(t.Height)
	e.set(style{w, h, t.Bold, t.Underline, t.Invert, min(max(t.Align, Left), Right)})
	for _, line := range wrap(clean(t.Text), max(e.p.Columns/w, 1)) {
		e.line(line)
	}
}

func (e *encoder) pair(p Pair) {
	w, h := size(p.Width), size(p.Height)
	e.set(style{w: w, h: h, bold: p.Bold})
	columns := max(e.p.Columns/w, 1)
	left, right := oneLine(p.Left), oneLine(p.Right)
	gap := columns - width(left) - width(right)
	if gap >= 1 {
		e.line(left + strings.Repeat(" ", gap) + right)
		return
	}
	for _, line := range wrap(left, columns) {
		e.line(line)
	}
	e.set(style{w: w, h: h, bold: p.Bold, align: Right})
	for _, line := range wrap(right, columns) {
		e.line(line)
	}
}

// line prints one line in the style that is set.
func (e *encoder) line(s string) {
	e.write(s)
	e.send(lf)
	e.dots += max(fontHeight*e.style.h, lineSpacing)
}

func (e *encoder) feed(lines int) {
	for lines > 0 {
		n := min(lines, 255)
		e.send(esc, 'd', byte(n))
		e.dots += n * lineSpacing
		lines -= n
	}
}

func (e *encoder) send(b ...byte) { e.out.Write(b) }

func size(n int) int { return min(max(n, 1), 8) }

func bit(on bool) byte {
	if on {
		return 1
	}
	return 0
}
