package virtual

import qrcode "github.com/skip2/go-qrcode"

// symbol is what GS ( k has set so far.
type symbol struct {
	module int
	level  qrcode.RecoveryLevel
	data   string
}

var noSymbol = symbol{module: 3, level: qrcode.Low}

func (d *decoder) extended(c []byte) bool {
	p := c[5:]
	switch {
	case c[2] == 'H' && len(p) == 6 && p[0] == 0x30 && p[1] == 0x30:
		d.works.fence([4]byte(p[2:]))
	case c[2] == 'L':
		return d.graphics(p)
	case c[2] == 'k' && len(p) >= 3 && p[0] == 0x31:
		return d.symbol(p[1], p[2:])
	}
	return true
}

func (d *decoder) symbol(fn byte, p []byte) bool {
	switch fn {
	case 0x43:
		d.code.module = min(max(int(p[0]), 1), 16)
	case 0x45:
		if p[0] >= 0x30 && p[0] <= 0x33 {
			d.code.level = [...]qrcode.RecoveryLevel{qrcode.Low, qrcode.Medium, qrcode.High, qrcode.Highest}[p[0]-0x30]
		}
	case 0x50:
		d.code.data = string(p[1:])
	case 0x51:
		return d.flushIf() && d.draw()
	}
	return true
}

// draw prints the stored QR code, module by module and without a quiet zone, as
// printers do.
func (d *decoder) draw() bool {
	code, err := qrcode.New(d.code.data, d.code.level)
	if err != nil {
		return true // empty or too long: a printer prints nothing either
	}
	code.DisableBorder = true
	modules := code.Bitmap()
	side := len(modules) * d.code.module
	if side > Dots {
		return true
	}
	left := d.left(side)
	for y := range side {
		for x := range side {
			d.paper.dot(left+x, d.paper.y+y, modules[y/d.code.module][x/d.code.module])
		}
	}
	d.paper.note(&d.paper.codes, d.code.data)
	return d.works.advance(side)
}

// graphics is GS ( L and GS 8 L: function 112 stores a picture, 50 prints it.
func (d *decoder) graphics(p []byte) bool {
	switch {
	case len(p) >= 10 && p[0] == 0x30 && p[1] == 0x70 && p[2] == 0x30:
		across, rows := (int(p[6])+int(p[7])<<8+7)/8, int(p[8])+int(p[9])<<8
		if len(p) == 10+across*rows {
			d.stored = p[6:]
		}
	case len(p) >= 2 && p[0] == 0x30 && (p[1] == 2 || p[1] == 50) && d.stored != nil:
		across := (int(d.stored[0]) + int(d.stored[1])<<8 + 7) / 8
		picture := append([]byte{byte(across), byte(across >> 8)}, d.stored[2:]...)
		d.stored = nil
		return d.flushIf() && d.dots(picture)
	}
	return true
}

// dots prints a picture: xL xH (in bytes) yL yH and the rows.
func (d *decoder) dots(c []byte) bool {
	across, rows := int(c[0])+int(c[1])<<8, int(c[2])+int(c[3])<<8
	left := d.left(across * 8)
	for y := range rows {
		for x := range across * 8 {
			d.paper.dot(left+x, d.paper.y+y, c[4+y*across+x/8]&(0x80>>(x%8)) != 0)
		}
	}
	return d.works.advance(rows)
}
