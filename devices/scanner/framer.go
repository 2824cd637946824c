package scanner

// maxCode is the longest code in bytes; what is longer is dropped whole, for
// half a code would be a wrong one.
const maxCode = 512

// framer cuts a reader's bytes into codes: CR, LF or CR LF ends one, and so
// does a pause (flush).
type framer struct {
	buf  []byte
	over bool // the code at hand is too long
}

func (f *framer) pending() bool { return len(f.buf) > 0 || f.over }

func (f *framer) feed(b []byte) []Code {
	var codes []Code
	for _, c := range b {
		switch {
		case c == '\r' || c == '\n':
			codes = append(codes, f.flush()...)
		case f.over:
		case len(f.buf) == maxCode+prefix:
			f.buf, f.over = f.buf[:0], true
		default:
			f.buf = append(f.buf, c)
		}
	}
	return codes
}

// flush ends the code at hand.
func (f *framer) flush() []Code {
	code := strip(f.buf)
	over := f.over
	f.buf, f.over = f.buf[:0], false
	if over || len(code) == 0 || len(code) > maxCode {
		return nil
	}
	return []Code{Code(code)}
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
