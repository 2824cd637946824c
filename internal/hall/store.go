package hall

import (
	"context"
	"errors"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Errors that a store gives back; errors.Is finds them.
var (
	// ErrTaken: the database keeps something unique, and this would be the second: an open number of a series and day, a
	// ticket at a counter, an appointment's open ticket, a code, a device's name.
	ErrTaken = errors.New("taken already")
	// ErrFull: nothing can be written, because the disk is full or broken. Nothing was changed.
	ErrFull = errors.New("cannot be written")
)

// Store keeps everything. internal/store/sqlite is the default; storetest is the suite that every store passes.
type Store interface {
	// Update runs fn in one durable read-write transaction; fn's error rolls it back. Updates run one after the other, also
	// those of other processes. When it returns nil, the change survives a power cut.
	Update(ctx context.Context, fn func(Tx) error) error
	// View runs fn on one consistent snapshot. Changing it fails.
	View(ctx context.Context, fn func(Tx) error) error
	// Changes gives a figure that differs from the one before when anybody, this process or another, has committed since.
	Changes(ctx context.Context) (int64, error)
}

// Tx is one transaction. Finders tell by a bool whether there is such a row; no row is never an error. Times are kept to
// the nanosecond, as instants.
type Tx interface {
	// InsertTicket writes a new ticket; secret is the SHA-256 of its phone page's secret. ErrTaken.
	InsertTicket(t queue.Ticket, secret [32]byte) error
	// UpdateTicket writes all fields but ID, Day, Series, Num. ErrTaken.
	UpdateTicket(t queue.Ticket) error
	Ticket(id string) (queue.Ticket, bool, error)
	TicketBySecret(secret [32]byte) (queue.Ticket, bool, error)
	// TicketByNumber prefers an open ticket, then the latest to arrive: numbers wrap.
	TicketByNumber(day queue.Day, series string, num int) (queue.Ticket, bool, error)
	// TicketOfAppointment gives the day's latest ticket to arrive.
	TicketOfAppointment(day queue.Day, appointment string) (queue.Ticket, bool, error)
	// OpenTickets of the day, in order of arrival.
	OpenTickets(day queue.Day) ([]queue.Ticket, error)
	// OpenBefore are the tickets of earlier days that are still open.
	OpenBefore(day queue.Day) ([]queue.Ticket, error)
	// Tickets of the day, in order of arrival; empty state or service means any.
	Tickets(day queue.Day, state queue.State, service string) ([]queue.Ticket, error)
	// LastFinished is the ticket of the day that ended last at the counter, by being finished there.
	LastFinished(day queue.Day, counter string) (queue.Ticket, bool, error)
	// DropRemarks empties the remarks of days before; clerks may have written about a person.
	DropRemarks(day queue.Day) (int, error)

	// AddVisit notes a visit that ended at a counter, by finish or forward; DropVisit takes it back.
	AddVisit(v VisitEnded) error
	DropVisit(ticket string, ended time.Time) error
	// Durations gives how long visits of one piece took since the day (included), per service.
	Durations(since queue.Day) (map[string][]time.Duration, error)

	// Numbers tells the last number given in the series that day and how many walk-ins took one.
	Numbers(day queue.Day, series string) (last, walkIns int, err error)
	SetNumbers(day queue.Day, series string, last, walkIns int) error

	// Papers are tickets whose paper failed.
	Papers() ([]Paper, error)
	PutPaper(p Paper) error
	DropPaper(ticket string) (Paper, bool, error)

	// OpenCounters are the counters opened that day or, with OpenedBefore, earlier.
	OpenCounters(day queue.Day) ([]OpenCounter, error)
	OpenedBefore(day queue.Day) ([]OpenCounter, error)
	PutCounter(c OpenCounter) error
	DropCounter(id string) error

	BookingTx

	// AppendEvent writes e and gives its sequence number: one more than the latest, without a gap.
	AppendEvent(e Event) (int64, error)
	// Events after seq, at most limit, in order.
	Events(after int64, limit int) ([]Event, error)
	// EventRange gives the first event still kept and the latest one ever written; first is last+1 when none is kept.
	EventRange() (first, last int64, err error)
	// Announced gives the sequence number of the ticket's latest call or ring, 0 if none is kept.
	Announced(ticket string) (int64, error)
	// DropEvents deletes those before t.
	DropEvents(t time.Time) (int, error)

	Answer(actor, key string) (Answer, bool, error)
	PutAnswer(actor, key string, a Answer) error
	// DropAnswers deletes those before t.
	DropAnswers(t time.Time) (int, error)

	// CatalogueVersion is 0 before the first catalogue.
	CatalogueVersion() (int64, error)
	Catalogue() (catalogue.Catalogue, error)
	PutCatalogue(c catalogue.Catalogue) error

	PutUser(u User) error
	User(name string) (User, bool, error)
	// Users by name.
	Users() ([]User, error)
	DropUser(name string) error

	// PutToken replaces the tokens of the same kind and name.
	PutToken(t Token) error
	Token(hash [32]byte) (Token, bool, error)
	DropTokens(kind, name string) error

	Session(token [32]byte) (data []byte, expiry time.Time, found bool, err error)
	PutSession(token [32]byte, data []byte, expiry time.Time) error
	DropSession(token [32]byte) error
	// DropSessions deletes those that expired before t.
	DropSessions(t time.Time) (int, error)

	Devices() ([]DeviceInfo, error)
	Device(id string) (DeviceInfo, bool, error)
	PutDevice(d DeviceInfo) error
	DropDevice(id string) error

	// Clock is what the hall last knew of time; zero before the first change.
	Clock() (Clock, error)
	PutClock(c Clock) error
}

// VisitEnded is one visit at one counter, for the statistics. It holds nothing about a person.
type VisitEnded struct {
	Ticket                         string
	Day                            queue.Day
	Service, Counter               string
	Pieces                         int // services done, times their quantity
	Booked                         bool
	Arrived, Called, Served, Ended time.Time
}

// OpenCounter is a counter that is open.
type OpenCounter struct {
	ID     string
	Day    queue.Day
	Clerk  string
	Opened time.Time
}

// Paper is a ticket that did not reach its holder on paper, as far as is known.
type Paper struct {
	Ticket, Number string
	Device         string
	Word           string // "not_printed" or "unknown" as the trouble words not_printed, print_unknown
	Since          time.Time
}

// Answer is what a command was answered, kept for its repetition.
type Answer struct {
	Request [32]byte // SHA-256 of the operation and its arguments
	Body    []byte   // JSON
	At      time.Time
}

// Token is a bearer token of a user or device.
type Token struct {
	Hash             [32]byte
	Kind, Name, Area string
}

// Clock is what the hall knows of time across restarts.
type Clock struct {
	Seen    time.Time // latest time used
	Day     queue.Day // the day that the queue is in
	Trouble string    // clock_ahead, clock_behind or ""
	Since   time.Time // of the trouble
	// Revision counts the changes of the hall, by whichever process: what was read at the same revision is still right.
	Revision int64
}
