// Package calendar writes iCalendar files (RFC 5545, RFC 5546): an appointment for the calendar of the person who has it, and
// the days that are free. The format and its escaping are golang-ical's.
package calendar

import (
	"strings"
	"time"
	"unicode"

	ics "github.com/arran4/golang-ical"
)

// product is the PRODID of what we write.
const product = "Wartemarke"

// remindBefore is when a calendar reminds its owner (RFC 5545 3.8.6.3).
const remindBefore = "-P1D"

// Entry is an appointment in somebody's calendar. Texts may hold anything; control characters other than line breaks are
// left out, and so are texts that are empty.
type Entry struct {
	UID                            string // see UID
	Summary, Location, Description string
	URL                            string
	Organizer, Attendee            string // mail addresses
	Start, End                     time.Time
	Stamp                          time.Time // when this version of the entry was made
	Sequence                       int       // of this version, from 0; a calendar takes the highest
	Cancelled                      bool
}

// UID is the entry's name for the appointment with this id. It stays when the appointment is moved or cancelled, so that a
// calendar changes the entry it has.
func UID(appointment string) string { return appointment + "@wartemarke" }

// Method is what a calendar is to do with the entry, "REQUEST" or "CANCEL", and the parameter of its content type. An entry
// without an attendee invites nobody: it is "PUBLISH" (RFC 5546 3.2.1).
func (e Entry) Method() string {
	switch {
	case e.Cancelled:
		return string(ics.MethodCancel)
	case e.Attendee == "":
		return string(ics.MethodPublish)
	}
	return string(ics.MethodRequest)
}

// Write gives the entry as text/calendar in UTF-8.
func Write(e Entry) []byte {
	cal := ics.NewCalendarFor(product)
	cal.SetProductId("-//" + product + "//DE")
	cal.SetMethod(ics.Method(e.Method()))
	event := cal.AddEvent(text(e.UID))
	event.SetDtStampTime(e.Stamp)
	event.SetStartAt(e.Start)
	if !e.End.IsZero() {
		event.SetEndAt(e.End)
	}
	event.SetSequence(e.Sequence)
	set(event.SetSummary, text(e.Summary))
	set(event.SetLocation, text(e.Location))
	set(event.SetDescription, text(e.Description))
	set(event.SetURL, value(e.URL))
	set(event.SetOrganizer, value(e.Organizer))
	set(event.AddAttendee, value(e.Attendee))
	if e.Cancelled {
		event.SetStatus(ics.ObjectStatusCancelled)
		return serialize(cal)
	}
	event.SetStatus(ics.ObjectStatusConfirmed)
	alarm := event.AddAlarm()
	alarm.SetAction(ics.ActionDisplay)
	alarm.SetTrigger(remindBefore)
	alarm.SetDescription(text(e.Summary))
	return serialize(cal)
}

func set(property func(string, ...ics.PropertyParameter), value string) {
	if value != "" {
		property(value)
	}
}

// serialize writes lines as RFC 5545 3.1 wants them on every system.
func serialize(cal *ics.Calendar) []byte { return []byte(cal.Serialize(ics.WithNewLineWindows)) }

// text keeps what a TEXT value may hold (RFC 5545 3.3.11). Every kind of line break becomes one that the library escapes: it
// leaves a CR as it is, and some readers end a line at the others.
func text(s string) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return '\n'
		case r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
}

// value keeps what an address may hold. The library does not escape addresses.
func value(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
