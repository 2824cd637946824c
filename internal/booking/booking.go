// Package booking holds the rules of appointments: codes, openings, check-in. It is pure.
package booking

import (
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

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
