package web_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/web"
)

// fakeBooking is the part of the fake about appointments.
type fakeBooking struct {
	days      map[queue.Day][]hall.Listed
	mails     []hall.Mail
	dead      []hall.Letter
	documents []hall.Document
	free      map[queue.Day][]booking.Slot
	wants     []booking.Want
	people    []hall.Person
	starts    []time.Time
}

func (f *fake) DayList(_ context.Context, day queue.Day) ([]hall.Listed, error) {
	return f.days[day], nil
}

func (f *fake) Listed(_ context.Context, codeOrID string) (hall.Listed, error) {
	for _, all := range f.days {
		for _, a := range all {
			if a.Appointment.ID == codeOrID || string(a.Appointment.Code) == booking.Normalize(codeOrID) {
				return a, nil
			}
		}
	}
	return hall.Listed{}, &queue.Refusal{Code: queue.NotFound}
}

func (f *fake) asked(w booking.Want) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.wants = append(f.wants, w)
	return f.refuseWant
}

func (f *fake) FreeDays(_ context.Context, w booking.Want, d hall.Days) ([]booking.FreeDay, error) {
	var out []booking.FreeDay
	for day := d.From; day <= d.To; day = day.Next() {
		out = append(out, booking.FreeDay{Day: day, Free: len(f.free[day])})
	}
	return out, f.asked(w)
}

func (f *fake) FreeSlots(_ context.Context, w booking.Want, day queue.Day) ([]booking.Slot, error) {
	return f.free[day], f.asked(w)
}

func (f *fake) FirstFree(_ context.Context, w booking.Want) (booking.Slot, bool, error) {
	var first booking.Slot
	for _, slots := range f.free {
		if len(slots) > 0 && (first.Start.IsZero() || slots[0].Start.Before(first.Start)) {
			first = slots[0]
		}
	}
	return first, !first.Start.IsZero(), f.asked(w)
}

func (f *fake) Book(_ context.Context, c hall.Command, w booking.Want, start time.Time, p hall.Person) (hall.Registered, error) {
	if err := f.note(c, "book"); err != nil {
		return hall.Registered{}, err
	}
	f.wants, f.people, f.starts = append(f.wants, w), append(f.people, p), append(f.starts, start)
	a := listed("n1", start, p.Name, w.Services...)
	f.days[queue.DayOf(start, berlin)] = append(f.days[queue.DayOf(start, berlin)], a)
	return hall.Registered{Appointment: a.Appointment}, nil
}

func (f *fake) Move(_ context.Context, c hall.Command, id string, start time.Time) (booking.Appointment, error) {
	f.starts = append(f.starts, start)
	return booking.Appointment{ID: id, Start: start}, f.note(c, "move "+id)
}

func (f *fake) CancelAppointment(_ context.Context, c hall.Command, id string) (booking.Appointment, error) {
	return booking.Appointment{ID: id}, f.note(c, "cancel appointment "+id)
}

func (f *fake) ConfirmFor(_ context.Context, c hall.Command, id string) (booking.Appointment, error) {
	return booking.Appointment{ID: id, State: booking.Booked}, f.note(c, "confirm "+id)
}

func (f *fake) Correct(_ context.Context, c hall.Command, id string, p hall.Person) (booking.Appointment, error) {
	f.people = append(f.people, p)
	return booking.Appointment{ID: id}, f.note(c, "correct "+id)
}

// FindByName finds what holds the name, on all days but those gone by.
func (f *fake) FindByName(_ context.Context, name string) ([]hall.Listed, error) {
	if len(name) < 2 {
		return nil, &queue.Refusal{Code: queue.Invalid, Field: "name"}
	}
	var found []hall.Listed
	for _, day := range slices.Sorted(maps.Keys(f.days)) {
		for _, a := range f.days[day] {
			if day >= "2026-11-23" && a.Appointment.State != booking.Cancelled && a.Contact != nil && strings.Contains(strings.ToLower(a.Contact.Name), strings.ToLower(name)) {
				found = append(found, a)
			}
		}
	}
	return found, nil
}

func (f *fake) Mails(context.Context, string) ([]hall.Mail, error) { return f.mails, nil }
func (f *fake) DeadMails(context.Context) ([]hall.Letter, error)   { return f.dead, nil }
func (f *fake) RetryMail(_ context.Context, c hall.Command, id string) error {
	return f.note(c, "retry "+id)
}

func (f *fake) DropMail(_ context.Context, c hall.Command, id string) error {
	return f.note(c, "drop "+id)
}

func (f *fake) Documents(_ context.Context, appointment string) ([]hall.Document, error) {
	var out []hall.Document
	for _, d := range f.fakeBooking.documents {
		if d.Appointment == appointment {
			out = append(out, d)
		}
	}
	return out, nil
}

func (f *fake) Document(_ context.Context, id string) (hall.Document, error) {
	for _, d := range f.fakeBooking.documents {
		if d.ID == id {
			return d, nil
		}
	}
	return hall.Document{}, &queue.Refusal{Code: queue.NotFound}
}

// sentIn are the contents of documents; one that is nil breaks off.
type sentIn map[string][]byte

func (f sentIn) Get(_ context.Context, id string) (io.ReadCloser, error) {
	content, ok := f[id]
	switch {
	case !ok:
		return nil, &queue.Refusal{Code: queue.NotFound}
	case content == nil:
		return io.NopCloser(io.MultiReader(bytes.NewReader([]byte("%PDF-")), broken{})), nil
	}
	return io.NopCloser(bytes.NewReader(content)), nil
}

// fakeStore is a store that tells since when it takes no documents in.
type fakeStore struct {
	sentIn
	closed *outage
}

func (f fakeStore) Problem() (time.Time, string) { return f.closed.since, f.closed.why }

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("not genuine") }

// outage is the state of mail and imports, or of the documents.
type outage struct {
	since   time.Time
	why     string
	sources []web.ImportProblem
}

func (p *outage) Down() (time.Time, string)     { return p.since, p.why }
func (p *outage) Problems() []web.ImportProblem { return p.sources }

// listed is an appointment of somebody with a mail address.
func listed(id string, start time.Time, name string, services ...queue.Visit) hall.Listed {
	return hall.Listed{
		Appointment: booking.Appointment{ID: id, Code: "K7M4X2QX93", Start: start, End: start.Add(15 * time.Minute), Services: services,
			State: booking.Booked, Source: "citizen"},
		Contact: &hall.Contact{Appointment: id, Name: name, Mail: "erika@example.org", Phone: "05404 887-0"},
	}
}

func visit(id string, n int) queue.Visit { return queue.Visit{ID: id, Quantity: n} }

// busyDay books a morning: some have come, one has not, one cancelled.
func busyDay(r *rig) {
	come := listed("a1", at(9, 15), "Erika Mustermann", visit("personalausweis", 2), visit("ummeldung", 1))
	come.Ticket = &r.hall.desk.Waiting[0]
	come.Documents = 2
	late := listed("a2", at(9, 20), "Jan van der Bergen-Oosterhuis", visit("ummeldung", 1))
	off := listed("a3", at(9, 45), "Aylin Yılmaz", visit("beglaubigung", 1))
	off.Appointment.State = booking.Cancelled
	phone := listed("a4", at(10, 0), "Karl-Heinz Große-Wördemann", visit("beglaubigung", 4))
	phone.Appointment.Source, phone.MailDead = "staff", true
	gone := listed("a5", at(8, 0), "", visit("abholung", 1))
	gone.Contact, gone.Appointment.Source = nil, "import:kreis"
	r.hall.days = map[queue.Day][]hall.Listed{"2026-11-23": {gone, come, late, off, phone}}
	r.hall.mails = []hall.Mail{
		{ID: "m1", Appointment: "a1", Kind: hall.MailBooked, Created: at(8, 0), State: hall.MailSent},
		{ID: "m2", Appointment: "a1", Kind: hall.MailMoved, Created: at(8, 30), State: hall.MailDead, Error: "550 5.1.1 <erika@example.org>: Recipient address rejected: User unknown"},
		{ID: "m3", Appointment: "a1", Kind: hall.MailReminder, Created: at(8, 0), Due: at(17, 0), State: hall.MailWaiting},
	}
	r.hall.fakeBooking.documents = []hall.Document{
		{ID: "d1", Appointment: "a1", Name: "Geburtsurkunde Müller.pdf", Kind: "application/pdf", Size: 1_300_000, Added: at(7, 0)},
		{ID: "d2", Appointment: "a1", Name: "IMG_20261122_193355.jpg", Kind: "image/jpeg", Size: 340_000, Added: at(7, 5)},
	}
	r.sentIn["d1"], r.sentIn["d2"] = make([]byte, 1_300_000), nil
	r.hall.dead = []hall.Letter{
		{Mail: r.hall.mails[1], Appointment: listed("a1", at(14, 15), "").Appointment, Contact: *come.Contact},
		{Mail: hall.Mail{ID: "m9", Appointment: "a9", Kind: hall.MailReminder, Created: at(8, 0).AddDate(0, 0, -9), Due: at(8, 30).AddDate(0, 0, -1), State: hall.MailDead, Error: "connect: connection refused"},
			Appointment: listed("a9", at(11, 0), "").Appointment, Contact: hall.Contact{Name: "Jan van der Bergen-Oosterhuis", Mail: "jan@example.nl"}},
	}
}

// unconfirmed adds somebody who booked online and did not use the link in the mail, which could not be delivered.
func unconfirmed(r *rig) {
	busyDay(r)
	u := listed("u1", at(10, 30), "Petra Übermühlen", visit("personalausweis", 1))
	u.Appointment.State, u.Appointment.Until, u.Appointment.Code = booking.Unconfirmed, at(18, 48), ""
	u.MailDead = true
	r.hall.days["2026-11-23"] = append(r.hall.days["2026-11-23"], u)
	r.hall.mails = []hall.Mail{{ID: "m5", Appointment: "u1", Kind: hall.MailConfirm, Created: at(9, 0), State: hall.MailDead, Error: "recipient refused: 550 5.1.1"}}
	r.hall.dead = append(r.hall.dead, hall.Letter{Mail: r.hall.mails[0], Appointment: u.Appointment, Contact: *u.Contact})
	later := listed("u2", at(8, 30).AddDate(0, 0, 9), "Petra Übermühlen", visit("ummeldung", 1))
	r.hall.days["2026-12-02"] = []hall.Listed{later}
}

// freeTimes are free on four days, one of them in another month.
func freeTimes(r *rig) {
	r.hall.free = map[queue.Day][]booking.Slot{}
	for day, n := range map[int]int{1: 12, 2: 3, 3: 20, 9: 7} {
		for i := range n {
			start := at(8, 0).AddDate(0, 0, day).Add(time.Duration(i) * 15 * time.Minute)
			d := queue.DayOf(start, berlin)
			r.hall.free[d] = append(r.hall.free[d], booking.Slot{Start: start, End: start.Add(15 * time.Minute)})
		}
	}
}
