package hall

import (
	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// HeldSlot is the answer to a hold. Secret is that of the hold's link.
type HeldSlot struct {
	Appointment booking.Appointment
	Secret      string
}

// Registered is the answer to a contact. When the mail's link must be used first, the appointment is unconfirmed and Secret
// is empty; else it is booked and Secret is that of its own link.
type Registered struct {
	Appointment booking.Appointment
	Secret      string
}

// Mine is an appointment as the holder of a link sees it.
type Mine struct {
	Appointment booking.Appointment
	Kind        LinkKind
	// Contact is there for an own link, as long as it is kept, and for a hold's link until the confirmation; without its secret
	// and keys.
	Contact *Contact
	// Undeliverable: a hold's link to an unconfirmed one whose mail could not be delivered.
	Undeliverable bool
	Ticket        *View // of today
	Documents     []Document
	// CanChange: it may be moved and cancelled: booked, not begun, and no ticket of today is open.
	CanChange bool
	// Confirmable: an own link to an unconfirmed one.
	Confirmable bool
}

// Listed is an appointment as staff see it.
type Listed struct {
	Appointment booking.Appointment
	Contact     *Contact // nil when there is none (any more); without its secret and keys
	Ticket      *View    // of today: who has come
	Documents   int
	MailDead    bool // a mail to this person could not be delivered
}

// Letter is everything that a mail is written of.
type Letter struct {
	Mail        Mail
	Appointment booking.Appointment
	Contact     Contact // with its secret
}

// Person is what a citizen or a caller says of themselves.
type Person struct {
	Name  string `json:"name"`  // 1 to 100 characters, one line
	Mail  string `json:"mail"`  // needed from citizens where the town can send mail
	Phone string `json:"phone"` // 0 to 30 characters of +, digits, blanks, / - ( )
	Lang  string `json:"lang"`
}

// Days is a range of calendar days, both included.
type Days struct{ From, To queue.Day }

// ConflictError says that a catalogue would leave appointments without a place. They are listed, so that somebody can call the
// people before it is applied.
type ConflictError struct {
	Conflicts []booking.Conflict
}

func (e *ConflictError) Error() string { return "the catalogue contradicts appointments" }
