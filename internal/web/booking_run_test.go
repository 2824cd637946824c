package web_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
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
	p.press("Wohn" + kb.Tab)
	p.focused("quantity-1")
	p.press(kb.Enter)
	p.until(`document.readyState == "complete" && location.search.includes("service=ummeldung")`)
	p.focused("h-times") // what the caller now wants to hear
	p.press(kb.Tab + " " + kb.ArrowRight)
	chosen := eval[string](p, `document.querySelector("input[name=start]:checked").value`)
	p.press(kb.Tab)
	p.until(`document.activeElement.matches("#p-month summary")`)
	p.press(kb.Tab)
	p.focused("name")
	p.press("Erika Mustermann" + kb.Tab + kb.Tab + "05404 887-0" + kb.Enter)
	p.until(`/^.appointments.[0-9a-f-]{36}$/.test(location.pathname) && document.readyState == "complete"`)
	p.says("main", "Der Termin ist gebucht.")
	a := r.bookedBy("Erika Mustermann")
	if got := a.Appointment.Start.UTC().Format(time.RFC3339); got != chosen {
		t.Errorf("booked at %s, chosen was %s", got, chosen)
	}
	p.says("#code", a.Appointment.Code.Display())
	if a.Contact.Phone != "05404 887-0" || a.Contact.Mail != "" || a.Appointment.Source != "staff" {
		t.Errorf("%+v %+v", a.Appointment, a.Contact)
	}
	for _, f := range p.findings() {
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
			call(p, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
			p.do(chromedp.Reload())
		}
		eval[bool](p, `!(document.getElementById("service-1").value = "personalausweis") || true`)
		p.click("#b-times")
		p.until(`document.querySelector("input[name=start]")`)
		if scripts {
			p.do(chromedp.SendKeys(chromedp.CSS("#name"), "Jan Oosterhuis"))
		}
		p.click("#p-month summary")
		p.click(".month-head a:last-child")
		p.until(`document.querySelector(".month-name").innerText == ` + quote(nextMonth()))
		if !scripts {
			p.until(`document.readyState == "complete"`)
		}
		p.click(".day-free")
		p.until(`document.querySelector(".day-chosen")`)
		if scripts {
			p.focused("times")
		} else {
			p.do(chromedp.SendKeys(chromedp.CSS("#name"), "Jan Oosterhuis"))
		}
		p.click(".slot:nth-child(2) input")
		p.click("#b-book")
		p.says("main", "Der Termin ist gebucht.")
		a := r.bookedBy("Jan Oosterhuis")

		p.click("#b-move")
		p.until(`document.querySelector("input[name=start]")`)
		p.click("#b-move")
		p.says("#summary", "Bitte wählen Sie eine Zeit.")
		p.click(".slot:nth-child(1) input")
		p.click("#b-move")
		p.says("main", "Der Termin ist verschoben:")
		moved := r.bookedBy("Jan Oosterhuis")
		if moved.Appointment.ID != a.Appointment.ID || moved.Appointment.Code != a.Appointment.Code || !moved.Appointment.Start.Before(a.Appointment.Start) {
			t.Errorf("scripts %t: %+v was moved to %+v", scripts, a.Appointment, moved.Appointment)
		}

		p.click("#b-cancel")
		p.says("#p-cancel", "wirklich absagen?")
		if s := r.bookedBy("Jan Oosterhuis").Appointment.State; s != booking.Booked {
			t.Errorf("scripts %t: %s before the answer", scripts, s)
		}
		p.click("#b-cancel-do")
		p.says("main", "Der Termin ist abgesagt.")
		if s := r.bookedBy("Jan Oosterhuis").Appointment.State; s != booking.Cancelled {
			t.Errorf("scripts %t: %s", scripts, s)
		}
	}
}

// nextMonth is the calendar's heading of the month after this one.
func nextMonth() string {
	names := strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember")
	t := time.Now().In(berlin)
	t = time.Date(t.Year(), t.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	return names[t.Month()-1] + t.Format(" 2006")
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
	p.says(".day-counts", "2 gebucht · 0 gekommen · 2 offen")
	eval[bool](p, `window.sameDocument = true`)
	in, err := r.CheckIn(r.ctx, clerk, string(a.Code), false)
	if err != nil {
		t.Fatal(err)
	}
	p.says(".appointments", in.View.Ticket.Number()+" wartet")
	if _, err := r.CancelAppointment(r.ctx, clerk, b.ID); err != nil {
		t.Fatal(err)
	}
	p.says(".day-counts", "1 gebucht · 1 gekommen · 0 offen · 1 abgesagt")
	p.says(".item-off", "abgesagt")
	if !eval[bool](p, `window.sameDocument === true`) {
		t.Error("the page was loaded anew")
	}

	p.open(r.staff + "/counter/1")
	p.ready()
	p.click("#b-open")
	p.says("#said", "geöffnet")
	p.click("#b-next")
	p.says(".ticket-person", "Erika Mustermann")

	p.open(r.staff + "/appointments")
	p.do(chromedp.SendKeys(chromedp.CSS("#q"), strings.ToLower(b.Code.Display())+kb.Enter))
	p.until(`location.pathname == ` + quote("/appointments/"+b.ID))
	p.says("main", "abgesagt")
	if m := regexp.MustCompile(`(?i)mustermann|oosterhuis`).FindString(eval[string](p, `location.href`)); m != "" {
		t.Errorf("%s in the address", m)
	}
}
