package booking

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Alphabet of the codes: no I, O, Y, Z, on which hands and keyboards differ.
const Alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWX"

const (
	symbols  = 10    // symbols of a code, the last one is the check symbol
	qrPrefix = "WM1" // marks the content of our QR codes
)

// Code is a normalised appointment code: ten symbols of Alphabet with a right check symbol, or a foreign system's code.
type Code string

// NewCode makes a code from 9 random symbols read from rand (45 bits) and a check symbol. It reads 6 bytes and fails only
// when rand does.
func NewCode(rand interface{ Read([]byte) (int, error) }) (Code, error) {
	var random [6]byte
	if _, err := io.ReadFull(rand, random[:]); err != nil {
		return "", fmt.Errorf("random bytes for a code: %w", err)
	}
	var bits uint64
	for _, b := range random {
		bits = bits<<8 | uint64(b)
	}
	var values [symbols]byte
	for i := range symbols - 1 {
		values[i] = byte(bits & 31) // 32 symbols are 5 whole bits, so none is likelier than another
		bits >>= 5
	}
	// The check symbol's weight is 1, so the sum of the others is the symbol that makes the whole sum 0.
	values[symbols-1] = checksum(values)
	var b strings.Builder
	for _, v := range values {
		b.WriteByte(Alphabet[v])
	}
	return Code(b.String()), nil
}

// Normalize folds what a scanner or a hand may add: case, blanks, hyphens, CR, LF and other control characters, an AIM
// prefix such as "]Q1" (ISO/IEC 15424), the "WM1" of our QR content when ten symbols follow it.
func Normalize(raw string) string {
	code := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.In(r, unicode.Pd, unicode.Cf) || r == '\u2212' {
			return -1
		}
		return unicode.ToUpper(r)
	}, raw)
	for hasAIM(code) {
		code = code[3:]
	}
	if rest, ok := strings.CutPrefix(code, qrPrefix); ok && len(rest) == symbols && allSymbols(rest) {
		return rest
	}
	return code
}

// hasAIM tells whether code begins with an AIM symbology identifier: "]", a letter, a digit or letter.
func hasAIM(code string) bool {
	return len(code) >= 3 && code[0] == ']' && isLetter(code[1]) && (isLetter(code[2]) || code[2] >= '0' && code[2] <= '9')
}

func isLetter(b byte) bool { return b >= 'A' && b <= 'Z' }

func allSymbols(s string) bool {
	for i := range len(s) {
		if strings.IndexByte(Alphabet, s[i]) < 0 {
			return false
		}
	}
	return true
}

// ParseCode reads one of our codes from raw. The error is a *queue.Refusal BadCode.
func ParseCode(raw string) (Code, error) {
	code := Normalize(raw)
	if !ours(code) {
		return "", &queue.Refusal{Code: queue.BadCode}
	}
	return Code(code), nil
}

// LooksOurs tells whether raw, once normalised, has the form of our codes with a right check symbol. A foreign code may
// look so by chance, therefore foreign codes are tried first, whole, on the Normalized text.
func LooksOurs(raw string) bool { return ours(Normalize(raw)) }

// ours tells whether the normalised code has ten symbols of Alphabet and a right check symbol.
func ours(code string) bool {
	if len(code) != symbols {
		return false
	}
	var values [symbols]byte
	for i := range symbols {
		at := strings.IndexByte(Alphabet, code[i])
		if at < 0 {
			return false
		}
		values[i] = byte(at)
	}
	return checksum(values) == 0
}

// Display groups our codes for people: "K7M4X 2QX9P". Foreign codes stay as they are.
func (c Code) Display() string {
	if !ours(string(c)) {
		return string(c)
	}
	return string(c[:symbols/2]) + " " + string(c[symbols/2:])
}

// QR is the content of the QR code: "WM1" and the ten symbols, upper case. A foreign code is its own content.
func (c Code) QR() string {
	if !ours(string(c)) {
		return string(c)
	}
	return qrPrefix + string(c)
}

// checksum is the sum over GF(32) of every symbol times the weight of its place: the powers 9 … 0 of a generator of the
// field, so all weights differ and none is 0. A single wrong symbol changes the sum because no weight is 0; swapping two
// different neighbours changes it because their weights differ. A code is right when its sum is 0.
func checksum(values [symbols]byte) byte {
	var sum byte
	for _, v := range values { // Horner's rule
		sum = double(sum) ^ v
	}
	return sum
}

// double multiplies by x in GF(32), modulo the primitive polynomial x^5 + x^2 + 1.
func double(v byte) byte {
	v <<= 1
	if v&0b100000 != 0 {
		v ^= 0b100101
	}
	return v
}
