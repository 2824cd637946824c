package wire

import "time"

// DeviceStatus is a device's heartbeat: how it and what hangs on it feel.
type DeviceStatus struct {
	Version  string    `json:"version,omitempty" maxLength:"64"`
	Troubles []string  `json:"troubles" required:"false" maxItems:"16" doc:"stable words, none when all is well: printer_offline, paper_low, paper_out, cover_open, cutter, printer_fatal, scanner_gone, sound_failed, area_unknown, stale …"`
	Printer  string    `json:"printer,omitempty" maxLength:"32" doc:"ready, held, down, none"`
	Scanner  string    `json:"scanner,omitempty" maxLength:"32" doc:"ready, down, none"`
	At       time.Time `json:"at" required:"false"`
}

// Problem is an RFC 9457 problem with a stable code.
type Problem struct {
	Type     string     `json:"type,omitempty"`
	Title    string     `json:"title,omitempty"`
	Status   int        `json:"status,omitempty"`
	Detail   string     `json:"detail,omitempty" doc:"a sentence in the asker's language"`
	Code     string     `json:"code" doc:"stable"`
	Start    *time.Time `json:"start,omitempty" doc:"booked start: too_early, wrong_day, finished"`
	Earliest *time.Time `json:"earliest,omitempty" doc:"too_early: when check-in starts"`
	Until    *time.Time `json:"until,omitempty" doc:"all_locked: when the first lock ends; closed: when it opens"`
	Counter  string     `json:"counter,omitempty" doc:"already_called, counter_busy: which counter"`
	Number   string     `json:"number,omitempty" doc:"already_called, counter_busy: which number"`
	State    string     `json:"state,omitempty" doc:"wrong_state: the ticket's state"`
	Field    string     `json:"field,omitempty" doc:"invalid: which field, such as body.code"`
	Service  string     `json:"service,omitempty" doc:"too_early, finished, cancelled: the service a walk-in ticket can be had for now"`
	Finished string     `json:"finished,omitempty" doc:"nobody_waiting, all_locked: next with finish has ended this number before, and that stands"`
	WalkIn   bool       `json:"walk_in,omitempty" doc:"check-in with walk_in true would give a ticket now"`
}

// Error makes a Problem an error, so that a client can return it and errors.As can find it.
func (p *Problem) Error() string {
	if p.Detail != "" {
		return p.Code + ": " + p.Detail
	}
	return p.Code
}
