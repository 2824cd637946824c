// Package hall holds the use cases of the town hall's queue. Each change is one transaction: ask the pure rules, write
// the new state and its event, commit, and only then publish.
package hall

import (
	"context"
	"log/slog"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Config is what a Hall is made of.
type Config struct {
	Store    Store
	Queue    queue.Rules
	Booking  booking.Rules
	Location *time.Location
	Now      func() time.Time // internal/clock in production
	Log      *slog.Logger
}

// Hall is the use cases over one store.
type Hall struct{ cfg Config }

// New makes a Hall. Call Run for end of day and for the events of other processes.
func New(cfg Config) *Hall { return &Hall{cfg: cfg} }

// Run rolls the day over, marks silent devices, forgets old keys, and publishes events that other processes wrote, until ctx is done.
func (h *Hall) Run(ctx context.Context) error { panic("unwritten") }

// ---- changes by devices

// CheckIn gives a booked citizen the ticket (every row of DOMAIN's table).
func (h *Hall) CheckIn(ctx context.Context, c Command, code string, walkIn bool) (CheckedIn, error) {
	panic("unwritten")
}

// TakeTicket gives a walk-in ticket. Staff may set priority.
func (h *Hall) TakeTicket(ctx context.Context, c Command, service string, priority int) (Taken, error) {
	panic("unwritten")
}

// Printed notes what became of a ticket's paper; a failed one becomes a trouble that clerks see.
func (h *Hall) Printed(ctx context.Context, c Command, ticket, outcome, evidence, reason string) error {
	panic("unwritten")
}

// Report is a device's heartbeat.
func (h *Hall) Report(ctx context.Context, c Command, r Report) error { panic("unwritten") }

// Report is how a device feels.
type Report struct {
	Version, Printer, Scanner string
	Troubles                  []string
}

// ---- changes by clerks; id is a ticket id

// Next calls the next ticket for the counter; finish ends the counter's ticket first.
func (h *Hall) Next(ctx context.Context, c Command, counter string, finish bool) (Called, error) {
	panic("unwritten")
}

// Call calls one ticket, by id or by number.
func (h *Hall) Call(ctx context.Context, c Command, counter, ticket string) (Called, error) {
	panic("unwritten")
}

// Ring announces the counter's called ticket again.
func (h *Hall) Ring(ctx context.Context, c Command, counter string) (View, error) { panic("unwritten") }

// Do applies one of arrive, no_show, undo, park, take_back, forward, finish, cancel, prioritize to a ticket. For forward, Area
// is filled in by the hall; CounterFree and At as well.
func (h *Hall) Do(ctx context.Context, c Command, id string, change queue.Change) (View, error) {
	panic("unwritten")
}

// OpenCounter and CloseCounter. Closing is refused with CounterBusy while it has a ticket. An open counter is closed by
// another clerk only with role lead.
func (h *Hall) OpenCounter(ctx context.Context, c Command, counter string) error { panic("unwritten") }

// CloseCounter closes it.
func (h *Hall) CloseCounter(ctx context.Context, c Command, counter string) error { panic("unwritten") }

// ConfirmClock accepts the present time after a jump ahead (lead).
func (h *Hall) ConfirmClock(ctx context.Context, c Command) error { panic("unwritten") }

// ---- by citizens

// BySecret gives the ticket of a phone page. Refusal: NotFound.
func (h *Hall) BySecret(ctx context.Context, secret string) (View, error) { panic("unwritten") }

// CancelBySecret is "I can't come".
func (h *Hall) CancelBySecret(ctx context.Context, c Command, secret string) (View, error) {
	panic("unwritten")
}

// ---- reads

// Board of some areas; none means all.
func (h *Hall) Board(ctx context.Context, areas []string) (Board, error) { panic("unwritten") }

// Kiosk of an area ("" means the first).
func (h *Hall) Kiosk(ctx context.Context, area string) (Kiosk, error) { panic("unwritten") }

// Desk of a counter.
func (h *Hall) Desk(ctx context.Context, counter string) (Desk, error) { panic("unwritten") }

// Ticket by id.
func (h *Hall) Ticket(ctx context.Context, id string) (View, error) { panic("unwritten") }

// Tickets of today, by state and service; empty means any. In calling order, then by number.
func (h *Hall) Tickets(ctx context.Context, state queue.State, service string) ([]View, error) {
	panic("unwritten")
}

// Catalogue in force.
func (h *Hall) Catalogue(ctx context.Context) (catalogue.Catalogue, error) { panic("unwritten") }

// Devices that are paired, with their troubles.
func (h *Hall) Devices(ctx context.Context) ([]DeviceInfo, error) { panic("unwritten") }

// Troubles now.
func (h *Hall) Troubles(ctx context.Context) ([]Trouble, error) { panic("unwritten") }

// ---- events

// Subscribe gives the events after seq (0 or more), first those stored, then live ones, in order and without a gap. ok is false when seq
// is gone or from the future: send a reset. The channel is closed when the reader is too slow (it resumes by its last
// id) or when the hall stops; cancel ends it.
func (h *Hall) Subscribe(ctx context.Context, after int64) (events <-chan Event, ok bool, cancel func(), err error) {
	panic("unwritten")
}

// Seq is the latest event's sequence number.
func (h *Hall) Seq(ctx context.Context) (int64, error) { panic("unwritten") }

// ---- operator

// ApplyCatalogue puts a catalogue in force and says what changed (none: nothing changed and no event).
func (h *Hall) ApplyCatalogue(ctx context.Context, c Command, cat catalogue.Catalogue) ([]string, error) {
	panic("unwritten")
}

// Import is one appointment to be imported.
type Import struct {
	Key        string // known again by this
	Code       string // foreign code, "" to make one of ours
	Service    string
	Start      time.Time
	Name, Mail string
}

// ImportAppointments writes all or none; rows known already are left as they are.
func (h *Hall) ImportAppointments(ctx context.Context, c Command, rows []Import) (added, known int, err error) {
	panic("unwritten")
}

// AddAppointment books a visit without asking for capacity (the operator's word).
func (h *Hall) AddAppointment(ctx context.Context, c Command, services []queue.Visit, start time.Time, name, mail string) (booking.Appointment, error) {
	panic("unwritten")
}

// Appointment by code or id, and its ticket of today if there is one.
func (h *Hall) Appointment(ctx context.Context, codeOrID string) (booking.Appointment, *View, error) {
	panic("unwritten")
}

// CancelAppointment cancels it. A ticket of today that still waits is cancelled too.
func (h *Hall) CancelAppointment(ctx context.Context, c Command, codeOrID string) (booking.Appointment, error) {
	panic("unwritten")
}

// Appointments that start on the day of t.
func (h *Hall) Appointments(ctx context.Context, t time.Time) ([]booking.Appointment, error) {
	panic("unwritten")
}

// ---- people and devices that sign in (used by internal/auth)

// PutUser adds or replaces a user.
func (h *Hall) PutUser(ctx context.Context, u User) error { panic("unwritten") }

// User by name. Refusal: NotFound.
func (h *Hall) User(ctx context.Context, name string) (User, error) { panic("unwritten") }

// Users, without password hashes.
func (h *Hall) Users(ctx context.Context) ([]User, error) { panic("unwritten") }

// PutToken stores the SHA-256 of a bearer token for a user (kind "user") or device (kind "kiosk", "display"); pairing a name
// again replaces its token.
func (h *Hall) PutToken(ctx context.Context, hash [32]byte, kind, name, area string) error {
	panic("unwritten")
}

// ByToken gives the actor of a token's hash. Refusal: NotFound.
func (h *Hall) ByToken(ctx context.Context, hash [32]byte) (a Actor, kind string, err error) {
	panic("unwritten")
}

// Unpair forgets a device and its token.
func (h *Hall) Unpair(ctx context.Context, c Command, device string) error { panic("unwritten") }

// Session store for alexedwards/scs (its Store interface, with contexts).
func (h *Hall) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	panic("unwritten")
}
func (h *Hall) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	panic("unwritten")
}
func (h *Hall) DeleteCtx(ctx context.Context, token string) error { panic("unwritten") }
func (h *Hall) Find(token string) ([]byte, bool, error) {
	return h.FindCtx(context.Background(), token)
}
func (h *Hall) Commit(token string, b []byte, expiry time.Time) error {
	return h.CommitCtx(context.Background(), token, b, expiry)
}
func (h *Hall) Delete(token string) error { return h.DeleteCtx(context.Background(), token) }
