// Package booking holds the rules of appointments: codes, openings, free slots, check-in. It is pure.
package booking

// Rules are the settings of booking and check-in. All are 0 to 1440, which the configuration checks.
type Rules struct {
	EarlyMinutes int `toml:"early_minutes"` // check-in opens this long before the booked time
	LateMinutes  int `toml:"late_minutes"`  // until then on time
	LastMinutes  int `toml:"last_minutes"`  // until then late, after that as a walk-in

	LeadMinutes    int `toml:"lead_minutes"`    // a citizen books no slot that begins sooner
	HoldMinutes    int `toml:"hold_minutes"`    // a chosen slot is kept so long for its form
	ConfirmMinutes int `toml:"confirm_minutes"` // and so long for the mail's link
	RestMinutes    int `toml:"rest_minutes"`    // a freed slot is offered again only then, so that nobody can trade it
	ReminderHours  int `toml:"reminder_hours"`  // before the start; 0 = no reminder
	PerMail        int `toml:"per_mail"`        // appointments to come per mail address
	MaxServices    int `toml:"max_services"`    // services in one visit of a citizen; 0 counts as 1
	MaxQuantity    int `toml:"max_quantity"`    // pieces of one service in it, such as passports of a family, where the service has no limit of its own; 0 counts as 1
}

// DefaultRules are DOMAIN's figures.
func DefaultRules() Rules {
	return Rules{EarlyMinutes: 45, LateMinutes: 15, LastMinutes: 60, LeadMinutes: 30, HoldMinutes: 10, ConfirmMinutes: 60,
		RestMinutes: 30, ReminderHours: 24, PerMail: 4, MaxServices: 4, MaxQuantity: 6}
}
