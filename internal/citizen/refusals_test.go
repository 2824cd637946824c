package citizen_test

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/citizen"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// unwilling is a hall that shows everything and does nothing.
type unwilling struct {
	citizen.Hall
	no error
}

func (u unwilling) Hold(context.Context, hall.Command, booking.Want, time.Time) (hall.HeldSlot, error) {
	return hall.HeldSlot{}, u.no
}
func (u unwilling) Release(context.Context, hall.Command, string) error { return u.no }
func (u unwilling) Extend(context.Context, hall.Command, string) (booking.Appointment, error) {
	return booking.Appointment{}, u.no
}
func (u unwilling) Register(context.Context, hall.Command, string, hall.Person) (hall.Registered, error) {
	return hall.Registered{}, u.no
}
func (u unwilling) Confirm(context.Context, hall.Command, string) (hall.Mine, error) {
	return hall.Mine{}, u.no
}
func (u unwilling) MoveMine(context.Context, hall.Command, string, time.Time) (hall.Mine, error) {
	return hall.Mine{}, u.no
}
func (u unwilling) CancelMine(context.Context, hall.Command, string) (hall.Mine, error) {
	return hall.Mine{}, u.no
}
func (u unwilling) WishEarlier(context.Context, hall.Command, string, bool) (hall.Mine, error) {
	return hall.Mine{}, u.no
}
func (u unwilling) AddDocument(context.Context, hall.Command, string, hall.Document) (hall.Document, error) {
	return hall.Document{}, u.no
}
func (u unwilling) RemoveDocument(context.Context, hall.Command, string, string) error { return u.no }

// codes are the refusals that can reach a citizen, with the fields that they may name.
var codes = []queue.Refusal{
	{Code: queue.SlotTaken, Start: tuesday(9, 15)}, {Code: queue.NotBookable, Start: tuesday(9, 15)}, {Code: queue.Lapsed},
	{Code: queue.TooMuch, Field: "mail"}, {Code: queue.TooMuch, Field: "mails"}, {Code: queue.TooMuch, Field: "time"}, {Code: queue.TooMuch, Field: "services"}, {Code: queue.TooMuch, Field: "quantity"}, {Code: queue.TooMuch, Field: "documents"},
	{Code: queue.BadDocument}, {Code: queue.LargeFile}, {Code: queue.Infected}, {Code: queue.NotScannable},
	{Code: queue.Invalid, Field: "name"}, {Code: queue.Invalid, Field: "mail"}, {Code: queue.Invalid, Field: "phone"}, {Code: queue.Invalid, Field: "lang"},
	{Code: queue.Invalid, Field: "service"}, {Code: queue.Invalid, Field: "idempotency_key"},
	{Code: queue.NotFound}, {Code: queue.NotAllowed}, {Code: queue.WrongState}, {Code: queue.WasCancelled}, {Code: queue.WasFinished},
	{Code: queue.Conflict}, {Code: queue.KeyReused}, {Code: queue.DiskFull}, {Code: queue.ClockJumped},
}

// TestEveryRefusalHasASentence brings every refusal about at every form: the page says in its language what to do now, and
// nothing is logged.
func TestEveryRefusalHasASentence(t *testing.T) {
	w := newTown(t, true)
	mine, held := "/appointment/"+w.booked(tuesday(9, 15), "reisepass"), "/hold/"+w.held(tuesday(10, 0), "reisepass")
	forms := map[string]url.Values{
		"/hold?s=reisepass.1": {"start": {"2026-11-24T10:00:00Z"}},
		held:                  {"name": {"Erika"}, "mail": {"e@example.org"}},
		held + "/longer":      {"name": {"Erika"}},
		held + "/release":     nil,
		mine + "/confirm":     nil,
		mine + "/move":        {"start": {"2026-11-24T10:00:00Z"}},
		mine + "/cancel":      nil,
		mine + "/earlier":     {"on": {"1"}},
		mine + "/documents/0198c0de-0000-7000-8000-000000000000/remove": nil,
	}
	b, err := bundle()
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range codes {
		c, err := citizen.New(citizen.Config{Hall: unwilling{w.Hall, &no}, Bundle: b, Mail: true, Enabled: true, Now: w.clock, Documents: w.docs})
		if err != nil {
			t.Fatal(err)
		}
		w.url = serve(t, c.Handler())
		for path, form := range forms {
			for _, lang := range []string{"de", "en"} {
				sep := "?"
				if strings.Contains(path, "?") {
					sep = "&"
				}
				a := w.post(path+sep+"lang="+lang, form)
				released := strings.HasSuffix(path, "/release") && no.Code == queue.NotFound
				if a.status/100 != 4 && a.status != 507 && a.status != 503 && !released {
					t.Errorf("%s %s: %d", no.Code, path, a.status)
				}
				if strings.Contains(a.body, "book_") || strings.Contains(a.body, "<no value>") {
					t.Errorf("%s %s: an id instead of a sentence: %s", no.Code, path, a.body)
				}
			}
		}
	}
	if w.log.Len() > 0 {
		t.Error(w.log.String())
	}
}

// TestFailure: what fails inside is told to the log, and the reader hears only that something did.
func TestFailure(t *testing.T) {
	w := newTown(t, true)
	mine := "/appointment/" + w.booked(tuesday(9, 15), "reisepass")
	on := newTown(t, true, func(c *citizen.Config) { c.Hall = unwilling{w.Hall, errors.New("disk on fire")} })
	on.post(mine+"/cancel", nil).expect(t, 500, "Störung")
	if a := on.post("/hold?s=reisepass.1", url.Values{"start": {"2026-11-24T10:00:00Z"}}); a.status != 500 || strings.Contains(a.body, "fire") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if !strings.Contains(on.log.String(), "disk on fire") || strings.Contains(on.log.String(), strings.TrimPrefix(mine, "/appointment/")) {
		t.Errorf("log %q", on.log)
	}
}
