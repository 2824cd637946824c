package escpos

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean drops what could command the printer and keeps line feeds.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\u00a0' || r == '\u202f':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}

func oneLine(s string) string { return strings.ReplaceAll(clean(s), "\n", " ") }

func width(s string) int { return utf8.RuneCountInString(s) }

// wrap breaks a paragraph at spaces into lines of at most columns characters;
// a longer word is broken where the line ends.
func wrap(s string, columns int) []string {
	var lines []string
	for para := range strings.SplitSeq(s, "\n") {
		line := ""
		for word := range strings.FieldsSeq(para) {
			switch {
			case line == "":
				line = word
			case width(line)+1+width(word) <= columns:
				line += " " + word
			default:
				lines = append(lines, line)
				line = word
			}
			for width(line) > columns {
				r := []rune(line)
				lines = append(lines, string(r[:columns]))
				line = string(r[columns:])
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// write sends text, changing the code page where a character needs another one.
func (e *encoder) write(s string) {
	for _, r := range s {
		if b, page, ok := e.find(r); ok {
			if page != e.page {
				e.send(esc, 't', page)
				e.page = page
			}
			e.send(b)
			continue
		}
		for _, r := range nearest(r) {
			b, page, ok := e.find(r)
			if !ok {
				b, page = '?', e.page
			}
			if page != e.page {
				e.send(esc, 't', page)
				e.page = page
			}
			e.send(b)
		}
	}
}

// find looks for a character in the page that is selected, then in 858, then in
// the others; b is the byte for it in page.
func (e *encoder) find(r rune) (b, page byte, ok bool) {
	if r >= 0x20 && r < 0x7F {
		return byte(r), e.page, true
	}
	if r < 0x80 || r == utf8.RuneError {
		return 0, 0, false
	}
	order := append([]Charset{PC858}, slices.Sorted(keys(e.p.CodePages))...)
	for _, set := range order {
		if n := e.pageOf(set); n == e.page {
			if i := slices.Index(charsets[set], r); i >= 0 {
				return byte(0x80 + i), n, true
			}
		}
	}
	for _, set := range order {
		if i := slices.Index(charsets[set], r); i >= 0 {
			return byte(0x80 + i), e.pageOf(set), true
		}
	}
	return 0, 0, false
}

func (e *encoder) pageOf(set Charset) byte {
	if set == PC858 {
		return e.p.CodePage
	}
	return e.p.CodePages[set]
}

func keys(m map[Charset]byte) func(func(Charset) bool) {
	return func(yield func(Charset) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// Prints says whether every character of s is in the printer's memory, so that
// a caller can choose another language for the paper.
func (p Profile) Prints(s string) bool {
	e := &encoder{p: p, page: p.CodePage}
	for _, r := range clean(s) {
		if r == '\n' {
			continue
		}
		if _, _, ok := e.find(r); !ok {
			if _, known := substitutes[r]; !known {
				return false
			}
		}
	}
	return true
}

// substitutes are what people write where a character is missing.
var substitutes = map[rune]string{
	'–': "-", '—': "-", '‑': "-", '−': "-", '…': "...", '•': "·", '→': "->",
	'„': "\"", '“': "\"", '”': "\"", '‚': "'", '‘': "'", '’': "'", 'ʼ': "'", '‹': "<", '›': ">",
	'і': "i", 'І': "I", 'ґ': "г", 'Ґ': "Г", 'ё': "е", 'Ё': "Е", 'ẞ': "SS",
	'─': "-",
}

// plainLetters are the base letters of Polish and Turkish ones, for printers
// that have only code page 858.
var plainLetters = map[rune]string{
	'ą': "a", 'ć': "c", 'ę': "e", 'ł': "l", 'ń': "n", 'ś': "s", 'ź': "z", 'ż': "z",
	'Ą': "A", 'Ć': "C", 'Ę': "E", 'Ł': "L", 'Ń': "N", 'Ś': "S", 'Ź': "Z", 'Ż': "Z",
	'ğ': "g", 'ı': "i", 'ş': "s", 'Ğ': "G", 'İ': "I", 'Ş': "S", 'č': "c", 'š': "s", 'ž': "z", 'Č': "C", 'Š': "S", 'Ž': "Z",
}

func nearest(r rune) string {
	if s, ok := substitutes[r]; ok {
		return s
	}
	if s, ok := plainLetters[r]; ok {
		return s
	}
	return "?"
}
