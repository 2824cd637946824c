package hall_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestImportIsAllOrNothing(t *testing.T) {
	h := newTown(t)
	good := []hall.Import{
		{Key: "a", Service: "pass", Start: nine, Name: "Erika Mustermann"},
		{Key: "b", Code: "ZMS-1", Service: "umzug", Start: nine.Add(time.Hour)},
	}
	bad := append(good[:2:2], hall.Import{Key: "c", Service: "nothing", Start: nine})
	n, err := h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: bad})
	var row *hall.RowError
	if !errors.As(err, &row) || row.Row != 2 || n != (hall.Imported{}) {
		t.Fatalf("%+v, %v", n, err)
	}
	if r := refusal(t, err, queue.Invalid); r.Field != "service" {
		t.Errorf("field %q", r.Field)
	}
	if all, err := h.Appointments(h.ctx, nine); err != nil || len(all) != 0 {
		t.Errorf("%d were written, %v", len(all), err)
	}
	if n, err = h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: good}); n != (hall.Imported{Added: 2}) || err != nil {
		t.Errorf("%+v, %v", n, err)
	}
	if n, err = h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: good}); n != (hall.Imported{Known: 2}) || err != nil {
		t.Errorf("again: %+v, %v", n, err)
	}
	byCode := []hall.Import{{Key: "other", Code: "zms 1", Service: "umzug", Start: nine.Add(time.Hour)}}
	if n, err = h.ImportAppointments(h.ctx, operator, hall.ImportList{Rows: byCode}); n != (hall.Imported{Known: 1}) || err != nil {
		t.Errorf("known by its code: %+v, %v", n, err)
	}
	if all, err := h.Appointments(h.ctx, nine.Add(5*time.Hour)); err != nil || len(all) != 2 {
		t.Errorf("%d, %v", len(all), err)
	}
}

// A store keeps nanoseconds in 64 bits: a year that does not fit would come back as another.
func TestAppointmentsInThisCentury(t *testing.T) {
	h := newTown(t)
	visit := []queue.Visit{{ID: "pass", Quantity: 1}}
	for _, year := range []int{1, 1800, 1999, 2200, 2300, 9800} {
		_, err := h.AddAppointment(h.ctx, operator, visit, time.Date(year, 7, 1, 9, 0, 0, 0, berlin), "", "")
		if r := refusal(t, err, queue.Invalid); r.Field != "start" {
			t.Errorf("%d: field %q", year, r.Field)
		}
	}
	for _, year := range []int{2000, 2199} {
		start := time.Date(year, 7, 1, 9, 0, 0, 0, berlin)
		a, err := h.AddAppointment(h.ctx, operator, visit, start, "", "")
		if err != nil {
			t.Fatal(err)
		}
		if got, _, err := h.Appointment(h.ctx, a.ID); err != nil || !got.Start.Equal(start) {
			t.Errorf("%d: %v, %v", year, got.Start, err)
		}
	}
}

func TestCancelAppointment(t *testing.T) {
	h := newTown(t)
	a := h.book("pass", nine)
	k := h.checkIn(a)
	if _, v, err := h.Appointment(h.ctx, a.Code.Display()); err != nil || v == nil || v.Ticket.ID != k.ID {
		t.Errorf("%+v, %v", v, err)
	}
	for range 2 {
		if got, err := h.CancelAppointment(h.ctx, anna, a.ID); err != nil || got.State != booking.Cancelled {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if got := h.ticket(k.ID); got.State != queue.Cancelled {
		t.Errorf("the ticket is %s", got.State)
	}
	_, err := h.CancelAppointment(h.ctx, anna, "nothing")
	refusal(t, err, queue.BadCode)
	_, err = h.AddAppointment(h.ctx, operator, nil, nine, "", "")
	refusal(t, err, queue.Invalid)
}

// Names are found in the contacts' table and nowhere else, and two days after the appointment nowhere at all.
func TestNamesAreForgotten(t *testing.T) {
	h := newTown(t)
	const name, mail = "Zwiebelfisch-Querulant", "zwiebelfisch@example.org"
	key := "umzug|" + name + "|" + mail
	rows := []hall.Import{{Key: key, Service: "umzug", Start: nine, Name: name, Mail: mail}}
	if _, err := h.ImportAppointments(h.ctx, keyed(operator, "k1"), hall.ImportList{Rows: rows}); err != nil {
		t.Fatal(err)
	}
	visits := []queue.Visit{{ID: "pass", Quantity: 1}}
	a, err := h.AddAppointment(h.ctx, keyed(operator, "k2"), visits, nine, name, mail)
	if err != nil {
		t.Fatal(err)
	}
	h.openCounter(anna, "1")
	h.checkIn(a)
	v, err := h.Do(h.ctx, anna, h.next(anna, "1").ID, queue.Change{Action: queue.Park, Remark: "Herr " + name})
	if err != nil || v.Ticket.Remark == "" {
		t.Fatal(err)
	}
	if held, err := h.Held(h.ctx); err != nil || held.Contacts != 2 || !held.FirstAppointment.Equal(nine) {
		t.Errorf("%+v, %v", held, err)
	}
	for _, e := range h.events(0) {
		if bytes.Contains([]byte(e.Number+e.Trouble+e.Ticket), []byte(name)) {
			t.Errorf("in event %d", e.Seq)
		}
	}
	if !h.stored(name) || !h.stored(mail) {
		t.Fatal("this test does not find what is there")
	}
	h.clock.pass(48*time.Hour + time.Second)
	h.forgotten()
	if held, err := h.Held(h.ctx); err != nil || held.Contacts != 0 {
		t.Errorf("%+v, %v", held, err)
	}
	for _, secret := range []string{name, mail} {
		if h.stored(secret) {
			t.Errorf("%s is still in the files", secret)
		}
	}
	backup := filepath.Join(filepath.Dir(h.path), "backup.db")
	if err := h.store.Backup(h.ctx, backup); err != nil {
		t.Fatal(err)
	}
	if h.stored(name) {
		t.Error("in the backup")
	}
	if _, _, err := h.Appointment(h.ctx, a.ID); err != nil {
		t.Errorf("the appointment itself stays: %v", err)
	}
}

// forgotten runs the hall until it has forgotten what is due: it does so before anything else, and the day's end, which
// comes after that, has an event.
func (h *town) forgotten() {
	h.t.Helper()
	events := h.subscribe(h.seq())
	stop := h.running()
	read(h.t, events, 1)
	stop()
}

// stored greps the database, its WAL and whatever else lies beside them.
func (h *town) stored(text string) bool {
	h.t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(h.path), "*"))
	if err != nil || len(files) < 2 {
		h.t.Fatal(files, err)
	}
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			h.t.Fatal(err)
		}
		if bytes.Contains(data, []byte(text)) {
			return true
		}
	}
	return false
}

func TestCatalogueChanges(t *testing.T) {
	h := newTown(t)
	before := h.seq()
	if changes, err := h.ApplyCatalogue(h.ctx, operator, sample(), false); err != nil || len(changes) != 0 || h.seq() != before {
		t.Errorf("the same again: %v, %v", changes, err)
	}
	k := h.take("umzug")
	h.openCounter(anna, "1")
	cat := sample()
	cat.Services = cat.Services[:1]
	_, err := h.ApplyCatalogue(h.ctx, operator, cat, false)
	if r := refusal(t, err, queue.Conflict); r.Number != k.Number() || r.Service != "umzug" {
		t.Errorf("%+v", r)
	}
	cat = sample()
	cat.Counters = cat.Counters[1:]
	_, err = h.ApplyCatalogue(h.ctx, operator, cat, false)
	if r := refusal(t, err, queue.Conflict); r.Counter != "1" {
		t.Errorf("%+v", r)
	}
	_, err = h.ApplyCatalogue(h.ctx, lead, cat, false)
	refusal(t, err, queue.NotAllowed)
	cat = sample()
	cat.Counters = cat.Counters[:2]
	before = h.seq()
	changes, err := h.ApplyCatalogue(h.ctx, operator, cat, false)
	if err != nil || len(changes) == 0 || types(h.events(before))[0] != "catalogue.changed" {
		t.Errorf("%v, %v", changes, err)
	}
	beside := h.beside()
	if got, err := beside.Catalogue(h.ctx); err != nil || len(got.Counters) != 2 {
		t.Errorf("%d counters, %v", len(got.Counters), err)
	}
}
