package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/page/browsertest"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/web"
)

// screen is one page in one state.
type screen struct {
	name   string
	public bool
	path   string
	set    func(*rig)
	after  func(tab)
}

func called(r *rig) {
	r.hall.desk.Current = with(r.hall.desk.Waiting[0], func(k *queue.Ticket) { k.State, k.Called = queue.Called, at(9, 29) })
	r.hall.desk.Waiting = r.hall.desk.Waiting[1:]
}

func serving(r *rig) {
	r.hall.desk.Current = with(r.hall.desk.Waiting[0], func(k *queue.Ticket) {
		k.State, k.Called, k.Served = queue.Serving, at(9, 20), at(9, 22)
		k.Services = []queue.Visit{{ID: "personalausweis", Quantity: 2}, {ID: "beglaubigung", Quantity: 1}}
		k.Remark = "holt Passfoto"
	})
	r.hall.desk.Waiting = r.hall.desk.Waiting[1:]
}

func many(r *rig) {
	d := &r.hall.desk
	for n := 30; n < 44; n++ {
		d.Waiting = append(d.Waiting, ticket(n, "ummeldung", queue.WhyWalkIn, at(9, n-20), at(10, n-20)))
	}
	raised := &d.Waiting[6]
	raised.Ticket.Priority = 1
	place := func(v hall.View, counter string, s queue.State) hall.View {
		v.Ticket.State, v.Ticket.Counter, v.Place = s, counter, town().Counters[1].Label
		return v
	}
	d.Parked = []hall.View{*with(ticket(9, "ummeldung", queue.WhyWalkIn, at(8, 30), at(9, 15)), func(k *queue.Ticket) { k.State, k.Remark = queue.Parked, "holt Meldebestätigung" })}
	d.Missed = []hall.View{*with(ticket(5, "abholung", queue.WhyWalkIn, at(8, 10), at(8, 25)), func(k *queue.Ticket) { k.State = queue.Missed })}
	d.Elsewhere = []hall.View{place(ticket(16, "personalausweis", queue.WhyBooked, at(8, 55), at(9, 0)), "2", queue.Serving),
		place(ticket(12, "ummeldung", queue.WhyWalkIn, at(8, 20), at(9, 5)), "2", queue.Called)}
	d.Undo = with(ticket(11, "ummeldung", queue.WhyWalkIn, at(8, 20), at(9, 5)), func(k *queue.Ticket) { k.State = queue.Finished })
}

func troubled(r *rig) {
	r.hall.desk.Troubles = []hall.Trouble{
		{Device: "k1", Name: "Terminal Foyer", Word: "not_printed", Number: "A018", Since: at(9, 5)},
		{Device: "k1", Name: "Terminal Foyer", Word: "paper_out", Since: at(9, 4)},
		{Device: "d1", Name: "Anzeige Foyer", Word: "silent", Since: at(8, 50)},
		{Device: "k1", Name: "Terminal Foyer", Word: "paper_low", Since: at(8, 10)},
	}
	r.hall.devices = []hall.DeviceInfo{
		{ID: "k1", Name: "Terminal Foyer", Kind: "kiosk", Area: "eg", Paired: at(7, 0), Seen: morning, Version: "1.0.0", Troubles: []string{"paper_out"}},
		{ID: "d1", Name: "Anzeige Foyer", Kind: "display", Area: "eg", Paired: at(7, 0), Seen: at(8, 50), Version: "1.0.0", Silent: true},
		{ID: "d2", Name: "Anzeige Standesamt", Kind: "display", Area: "eg", Paired: at(7, 0), Seen: morning, Version: "1.0.0"},
	}
}

func unprinted(r *rig) {
	troubled(r)
	for _, n := range []string{"B001", "A003", "A001", "A002", "A005"} {
		r.hall.desk.Troubles = append([]hall.Trouble{{Device: "k1", Name: "Terminal Foyer", Word: "not_printed", Number: n, Since: at(9, 10)}}, r.hall.desk.Troubles...)
	}
	r.hall.desk.Troubles[2].Word = "print_unknown"
}

func phone(state queue.State, change ...func(*hall.View)) func(*rig) {
	return func(r *rig) {
		v := ticket(17, "personalausweis", queue.WhyBooked, at(9, 10), at(9, 15))
		v.Ticket.State = state
		if state.AtCounter() {
			v.Place = town().Counters[0].Label
		}
		v.Wait = queue.Wait{Low: 10, High: 20, Ahead: 3}
		for _, c := range change {
			c(&v)
		}
		r.hall.secrets["s3cret"] = v
	}
}

// screens are all pages in all states that look different.
func screens() []screen {
	out := []screen{
		{name: "login", path: "/login", set: func(r *rig) { r.auth.actor = nil }},
		{name: "login-wrong", path: "/login", set: func(r *rig) { r.auth.actor = nil }, after: func(p tab) {
			p.Click("#b-login")
			p.Until(`document.activeElement.id == "summary"`)
		}},
		{name: "counters", path: "/counter"},
		{name: "desk-closed", path: "/counter/zi12"},
		{name: "desk-idle", path: "/counter/1"},
		{name: "desk-empty", path: "/counter/1", set: func(r *rig) { r.hall.desk.Waiting, r.hall.desk.Others = nil, 0 }},
		{name: "desk-called", path: "/counter/1", set: called},
		{name: "desk-serving", path: "/counter/1", set: serving},
		{name: "desk-panels", path: "/counter/1", set: called, after: func(p tab) {
			browsertest.Eval[bool](p.Tab, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
		}},
		{name: "desk-watched", path: "/counter/1", set: func(r *rig) { many(r); r.hall.desk.Clerk = "schulze" }},
		{name: "desk-many", path: "/counter/1", set: many},
		{name: "desk-trouble", path: "/counter/1", set: troubled},
		{name: "desk-result", path: "/counter/1", after: func(p tab) {
			p.Click("#b-next")
			p.Says("#said", "A017")
		}},
		{name: "desk-unprinted", path: "/counter/1", set: unprinted},
		{name: "tickets", path: "/tickets", set: func(r *rig) {
			many(r)
			d := r.hall.desk
			r.hall.tickets = append(append(append(append([]hall.View{}, d.Elsewhere...), d.Waiting...), d.Parked...), d.Missed...)
		}},
		{name: "devices", path: "/devices", set: func(r *rig) { troubled(r); r.auth.actor.Role = hall.Admin }},
		{name: "unpair", path: "/devices/k1/unpair", set: func(r *rig) { troubled(r); r.auth.actor.Role = hall.Admin }},
		{name: "not-found", path: "/nowhere"},
		{name: "desk-visitor", path: "/counter/1", set: func(r *rig) {
			busyDay(r)
			called(r)
			r.hall.desk.Current.Ticket.Appointment = "a1"
		}},
		{name: "appointments", path: "/appointments", set: busyDay},
		{name: "appointments-empty", path: "/appointments?day=2026-11-29"},
		{name: "appointments-found", path: "/appointments", set: busyDay, after: func(p tab) {
			browsertest.Eval[bool](p.Tab, `document.getElementById("q").value = "muster", true`)
			p.Click("#b-search")
			p.Says("main", "1 Termin gefunden")
		}},
		{name: "appointment", path: "/appointments/a1", set: busyDay},
		{name: "appointment-open", path: "/appointments/a4", set: busyDay, after: func(p tab) { p.Click("#b-cancel") }},
		{name: "appointment-off", path: "/appointments/a3", set: busyDay},
		{name: "appointments-unconfirmed", path: "/appointments", set: unconfirmed},
		{name: "appointments-found-days", path: "/appointments", set: unconfirmed, after: func(p tab) {
			browsertest.Eval[bool](p.Tab, `document.getElementById("q").value = "übermühlen", true`)
			p.Click("#b-search")
			p.Says("main", "2 Termine gefunden")
		}},
		{name: "appointment-unconfirmed", path: "/appointments/u1", set: unconfirmed, after: func(p tab) { p.Click("#b-release") }},
		{name: "appointment-correct", path: "/appointments/u1?correct=1#name", set: unconfirmed},
		{name: "appointment-wrong", path: "/appointments/u1?correct=1", set: unconfirmed, after: func(p tab) {
			browsertest.Eval[bool](p.Tab, `!(document.getElementById("name").value = "")`)
			p.Click("#b-correct-do")
			p.Until(`document.activeElement.id == "summary"`)
		}},
		{name: "mail-unconfirmed", path: "/mail", set: unconfirmed},
		{name: "devices-imports", path: "/devices", set: func(r *rig) {
			r.outage.since, r.outage.why = at(9, 12), "its certificate is from an unknown authority"
			r.closed.since, r.closed.why = at(9, 2), "the scanner gives no answer"
			r.outage.sources = []web.ImportProblem{{Name: "127.0.0.1:9628 f670dbac", Since: at(9, 0), Why: "too_much"}}
		}},
		{name: "book", path: "/appointments/new"},
		{name: "book-times", path: "/appointments/new?service=personalausweis&quantity=2&service=ummeldung", set: freeTimes},
		{name: "book-day", path: "/appointments/new?service=ummeldung&day=2026-12-02", set: freeTimes},
		{name: "book-none", path: "/appointments/new?service=ummeldung"},
		{name: "book-wrong", path: "/appointments/new?service=ummeldung", set: freeTimes, after: func(p tab) {
			p.Click("#b-book")
			p.Until(`document.activeElement.id == "summary"`)
		}},
		{name: "move", path: "/appointments/a4/move", set: func(r *rig) { busyDay(r); freeTimes(r) }},
		{name: "mail", path: "/mail", set: func(r *rig) {
			busyDay(r)
			r.outage.since, r.outage.why = at(9, 12), "dial tcp: lookup mail.example: no such host"
		}},
		{name: "mail-lead", path: "/mail", set: func(r *rig) { busyDay(r); r.auth.actor.Role = hall.Lead }},
		{name: "desk-mail", path: "/counter/1", set: func(r *rig) {
			busyDay(r)
			r.outage.since = at(9, 12)
			r.closed.since, r.closed.why = at(9, 2), "the scanner gives no answer"
			r.outage.sources = []web.ImportProblem{{Name: "Kreis", Since: at(9, 0), Why: "dial tcp: lookup kreis.example: no such host"}}
		}},
		{name: "phone-unknown", public: true, path: "/ticket/unknown"},
		{name: "phone-english", public: true, path: "/ticket/s3cret?lang=en", set: phone(queue.Called)},
		{name: "phone-cancel", public: true, path: "/ticket/s3cret/cancel", set: phone(queue.Waiting)},
		{name: "phone-soon", public: true, path: "/ticket/s3cret", set: phone(queue.Waiting, func(v *hall.View) { v.Wait = queue.Wait{} })},
		{name: "phone-locked", public: true, path: "/ticket/s3cret", set: phone(queue.Waiting, func(v *hall.View) {
			v.Locked, v.Ticket.Called, v.Ticket.LockedUntil = true, at(9, 27), at(9, 32)
		})},
	}
	for _, s := range []queue.State{queue.Waiting, queue.Called, queue.Serving, queue.Parked, queue.Missed, queue.Finished, queue.Cancelled, queue.Expired} {
		out = append(out, screen{name: "phone-" + string(s), public: true, path: "/ticket/s3cret", set: phone(s)})
	}
	return out
}

func (s screen) open(t *testing.T, width, height int64) tab {
	t.Helper()
	r := newRig(t)
	if s.set != nil {
		s.set(r)
	}
	h := r.staff
	if s.public {
		h = r.public
	}
	p := newTab(t, width, height)
	p.Open(start(t, h).URL + s.path)
	if s.after != nil {
		s.after(p)
	}
	return p
}

// TestScreens looks at every page in every state: axe has no finding, and nothing has to be scrolled sideways, down to
// 320 px, which is a window of 1280 px at 400 % (WCAG 2.2, 1.4.10).
func TestScreens(t *testing.T) {
	for _, s := range screens() {
		t.Run(s.name, func(t *testing.T) {
			p := s.open(t, sizes[0].width, sizes[0].height)
			for _, size := range sizes {
				p.Do(chromedp.EmulateViewport(size.width, size.height))
				p.Shoot(fmt.Sprintf("%s-%d", s.name, size.width))
				for _, f := range p.Findings() {
					t.Errorf("%d px: %s", size.width, f)
				}
				p.fits(size.width)
			}
			p.Do(chromedp.EmulateViewport(320, 800))
			p.fits(320)
		})
	}
}

// fits fails when the page is wider than the window.
func (p tab) fits(width int64) {
	p.t.Helper()
	if wide := browsertest.Eval[int64](p.Tab, `document.documentElement.scrollWidth`); wide > width {
		p.t.Errorf("the page is %d px wide in a window of %d px: %q", wide, width, browsertest.Eval[[]string](p.Tab,
			`[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120))`))
	}
}
