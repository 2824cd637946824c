package booking

import (
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// offices can be booked: ausweis (15 min) and meldung (20 min) of amt, urkunde (10 min) of standesamt. An opening without
// departments is amt's.
func offices(openings ...catalogue.Opening) catalogue.Catalogue {
	for i, o := range openings {
		if len(o.Departments) == 0 {
			openings[i].Departments = []string{"amt"}
		}
	}
	return catalogue.Catalogue{
		Services: []catalogue.Service{
			{ID: "ausweis", Department: "amt", Minutes: 15, Appointment: true},
			{ID: "meldung", Department: "amt", Minutes: 20, Appointment: true, MaxQuantity: 1},
			{ID: "fund", Department: "amt", Minutes: 5},
			{ID: "urkunde", Department: "standesamt", Minutes: 10, Appointment: true},
		},
		Openings: openings,
		Holidays: catalogue.Holidays{Calendar: "DE-NW"},
	}
}

// bookable is weekly with a capacity, slots of 15 minutes, from today to 60 days ahead.
func bookable(days []string, from, to string, capacity int) catalogue.Opening {
	o := weekly(days, from, to)
	o.Capacity, o.SlotMinutes, o.BookToDays = capacity, 15, 60
	return o
}

func want(services ...string) Want {
	w := Want{}
	for _, id := range services {
		w.Services = append(w.Services, queue.Visit{ID: id, Quantity: 1})
	}
	return w
}

func TestAMorningIsSoldOut(t *testing.T) {
	c := offices(bookable(workdays, "08:00", "09:00", 2))
	loc, now := berlin(t), local(t, "2026-11-23 18:00")
	var taken []Place
	for n := 8; n > 0; n-- {
		slots := DefaultRules().FreeSlots(c, loc, want("ausweis"), "2026-11-24", now, taken)
		if len(slots) != (n+1)/2 {
			t.Fatalf("%d places left, but %d slots", n, len(slots))
		}
		places, slot, err := DefaultRules().Seat(c, loc, want("ausweis"), slots[0].Start, now, taken)
		if err != nil || slot != slots[0] || slot.End.Sub(slot.Start) != 15*time.Minute {
			t.Fatal(slot, err)
		}
		taken = append(taken, places...)
	}
	if days := DefaultRules().FreeDays(c, loc, want("ausweis"), "2026-11-24", "2026-11-25", now, taken); len(days) != 2 || days[0].Free != 0 || days[1].Free != 4 {
		t.Error(days)
	}
}
