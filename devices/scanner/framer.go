package scanner

// maxCode is the longest code in bytes. What is longer is cut there: no system's
// code is that long, and who holds some other QR code under the scanner shall be
// told that it is not one of ours.
const maxCode = 512

// framer cuts a reader's bytes into codes: CR, LF or CR LF ends one, and so
// does a pause (flush).
type framer struct {
	buf []byte
}

func (f *framer) pending() bool { return len(f.buf) > 0 }

func (f *framer) feed(b []byte) []Code {
	var codes []Code
	for _, c := range b {
		switch {
		case c == '\r' || c == '\n':
			codes = append(codes, f.flush()...)
		case len(f.buf) == maxCode+prefix:
			// Too long already: the rest is not kept.
		default:
			f.buf = append(f.buf, c)
		}
	}
	return codes
}

// flush ends the code at hand.
func (f *framer) flush() []Code {
	code := strip(f.buf)
	f.buf = f.buf[:0]
	if len(code) == 0 {
		return nil
	}
	return []Code{Code(code[:min(len(code), maxCode)])}
}

// prefix is the length of a symbology prefix: "]", a letter, a digit.
const prefix = 3

func strip(b []byte) []byte {
	if len(b) >= prefix && b[0] == ']' && letter(b[1]) && b[2] >= '0' && b[2] <= '9' {
		return b[prefix:]
	}
	return b
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
