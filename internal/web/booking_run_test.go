package web_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/page/browsertest"
	"westerkappeln.de/wartemarke/internal/queue"
)

// bookingTown is a real town that is open for appointments on every day, round the clock, so that no test depends on the
// hour at which it runs.
func bookingTown(t testing.TB) *realTown {
	t.Helper()
	r := newTown(t)
	cat := town()
	cat.Series = []catalogue.Series{{Letter: "A"}, {Letter: "B"}}
	cat.Openings = []catalogue.Opening{{Departments: []string{"ema"}, Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
		From: "00:00", To: "24:00", Capacity: 1, SlotMinutes: 60, BookToDays: 60, WalkIn: true}}
	if _, err := r.ApplyCatalogue(r.ctx, hall.Command{Actor: hall.Actor{Kind: hall.Operator}}, cat, false); err != nil {
		t.Fatal(err)
	}
	return r
}

// bookedBy finds the appointment of somebody in the coming week.
func (r *realTown) bookedBy(name string) hall.Listed {
	r.t.Helper()
	for i := range 40 {
		all, err := r.DayList(r.ctx, queue.DayOf(time.Now().AddDate(0, 0, i), berlin))
		if err != nil {
			r.t.Fatal(err)
		}
		if at := slices.IndexFunc(all, func(a hall.Listed) bool { return a.Contact != nil && a.Contact.Name == name }); at >= 0 {
			return all[at]
		}
	}
	r.t.Fatalf("nobody booked as %s", name)
	return hall.Listed{}
}

// TestBookByKeyboard books for a caller without a pointer.
func TestBookByKeyboard(t *testing.T) {
	r := bookingTown(t)
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/appointments/new")
	p.ready()
	p.focused("service-1")
	p.Press("Wohn" + kb.Tab)
	p.focused("quantity-1")
	p.Press(kb.Enter)
	p.Until(`document.readyState == "complete" && location.search.includes("service=ummeldung")`)
	p.focused("h-times")            // what the caller now wants to hear
	p.Press(kb.Tab + kb.ArrowRight) // which goes through the times
	p.Until(`document.activeElement.name == "start"`)
	chosen := browsertest.Eval[string](p.Tab, `document.querySelector("input[name=start]:checked").value`)
	p.enter() // and this takes one
	p.focused("name")
	p.inView("#name")
	p.Press("Erika Mustermann" + kb.Tab + kb.Tab + "05404 887-0" + kb.Enter)
	p.Until(`/^.appointments.[0-9a-f-]{36}$/.test(location.pathname) && document.readyState == "complete"`)
	p.Says("main", "Der Termin ist gebucht.")
	a := r.bookedBy("Erika Mustermann")
	if got := a.Appointment.Start.UTC().Format(time.RFC3339); got != chosen {
		t.Errorf("booked at %s, chosen was %s", got, chosen)
	}
	p.Says("#code", a.Appointment.Code.Display())
	if a.Contact.Phone != "05404 887-0" || a.Contact.Mail != "" || a.Appointment.Source != "staff" {
		t.Errorf("%+v %+v", a.Appointment, a.Contact)
	}
	for _, f := range p.Findings() {
		t.Error(f)
	}
}

// TestBookMoveCancel books on a day of the calendar, moves and cancels, with scripts and without. With scripts another day
// does not take away what was typed already.
func TestBookMoveCancel(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		r := bookingTown(t)
		p := newTab(t, 360, 800)
		p.signIn(r.staff, "meyer", "/appointments/new")
		p.ready()
		if !scripts {
			browsertest.Call(p.Tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			p.Do(chromedp.Reload())
		}
		browsertest.Eval[bool](p.Tab, `!(document.getElementById("service-1").value = "personalausweis") || true`)
		p.Click("#b-times")
		p.Until(`document.querySelector("input[name=start]")`)
		if scripts {
			p.Do(chromedp.SendKeys(chromedp.CSS("#name"), "Jan Oosterhuis"))
		}
		p.Click("#p-month summary")
		p.Click(".month-head a:last-child")
		p.Until(`document.querySelector(".month-name").innerText == ` + browsertest.Quote(nextMonth()))
		if !scripts {
			p.Until(`document.readyState == "complete"`)
		}
		p.Click(".day-free")
		p.Until(`document.querySelector(".day-chosen")`)
		if scripts {
			p.focused("times")
		} else {
			p.Do(chromedp.SendKeys(chromedp.CSS("#name"), "Jan Oosterhuis"))
		}
		p.Click(".slot:nth-child(2) input")
		if scripts {
			p.focused("name")
		} else {
			p.Click(`a[href="#name"]`)
		}
		p.inView("#name")
		p.Click("#b-book")
		p.Says("main", "Der Termin ist gebucht.")
		a := r.bookedBy("Jan Oosterhuis")

		p.Click("#b-move")
		p.Until(`document.querySelector("input[name=start]")`)
		p.Click("#b-move")
		p.Says("#summary", "Bitte wählen Sie eine Zeit.")
		p.Click(".slot:nth-child(1) input")
		p.Click("#b-move")
		p.Says("main", "Der Termin ist verschoben:")
		moved := r.bookedBy("Jan Oosterhuis")
		if moved.Appointment.ID != a.Appointment.ID || moved.Appointment.Code != a.Appointment.Code || !moved.Appointment.Start.Before(a.Appointment.Start) {
			t.Errorf("scripts %t: %+v was moved to %+v", scripts, a.Appointment, moved.Appointment)
		}

		p.Click("#b-cancel")
		p.Says("#p-cancel", "wirklich absagen?")
		if s := r.bookedBy("Jan Oosterhuis").Appointment.State; s != booking.Booked {
			t.Errorf("scripts %t: %s before the answer", scripts, s)
		}
		p.Click("#b-cancel-do")
		p.Says("main", "Der Termin ist abgesagt.")
		if s := r.bookedBy("Jan Oosterhuis").Appointment.State; s != booking.Cancelled {
			t.Errorf("scripts %t: %s", scripts, s)
		}
	}
}

// enter presses the key as a keyboard does: where the page takes it for itself, nothing more comes of it.
func (p tab) enter() {
	p.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		k := input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13}
		if kind == input.DispatchKeyEventTypeKeyDown {
			k.Text = "\r"
		}
		browsertest.Call(p.Tab, input.DispatchKeyEvent, k)
	}
}

// inView waits until an element can be seen without scrolling.
func (p tab) inView(selector string) {
	p.t.Helper()
	p.Until(`(() => { const r = document.querySelector(` + browsertest.Quote(selector) + `).getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight })()`)
}

// nextMonth is the calendar's heading of the month after this one.
func nextMonth() string {
	names := strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
	t := time.Now().In(berlin)
	t = time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	return names[t.Month()-1] + t.Format(" 2006")
}

// TestHelpACaller: somebody mistyped the mail address and calls. From the list of the day the clerk mends the address, then
// confirms; another one's time is given free.
func TestHelpACaller(t *testing.T) {
	r := bookingTown(t)
	citizen := hall.Actor{Kind: hall.Citizen}
	register := func(name string) string {
		want := booking.Want{Services: []queue.Visit{{ID: "ummeldung", Quantity: 1}}}
		first, found, err := r.FirstFree(r.ctx, want)
		if err != nil || !found {
			t.Fatal(found, err)
		}
		held, err := r.Hold(r.ctx, hall.Command{Actor: citizen}, want, first.Start)
		if err != nil {
			t.Fatal(err)
		}
		a, err := r.Register(r.ctx, hall.Command{Actor: citizen}, held.Secret, hall.Person{Name: name, Mail: "petra@exmaple.org"})
		if err != nil {
			t.Fatal(err)
		}
		return "/appointments/" + a.Appointment.ID
	}
	petra, jan := register("Petra Übermühlen"), register("Jan Oosterhuis")
	p := newTab(t, 360, 800)
	p.signIn(r.staff, "meyer", "/appointments")
	p.ready()
	p.Do(chromedp.SendKeys(chromedp.CSS("#q"), "ubermuhlen"+kb.Enter))
	p.Says("main", "noch nicht bestätigt")
	p.Click(`a[href="` + petra + `"]`)
	p.Click("#b-correct")
	browsertest.Eval[bool](p.Tab, `!(document.getElementById("mail").value = "petra@")`)
	p.Click("#b-correct-do")
	p.Says("#summary", "keine E-Mail-Adresse")
	browsertest.Eval[bool](p.Tab, `!!(document.getElementById("mail").value = "petra@example.org")`)
	p.Click("#b-correct-do")
	p.Says("main", "Die Angaben sind berichtigt.")
	if a := r.bookedBy("Petra Übermühlen"); a.Contact.Mail != "petra@example.org" || a.Appointment.State != booking.Unconfirmed {
		t.Errorf("%+v %+v", a.Appointment, a.Contact)
	}
	p.Click("#b-confirm")
	p.Says("main", "Bitte sagen Sie den Code durch.")
	a := r.bookedBy("Petra Übermühlen")
	if a.Appointment.State != booking.Booked {
		t.Errorf("%+v", a.Appointment)
	}
	p.Says("#code", a.Appointment.Code.Display())

	p.Open(r.staff + jan)
	p.Click("#b-release")
	p.Says("#p-release", "wirklich freigeben?")
	p.Click("#b-release-do")
	p.Says("main", "Die Zeit ist wieder frei.")
	if found, err := r.FindByName(r.ctx, "Oosterhuis"); err != nil || len(found) > 0 {
		t.Errorf("still there: %+v, %v", found, err)
	}
}

// TestDayListIsLive: who comes, books or cancels shows in the open list without a reload, and the clerk who calls sees whom.
func TestDayListIsLive(t *testing.T) {
	r := bookingTown(t)
	a, err := r.AddAppointment(r.ctx, clerk, []queue.Visit{{ID: "personalausweis", Quantity: 1}}, time.Now(), "Erika Mustermann", "")
	if err != nil {
		t.Fatal(err)
	}
	b, err := r.AddAppointment(r.ctx, clerk, []queue.Visit{{ID: "ummeldung", Quantity: 1}}, time.Now(), "Jan Oosterhuis", "")
	if err != nil {
		t.Fatal(err)
	}
	p := newTab(t, 1280, 900)
	p.signIn(r.staff, "meyer", "/appointments")
	p.ready()
	p.Says(".day-counts", "2 gebucht · 0 gekommen · 2 offen")
	browsertest.Eval[bool](p.Tab, `window.sameDocument = true`)
	in, err := r.CheckIn(r.ctx, clerk, string(a.Code), false)
	if err != nil {
		t.Fatal(err)
	}
	p.Says(".appointments", in.View.Ticket.Number()+" wartet")
	if _, err := r.CancelAppointment(r.ctx, clerk, b.ID); err != nil {
		t.Fatal(err)
	}
	p.Says(".day-counts", "1 gebucht · 1 gekommen · 0 offen · 1 abgesagt")
	p.Says(".item-off", "abgesagt")
	if !browsertest.Eval[bool](p.Tab, `window.sameDocument === true`) {
		t.Error("the page was loaded anew")
	}

	p.Open(r.staff + "/counter/1")
	p.ready()
	p.Click("#b-open")
	p.Says("#said", "geöffnet")
	p.Click("#b-next")
	p.Says(".ticket-person", "Erika Mustermann")

	p.Open(r.staff + "/appointments")
	p.Do(chromedp.SendKeys(chromedp.CSS("#q"), strings.ToLower(b.Code.Display())+kb.Enter))
	p.Until(`location.pathname == ` + browsertest.Quote("/appointments/"+b.ID))
	p.Says("main", "abgesagt")
	if m := regexp.MustCompile(`(?i)mustermann|oosterhuis`).FindString(browsertest.Eval[string](p.Tab, `location.href`)); m != "" {
		t.Errorf("%s in the address", m)
	}
}
