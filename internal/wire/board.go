package wire

import (
	"maps"
	"slices"
	"time"
)

// Text is one text per language; keys are BCP 47 tags such as "de", "de-simple", "en".
type Text map[string]string

// In returns the text in lang, else in German, else in any language, else "".
func (t Text) In(lang string) string {
	for _, l := range []string{lang, "de"} {
		if s := t[l]; s != "" {
			return s
		}
	}
	langs := slices.Sorted(maps.Keys(t))
	if len(langs) == 0 {
		return ""
	}
	return t[langs[0]]
}

// Kiosk is what a terminal needs to show its screens.
type Kiosk struct {
	Seq         int64           `json:"seq"`
	Site        Site            `json:"site"`
	Area        Area            `json:"area" doc:"where the terminal stands"`
	Areas       []Area          `json:"areas" doc:"all, for tickets that wait elsewhere"`
	Departments []Department    `json:"departments"`
	Services    []Service       `json:"services" doc:"all walk-in services, open or not"`
	Names       map[string]Text `json:"names" doc:"of all services, also those that need an appointment"`
	Foreign     bool            `json:"foreign_codes" doc:"appointments with another system's codes exist: the keypad shows all 36 symbols"`
}

// Site is the town hall.
type Site struct {
	Name      string   `json:"name"`
	Timezone  string   `json:"timezone"`
	Languages []string `json:"languages"`
	Desk      Text     `json:"desk,omitempty" doc:"where to go when nothing works"`
}

// Area is a waiting room.
type Area struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
}

// Department groups services.
type Department struct {
	ID   string `json:"id"`
	Name Text   `json:"name"`
}

// Service as a terminal or page offers it now.
type Service struct {
	ID         string     `json:"id"`
	Department string     `json:"department"`
	Name       Text       `json:"name"`
	Area       string     `json:"area"`
	Minutes    int        `json:"minutes"`
	Pickup     bool       `json:"pickup,omitempty"`
	Open       bool       `json:"open" doc:"a walk-in ticket can be had now"`
	Reason     string     `json:"reason,omitempty" doc:"why not: closed, limit_reached, closing_soon"`
	Opens      *time.Time `json:"opens,omitempty" doc:"when it opens next, if closed"`
	Wait       *Wait      `json:"wait,omitempty"`
}

// Board is the snapshot a call board starts from; events after Seq follow on the event stream.
type Board struct {
	Seq     int64       `json:"seq"`
	At      time.Time   `json:"at"`
	Site    Site        `json:"site"`
	Areas   []Area      `json:"areas"`
	Unknown []string    `json:"unknown,omitempty" doc:"areas asked for that the catalogue does not have"`
	Calls   []Announced `json:"calls" doc:"called and serving tickets of these areas, newest announcement first"`
	Waiting []Waiting   `json:"waiting" doc:"per area"`
}

// Announced is one number called to one place.
type Announced struct {
	Ticket  string    `json:"ticket"`
	Number  string    `json:"number"`
	Counter string    `json:"counter"`
	Place   Text      `json:"place"`
	Area    string    `json:"area" doc:"area of the ticket"`
	State   string    `json:"state" enum:"called,serving"`
	At      time.Time `json:"at" doc:"of the latest announcement"`
	Seq     int64     `json:"seq" doc:"of the event of the latest announcement"`
}

// Waiting is how many wait in an area and how long a newcomer would.
type Waiting struct {
	Area  string `json:"area"`
	Count int    `json:"count"`
	Low   int    `json:"low"`
	High  int    `json:"high"`
}

// Event types.
const (
	TicketWaiting   = "ticket.waiting"
	TicketCalled    = "ticket.called"
	TicketRung      = "ticket.rung"
	TicketServing   = "ticket.serving"
	TicketParked    = "ticket.parked"
	TicketMissed    = "ticket.missed"
	TicketFinished  = "ticket.finished"
	TicketCancelled = "ticket.cancelled"
	TicketExpired   = "ticket.expired"
	CounterOpened   = "counter.opened"
	CounterClosed   = "counter.closed"
	DeviceTrouble   = "device.trouble"
	DeviceWell      = "device.well"
	CatalogueChange = "catalogue.changed"
	// AppointmentChange says that an appointment was booked, moved or cancelled; devices do not get it.
	AppointmentChange = "appointment.changed"
	// Reset tells a client whose last id is gone or from the future to fetch a fresh snapshot.
	Reset = "reset"
)

// Event is one change, as the event stream carries it. It never holds anything about a person.
type Event struct {
	Seq     int64     `json:"seq"`
	Type    string    `json:"type"`
	At      time.Time `json:"at"`
	Areas   []string  `json:"areas,omitempty" doc:"areas whose displays it concerns; none means all"`
	Ticket  string    `json:"ticket,omitempty"`
	Number  string    `json:"number,omitempty"`
	Service string    `json:"service,omitempty"`
	State   string    `json:"state,omitempty"`
	Counter string    `json:"counter,omitempty"`
	Place   Text      `json:"place,omitempty"`
	Area    string    `json:"area,omitempty"`
	Device  string    `json:"device,omitempty"`
	Trouble string    `json:"trouble,omitempty"`
	Waiting []Waiting `json:"waiting,omitempty" doc:"waiting people of the areas concerned, after this change"`
}
