package catalogue

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// Weekdays are the words of Opening.Days.
var Weekdays = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// timeForm also keeps the order of text the order of time.
var timeForm = regexp.MustCompile(`^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$`)

func (k *check) opening(key string, c Catalogue, o Opening) {
	if len(o.Departments) == 0 {
		k.issue(join(key, "departments"), "is empty; allowed are %s", k.departments)
	}
	k.refs(join(key, "departments"), "department", k.departments, o.Departments)
	k.refs(join(key, "services"), "service", k.services, o.Services)
	for i, id := range o.Services {
		if s, ok := c.Service(id); ok && !slices.Contains(o.Departments, s.Department) {
			k.issue(at(join(key, "services"), i+1), "%q belongs to department %q, which this opening does not name", short(id), short(s.Department))
		}
	}
	k.days(key, o)
	k.hours(key, o)
	k.rhythm(key, o)
	k.booking(key, o)
}

// days checks which days an opening is on.
func (k *check) days(key string, o Opening) {
	switch {
	case len(o.Days) == 0 && len(o.Dates) == 0:
		k.issue(key, "has no days; it needs days (%s) or dates", strings.Join(Weekdays, ", "))
	case len(o.Days) > 0 && len(o.Dates) > 0:
		k.issue(join(key, "dates"), "stands beside days; allowed is one of them")
	}
	for i, d := range o.Days {
		if !slices.Contains(Weekdays, d) {
			k.issue(at(join(key, "days"), i+1), "%q is no day; allowed are %s", short(d), strings.Join(Weekdays, ", "))
		}
		k.once(join(key, "days"), o.Days, i)
	}
	for i, d := range o.Dates {
		k.date(at(join(key, "dates"), i+1), d, true)
		k.once(join(key, "dates"), o.Dates, i)
	}
}

func (k *check) hours(key string, o Opening) {
	from, to := k.time(join(key, "from"), o.From), k.time(join(key, "to"), o.To)
	switch {
	case from && o.From == "24:00":
		k.issue(join(key, "from"), "24:00 is the end of a day; allowed is 00:00 to 23:59")
	case from && to && o.From >= o.To:
		k.issue(join(key, "to"), "%s is not after from, %s; over midnight takes two openings, to = \"24:00\" and from = \"00:00\"", o.To, o.From)
	}
}

func (k *check) rhythm(key string, o Opening) {
	from, to := k.date(join(key, "valid_from"), o.ValidFrom, false), k.date(join(key, "valid_to"), o.ValidTo, false)
	if from && to && o.ValidFrom > o.ValidTo {
		k.issue(join(key, "valid_to"), "%s is before valid_from, %s", o.ValidTo, o.ValidFrom)
	}
	for i, d := range o.Dates {
		if from && d < o.ValidFrom || to && d > o.ValidTo {
			k.issue(at(join(key, "dates"), i+1), "%q is not between valid_from and valid_to", short(d))
		}
	}
	k.between(join(key, "every_weeks"), o.EveryWeeks, 0, 52)
	switch {
	case o.EveryWeeks > 1 && len(o.Dates) > 0:
		k.issue(join(key, "every_weeks"), "goes with days, not with dates")
	case o.EveryWeeks > 1:
		k.date(join(key, "starts"), o.Starts, true)
	case o.Starts != "":
		k.issue(join(key, "starts"), "goes with every_weeks = 2 or more; for a first day use valid_from")
	}
}

// booking checks what may be booked in an opening.
func (k *check) booking(key string, o Opening) {
	k.between(join(key, "capacity"), o.Capacity, 0, maxLimit)
	if o.StaffOnly < 0 || o.StaffOnly > max(o.Capacity, 0) {
		k.issue(join(key, "staff_only"), "is %d; allowed is 0 to the capacity, %d", o.StaffOnly, o.Capacity)
	}
	least := 0
	if o.Capacity > 0 {
		least = 1
	}
	k.between(join(key, "slot_minutes"), o.SlotMinutes, least, maxMinutes)
	k.between(join(key, "buffer_minutes"), o.BufferMinutes, 0, maxMinutes)
	k.between(join(key, "book_from_days"), o.BookFromDays, 0, maxDays)
	k.between(join(key, "book_to_days"), o.BookToDays, 0, maxDays)
	if o.Capacity > 0 && o.BookFromDays > o.BookToDays {
		k.issue(join(key, "book_to_days"), "is %d, less than book_from_days, %d; nothing could be booked", o.BookToDays, o.BookFromDays)
	}
	if !o.WalkIn && o.Capacity == 0 {
		k.issue(key, "opens for nobody; it needs walk_in = true or a capacity")
	}
}

// date tells whether text is a right date; empty is wrong only when required.
func (k *check) date(key, text string, required bool) bool {
	if text == "" && !required {
		return false
	}
	if text == "" {
		k.issue(key, "is missing; allowed is a date such as \"2026-12-24\"")
		return false
	}
	if _, err := time.Parse(time.DateOnly, text); err != nil || text < "2000" || text > "2200" {
		k.issue(key, "%q is no date; allowed is a day of the calendar such as \"2026-12-24\", 2000 to 2199", short(text))
		return false
	}
	return true
}

func (k *check) time(key, text string) bool {
	if timeForm.MatchString(text) {
		return true
	}
	if text == "" {
		k.issue(key, "is missing; allowed is \"00:00\" to \"24:00\"")
	} else {
		k.issue(key, "%q is no time; allowed is \"00:00\" to \"24:00\", with two digits each", short(text))
	}
	return false
}
