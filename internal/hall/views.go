package hall

import (
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// View is a ticket with what a reader wants beside it.
type View struct {
	Ticket queue.Ticket
	Place  catalogue.Text // label of Ticket.Counter, nil if none
	Wait   queue.Wait
	// Locked tells whether it is locked at the time of the answer.
	Locked bool
}

// CheckedIn is the answer to a check-in.
type CheckedIn struct {
	View        View
	Appointment booking.Appointment
	Notice      string // on_time, late, again
	Back        bool
	Secret      string // of the phone page; only for the device that created the ticket
}

// Taken is the answer to a walk-in.
type Taken struct {
	View   View
	Secret string
}

// Called is the answer to call and next.
type Called struct {
	View     View   // zero when Nobody says why
	Finished string // number that finish=true ended first, "" if none
	Over     string // number that would have come next without it, "" if none (why this one: Ticket.Why)
	// Nobody is set when finish=true ended a ticket and then nobody could be called: NobodyWaiting or AllLocked (Until).
	// The finish stands: the button did what it could, and the visit is over whoever comes next.
	Nobody *queue.Refusal
	// Reason explains View's place before Over, or its own due time.
	Reason queue.Reason
}

// Announced is one number on a board.
type Announced struct {
	Ticket, Number, Counter string
	Place                   catalogue.Text
	Area                    string
	State                   queue.State
	At                      time.Time
	Seq                     int64
}

// AreaWaiting is how many wait in an area.
type AreaWaiting struct {
	Area  string     `json:"area"`
	Count int        `json:"count"`
	Wait  queue.Wait `json:"wait"` // of a newcomer
}

// Board is the snapshot of some areas.
type Board struct {
	Seq     int64
	At      time.Time
	Areas   []catalogue.Area
	Unknown []string
	Calls   []Announced
	Waiting []AreaWaiting
}

// Offer is a service as a terminal offers it now.
type Offer struct {
	Service catalogue.Service
	Open    bool
	Reason  queue.Code // closed, limit_reached, closing_soon; "" when open
	Opens   time.Time
	Wait    queue.Wait
}

// Kiosk is what a terminal shows.
type Kiosk struct {
	Seq         int64
	Area        catalogue.Area
	Departments []catalogue.Department
	Offers      []Offer
	Areas       []catalogue.Area    // all
	Services    []catalogue.Service // all, also those that need an appointment
	Foreign     bool
}

// Desk is everything that a clerk's page shows.
type Desk struct {
	Seq       int64
	At        time.Time
	Counter   catalogue.Counter
	Open      bool
	Clerk     string // who opened it
	Current   *View  // called or serving here
	Undo      *View  // finished here last and can be undone, nil if not
	Waiting   []View // that this counter can serve, in calling order
	Others    int    // waiting for services this counter does not serve
	Parked    []View
	Missed    []View
	Elsewhere []View // called or serving at other counters
	Catalogue catalogue.Catalogue
	Troubles  []Trouble // of all devices and the hall, newest first
}

// Trouble is something that staff should know and act on.
type Trouble struct {
	Device string    `json:"device"` // device id or "hall"
	Name   string    `json:"name"`
	Word   string    `json:"word"` // stable: paper_low, paper_out, cover_open, printer_offline, silent, not_printed, clock_ahead …
	Number string    `json:"number,omitempty"`
	Since  time.Time `json:"since"`
}

// DeviceInfo is one paired device.
type DeviceInfo struct {
	ID, Name, Kind, Area string
	Paired, Seen         time.Time
	Version              string
	Printer, Scanner     string
	Troubles             []string
	Silent               bool                 // no heartbeat for 45 s
	Since                map[string]time.Time // when each trouble began, silent included
}

// Event is one change, written in the transaction of the change. Seq is assigned by the store.
type Event struct {
	Seq     int64          `json:"-"`
	Type    string         `json:"type"`
	At      time.Time      `json:"at"`
	Areas   []string       `json:"areas,omitempty"` // concerned; none means all
	Ticket  string         `json:"ticket,omitempty"`
	Number  string         `json:"number,omitempty"`
	Service string         `json:"service,omitempty"`
	State   queue.State    `json:"state,omitempty"`
	Counter string         `json:"counter,omitempty"`
	Place   catalogue.Text `json:"place,omitempty"`
	Area    string         `json:"area,omitempty"`
	Device  string         `json:"device,omitempty"`
	Trouble string         `json:"trouble,omitempty"`
	Waiting []AreaWaiting  `json:"waiting,omitempty"`
}

// User is a member of staff who signs in.
type User struct {
	Name     string
	Role     Role
	Password string // argon2id hash
}
