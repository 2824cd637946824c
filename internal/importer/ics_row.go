package importer

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// readCalendar reads the events of iCalendar files (RFC 5545, RFC 5546). Of several versions of an event the one with the
// highest SEQUENCE counts, of equal ones that with the latest DTSTAMP, then the last in the file.
func readCalendar(data []byte, site Site) ([]Row, error) {
	if issue, ok := encoding(data[:min(2, len(data))]); !ok && issue.Line == 0 {
		return nil, Issues{issue} // UTF-16; folding may cut a letter in two, so the rest is looked at line by line
	}
	found, issues := events(data)
	if len(issues) > 0 {
		return nil, issues
	}
	c := converter{site: site, zones: zones{site: site.Location}, names: site.byName()}
	type latest struct {
		event *event
		id    string
	}
	var order []latest
	at := map[string]int{}
	var l list
	for _, e := range found {
		id, err := c.id(e)
		if err != nil {
			l.note(Issue{e.line, err.Error()})
			continue
		}
		if i, again := at[id]; !again {
			at[id] = len(order)
			order = append(order, latest{e, id})
		} else if !before(e, order[i].event) {
			order[i].event = e
		}
	}
	for _, v := range order {
		if l.full() {
			break
		}
		l.add(c.row(v.event, v.id))
	}
	return l.result()
}

// before tells whether a is an older version than b.
func before(a, b *event) bool {
	if x, y := sequence(a), sequence(b); x != y {
		return x < y
	}
	return a.first("DTSTAMP").value < b.first("DTSTAMP").value
}

// sequence counts the changes of an event; one that is no number is 0, as if it were not there.
func sequence(e *event) int {
	n, err := strconv.Atoi(e.first("SEQUENCE").value)
	if err != nil {
		return 0
	}
	return n
}

// converter makes rows of events.
type converter struct {
	site  Site
	zones zones
	names map[string]string
}

// id is the event's UID, with the RECURRENCE-ID (in UTC, as one system writes it so and another so) if it is one of a series.
func (c *converter) id(e *event) (string, error) {
	uid := e.first("UID").value
	if uid == "" {
		return "", errors.New("UID is missing; without it the appointment could not be known again when it is moved")
	}
	id, err := readID("ics:", uid)
	if err != nil {
		return "", err
	}
	part := e.first("RECURRENCE-ID")
	if part.value == "" {
		return id, nil
	}
	which := part.value
	if t, err := c.time("RECURRENCE-ID", part, e.owner); err == nil {
		which = t.UTC().Format("20060102T150405Z")
	}
	return readID(id+"\n", which) // a UID has no line end: no other id is the same
}

// row reads an event; the issues name the lines of its properties.
func (c *converter) row(e *event, id string) (Row, Issues) {
	row := Row{Line: e.line, ID: id}
	row.Cancelled = strings.EqualFold(e.first("STATUS").value, "CANCELLED") || strings.EqualFold(e.owner.method, "CANCEL")
	var issues Issues
	note := func(p property, err error) {
		if err != nil {
			issues = append(issues, Issue{p.line, err.Error()})
		}
	}
	for _, name := range []string{"RRULE", "RDATE"} {
		if p := e.first(name); p.value != "" && !row.Cancelled {
			note(p, errors.New(name+": this is a series, and an appointment has one time; give each its own event"))
		}
	}
	if p := e.first("DTSTART"); p.value != "" || !row.Cancelled {
		start, err := c.time("DTSTART", p, e.owner)
		row.Start = start
		note(p, err)
	}
	var err error
	service, p := c.service(e)
	if row.Service = service; service == "" && !row.Cancelled {
		note(p, c.noService(p, e))
	}
	p, text := code(e)
	row.Code, err = readCode(text)
	note(p, err)
	p = e.first("X-WARTEMARKE-QUANTITY")
	row.Quantity, err = readQuantity(p.value)
	note(p, err)
	p, name, address := citizen(e)
	row.Name, err = Name(name)
	note(p, err)
	row.Mail, err = Mail(address)
	note(p, err)
	return row, issues
}

// dateTime is RFC 5545's form; some systems leave the seconds out.
var dateTime = regexp.MustCompile(`^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})?(Z?)$`)

// time reads a time in UTC, in the zone of its TZID, or, without both, in the site's.
func (c *converter) time(name string, p property, owner *calendar) (time.Time, error) {
	if p.value == "" {
		return time.Time{}, fmt.Errorf("%s is missing", name)
	}
	m := dateTime.FindStringSubmatch(p.value)
	if m == nil && len(p.value) == len("20261124") {
		return time.Time{}, fmt.Errorf("%s is a whole day, and an appointment has a time", name)
	}
	if m == nil {
		return time.Time{}, fmt.Errorf("%s %q: allowed are 20261124T090000, with a TZID or in the site's time, or 20261124T080000Z", name, short(p.value))
	}
	if m[6] == "" {
		m[6] = "00"
	}
	text := fmt.Sprintf("%s-%s-%sT%s:%s:%s%s", m[1], m[2], m[3], m[4], m[5], m[6], m[7])
	loc := c.site.Location
	if m[7] == "" {
		year, _ := strconv.Atoi(m[1]) // four digits
		var err error
		if loc, err = c.zones.find(p.param("TZID"), owner, year); err != nil {
			return time.Time{}, fmt.Errorf("%s: %w", name, err)
		}
	}
	t, err := Start(text, loc)
	return t.In(c.site.Location), err
}

// byName gives the service that an id or a name means, and "" where it means several.
func (s Site) byName() map[string]string {
	names := map[string]string{}
	for _, id := range s.Services {
		for _, name := range s.Names[id] {
			means := id
			if other, twice := names[folded(name)]; twice && other != id {
				means = ""
			}
			names[folded(name)] = means
		}
	}
	for _, id := range s.Services {
		names[folded(id)] = id
	}
	delete(names, "")
	return names
}

// folded is a name without what people write now so, now so: case and blanks.
func folded(name string) string { return strings.ToLower(strings.Join(strings.Fields(name), " ")) }

// service finds what an event is for, and the property that should have said it.
func (c *converter) service(e *event) (string, property) {
	if p := e.first("X-WARTEMARKE-SERVICE"); p.value != "" {
		return c.names[folded(p.value)], p
	}
	for _, p := range e.props["CATEGORIES"] {
		for _, text := range categories(p.value) {
			if id := c.names[folded(text)]; id != "" {
				return id, p
			}
		}
	}
	p := e.first("SUMMARY")
	for _, text := range append([]string{p.value}, beginnings(p.value)...) {
		if id := c.names[folded(text)]; id != "" {
			return id, p
		}
	}
	if c.site.knows(c.site.Default) {
		return c.site.Default, p
	}
	return "", p
}

// categories are those of a list. The library has unescaped the commas inside them, so that neighbours may be parts of one:
// longer ones come first.
func categories(value string) []string {
	const mostCommas = 3 // in one category
	parts := strings.Split(value, ",")
	var texts []string
	for n := min(mostCommas+1, len(parts)); n > 0; n-- {
		for i := range len(parts) - n + 1 {
			texts = append(texts, strings.Join(parts[i:i+n], ","))
		}
	}
	return texts
}

// beginnings are what stands before the signs with which booking systems set the citizen's name apart, as in
// "Personalausweis - Erika Mustermann" or "Personalausweis (Erika Mustermann)".
func beginnings(summary string) []string {
	var texts []string
	for _, sign := range []string{" - ", " – ", ": ", " (", " | ", " / "} {
		if text, _, found := strings.Cut(summary, sign); found {
			texts = append(texts, text)
		}
	}
	slices.SortFunc(texts, func(a, b string) int { return len(b) - len(a) })
	return texts
}

// noService says why none was found. It does not repeat a summary: many have the citizen's name in them.
func (c *converter) noService(p property, e *event) error {
	switch text := e.first("X-WARTEMARKE-SERVICE").value; {
	case text != "":
		return fmt.Errorf("X-WARTEMARKE-SERVICE %q is no service and no name of one; known are %s", short(text), known(c.site.Services))
	case c.site.Default != "":
		return fmt.Errorf("the service for entries that name none, %q, is not in the catalogue; known are %s", short(c.site.Default), known(c.site.Services))
	}
	return fmt.Errorf("names no service: neither CATEGORIES nor SUMMARY are the id or name of one, and none is set for such entries; known are %s", known(c.site.Services))
}

// code is what the citizen will show: X-WARTEMARKE-CODE, or a CODE parameter of the properties that say which and for what.
func code(e *event) (property, string) {
	if p := e.first("X-WARTEMARKE-CODE"); p.value != "" {
		return p, p.value
	}
	for _, name := range []string{"UID", "X-WARTEMARKE-SERVICE", "SUMMARY", "DTSTART"} {
		if p := e.first(name); p.param("CODE") != "" {
			return p, p.param("CODE")
		}
	}
	return property{}, ""
}

// citizen is the first attendee who is a person and not the one who invites: name and mail as far as they are given.
func citizen(e *event) (p property, name, mail string) {
	host := address(e.first("ORGANIZER").value)
	for _, p := range e.props["ATTENDEE"] {
		kind, role := strings.ToUpper(p.param("CUTYPE")), strings.ToUpper(p.param("ROLE"))
		mail := address(p.value)
		if kind != "" && kind != "INDIVIDUAL" || role == "CHAIR" || role == "NON-PARTICIPANT" || mail != "" && strings.EqualFold(mail, host) {
			continue
		}
		name := p.param("CN")
		if strings.EqualFold(name, mail) {
			name = "" // Google's way to say that it knows none
		}
		return p, name, mail
	}
	return property{}, "", ""
}

// address is that of a mailto: URI; other URIs, such as Apple's invalid:nomail, have none.
func address(uri string) string {
	const scheme = "mailto:"
	if len(uri) < len(scheme) || !strings.EqualFold(uri[:len(scheme)], scheme) {
		return ""
	}
	text, _, _ := strings.Cut(uri[len(scheme):], "?")
	if plain, err := url.PathUnescape(text); err == nil {
		text = plain
	}
	return strings.TrimSpace(text)
}
