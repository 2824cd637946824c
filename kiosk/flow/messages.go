package flow

import (
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// Msg is something that happened. Messages that may start a request carry a fresh id in Key, which becomes its
// Idempotency-Key.
type Msg interface{ msg() }

// From outside.
type (
	// Tick tells the time. It comes before every other message and at least once a second, four times a second while
	// checking.
	Tick struct{ At time.Time }
	// Loaded brings what the hall says about this terminal.
	Loaded struct{ Kiosk wire.Kiosk }
	// Unreached tells that the hall could not be reached.
	Unreached struct{}
	// Happened is an event of the hall's stream.
	Happened struct{ Event wire.Event }
	// Scanned is a code held under the scanner.
	Scanned struct{ Code, Key string }
	// Answered ends one attempt of a request. Exactly one of CheckedIn, Ticket and Problem is set, or none: then the
	// hall could not be reached.
	Answered struct {
		Key       string
		CheckedIn *wire.CheckedIn
		Ticket    *wire.Ticket
		Problem   *wire.Problem
	}
	// PaperDone tells what became of a print job.
	PaperDone struct {
		Job     string
		Printed bool
		Reason  string
	}
)

// Touches.
type (
	// Home goes to the start screen.
	Home struct{}
	// Back goes one screen back.
	Back struct{}
	// More puts the end of the screen off.
	More struct{}
	// TypeCode opens the keypad.
	TypeCode struct{}
	// Choose opens the choice of services.
	Choose struct{ Pickup bool }
	// Department chooses one.
	Department struct{ ID string }
	// Service takes a number for one.
	Service struct{ ID, Key string }
	// Turn turns the page of a choice.
	Turn struct{ By int }
	// Symbol types one.
	Symbol struct {
		R   rune
		Key string
	}
	// Backspace takes the last symbol away.
	Backspace struct{}
	// TurnKeys shows the other half of the keypad.
	TurnKeys struct{}
	// Submit ends the typing of a foreign code.
	Submit struct{ Key string }
	// WalkIn accepts the walk-in ticket offered instead of the appointment.
	WalkIn struct{ Key string }
	// Reprint asks for a second paper.
	Reprint struct{ Key string }
	// ChooseLanguage opens the list of languages.
	ChooseLanguage struct{}
	// SetLanguage changes it.
	SetLanguage struct{ Lang string }
	// ToggleLarge and ToggleContrast switch what they say.
	ToggleLarge    struct{}
	ToggleContrast struct{}
)

func (Tick) msg()           {}
func (Loaded) msg()         {}
func (Unreached) msg()      {}
func (Happened) msg()       {}
func (Scanned) msg()        {}
func (Answered) msg()       {}
func (PaperDone) msg()      {}
func (Home) msg()           {}
func (Back) msg()           {}
func (More) msg()           {}
func (TypeCode) msg()       {}
func (Choose) msg()         {}
func (Department) msg()     {}
func (Service) msg()        {}
func (Turn) msg()           {}
func (Symbol) msg()         {}
func (Backspace) msg()      {}
func (TurnKeys) msg()       {}
func (Submit) msg()         {}
func (WalkIn) msg()         {}
func (Reprint) msg()        {}
func (ChooseLanguage) msg() {}
func (SetLanguage) msg()    {}
func (ToggleLarge) msg()    {}
func (ToggleContrast) msg() {}

// Effect is something to be done outside.
type Effect interface{ effect() }

type (
	// Ask makes one attempt of a request and answers with Answered within Within, whatever happens.
	Ask struct {
		Key     string
		CheckIn *wire.CheckIn
		Take    *wire.TakeTicket
		Within  time.Duration
	}
	// Print prints a ticket and answers with PaperDone. The same Job never prints twice.
	Print struct {
		Job     string
		Ticket  wire.Ticket
		Booked  *time.Time
		Reprint bool
		Lang    string
	}
	// Load asks the hall for the terminal's data and answers with Loaded or Unreached.
	Load struct{}
	// Warn makes a sound: the screen is about to go.
	Warn struct{}
)

func (Ask) effect()   {}
func (Print) effect() {}
func (Load) effect()  {}
func (Warn) effect()  {}
