package catalogue

import (
	"fmt"
	"strconv"
	"strings"
)

// Limits that protect the TOML library, which reads nested values by recursion and keeps the whole path of every key.
const (
	maxDepth = 8  // of lists and inline tables, and parts of a dotted key; a catalogue needs 3
	maxName  = 64 // bytes of a part of a key
)

// join is the key of name within the table key.
func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// at is the key of the n-th item of the list key, from 1.
func at(key string, n int) string { return fmt.Sprintf("%s[%d]", key, n) }

// lineIndex knows the line of every key, such as "service[2].name.de".
type lineIndex map[string]int

// of is the line of key, or of the closest table around it, 0 if there is none.
func (l lineIndex) of(key string) int {
	for key != "" {
		if line := l[key]; line > 0 {
			return line
		}
		key = key[:max(strings.LastIndexAny(key, ".["), 0)]
	}
	return 0
}

// findLines finds the line of every key. The TOML library gives lines for syntax errors only, and we want them for wrong
// values too. It follows the grammar of valid TOML 1.0; on other input the lines mean nothing, as the library refuses that
// with a line of its own. refused says which limit was exceeded, nil if none was.
func findLines(data []byte) (lines lineIndex, refused *Issue) {
	s := scan{text: strings.TrimPrefix(string(data), "\ufeff"), line: 1, lines: lineIndex{}, items: map[string]int{}}
	for s.pos < len(s.text) && s.refused == nil {
		s.blank(true)
		if s.peek() == '[' {
			s.header()
		} else {
			s.pair(s.table, 0)
		}
		s.rest()
	}
	return s.lines, s.refused
}

// scan is a reader's place in a TOML text.
type scan struct {
	text    string
	pos     int
	line    int
	refused *Issue
	table   string         // the table whose keys follow
	items   map[string]int // how many tables each [[list]] has so far
	lines   lineIndex
}

// peek is the next byte, 0 at the end.
func (s *scan) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

// next takes a byte, 0 at the end.
func (s *scan) next() byte {
	b := s.peek()
	if b == '\n' {
		s.line++
	}
	s.pos = min(s.pos+1, len(s.text))
	return b
}

func (s *scan) refuse(message string) {
	if s.refused == nil {
		s.refused = &Issue{Line: s.line, Message: message}
	}
}

// take takes text if it comes next.
func (s *scan) take(text string) bool {
	if !strings.HasPrefix(s.text[s.pos:], text) {
		return false
	}
	s.pos += len(text)
	return true
}

// blank skips blanks, and with lines also ends of lines and comments.
func (s *scan) blank(lines bool) {
	for s.pos < len(s.text) {
		switch b := s.peek(); {
		case b == ' ' || b == '\t':
		case lines && b == '#':
			s.rest()
			continue
		case lines && (b == '\n' || b == '\r'):
		default:
			return
		}
		s.next()
	}
}

// rest skips what remains of the line.
func (s *scan) rest() {
	for s.pos < len(s.text) && s.next() != '\n' {
	}
}

// header reads [table] or [[list]].
func (s *scan) header() {
	line := s.line
	list := s.take("[[")
	if !list {
		s.next()
	}
	names := s.names()
	key := ""
	for i, name := range names {
		key = join(key, name)
		if list && i == len(names)-1 {
			s.items[key]++
		}
		if n := s.items[key]; n > 0 {
			key = at(key, n)
		}
	}
	s.table = key
	s.lines[key] = line
}

// pair reads key = value within table.
func (s *scan) pair(table string, depth int) {
	line := s.line
	key := table
	for _, name := range s.names() {
		key = join(key, name)
		if s.lines[key] == 0 {
			s.lines[key] = line
		}
	}
	s.blank(false)
	if s.take("=") {
		s.blank(false)
		s.value(key, depth)
	}
}

// names reads a dotted key.
func (s *scan) names() []string {
	var names []string
	for s.pos < len(s.text) {
		s.blank(false)
		name := s.name()
		names = append(names, name)
		if len(name) > maxName {
			s.refuse(fmt.Sprintf("a key of %d bytes; at most %d are allowed", len(name), maxName))
			return nil
		}
		if len(names) > maxDepth {
			s.refuse(fmt.Sprintf("a key of more than %d parts; a catalogue needs 3", maxDepth))
			return nil
		}
		s.blank(false)
		if !s.take(".") {
			break
		}
	}
	return names
}

func (s *scan) name() string {
	start := s.pos
	if b := s.peek(); b == '"' || b == '\'' {
		s.quoted()
		text := s.text[start:s.pos]
		if plain, err := strconv.Unquote(text); err == nil && b == '"' {
			return plain
		}
		return strings.Trim(text, `"'`)
	}
	for s.pos < len(s.text) && !strings.ContainsRune(" \t\r\n.=[]{}#,\"'", rune(s.peek())) {
		s.next()
	}
	return s.text[start:s.pos]
}

// quoted skips a text in quotes of any of the four kinds.
func (s *scan) quoted() {
	quote := s.text[s.pos : s.pos+1]
	escapes := quote == `"`
	end := quote
	if s.take(strings.Repeat(quote, 3)) {
		end = strings.Repeat(quote, 3)
	} else {
		s.pos++
	}
	for s.pos < len(s.text) {
		if s.take(end) {
			// Up to two more quotes may stand before the end of a long text.
			for n := 0; len(end) == 3 && n < 2 && s.take(quote); n++ {
			}
			return
		}
		if s.next() == '\\' && escapes {
			s.next()
		}
	}
}

// value skips a value, noting the keys within.
func (s *scan) value(key string, depth int) {
	if depth > maxDepth {
		s.refuse(fmt.Sprintf("nested deeper than %d; a catalogue needs 3", maxDepth))
	}
	if s.refused != nil {
		return
	}
	switch s.peek() {
	case '"', '\'':
		s.quoted()
	case '[':
		s.next()
		for n := 1; s.more(']'); n++ {
			s.lines[at(key, n)] = s.line
			s.value(at(key, n), depth+1)
		}
	case '{':
		s.next()
		for s.more('}') {
			s.pair(key, depth+1)
		}
	default:
		for s.pos < len(s.text) && !strings.ContainsRune(",]}#\r\n", rune(s.peek())) {
			s.next()
		}
	}
}

// more tells whether another item follows before end, and takes the comma before it or the end. An item that is no item
// (only in invalid TOML) also ends the list, so that every turn moves on.
func (s *scan) more(end byte) bool {
	s.blank(true)
	for s.peek() == ',' {
		s.next()
		s.blank(true)
	}
	switch b := s.peek(); b {
	case end:
		s.next()
		return false
	case 0, ']', '}', '=', '.':
		return false
	case '[', '{':
		return end == ']' && s.refused == nil // no key begins so
	}
	return s.refused == nil
}
