// Package flow decides what the terminal does. It is a pure state machine: Update takes the model and one message and
// gives the new model and the effects somebody else has to carry out. It knows no clock, no random source and no
// device: time comes as Tick, ids come with the messages that may need one.
package flow

import (
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/wire"
)

// Screen is what the terminal shows.
type Screen int

// The screens.
const (
	Start Screen = iota
	Languages
	EnterCode
	Departments
	Services
	Checking
	Done
	Sorry
	OutOfService
)

func (s Screen) String() string {
	return [...]string{"start", "languages", "enter_code", "departments", "services", "checking", "done", "sorry", "out_of_service"}[s]
}

// Times of the flow. None of them can end a screen without a warning WarnBefore earlier, and all can be extended
// (EN 301 549 5.1.3.8, WCAG 2.2 2.2.1).
const (
	EntryFor    = 90 * time.Second // a screen that waits for a choice
	DoneFor     = 60 * time.Second
	SettingsFor = 60 * time.Second // a changed language or contrast on the start screen
	WarnBefore  = 20 * time.Second
	// SayAfter is when the checking screen says what it waits for.
	SayAfter = time.Second
	// GiveUpAfter is how long one request is repeated while the hall cannot be reached.
	GiveUpAfter = 5 * time.Second
	// RetryEvery is the pause between two attempts.
	RetryEvery = 500 * time.Millisecond
	// lostAnswer is a guard: no attempt lasts so long, its Within sees to that.
	lostAnswer = 3 * GiveUpAfter
	// ReloadEvery is how often a terminal that is out of service asks whether the hall is back.
	ReloadEvery = 2 * time.Second
	// ShowAtLeast is how long a result stays although the next code was held under the scanner already; FailedPaper
	// when the person has to read the number from the screen.
	ShowAtLeast     = 5 * time.Second
	FailedPaperFor  = 15 * time.Second
	sameCodeIgnored = 10 * time.Second
	queueMax        = 8
)

// PageSize is how many choices one page shows; LargePageSize with large text.
const (
	PageSize      = 6
	LargePageSize = 4
)

// CodeLen is the number of symbols of our own codes; ForeignMax the most that can be typed of a foreign one.
const (
	CodeLen    = 10
	ForeignMax = 20
)

// Settings are what a person chose for the screen. They end with the visit.
type Settings struct {
	Lang     string
	Large    bool
	Contrast bool
}

// Model is the whole state of the terminal.
type Model struct {
	Screen Screen
	Now    time.Time // of the latest Tick

	Kiosk wire.Kiosk
	Known bool      // Kiosk was loaded at least once
	Lost  time.Time // since when the hall cannot be reached; zero: it can

	Settings Settings
	Default  Settings

	Deadline time.Time // when the screen goes by itself; zero: never
	Warned   bool      // the end is near and can be put off

	Entry  Entry
	Choice Choice
	Flight *Request // the one request under way, retries included
	Queue  []Scanned
	Result Result
	Sorry  Trouble

	shown    time.Time // when the present screen came
	changed  time.Time // when what can be touched was last another thing
	reloaded time.Time
	unsure   *Request // a walk-in request given up: the hall may have made its ticket
}

// Entry is the code typed so far.
type Entry struct {
	Symbols string
	Wrong   bool // the check symbol does not fit
	Page    int  // of the keypad, where it needs two
}

// Choice is what the person looks through.
type Choice struct {
	Pickup     bool
	Department string // id, on the services screen
	Page       int
}

// Request is one intended request to the hall. Its key stays the same whatever happens.
type Request struct {
	Key     string
	CheckIn *wire.CheckIn
	Take    *wire.TakeTicket
	Since   time.Time
	Retry   time.Time // when to try again; zero: an attempt is under way
	Failed  bool      // an attempt did not reach the hall
}

// Paper is what is known of the printed ticket.
type Paper int

// States of the paper.
const (
	NoPaper Paper = iota // none asked for
	Printing
	Printed
	PaperFailed // not printed, or nobody knows: the number is to be noted
)

// Result is what the done screen shows.
type Result struct {
	Ticket  wire.Ticket
	Code    string     // scanned or typed; empty for a walk-in
	Booked  *time.Time // start of the appointment
	Notice  string     // wire.Notice…; empty for a walk-in
	Back    bool       // was missed, is back in the queue
	Place   wire.Text  // where to go, once called
	Paper   Paper
	Job     string // of the paper under way
	Reason  string // why the paper failed
	Reprint bool   // a second paper was asked for
}

// Called tells whether the person is to go to the counter now.
func (r Result) Called() bool {
	return r.Ticket.State == wire.StateCalled || r.Ticket.State == wire.StateServing
}

// CanReprint tells whether a second paper is offered.
func (r Result) CanReprint() bool {
	waits := r.Ticket.State == wire.StateWaiting || r.Ticket.State == wire.StateParked
	return r.Notice == wire.NoticeAgain && waits && r.Paper == NoPaper
}

// Trouble is what the sorry screen shows.
type Trouble struct {
	Problem wire.Problem
	Code    string // the code it is about; empty for a walk-in
}

// CanWalkIn tells whether a walk-in ticket in place of the appointment is offered.
func (t Trouble) CanWalkIn() bool { return t.Problem.WalkIn && t.Code != "" }

// CanType tells whether typing the code is offered.
func (t Trouble) CanType() bool {
	return (t.Problem.Code == "bad_code" || t.Problem.Code == "not_found") && !t.IsTicket()
}

// IsTicket tells that the QR code of a ticket was held under the scanner: the link to its phone page. Who does so has a
// number already.
func (t Trouble) IsTicket() bool { return strings.Contains(strings.ToLower(t.Code), "/ticket/") }

// IsNoCode tells that what was scanned has not even the form of a code, such as the address of a web site.
func (t Trouble) IsNoCode() bool {
	code := booking.Normalize(t.Code)
	return len(code) != CodeLen || strings.Trim(code, booking.Alphabet) != ""
}

// New is the terminal before it knows anything.
func New(def Settings, now time.Time) Model {
	return Model{Screen: OutOfService, Settings: def, Default: def, Now: now, shown: now}
}

// Slow tells whether the checking screen has to say what it waits for.
func (m Model) Slow() bool {
	return m.Screen == Checking && m.Flight != nil && m.Now.Sub(m.Flight.Since) >= SayAfter
}

// Unreachable tells whether the request under way is being repeated because the hall does not answer.
func (m Model) Unreachable() bool { return m.Flight != nil && m.Flight.Failed }

// Left is how long the screen still stays, rounded up to seconds; 0 when it does not go by itself.
func (m Model) Left() time.Duration {
	if m.Deadline.IsZero() {
		return 0
	}
	return max(0, (m.Deadline.Sub(m.Now) + time.Second - 1).Truncate(time.Second))
}
