package hall

import (
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
)

// BookingTx is the part of a transaction about appointments and what belongs to them.
type BookingTx interface {
	// InsertAppointment writes a new one; key is "" or what an import knows it by. ErrTaken.
	InsertAppointment(a booking.Appointment, key string) error
	// UpdateAppointment writes start, end, services, state, until and sequence.
	UpdateAppointment(a booking.Appointment) error
	// DropAppointment deletes one with its contact, places, links, mails and documents, and no byte of them stays.
	DropAppointment(id string) error
	Appointment(id string) (booking.Appointment, bool, error)
	AppointmentByCode(code booking.Code) (booking.Appointment, bool, error)
	AppointmentByKey(key string) (booking.Appointment, bool, error)
	// ImportedFrom are the booked appointments with this source and a key that start after t, by key.
	ImportedFrom(source string, t time.Time) (map[string]booking.Appointment, error)
	// Appointments that start in [from, to), by start, in all states.
	Appointments(from, to time.Time) ([]booking.Appointment, error)
	// BookingFigures counts what is to come after t, and the mails.
	BookingFigures(t time.Time) (BookingFigures, error)
	// Lapsed are those whose Until is now or earlier, at most limit.
	Lapsed(now time.Time, limit int) ([]booking.Appointment, error)
	// ForeignCodes tells whether an appointment that starts at from or later, and is booked, has another system's code.
	ForeignCodes(from time.Time) (bool, error)

	// PutLink makes the secret with this SHA-256 a link to the appointment.
	PutLink(hash [32]byte, l Link) error
	Link(hash [32]byte) (Link, bool, error)
	DropLinks(appointment string, kind LinkKind) error

	// InsertPlace takes a place, for good when until is zero. ErrTaken when its lane has one that overlaps it.
	InsertPlace(p booking.Place, appointment string, until time.Time) error
	// Places that are taken at now and overlap [from, to), those of the appointment but excepted.
	Places(pools []string, from, to, now time.Time, but string) ([]booking.Place, error)
	// PlacesOf an appointment, by pool.
	PlacesOf(appointment string) ([]booking.Place, error)
	// KeepPlaces of an appointment until then, or for good when until is zero.
	KeepPlaces(appointment string, until time.Time) error
	// RestPlaces takes the places from the appointment; they are nobody's, and free at until.
	RestPlaces(appointment string, until time.Time) error
	DropPlaces(appointment string) error
	// DropRested deletes places that rested and are free at now, and gives them.
	DropRested(now time.Time) ([]booking.Place, error)

	// PutContact adds or replaces one; Since stays the first.
	PutContact(c Contact) error
	Contact(appointment string) (Contact, bool, error)
	// Contacts tells how many there are, and the oldest and newest appointment among them.
	Contacts() (Held, error)
	// DropContacts deletes those of appointments that started before t, with their mails and documents, so that no byte of them
	// stays in the store's files, and with them the keys that imports know the appointments by.
	DropContacts(t time.Time) (int, error)
	// OfMail are the appointments that start after t, are not cancelled, and have this MailKey.
	OfMail(key string, t time.Time) ([]booking.Appointment, error)
	// Names are those of contacts whose appointments start at t or later and are booked or unconfirmed, by start.
	Names(t time.Time) ([]Named, error)
	// WantEarlier are the booked appointments that start after t whose contact wants an earlier slot, the first wish first.
	WantEarlier(t time.Time) ([]booking.Appointment, error)

	// PutMail adds a mail or replaces the one with its ID.
	PutMail(m Mail) error
	Mail(id string) (Mail, bool, error)
	// DueMails are waiting and due at now or earlier, by due, at most limit.
	DueMails(now time.Time, limit int) ([]Mail, error)
	// MailsIn a state, oldest first, at most limit.
	MailsIn(state MailState, limit int) ([]Mail, error)
	// MailsOf an appointment, oldest first.
	MailsOf(appointment string) ([]Mail, error)
	DropMail(id string) error

	PutDocument(d Document) error
	Document(id string) (Document, bool, error)
	// DocumentsOf an appointment, oldest first.
	DocumentsOf(appointment string) ([]Document, error)
	// DocumentIDs of all, so that files without one can be deleted.
	DocumentIDs() ([]string, error)
	DropDocument(id string) error
}

// Contact is the person of an appointment. It is kept apart from everything else and deleted first.
type Contact struct {
	Appointment, Name, Mail, Phone string
	Lang                           string // of the mails
	MailKey                        string // Mail as limits compare it; see mailKey
	Secret                         string // of the link in the mails; 128 bits, base64url
	Earlier                        bool   // wants to hear of earlier slots
	Since                          time.Time
}

// Named is who comes to an appointment.
type Named struct{ Appointment, Name string }

// Held says what is held about persons.
type Held struct {
	Contacts                          int
	Mails, Documents                  int
	Since                             time.Time // the oldest entry was made then, zero if none
	FirstAppointment, LastAppointment time.Time // first and last start among their appointments
}

// BookingFigures are counts for those who run the server.
type BookingFigures struct {
	Held, Unconfirmed       int // that have not lapsed
	Booked                  int // and not begun
	MailsWaiting, MailsDead int
}

// LinkKind says what a link may do.
type LinkKind string

// The kinds of links. The one of a hold stays in the browser that chose the slot and cannot confirm; the own one goes by
// mail, or is shown where there is no mail.
const (
	HoldLink LinkKind = "hold"
	OwnLink  LinkKind = "own"
)

// Link leads to an appointment.
type Link struct {
	Appointment string
	Kind        LinkKind
}

// MailKind says what a mail is about.
type MailKind string

// The kinds of mails.
const (
	MailConfirm   MailKind = "confirm"   // please confirm within the hour
	MailBooked    MailKind = "booked"    // code, what to bring, calendar entry
	MailMoved     MailKind = "moved"     // the same at the new time
	MailCancelled MailKind = "cancelled" // calendar entry withdrawn
	MailReminder  MailKind = "reminder"
	MailEarlier   MailKind = "earlier" // Slot is free
)

// MailState says how far a mail is.
type MailState string

// The states. Dead ones are not tried again unless staff say so.
const (
	MailWaiting MailState = "waiting"
	MailSent    MailState = "sent"
	MailDead    MailState = "dead"
)

// Mail is one that is to be sent, or was. It is written in the transaction of the change that it tells of.
type Mail struct {
	ID, Appointment string
	Kind            MailKind
	Slot            time.Time // MailEarlier: the slot that became free
	Created         time.Time
	Due             time.Time // not before
	State           MailState
	Attempts        int
	Error           string // why the last attempt failed
}

// Document is a file that a citizen sent in. Its content lies encrypted in internal/documents under the ID.
type Document struct {
	ID, Appointment string
	Name            string // as the citizen's, cleaned; for staff only
	Kind            string // application/pdf, image/jpeg, image/png, by content
	Size            int64
	Added           time.Time
}
