package booking

import (
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Want is a visit that somebody wants to book.
type Want struct {
	Services []queue.Visit `json:"services"` // of services that can be booked, each once, quantities 1 or more
	// Staff books for a caller: lanes kept for staff count too, neither lead time nor horizon does.
	Staff bool `json:"staff,omitempty"`
	// Moving is the appointment that is to be moved: its own places are free for it.
	Moving string `json:"moving,omitempty"`
}

// A Place is a lane of a pool for a stretch of time; the database lets no two places of one lane overlap. A pool is what
// openings with the same departments and services share ("opening:…"), or a group of services ("group:…"). Lanes count from
// 0: those of citizens first, then those kept for staff, then those beyond the capacity, which only operators and imports use;
// they count against the capacity all the same.
type Place struct {
	Pool     string
	Lane     int
	From, To time.Time // To is after the buffer; both whole minutes, at most 24 hours apart
}

// Slot is a time that can be booked. End is that of the visit, without the buffer.
type Slot struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// FreeDay is a calendar day and how many slots can be booked on it.
type FreeDay struct {
	Day  queue.Day `json:"day"`
	Free int       `json:"free"`
}

// Conflict is something that a catalogue contradicts. The sentence is for the operator.
type Conflict struct {
	Kind         ConflictKind
	Openings     []int // places in the catalogue's list, from 0: the two that overlap, or the one that is too small
	Text         string
	Appointments []Appointment // booked ones to come that have no place any more
}

// ConflictKind says what a conflict is.
type ConflictKind string

// The kinds. Overlaps are only told; the others keep a catalogue from being applied unless they are accepted.
const (
	Overlap   ConflictKind = "overlap"  // two openings offer the same service at the same time, from two capacities
	Outside   ConflictKind = "outside"  // appointments lie outside every opening for their services
	TooMany   ConflictKind = "too_many" // more appointments at a time than the capacity
	Unservice ConflictKind = "unknown"  // appointments for services that the catalogue no longer has
)
