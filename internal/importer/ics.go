package importer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"
)

const (
	// A property that we read and that is longer names no service, no person and no code. Within this the library's
	// reading of parameters, which takes the square of their length, costs nothing.
	maxProperty = 4 << 10 // bytes
	maxNesting  = 8       // of components; real files have 3
)

// wanted are the properties that are read. All others may be as broken as they like, as they are in many real files.
var wanted = []string{"BEGIN", "END", "METHOD", "UID", "RECURRENCE-ID", "SEQUENCE", "DTSTAMP", "DTSTART", "STATUS", "SUMMARY",
	"CATEGORIES", "ATTENDEE", "ORGANIZER", "RRULE", "RDATE", "X-WARTEMARKE-SERVICE", "X-WARTEMARKE-CODE",
	"X-WARTEMARKE-QUANTITY", "TZID", "X-LIC-LOCATION", "TZOFFSETTO"}

// property is a content line. The value is unescaped where it is text.
type property struct {
	line   int
	value  string
	params map[string][]string
}

// param is the first value of a parameter, in whatever case it is written; "" when it is not there.
func (p property) param(name string) string {
	for key, values := range p.params {
		if strings.EqualFold(key, name) && len(values) > 0 {
			return strings.TrimSpace(values[0])
		}
	}
	return ""
}

// event is a VEVENT as it stands in the file.
type event struct {
	line  int
	owner *calendar
	props map[string][]property
}

// first is the first property of a name, empty when there is none.
func (e *event) first(name string) property {
	if all := e.props[name]; len(all) > 0 {
		return all[0]
	}
	return property{line: e.line}
}

// calendar is what a VCALENDAR says of all its events.
type calendar struct {
	method string
	zones  map[string]*timezone // by TZID
}

// timezone is a VTIMEZONE.
type timezone struct {
	id, location string
	offsets      []string // TZOFFSETTO of all its parts
}

// contentLines unfolds a file and counts its lines. The library's own decoder of components forgets them and gives up at
// the first oddity, so only its reading of lines and of properties is used.
type contentLines struct {
	data   []byte
	src    *bytes.Reader
	buffer *bufio.Reader
	stream *ics.CalendarStream
	at     int // bytes read
	line   int // in which the next byte stands
}

func newContentLines(data []byte) *contentLines {
	src := bytes.NewReader(data)
	// The stream takes a bufio.Reader as its own instead of putting another before it: so Buffered tells how far it has read.
	buffer := bufio.NewReaderSize(src, 1<<16)
	return &contentLines{data: data, src: src, buffer: buffer, stream: ics.NewCalendarStream(buffer), line: 1}
}

// next gives the next content line and where it begins; io.EOF behind the last.
func (c *contentLines) next() (string, int, error) {
	for c.at < len(c.data) && (c.data[c.at] == '\n' || bytes.HasPrefix(c.data[c.at:], []byte("\r\n"))) {
		// The stream passes over empty lines without a word.
		to := c.at + bytes.IndexByte(c.data[c.at:], '\n') + 1
		c.at, c.line = to, c.line+1
	}
	begin := c.line
	text, err := c.stream.ReadLine()
	if text == nil {
		return "", begin, err
	}
	to := len(c.data) - c.src.Len() - c.buffer.Buffered()
	if to > c.at {
		c.line += bytes.Count(c.data[c.at:to], []byte("\n"))
		c.at = to
	}
	if errors.Is(err, io.EOF) {
		err = nil // it says so again
	}
	return string(*text), begin, err
}

// events reads all events of a file; the issues name what cannot be read. A file that does not end its calendar was cut off.
func events(data []byte) ([]*event, Issues) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	p := icsParser{}
	for lines := newContentLines(data); ; {
		text, line, err := lines.next()
		if err != nil {
			break // nothing but io.EOF can come from bytes in memory
		}
		if issue := p.take(text, line); issue != nil {
			return nil, append(p.issues, *issue)
		}
		if len(p.issues) >= maxIssues {
			return nil, append(p.issues, Issue{Message: "the rest of the file was not checked"})
		}
	}
	switch {
	case p.owner == nil:
		return nil, Issues{{Line: 1, Message: "no iCalendar: the first line must be BEGIN:VCALENDAR"}}
	case len(p.open) > 0:
		return nil, append(p.issues, Issue{Message: fmt.Sprintf("END:%s is missing; was the file cut off?", p.open[len(p.open)-1])})
	}
	return p.events, p.issues
}

// icsParser follows BEGIN and END and keeps the properties of calendars, their time zones and events.
type icsParser struct {
	open   []string // names of the components around this line
	owner  *calendar
	zone   *timezone
	event  *event
	events []*event
	issues Issues
}

// take reads a content line. It gives an Issue when what follows cannot be made out.
func (p *icsParser) take(text string, line int) *Issue {
	end := strings.IndexAny(text, ";:")
	name := strings.ToUpper(strings.TrimSpace(text[:max(end, 0)]))
	if !slices.Contains(wanted, name) {
		if len(p.open) == 0 && strings.TrimSpace(text) != "" {
			return &Issue{line, "no iCalendar: here must be BEGIN:VCALENDAR"}
		}
		return nil
	}
	issue := Issue{Line: line}
	switch prop, err := parseProperty(name, text[end:]); {
	case !utf8.ValidString(text):
		issue = notUTF8(line)
	case err != nil:
		issue.Message = err.Error()
	case name == "BEGIN":
		return p.begin(strings.ToUpper(strings.TrimSpace(prop.Value)), line)
	case name == "END":
		return p.end(strings.ToUpper(strings.TrimSpace(prop.Value)), line)
	default:
		p.keep(name, property{line, strings.TrimSpace(prop.Value), prop.ICalParameters})
		return nil
	}
	p.issues = append(p.issues, issue)
	return nil
}

// parseProperty reads what follows the name. The error never repeats a value: it may be a citizen's name.
func parseProperty(name, rest string) (*ics.BaseProperty, error) {
	if len(rest) > maxProperty {
		return nil, fmt.Errorf("%s is longer than %d KiB", name, maxProperty>>10)
	}
	prop, err := ics.ParseProperty(ics.ContentLine(name + rest))
	if err != nil || prop == nil {
		return nil, fmt.Errorf("%s cannot be read: its parameters are broken", name)
	}
	return prop, nil
}

// in tells whether this line is depth components deep, and in a component of the calendar of that name.
func (p *icsParser) in(component string, depth int) bool {
	return len(p.open) == depth && p.open[1] == component
}

func (p *icsParser) begin(component string, line int) *Issue {
	p.open = append(p.open, component)
	switch {
	case len(p.open) > maxNesting:
		return &Issue{line, fmt.Sprintf("components stand in one another more than %d deep", maxNesting)}
	case len(p.open) == 1 && component != "VCALENDAR":
		return &Issue{line, "no iCalendar: here must be BEGIN:VCALENDAR"}
	case len(p.open) == 1:
		p.owner = &calendar{zones: map[string]*timezone{}}
	case p.in("VTIMEZONE", 2):
		p.zone = &timezone{}
	case p.in("VEVENT", 2):
		p.event = &event{line: line, owner: p.owner, props: map[string][]property{}}
		p.events = append(p.events, p.event)
	}
	return nil
}

func (p *icsParser) end(component string, line int) *Issue {
	if len(p.open) == 0 || p.open[len(p.open)-1] != component {
		return &Issue{line, fmt.Sprintf("END:%s has no BEGIN, or something inside it has no END", short(component))}
	}
	if p.in("VTIMEZONE", 2) {
		p.owner.zones[p.zone.id] = p.zone
	}
	p.open = p.open[:len(p.open)-1]
	return nil
}

// keep notes a property of the component that is open. Alarms inside events have summaries and attendees too: not kept.
func (p *icsParser) keep(name string, prop property) {
	switch {
	case len(p.open) == 1 && name == "METHOD":
		p.owner.method = prop.value
	case p.in("VEVENT", 2):
		p.event.props[name] = append(p.event.props[name], prop)
	case p.in("VTIMEZONE", 2) && name == "TZID":
		p.zone.id = prop.value
	case p.in("VTIMEZONE", 2) && name == "X-LIC-LOCATION":
		p.zone.location = prop.value
	case p.in("VTIMEZONE", 3) && name == "TZOFFSETTO":
		p.zone.offsets = append(p.zone.offsets, prop.value)
	}
}
