// Package catalogue holds what a town fills in: departments, services, series, areas, counters and opening hours, as
// data. It reads, checks, compares and writes the TOML form. It is pure.
package catalogue

// Text is one text per language, keyed by tags such as "de", "de-simple", "en". German is the fallback.
type Text map[string]string

// List is a list of texts per language.
type List map[string][]string

// Catalogue is one town's whole catalogue.
type Catalogue struct {
	Departments []Department `toml:"department" json:"departments"`
	Areas       []Area       `toml:"area" json:"areas"`
	Series      []Series     `toml:"series" json:"series"`
	Services    []Service    `toml:"service" json:"services"`
	Groups      []Group      `toml:"group" json:"groups,omitempty"`
	Counters    []Counter    `toml:"counter" json:"counters"`
	Openings    []Opening    `toml:"opening" json:"openings"`
	Holidays    Holidays     `toml:"holidays" json:"holidays"`
	Closed      []Closed     `toml:"closed" json:"closed"`
}

// Department is an office, such as the Einwohnermeldeamt.
type Department struct {
	ID   string `toml:"id" json:"id"`
	Name Text   `toml:"name" json:"name"`
}

// Area is a waiting room with displays.
type Area struct {
	ID   string `toml:"id" json:"id"`
	Name Text   `toml:"name" json:"name"`
}

// Series is a letter whose numbers run from 001 to 999 each day.
type Series struct {
	Letter     string `toml:"letter" json:"letter"`
	DailyLimit int    `toml:"daily_limit" json:"daily_limit"` // walk-ins a day; 0 = no limit
}

// Service is what a citizen comes for.
type Service struct {
	ID               string `toml:"id" json:"id"`
	Department       string `toml:"department" json:"department"`
	Series           string `toml:"series" json:"series"`
	Area             string `toml:"area" json:"area"`
	LeiKa            string `toml:"leika" json:"leika,omitempty"`
	Name             Text   `toml:"name" json:"name"`
	Bring            List   `toml:"bring" json:"bring,omitempty"`
	Fee              Text   `toml:"fee" json:"fee,omitempty"`
	Minutes          int    `toml:"minutes" json:"minutes"`
	WalkIn           bool   `toml:"walk_in" json:"walk_in"`
	WalkInDueMinutes int    `toml:"walk_in_due_minutes" json:"walk_in_due_minutes,omitempty"` // 0 = the rule's
	Appointment      bool   `toml:"appointment" json:"appointment"`
	MaxQuantity      int    `toml:"max_quantity" json:"max_quantity,omitempty"` // pieces that a citizen may book in one visit; 0 = the rule's
	Pickup           bool   `toml:"pickup" json:"pickup,omitempty"`
}

// Group is services that share something of which there is only so much, such as a room or a device: at most Capacity
// booked visits with one of them at a time, in whatever opening.
type Group struct {
	ID       string   `toml:"id" json:"id"`
	Name     Text     `toml:"name" json:"name"`
	Services []string `toml:"services" json:"services"`
	Capacity int      `toml:"capacity" json:"capacity"`
}

// Counter is where clerks serve.
type Counter struct {
	ID       string   `toml:"id" json:"id"`
	Label    Text     `toml:"label" json:"label"`
	Area     string   `toml:"area" json:"area"`
	Services []string `toml:"services" json:"services"`
}

// Opening is a weekly rule. Times are "15:04" in the site's time zone; To may be "24:00".
type Opening struct {
	Departments   []string `toml:"departments" json:"departments"`
	Services      []string `toml:"services" json:"services,omitempty"`
	Days          []string `toml:"days" json:"days,omitempty"` // mon … sun
	Dates         []string `toml:"dates" json:"dates,omitempty"`
	From          string   `toml:"from" json:"from"`
	To            string   `toml:"to" json:"to"`
	EveryWeeks    int      `toml:"every_weeks" json:"every_weeks,omitempty"`
	Starts        string   `toml:"starts" json:"starts,omitempty"`
	ValidFrom     string   `toml:"valid_from" json:"valid_from,omitempty"`
	ValidTo       string   `toml:"valid_to" json:"valid_to,omitempty"`
	Capacity      int      `toml:"capacity" json:"capacity"`
	StaffOnly     int      `toml:"staff_only" json:"staff_only,omitempty"`
	SlotMinutes   int      `toml:"slot_minutes" json:"slot_minutes"`
	BookFromDays  int      `toml:"book_from_days" json:"book_from_days,omitempty"`
	BookToDays    int      `toml:"book_to_days" json:"book_to_days,omitempty"`
	BufferMinutes int      `toml:"buffer_minutes" json:"buffer_minutes,omitempty"`
	WalkIn        bool     `toml:"walk_in" json:"walk_in"`
}

// Holidays names a calendar of public holidays, such as "DE-NW"; empty for none.
type Holidays struct {
	Calendar string `toml:"calendar" json:"calendar,omitempty"`
}

// Closed is a range of closed days, both ends included; no departments means all.
type Closed struct {
	From        string   `toml:"from" json:"from"`
	To          string   `toml:"to" json:"to"`
	Departments []string `toml:"departments" json:"departments,omitempty"`
	Name        Text     `toml:"name" json:"name,omitempty"`
}
