// Package booking holds the rules of appointments: codes, openings, check-in. It is pure.
package booking

import (
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Alphabet of the codes: no I, O, Y, Z, on which hands and keyboards differ.
const Alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWX"

// Code is a normalised appointment code: ten symbols of Alphabet with a right check symbol, or a foreign system's code.
type Code string

// NewCode makes a code from 9 random symbols read from rand (45 bits) and a check symbol.
func NewCode(rand interface{ Read([]byte) (int, error) }) (Code, error) { panic("unwritten") }

// Normalize folds what a scanner or a hand may add: case, blanks, hyphens, CR, LF, an AIM prefix such as "]Q1", the "WM1" of
// our QR content.
func Normalize(raw string) string { panic("unwritten") }

// ParseCode reads one of our codes from raw. The error is a *queue.Refusal BadCode.
func ParseCode(raw string) (Code, error) { panic("unwritten") }

// Display groups our codes for people: "K7M4X 2QX9P".
func (c Code) Display() string { panic("unwritten") }

// QR is the content of the QR code: "WM1" and the ten symbols, upper case.
func (c Code) QR() string { panic("unwritten") }

// Rules are the settings of check-in, in minutes.
type Rules struct {
	EarlyMinutes int `toml:"early_minutes"` // check-in opens this long before the booked time
	LateMinutes  int `toml:"late_minutes"`  // until then on time
	LastMinutes  int `toml:"last_minutes"`  // until then late, after that as a walk-in
}

// DefaultRules are DOMAIN's figures.
func DefaultRules() Rules { return Rules{EarlyMinutes: 45, LateMinutes: 15, LastMinutes: 60} }

// Appointment is a booked visit, without the person (contacts live apart).
type Appointment struct {
	ID        string        `json:"id"`
	Code      Code          `json:"code"`
	Foreign   bool          `json:"foreign,omitempty"` // Code is another system's
	Start     time.Time     `json:"start"`
	Services  []queue.Visit `json:"services"`
	Cancelled bool          `json:"cancelled,omitempty"`
	Source    string        `json:"source"` // "import", "staff", "citizen"
}

// Arrival is what the rules say when somebody holds a code under the scanner.
type Arrival struct {
	Notice string // "on_time", "late", "again"
	// New is set when a ticket has to be made, with Due and Why for it.
	New bool
	Due time.Time
	Why queue.Why
	// Back: the existing ticket was missed or locked and comes back, due now (once).
	Back bool
}

// CheckIn decides every row of the check-in table. ticket is the appointment's ticket of today, nil if none. walkIn
// says that the citizen accepted a walk-in ticket that takes the appointment over; walkInDue is the service's minutes.
// canWalkIn tells whether a walk-in ticket could be had now. Refusals: TooEarly, WrongDay, WasCancelled, WasFinished.
func (r Rules) CheckIn(a Appointment, ticket *queue.Ticket, now time.Time, loc *time.Location, q queue.Rules, walkIn, canWalkIn bool, walkInDue time.Duration) (Arrival, error) {
	panic("unwritten")
}

// WalkIns tells whether service takes walk-ins at now, until when, and otherwise when it next does (zero if not within 60 days).
func WalkIns(c catalogue.Catalogue, service string, now time.Time, loc *time.Location) (open bool, closes, opens time.Time) {
	panic("unwritten")
}

// Holidays tells whether the day of t is a public holiday of the catalogue's calendar ("DE-NW"), or closed for the department.
func Holidays(c catalogue.Catalogue, department string, t time.Time, loc *time.Location) (name catalogue.Text, closed bool) {
	panic("unwritten")
}
