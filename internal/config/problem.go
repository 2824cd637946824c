package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Problem is one thing wrong in a configuration.
type Problem struct {
	File    string // path, or "environment WARTEMARKE_…"
	Line    int    // 1-based; 0 when the key is not in the file
	Key     string // such as "kiosk.printer.flow"
	Message string // what is wrong and what is allowed
}

func (p Problem) String() string {
	where := p.File
	if p.Line > 0 {
		where = fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	if p.Key == "" {
		return where + ": " + p.Message
	}
	return where + ": " + p.Key + ": " + p.Message
}

// Problems is all that is wrong, as one error.
type Problems []Problem

func (p Problems) Error() string {
	s := make([]string, len(p))
	for i, q := range p {
		s[i] = q.String()
	}
	return strings.Join(s, "\n")
}

// typeError is how the TOML library words a value of the wrong type: it has no error type of its own for it.
var typeError = regexp.MustCompile(`^toml: line (\d+) \(last key "([^"]*)"\): (.*)$`)

// located turns the TOML library's error into a Problem with its line.
func located(file string, err error) error {
	var pe toml.ParseError
	if errors.As(err, &pe) {
		return Problems{{File: file, Line: pe.Position.Line, Key: pe.LastKey, Message: pe.Message}}
	}
	if m := typeError.FindStringSubmatch(err.Error()); m != nil {
		line, _ := strconv.Atoi(m[1]) // the pattern has only digits; one too large for an int gives 0, "not known"
		return Problems{{File: file, Line: line, Key: m[2], Message: m[3]}}
	}
	return Problems{{File: file, Message: err.Error()}}
}

// known lists every key that a file may have, for the hint after an unknown one.
var known = keysOf(Default())

func unknownKey(k toml.Key) string {
	section := strings.Join(k[:len(k)-1], ".")
	var beside []string
	for _, name := range known {
		if s, last := cutLast(name); s == section {
			beside = append(beside, last)
		}
	}
	if len(beside) == 0 {
		return "unknown section; allowed are site, server, kiosk, kiosk.printer, kiosk.scanner, display, rules"
	}
	slices.Sort(beside)
	return "unknown key; allowed here: " + strings.Join(beside, ", ")
}

func cutLast(key string) (section, last string) {
	i := strings.LastIndexByte(key, '.')
	return key[:max(i, 0)], key[i+1:]
}

var (
	tableLine = regexp.MustCompile(`^\s*\[\[?\s*([A-Za-z0-9_.\-]+)\s*\]\]?`)
	keyLine   = regexp.MustCompile(`^\s*([A-Za-z0-9_\-.]+)\s*=`)
)

// keyLines finds the line of each key, since the TOML library keeps positions to itself. Our file has only plain tables and
// keys, so a scan by line is enough; a line inside a multi-line string could at worst name a wrong line.
func keyLines(data []byte) map[string]int {
	lines := map[string]int{}
	table := ""
	for i, line := range strings.Split(string(data), "\n") {
		if m := tableLine.FindStringSubmatch(line); m != nil {
			table = m[1] + "."
			lines[m[1]] = i + 1
		} else if m := keyLine.FindStringSubmatch(line); m != nil {
			lines[table+m[1]] = i + 1
		}
	}
	return lines
}
