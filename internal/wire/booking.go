package wire

import "time"

// PublicService is a service that can be booked.
type PublicService struct {
	ID          string              `json:"id"`
	Department  Department          `json:"department"`
	Name        Text                `json:"name"`
	LeiKa       string              `json:"leika,omitempty" doc:"id in the German catalogue of services"`
	Minutes     int                 `json:"minutes" doc:"of one piece"`
	MaxQuantity int                 `json:"max_quantity" doc:"pieces in one visit"`
	Bring       map[string][]string `json:"bring,omitempty" doc:"what to bring, by language"`
	Fee         Text                `json:"fee,omitempty"`
	URL         string              `json:"url,omitempty" doc:"the booking page with this service chosen"`
}

// WantedService is a service and how many pieces of it.
type WantedService struct {
	ID       string `json:"id" maxLength:"64"`
	Quantity int    `json:"quantity,omitempty" minimum:"0" maximum:"99" doc:"0 or left out is 1"`
}

// Slots are the free days of a range and, where it is short, their times.
type Slots struct {
	Minutes int       `json:"minutes" doc:"of the whole visit"`
	First   *Slot     `json:"first,omitempty" doc:"the first free time of all, whatever the range"`
	Days    []FreeDay `json:"days" doc:"every day of the range"`
	Slots   []Slot    `json:"slots,omitempty" doc:"of a range of at most 7 days: every free time"`
}

// FreeDay is a day and how many times are free on it.
type FreeDay struct {
	Day  string `json:"day" format:"date"`
	Free int    `json:"free"`
}

// Slot is a time that can be booked.
type Slot struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// Hold asks to keep a time while somebody fills in a form.
type Hold struct {
	Services []WantedService `json:"services" minItems:"1" maxItems:"16"`
	Start    time.Time       `json:"start"`
}

// Held is a time that is kept.
type Held struct {
	Secret string    `json:"secret" doc:"for the person's details; it cannot confirm anything"`
	Until  time.Time `json:"until"`
	Start  time.Time `json:"start"`
	End    time.Time `json:"end"`
}

// Person is who comes.
type Person struct {
	Name  string `json:"name" maxLength:"200"`
	Mail  string `json:"mail,omitempty" maxLength:"320" doc:"needed where the town sends mail, except by staff"`
	Phone string `json:"phone,omitempty" maxLength:"64"`
	Lang  string `json:"lang,omitempty" maxLength:"16" doc:"language of the mails"`
}

// Book asks for an appointment in one go.
type Book struct {
	Hold
	Person
}

// Booking is an appointment as its holder sees it.
type Booking struct {
	ID       string     `json:"id"`
	State    string     `json:"state" enum:"held,unconfirmed,booked,cancelled"`
	Start    time.Time  `json:"start"`
	End      *time.Time `json:"end,omitempty" doc:"not known of some that came from another booking system"`
	Services []Visit    `json:"services"`
	Until    *time.Time `json:"until,omitempty" doc:"held and unconfirmed: when it lapses"`
	Code     string     `json:"code,omitempty" doc:"booked: for the terminal, as shown to people"`
	QR       string     `json:"qr,omitempty" doc:"booked: what the QR code says"`
	Secret   string     `json:"secret,omitempty" doc:"only in the answer to a booking that needs no confirmation"`
	URL      string     `json:"url,omitempty" doc:"page of the appointment; with secret"`
	Earlier  bool       `json:"earlier,omitempty" doc:"wants to hear of earlier times"`
	Ticket   string     `json:"ticket,omitempty" doc:"number of today, once checked in"`
	Movable  bool       `json:"movable" doc:"it can be moved and cancelled now"`
}

// MoveTo is where an appointment is to be moved.
type MoveTo struct {
	Start time.Time `json:"start"`
}

// Wish tells whether to hear of earlier times.
type Wish struct {
	On bool `json:"on" doc:"true: write to me when an earlier time becomes free"`
}

// StaffBooking is an appointment as staff see it.
type StaffBooking struct {
	Booking
	Source      string `json:"source" doc:"citizen, staff or import"`
	Name        string `json:"name,omitempty" doc:"as long as the contact is kept"`
	Mail        string `json:"mail,omitempty"`
	Phone       string `json:"phone,omitempty"`
	Documents   int    `json:"documents,omitempty" doc:"sent in"`
	MailDead    bool   `json:"mail_dead,omitempty" doc:"a mail to this person could not be delivered"`
	TicketState string `json:"ticket_state,omitempty" doc:"of the ticket of today; none: nobody has come yet"`
}

// DeadMail is one that could not be delivered.
type DeadMail struct {
	ID          string    `json:"id"`
	Appointment string    `json:"appointment"`
	Kind        string    `json:"kind" enum:"confirm,booked,moved,cancelled,reminder,earlier"`
	Name        string    `json:"name"`
	Mail        string    `json:"mail"`
	Created     time.Time `json:"created"`
	Attempts    int       `json:"attempts"`
	Error       string    `json:"error" doc:"the mail server's words"`
}
