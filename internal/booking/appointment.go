package booking

import (
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// State of an appointment. Only booked ones count at the terminal.
type State string

// The states. A held or unconfirmed appointment lapses at its Until: it is then deleted with all that belongs to it.
const (
	Held        State = "held"        // somebody is filling in the form; the places are kept for Rules.HoldMinutes
	Unconfirmed State = "unconfirmed" // the contact is known, the mail's link was not used yet; kept for Rules.ConfirmMinutes
	Booked      State = "booked"
	Cancelled   State = "cancelled"
)

// Appointment is a booked visit, without the person (contacts live apart).
type Appointment struct {
	ID       string        `json:"id"`
	Code     Code          `json:"code"`
	Foreign  bool          `json:"foreign,omitempty"` // Code is another system's
	Start    time.Time     `json:"start"`
	End      time.Time     `json:"end,omitzero"` // of the visit, without a buffer; zero for those booked before it was kept
	Services []queue.Visit `json:"services"`
	State    State         `json:"state"`
	Until    time.Time     `json:"until,omitzero"`     // held and unconfirmed: when it lapses
	Sequence int           `json:"sequence,omitempty"` // moves and cancellations so far: RFC 5545 SEQUENCE; held and unconfirmed: extensions and corrections
	Source   string        `json:"source"`             // "import", "staff", "citizen"
}
