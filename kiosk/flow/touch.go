package flow

import (
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/wire"
)

// touched handles what a finger did. A finger that comes while a request is under way, or that hits what is no longer
// shown, does nothing; every other one gives the screen its whole time again.
func (m Model) touched(msg Msg) (Model, []Effect) {
	if m.Screen == Checking || m.Flight != nil || m.tooSoon(msg) {
		return m, nil
	}
	m = m.renew()
	switch msg := msg.(type) {
	case ToggleLarge:
		m.Settings.Large = !m.Settings.Large
		return m.onPage().renew(), nil
	case ToggleContrast:
		m.Settings.Contrast = !m.Settings.Contrast
		return m.renew(), nil
	case SetLanguage:
		m.Settings.Lang = msg.Lang
		if m.Screen == Languages {
			return m.to(Start), nil
		}
		return m.renew(), nil
	case Home:
		return m.home()
	case More:
		return m, nil
	}
	switch m.Screen {
	case Start:
		return m.startTouched(msg), nil
	case EnterCode:
		return m.entryTouched(msg)
	case Languages, Departments, Services:
		return m.choiceTouched(msg)
	case Done:
		if r, ok := msg.(Reprint); ok && m.Result.CanReprint() {
			return m.print(m.Result.Ticket.ID+ReprintMark+r.Key, true)
		}
	case Sorry:
		return m.sorryTouched(msg)
	}
	return m, nil
}

// Settle is how long a finger that may have been meant for what was shown before does nothing. Older hands tap twice, with
// up to half a second between.
const Settle = 600 * time.Millisecond

// tooSoon tells whether a touch comes before the person can have seen what it hits. The keys of a keypad stay in their
// places, so they are quick.
func (m Model) tooSoon(msg Msg) bool {
	switch msg.(type) {
	case Symbol, Backspace, ToggleLarge, ToggleContrast, More:
		return false
	}
	return m.Now.Sub(m.changed) < Settle
}

// home leaves a result for good, and anything else for the start screen with the settings kept: the person is still
// there.
func (m Model) home() (Model, []Effect) {
	switch m.Screen {
	case OutOfService:
		return m, nil
	case Done:
		m = m.end()
	default:
		m = m.to(Start)
	}
	if len(m.Queue) > 0 {
		return m.next()
	}
	return m, nil
}

func (m Model) startTouched(msg Msg) Model {
	switch msg := msg.(type) {
	case TypeCode:
		m.Entry = Entry{}
		return m.to(EnterCode)
	case Choose:
		m.Choice = Choice{Pickup: msg.Pickup}
		if deps := m.Departments(); !msg.Pickup && len(deps) > 1 {
			return m.to(Departments)
		} else if !msg.Pickup && len(deps) == 1 {
			m.Choice.Department = deps[0].ID
		}
		return m.to(Services)
	case ChooseLanguage:
		return m.to(Languages)
	}
	return m
}

func (m Model) entryTouched(msg Msg) (Model, []Effect) {
	switch msg := msg.(type) {
	case Symbol:
		return m.typed(msg)
	case Backspace:
		if n := len(m.Entry.Symbols); n > 0 {
			m.Entry.Symbols = m.Entry.Symbols[:n-1]
		}
		m.Entry.Wrong = false
	case TurnKeys:
		m.Entry.Page = 1 - m.Entry.Page
	case Submit:
		if m.Kiosk.Foreign && m.Entry.Symbols != "" {
			return m.checkIn(msg.Key, wire.CheckIn{Code: m.Entry.Symbols})
		}
	case Back:
		return m.to(Start), nil
	}
	return m, nil
}

// foreignSymbols are what codes of other systems are made of.
const foreignSymbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

// Symbols are the keys of the keypad: our own 32, or all 36 where foreign codes exist.
func (m Model) Symbols() string {
	if m.Kiosk.Foreign {
		return foreignSymbols
	}
	return booking.Alphabet
}

// typed adds a symbol. The check symbol is tested as soon as it is there: a right code is checked in at once, a wrong
// one says so before anybody waits for the hall. Where foreign codes exist, ten symbols may be only a beginning.
func (m Model) typed(s Symbol) (Model, []Effect) {
	most := CodeLen
	if m.Kiosk.Foreign {
		most = ForeignMax
	}
	if !strings.ContainsRune(m.Symbols(), s.R) || len(m.Entry.Symbols) >= most {
		return m, nil
	}
	m.Entry.Symbols += string(s.R)
	if m.Kiosk.Foreign || len(m.Entry.Symbols) < CodeLen {
		return m, nil
	}
	if _, err := booking.ParseCode(m.Entry.Symbols); err != nil {
		m.Entry.Wrong = true
		return m, nil
	}
	return m.checkIn(s.Key, wire.CheckIn{Code: m.Entry.Symbols})
}

func (m Model) sorryTouched(msg Msg) (Model, []Effect) {
	switch msg := msg.(type) {
	case WalkIn:
		if m.Sorry.CanWalkIn() {
			return m.checkIn(msg.Key, wire.CheckIn{Code: m.Sorry.Code, WalkIn: true})
		}
	case TypeCode:
		if m.Sorry.CanType() {
			m.Entry = Entry{}
			return m.to(EnterCode), nil
		}
	case Back:
		return m.home()
	}
	return m, nil
}
