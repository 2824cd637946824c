package look

import (
	"strings"
)

// softHyphen marks where a long word may be divided; it shows as a hyphen only there.
const softHyphen = "\u00ad"

// wrap breaks s into lines no wider than width, at blanks, after hyphens and at soft hyphens. A line break in s stays.
// ok is false when a piece that cannot be divided is wider than width; then the lines hold the text whole, too wide.
func wrap(s string, width float32, measure func(string) float32) (lines []string, ok bool) {
	ok = true
	for para := range strings.SplitSeq(s, "\n") {
		line := ""
		for _, p := range pieces(para) {
			joined := line + p.before + p.text
			if line == "" {
				joined = p.text
			}
			if line != "" && measure(shown(joined, p.hyphen)) > width {
				lines = append(lines, finish(line))
				joined = p.text
			}
			line = joined
			if measure(shown(line, p.hyphen)) > width {
				ok = false
			}
		}
		lines = append(lines, finish(line))
	}
	return lines, ok
}

// piece is a part of a paragraph that is never divided. before is the blank in front of it unless it begins a line;
// hyphen tells that it shows a hyphen when it ends one.
type piece struct {
	before, text string
	hyphen       bool
}

func pieces(para string) []piece {
	var out []piece
	for word := range strings.FieldsFuncSeq(para, func(r rune) bool { return r == ' ' || r == '\t' }) {
		before := " "
		syllables := strings.Split(word, softHyphen)
		for i, syl := range syllables {
			soft := i < len(syllables)-1
			// After a real hyphen between letters a line may end too.
			for {
				cut := strings.IndexByte(syl, '-')
				if cut <= 0 || cut == len(syl)-1 {
					break
				}
				out = append(out, piece{before: before, text: syl[:cut+1]})
				syl, before = syl[cut+1:], ""
			}
			if soft {
				syl += softHyphen
			}
			out = append(out, piece{before: before, text: syl, hyphen: soft})
			before = ""
		}
	}
	return out
}

// shown is the line as measured while it might end here.
func shown(line string, hyphen bool) string {
	if hyphen {
		return finish(line)
	}
	return strings.ReplaceAll(line, softHyphen, "")
}

// finish turns a soft hyphen at the end into a real one and drops the others.
func finish(line string) string {
	if cut, ok := strings.CutSuffix(line, softHyphen); ok {
		line = cut + "-"
	}
	return strings.ReplaceAll(line, softHyphen, "")
}

// balance narrows every paragraph as long as it keeps its number of lines, so that no last line holds one short word.
func balance(s string, width float32, measure func(string) float32) []string {
	var out []string
	for para := range strings.SplitSeq(s, "\n") {
		out = append(out, balanced(para, width, measure)...)
	}
	return out
}

func balanced(para string, width float32, measure func(string) float32) []string {
	lines, ok := wrap(para, width, measure)
	if len(lines) < 2 || !ok {
		return lines
	}
	n := len(lines)
	low, high := width/2, width
	for range 6 {
		mid := (low + high) / 2
		if l, ok := wrap(para, mid, measure); ok && len(l) <= n {
			high, lines = mid, l
		} else {
			low = mid
		}
	}
	return lines
}
