package hall_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestACatalogueThatContradictsAppointments(t *testing.T) {
	h := newBookable(t, 2, 0)
	a, _ := h.online(morning, erika)
	h.hold(morning)
	cat := bookable(2, 0)
	cat.Openings[0].From = "11:00"
	changes, conflicts, err := h.PlanCatalogue(h.ctx, cat)
	if err != nil || len(changes) == 0 || len(conflicts) != 1 || conflicts[0].Kind != booking.Outside || len(conflicts[0].Appointments) != 2 {
		t.Fatalf("%v, %+v, %v", changes, conflicts, err)
	}
	before := h.seq()
	_, err = h.ApplyCatalogue(h.ctx, operator, cat, false)
	var no *hall.ConflictError
	if !errors.As(err, &no) || len(no.Conflicts) != 1 || h.seq() != before {
		t.Fatalf("%v", err)
	}
	h.wantFree(morning.Add(15*time.Minute), true)
	if _, err := h.ApplyCatalogue(h.ctx, operator, cat, true); err != nil {
		t.Fatal(err)
	}
	if l, err := h.Listed(h.ctx, a.Appointment.ID); err != nil || l.Appointment.State != booking.Booked || !l.Appointment.Start.Equal(morning) {
		t.Errorf("accepted, so it keeps its time: %+v, %v", l, err)
	}
	if got := h.lanesOf("pass"); len(got) != 0 {
		t.Errorf("outside every opening, but in lanes %v", got)
	}
	if changes, conflicts, err = h.PlanCatalogue(h.ctx, cat); err != nil || len(changes)+len(conflicts) != 0 {
		t.Errorf("the same again: %v, %v, %v", changes, conflicts, err)
	}
}

// Openings that overlap may be meant: they are told, and nothing is refused.
func TestOverlapsAreOnlyTold(t *testing.T) {
	h := newBookable(t, 1, 0)
	cat := bookable(1, 0)
	second := cat.Openings[0]
	second.Services, second.From, second.To = []string{"pass"}, "12:00", "14:00"
	cat.Openings = append(cat.Openings, second)
	_, conflicts, err := h.PlanCatalogue(h.ctx, cat)
	if err != nil || len(conflicts) != 1 || conflicts[0].Kind != booking.Overlap {
		t.Fatalf("%+v, %v", conflicts, err)
	}
	h.apply(cat)
}

// Pools are named after what an opening is for: with another name, or fewer lanes, the appointments still take their room.
func TestAppointmentsKeepTheirPlacesInANewCatalogue(t *testing.T) {
	h := newBookable(t, 2, 0)
	h.online(morning, erika)
	held := h.hold(morning)
	h.wantFree(morning, false)
	cat := bookable(2, 0)
	cat.Openings[0].Services = []string{"pass", "umzug"}
	h.apply(cat)
	h.wantFree(morning, false)
	if got := h.lanesOf(cat.Openings[0].Services...); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("lanes %v", got)
	}
	cat.Openings[0].Capacity = 3
	h.apply(cat)
	h.wantFree(morning, true)
	h.clock.pass(10 * time.Minute) // the hold kept its time
	h.sweep()
	_, err := h.Mine(h.ctx, held.Secret)
	refusal(t, err, queue.NotFound)
	cat.Openings[0].Capacity = 1
	h.apply(cat)
	h.wantFree(morning, false)
	cat.Services[0].Minutes = 45 // whoever was told an end keeps it, but nothing else is planned there
	h.apply(cat)
	h.wantFree(morning.Add(30*time.Minute), false)
	h.wantFree(morning.Add(45*time.Minute), true)
}

// lanesOf gives the lanes of all places in the pools of a visit for these services.
func (h *town) lanesOf(services ...string) []int {
	h.t.Helper()
	want := booking.Want{}
	for _, s := range services {
		want.Services = append(want.Services, queue.Visit{ID: s, Quantity: 1})
	}
	var lanes []int
	h.stores(func(tx hall.Tx) error {
		cat, err := tx.Catalogue()
		if err != nil {
			return err
		}
		places, err := tx.Places(booking.Pools(cat, want.Services), nine.AddDate(-1, 0, 0), nine.AddDate(1, 0, 0), h.clock.Now(), "")
		for _, p := range places {
			lanes = append(lanes, p.Lane)
		}
		return err
	})
	slices.Sort(lanes)
	return lanes
}

func TestImportsFollowTheOtherSystem(t *testing.T) {
	h := newBookable(t, 1, 0)
	mine, _ := h.online(morning.Add(5*time.Hour), erika)
	row := hall.Import{Key: "a", Code: "ZMS-1", Service: "pass", Start: morning, Name: "Max", Mail: "max@example.org"}
	do := func(want hall.Imported, rows ...hall.Import) {
		t.Helper()
		if n, err := h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: rows}); n != want || err != nil {
			t.Errorf("%+v, %v, want %+v", n, err, want)
		}
	}
	do(hall.Imported{Added: 1}, row)
	h.wantFree(morning, false)
	seq := h.seq()
	do(hall.Imported{Known: 1}, row)
	if h.seq() != seq {
		t.Error("nothing changed, but something was told")
	}
	row.Start = morning.Add(time.Hour)
	do(hall.Imported{Moved: 1}, row)
	h.wantFree(morning, true)
	h.wantFree(row.Start, false)
	row.Service = "umzug"
	do(hall.Imported{Moved: 1}, row)
	all, err := h.Appointments(h.ctx, morning)
	if err != nil || len(all) != 2 || all[0].Services[0].ID != "umzug" || all[0].Sequence != 2 || all[0].End.Sub(all[0].Start) != 15*time.Minute {
		t.Errorf("%+v, %v", all, err)
	}
	// A file that names one of our own codes does nothing to it, and what was cancelled elsewhere and never came here is nothing.
	do(hall.Imported{Known: 2}, hall.Import{Code: mine.Appointment.Code.Display(), Service: "pass", Start: morning, Cancelled: true},
		hall.Import{Key: "b", Service: "pass", Start: morning, Cancelled: true})
	gone := row
	gone.Cancelled = true
	do(hall.Imported{Cancelled: 1}, gone)
	h.wantFree(row.Start, true)
	do(hall.Imported{Known: 2}, gone, row) // cancelled stays cancelled
	// Whose key was forgotten with the contact does not come back with every import.
	do(hall.Imported{Known: 1}, hall.Import{Key: "old", Service: "pass", Start: nine.AddDate(0, 0, -3), Name: "Max"})
	_, err = h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: []hall.Import{{Key: "c", Service: "pass", Start: morning}, {Key: "c", Service: "nothing", Start: morning}}})
	var bad *hall.RowError
	if !errors.As(err, &bad) || bad.Row != 1 {
		t.Errorf("%v", err)
	}
	h.wantFree(morning, true)
}

// An import does not take an appointment away from somebody who sits in the waiting room.
func TestImportsLeaveWhoIsHere(t *testing.T) {
	h := newBookable(t, 1, 0)
	row := hall.Import{Key: "a", Service: "pass", Start: nine.Add(30 * time.Minute)}
	if _, err := h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: []hall.Import{row}}); err != nil {
		t.Fatal(err)
	}
	all, err := h.Appointments(h.ctx, nine)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	k := h.checkIn(all[0])
	row.Start = morning
	if n, err := h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: []hall.Import{row}}); n != (hall.Imported{Known: 1}) || err != nil {
		t.Errorf("%+v, %v", n, err)
	}
	if got := h.ticket(k.ID); got.State != queue.Waiting {
		t.Errorf("%s", got.State)
	}
}
