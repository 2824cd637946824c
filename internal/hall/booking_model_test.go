package hall_test

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Whatever citizens and staff do in whatever order, no lane is sold twice, no booking is lost, and the places that are taken
// are exactly those of the appointments, and of what rests.
func TestNoSlotIsSoldTwice(t *testing.T) {
	few(t, "100")
	dir := t.TempDir()
	run := 0
	rapid.Check(t, func(rt *rapid.T) {
		run++
		h := &town{t: t, ctx: t.Context(), clock: &testClock{now: nine}, path: filepath.Join(dir, fmt.Sprint("hall", run, ".db")), mail: true}
		h.open()
		defer func() {
			if err := h.store.Close(); err != nil {
				rt.Error(err)
			}
		}()
		m := &bookings{town: h, cat: bookable(2, 1), at: map[string]time.Time{}}
		m.cat.Openings[0].From, m.cat.Openings[0].To = "08:00", "09:30"
		m.cat.Groups = []catalogue.Group{{ID: "geraet", Name: catalogue.Text{"de": "Gerät"}, Services: []string{"umzug"}, Capacity: 1}}
		h.apply(m.cat)
		rt.Repeat(map[string]func(*rapid.T){
			"hold":     m.hold,
			"extend":   m.extend,
			"release":  m.release,
			"register": m.register,
			"confirm":  m.confirm,
			"correct":  m.correct,
			"move":     m.move,
			"cancel":   m.cancel,
			"staff":    m.staff,
			"time":     m.pass,
			"sweep":    func(*rapid.T) { h.swept() },
			"restart":  func(*rapid.T) { h.restart() },
			"":         m.check,
		})
	})
}

// bookings is what was promised to whom.
type bookings struct {
	*town
	cat  catalogue.Catalogue
	all  []*promised
	rest []resting
	// corrected counts the addresses that clerks have put in
	corrected int
	at        map[string]time.Time // of booked ones: start
}

type promised struct {
	id, hold, own string
	mail          string // that a clerk has put in
	services      []queue.Visit
	start         time.Time
	until         time.Time // zero: for good
	registered    bool
	extended      int
	over          bool // released, lapsed or cancelled
}

type resting struct {
	booking.Place
	until time.Time
}

func (p *promised) alive(now time.Time) bool {
	return !p.over && (p.until.IsZero() || p.until.After(now))
}

func drawSlot(t *rapid.T) (booking.Want, time.Time) {
	services := rapid.SampledFrom([][]queue.Visit{{{ID: "pass", Quantity: 1}}, {{ID: "umzug", Quantity: 1}}, {{ID: "pass", Quantity: 2}, {ID: "umzug", Quantity: 1}}})
	start := time.Date(2026, 11, 25, 8, 15*rapid.IntRange(0, 5).Draw(t, "slot"), 0, 0, berlin)
	return booking.Want{Services: services.Draw(t, "services")}, start
}

func (m *bookings) any(t *rapid.T) *promised {
	if len(m.all) == 0 {
		t.Skip("nothing yet")
	}
	return m.all[rapid.IntRange(0, len(m.all)-1).Draw(t, "appointment")]
}

// offered tells whether the hall offers the slot, to be compared with whether it can be had.
func (m *bookings) offered(t *rapid.T, w booking.Want, start time.Time) bool {
	slots, err := m.FreeSlots(m.ctx, w, queue.DayOf(start, berlin))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(slots, func(s booking.Slot) bool { return s.Start.Equal(start) })
}

// had fails unless a slot was given exactly when it was offered.
func (m *bookings) had(t *rapid.T, offered bool, err error) bool {
	if offered != (err == nil) || err != nil && !isCode(err, queue.SlotTaken) && !isCode(err, queue.NotBookable) {
		t.Fatalf("offered: %v, but the answer is %v", offered, err)
	}
	return err == nil
}

func (m *bookings) hold(t *rapid.T) {
	w, start := drawSlot(t)
	free := m.offered(t, w, start)
	held, err := m.Hold(m.ctx, citizen, w, start)
	if m.had(t, free, err) {
		m.all = append(m.all, &promised{id: held.Appointment.ID, hold: held.Secret, services: w.Services, start: start, until: held.Appointment.Until})
	}
}

func (m *bookings) release(t *rapid.T) {
	p := m.any(t)
	err := m.Release(m.ctx, citizen, p.hold)
	if can := p.hold != "" && p.alive(m.clock.Now()) && !p.until.IsZero(); can != (err == nil) {
		t.Fatalf("%+v: %v", p, err)
	}
	p.over = p.over || err == nil
}

func (m *bookings) extend(t *rapid.T) {
	p := m.any(t)
	a, err := m.Extend(m.ctx, citizen, p.hold)
	can := p.hold != "" && p.alive(m.clock.Now()) && !p.until.IsZero() && !p.registered
	if isCode(err, queue.TooMuch) && can && p.extended == 10 {
		return
	}
	if can != (err == nil) {
		t.Fatalf("%+v: %v", p, err)
	}
	if err == nil {
		p.until, p.extended = a.Until, p.extended+1
	}
}

// correct is a clerk's, with a new address each time.
func (m *bookings) correct(t *rapid.T) {
	p := m.any(t)
	m.corrected++
	mail := fmt.Sprintf("c%d@example.org", m.corrected)
	a, err := m.Correct(m.ctx, anna, p.id, hall.Person{Name: "N", Mail: mail})
	if can := p.registered && p.alive(m.clock.Now()); can != (err == nil) {
		t.Fatalf("%+v: %v", p, err)
	}
	if err != nil {
		return
	}
	p.own, p.mail = m.secret(p.id), mail
	if !p.until.IsZero() {
		p.until = a.Until
	}
}

func (m *bookings) register(t *rapid.T) {
	p := m.any(t)
	r, err := m.Register(m.ctx, citizen, p.hold, hall.Person{Name: "N", Mail: cmp.Or(p.mail, p.id+"@example.org")})
	if can := p.hold != "" && p.alive(m.clock.Now()); can != (err == nil) {
		t.Fatalf("%+v: %v", p, err)
	}
	if err == nil && !p.until.IsZero() {
		p.until, p.registered, p.own = r.Appointment.Until, true, m.secret(p.id)
	}
}

func (m *bookings) confirm(t *rapid.T) {
	p := m.any(t)
	var err error
	if rapid.Bool().Draw(t, "by staff") {
		_, err = m.ConfirmFor(m.ctx, anna, p.id)
	} else {
		_, err = m.Confirm(m.ctx, citizen, p.own)
	}
	if can := p.registered && p.alive(m.clock.Now()); can != (err == nil) {
		t.Fatalf("%+v: %v", p, err)
	}
	if err == nil {
		p.until, m.at[p.id] = time.Time{}, p.start
	}
}

func (m *bookings) move(t *rapid.T) {
	p := m.any(t)
	if m.at[p.id].IsZero() {
		t.Skip("not booked")
	}
	_, start := drawSlot(t)
	by := rapid.SampledFrom([]string{"citizen", "staff"}).Draw(t, "by")
	free := start.Equal(p.start) || m.offered(t, booking.Want{Services: p.services, Staff: by == "staff", Moving: p.id}, start)
	before := m.placesOf(p.id)
	var err error
	if by == "staff" {
		_, err = m.Move(m.ctx, anna, p.id, start)
	} else if _, err = m.MoveMine(m.ctx, citizen, p.own, start); isCode(err, queue.WrongState) {
		if m.clock.Now().Before(p.start) {
			t.Fatal(err)
		}
		return
	}
	if !m.had(t, free, err) || start.Equal(p.start) {
		return
	}
	if by == "citizen" {
		m.rested(before)
	}
	p.start, m.at[p.id] = start, start
}

// cancel is refused to citizens before the confirmation, and to anybody for what is held.
func (m *bookings) cancel(t *rapid.T) {
	p := m.any(t)
	before := m.placesOf(p.id)
	booked, now := !m.at[p.id].IsZero(), m.clock.Now()
	if rapid.Bool().Draw(t, "by staff") {
		_, err := m.CancelAppointment(m.ctx, anna, p.id)
		if was := p.over && err == nil; !was && (p.registered && p.alive(now)) != (err == nil) {
			t.Fatalf("%+v: %v", p, err)
		} else if was || err != nil {
			return
		}
	} else {
		if !booked {
			t.Skip("not booked")
		}
		_, err := m.CancelMine(m.ctx, citizen, p.own)
		if begun := !now.Before(p.start); begun != (err != nil) {
			t.Fatal(err)
		} else if begun {
			return
		}
		m.rested(before)
	}
	p.over = true
	delete(m.at, p.id)
}

func (m *bookings) staff(t *rapid.T) {
	w, start := drawSlot(t)
	w.Staff = true
	free := m.offered(t, w, start)
	r, err := m.Book(m.ctx, anna, w, start, hall.Person{Name: "N"})
	if m.had(t, free, err) {
		m.all = append(m.all, &promised{id: r.Appointment.ID, own: r.Secret, services: w.Services, start: start, registered: true})
		m.at[r.Appointment.ID] = start
	}
}

func (m *bookings) pass(t *rapid.T) {
	m.clock.pass(time.Duration(rapid.IntRange(1, 40).Draw(t, "minutes")) * time.Minute)
}

func (m *bookings) rested(places []booking.Place) {
	for _, p := range places {
		m.rest = append(m.rest, resting{p, m.clock.Now().Add(30 * time.Minute)})
	}
}

func (m *bookings) placesOf(id string) (places []booking.Place) {
	m.stores(func(tx hall.Tx) error {
		var err error
		places, err = tx.PlacesOf(id)
		return err
	})
	return places
}

// check holds after every step.
func (m *bookings) check(t *rapid.T) {
	now := m.clock.Now()
	pools := booking.Pools(m.cat, []queue.Visit{{ID: "umzug", Quantity: 1}})
	from, to := nine.AddDate(0, 0, -1), nine.AddDate(0, 0, 3)
	var rows, taken []booking.Place
	m.stores(func(tx hall.Tx) error {
		var err error
		if rows, err = tx.Places(pools, from, to, time.Time{}, ""); err != nil {
			return err
		}
		taken, err = tx.Places(pools, from, to, now, "")
		return err
	})
	for i, a := range rows {
		for _, b := range rows[:i] {
			if a.Pool == b.Pool && a.Lane == b.Lane && a.From.Before(b.To) && b.From.Before(a.To) {
				t.Fatalf("%+v and %+v", a, b)
			}
		}
		if a.Lane > 1 || a.Lane > 0 && a.Pool == "group:geraet" {
			t.Fatalf("beyond the capacity: %+v", a)
		}
	}
	for _, p := range m.all {
		places := m.placesOf(p.id)
		if !p.alive(now) {
			if p.over && len(places) > 0 {
				t.Fatalf("%+v still has %+v", p, places)
			}
			continue
		}
		want := 1
		if slices.ContainsFunc(p.services, func(v queue.Visit) bool { return v.ID == "umzug" }) {
			want = 2
		}
		if len(places) != want {
			t.Fatalf("%+v has %+v", p, places)
		}
		end := p.start.Add(time.Duration(booking.Minutes(m.cat, p.services)) * time.Minute)
		for _, place := range places {
			i := slices.Index(taken, place)
			if i < 0 || !place.From.Equal(p.start) || !place.To.Equal(end) {
				t.Fatalf("%+v has %+v", p, place)
			}
			taken = slices.Delete(taken, i, i+1)
		}
	}
	for _, place := range taken {
		if !slices.ContainsFunc(m.rest, func(r resting) bool { return r.Place == place && r.until.After(now) }) {
			t.Fatalf("%+v is taken by nobody", place)
		}
	}
	for id, start := range m.at {
		if l, err := m.Listed(m.ctx, id); err != nil || l.Appointment.State != booking.Booked || !l.Appointment.Start.Equal(start) {
			t.Fatalf("booked, but %+v, %v", l, err)
		}
	}
}
