package booking

import (
	"os"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// fuzzTown is a right catalogue with a group, a rhythm and a date.
const fuzzTown = `
[[department]]
id = "amt"
name = { de = "Amt" }
[[area]]
id = "foyer"
name = { de = "Foyer" }
[[series]]
letter = "A"
[[service]]
id = "ausweis"
department = "amt"
series = "A"
area = "foyer"
name = { de = "Ausweis" }
minutes = 15
appointment = true
[[group]]
id = "raum"
name = { de = "Raum" }
services = ["ausweis"]
capacity = 1
[[opening]]
departments = ["amt"]
days = ["mon", "sun"]
every_weeks = 2
starts = "2026-01-01"
from = "00:00"
to = "24:00"
capacity = 2
staff_only = 1
slot_minutes = 7
buffer_minutes = 480
book_to_days = 730
[[opening]]
departments = ["amt"]
services = ["ausweis"]
dates = ["2026-10-25"]
from = "02:30"
to = "02:59"
capacity = 9999
slot_minutes = 1
book_to_days = 730
`

// Whatever catalogue is right and whatever somebody wants at whatever time: an answer, and one that agrees with itself.
func FuzzSlots(f *testing.F) {
	example, err := os.ReadFile("../catalogue/testdata/example.toml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(example), "personalausweis wohnsitz-anmelden", 2, false, "2026-11-24", int64(1795500000), int64(1795500000), 3, int64(15))
	f.Add(fuzzTown, "ausweis", 1, true, "2026-10-25", int64(1792884600), int64(1792800000), 1, int64(60))
	f.Add(fuzzTown, "ausweis", 90, false, "2028-02-29", int64(1835000000), int64(-1<<40), 9999, int64(1<<40))
	f.Add(string(example), "personalausweis", 1, true, "1969-12-29", int64(-234000), int64(-400000), 0, int64(5)) // a Monday, 08:00
	f.Add(fuzzTown, "ausweis ausweis", -1, false, "", int64(1<<62), int64(-1<<62), -1, int64(-1))
	loc := berlin(f)
	f.Fuzz(func(t *testing.T, file, services string, pieces int, staff bool, day string, start, now int64, laneNumber int, long int64) {
		cat, err := catalogue.Parse([]byte(file))
		if err != nil {
			return
		}
		w := Want{Staff: staff}
		for _, id := range strings.Fields(services) {
			w.Services = append(w.Services, queue.Visit{ID: id, Quantity: pieces})
		}
		at, clock, rules := time.Unix(start, 0), time.Unix(now, 0), DefaultRules()
		var taken []Place
		for _, pool := range Pools(cat, w.Services) {
			taken = append(taken, Place{Pool: pool, Lane: laneNumber, From: at, To: at.Add(time.Duration(long) * time.Minute)})
		}
		slots := rules.FreeSlots(cat, loc, w, queue.Day(day), clock, taken)
		if days := rules.FreeDays(cat, loc, w, queue.Day(day), queue.Day(day), clock, taken); len(days) == 1 && days[0].Free != len(slots) || len(days) == 0 && len(slots) > 0 {
			t.Errorf("%v, but %d slots", days, len(slots))
		}
		if len(slots) > 0 {
			_, slot, err := rules.Seat(cat, loc, w, slots[0].Start, clock, taken)
			if err != nil || slot != slots[0] {
				t.Errorf("%v is free, but %v, %v", slots[0], slot, err)
			}
		}
		if places, _, err := rules.Seat(cat, loc, w, at, clock, taken); (err == nil) != (len(places) > 0) {
			t.Errorf("%v, %v", places, err)
		}
		places, end := rules.SeatAnyway(cat, loc, w.Services, at, taken)
		for _, p := range places {
			if p.Lane < 0 || !p.From.Before(p.To) || p.To.Sub(p.From) > 24*time.Hour {
				t.Errorf("%+v", p)
			}
		}
		Horizon(cat, w.Services, staff, clock, loc)
		booked := []Appointment{{Start: at, End: end, Services: w.Services}, {Start: at, Services: w.Services}}
		for _, c := range rules.Conflicts(cat, catalogue.Catalogue{}, loc, clock, booked) {
			if c.Text == "" || strings.ContainsAny(c.Text, "{}") {
				t.Errorf("%+v", c)
			}
		}
		if got := rules.Conflicts(cat, cat, loc, clock, booked); len(got) > 0 {
			t.Errorf("worse than itself: %v", got)
		}
	})
}
