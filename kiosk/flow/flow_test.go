package flow

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/wire"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func testHall() wire.Kiosk {
	k := wire.Kiosk{
		Site:        wire.Site{Name: "Musterstadt", Timezone: "Europe/Berlin", Languages: []string{"de", "en"}},
		Area:        wire.Area{ID: "foyer"},
		Departments: []wire.Department{{ID: "a"}, {ID: "b"}, {ID: "empty"}},
	}
	for i := range 8 {
		k.Services = append(k.Services, wire.Service{ID: fmt.Sprint("a", i), Department: "a", Open: i != 7, Reason: "limit_reached"})
	}
	k.Services = append(k.Services, wire.Service{ID: "b0", Department: "b", Open: true},
		wire.Service{ID: "p0", Department: "b", Pickup: true, Open: true})
	return k
}

// goodCode is a code with a right check symbol.
func goodCode(t testing.TB, seed byte) string {
	t.Helper()
	c, err := booking.NewCode(bytes.NewReader(bytes.Repeat([]byte{seed}, 6)))
	if err != nil {
		t.Fatal(err)
	}
	return string(c)
}

// desk drives a model as the terminal does.
type desk struct {
	m   Model
	now time.Time
	got []Effect // of the last message
}

func newDesk() *desk {
	d := &desk{m: New(Settings{Lang: "de"}, noon), now: noon}
	d.send(Loaded{Kiosk: testHall()})
	return d
}

func (d *desk) send(msgs ...Msg) {
	for _, m := range msgs {
		if _, quick := m.(Symbol); touch(m) && !quick {
			d.now = d.now.Add(Settle) // people look before they touch
		}
		d.m, d.got = Update(d.m, Tick{At: d.now})
		var more []Effect
		d.m, more = Update(d.m, m)
		d.got = append(d.got[:len(d.got):len(d.got)], more...)
	}
}

func touch(m Msg) bool {
	switch m.(type) {
	case Tick, Loaded, Unreached, Happened, Scanned, Answered, PaperDone:
		return false
	}
	return true
}

// wait lets time pass with a tick a step, and returns all effects.
func (d *desk) wait(total, step time.Duration) []Effect {
	var out []Effect
	for end := d.now.Add(total); d.now.Before(end); {
		d.now = d.now.Add(step)
		var e []Effect
		d.m, e = Update(d.m, Tick{At: d.now})
		out = append(out, e...)
	}
	return out
}

func effect[E Effect](t *testing.T, d *desk) E {
	t.Helper()
	for _, e := range d.got {
		if e, ok := e.(E); ok {
			return e
		}
	}
	var none E
	t.Fatalf("no effect %T, but %v", none, d.got)
	return none
}

func (d *desk) on(t *testing.T, s Screen) {
	t.Helper()
	if d.m.Screen != s {
		t.Fatalf("screen is %v, want %v", d.m.Screen, s)
	}
}

func waiting(id string) wire.Ticket {
	return wire.Ticket{ID: id, Number: "A017", State: wire.StateWaiting, Area: "foyer"}
}

// The main path: scan, number, paper, and the next person finds the start.
func TestScanToNumber(t *testing.T) {
	d := newDesk()
	d.on(t, Start)
	d.send(Scanned{Code: "WM1K7M4X2QX9P", Key: "k1"})
	d.on(t, Checking)
	ask := effect[Ask](t, d)
	if ask.Key != "k1" || ask.CheckIn.Code != "WM1K7M4X2QX9P" || ask.CheckIn.WalkIn {
		t.Fatalf("asked %+v", ask)
	}
	d.send(Answered{Key: "k1", CheckedIn: &wire.CheckedIn{Ticket: waiting("t"), Notice: wire.NoticeOnTime, Appointment: wire.Appointment{Start: noon}}})
	d.on(t, Done)
	if p := effect[Print](t, d); p.Job != "t" || p.Reprint || p.Booked == nil {
		t.Fatalf("printed %+v", p)
	}
	d.send(PaperDone{Job: "other", Printed: false})
	if d.m.Result.Paper != Printing {
		t.Error("another job's end was taken for this one's")
	}
	d.send(PaperDone{Job: "t", Printed: true})
	if d.m.Result.Paper != Printed {
		t.Error("paper is not noted")
	}
	d.wait(DoneFor-WarnBefore, time.Second)
	if !d.m.Warned {
		t.Error("no warning before the end")
	}
	d.send(More{})
	if d.m.Warned || d.m.Left() != DoneFor {
		t.Errorf("not extended: %v left", d.m.Left())
	}
	d.wait(DoneFor, time.Second)
	d.on(t, Start)
}

// Every row of DOMAIN's table of what a code can answer.
func TestCheckInAnswers(t *testing.T) {
	again := func(state, place string, back bool) Answered {
		tk := waiting("t")
		tk.State, tk.Place = state, place
		return Answered{CheckedIn: &wire.CheckedIn{Ticket: tk, Notice: wire.NoticeAgain, Back: back}}
	}
	fresh := func(notice string) Answered {
		return Answered{CheckedIn: &wire.CheckedIn{Ticket: waiting("t"), Notice: notice}}
	}
	refuse := func(code string, walkIn bool) Answered {
		return Answered{Problem: &wire.Problem{Code: code, WalkIn: walkIn}}
	}
	for _, c := range []struct {
		name                              string
		answer                            Answered
		screen                            Screen
		prints, called, reprint, walk, by bool
	}{
		{name: "on time", answer: fresh(wire.NoticeOnTime), screen: Done, prints: true},
		{name: "late", answer: fresh(wire.NoticeLate), screen: Done, prints: true},
		{name: "again, waiting", answer: again(wire.StateWaiting, "", false), screen: Done, reprint: true},
		{name: "again, called", answer: again(wire.StateCalled, "Zimmer 3", false), screen: Done, called: true},
		{name: "again, serving", answer: again(wire.StateServing, "Zimmer 3", false), screen: Done, called: true},
		{name: "again, missed", answer: again(wire.StateWaiting, "", true), screen: Done, reprint: true},
		{name: "again, parked", answer: again(wire.StateParked, "", false), screen: Done, reprint: true},
		{name: "finished", answer: refuse("finished", true), screen: Sorry, walk: true},
		{name: "too early", answer: refuse("too_early", true), screen: Sorry, walk: true},
		{name: "too early, full", answer: refuse("too_early", false), screen: Sorry},
		{name: "other day", answer: refuse("wrong_day", false), screen: Sorry},
		{name: "cancelled", answer: refuse("cancelled", true), screen: Sorry, walk: true},
		{name: "unknown", answer: refuse("not_found", false), screen: Sorry, by: true},
		{name: "mistyped", answer: refuse("bad_code", false), screen: Sorry, by: true},
		{name: "anything else", answer: refuse("internal", false), screen: Sorry},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk()
			d.send(Scanned{Code: "X", Key: "k"})
			c.answer.Key = "k"
			d.send(c.answer)
			d.on(t, c.screen)
			prints := false
			for _, e := range d.got {
				_, ok := e.(Print)
				prints = prints || ok
			}
			if prints != c.prints || d.m.Result.Called() != c.called || d.m.Result.CanReprint() != c.reprint ||
				d.m.Sorry.CanWalkIn() != c.walk || d.m.Sorry.CanType() != c.by {
				t.Errorf("prints %v called %v reprint %v walk-in %v type %v", prints, d.m.Result.Called(),
					d.m.Result.CanReprint(), d.m.Sorry.CanWalkIn(), d.m.Sorry.CanType())
			}
			if c.called && d.m.Result.Place.In("de") != "Zimmer 3" {
				t.Errorf("place is %v", d.m.Result.Place)
			}
		})
	}
}

func TestReprintIsAnotherJob(t *testing.T) {
	d := newDesk()
	d.send(Scanned{Code: "X", Key: "k"}, Answered{Key: "k", CheckedIn: &wire.CheckedIn{Ticket: waiting("t"), Notice: wire.NoticeAgain}})
	d.send(Reprint{Key: "r"})
	if p := effect[Print](t, d); p.Job != "t_r" || !p.Reprint {
		t.Fatalf("printed %+v", p)
	}
	d.send(Reprint{Key: "r2"})
	if len(d.got) > 0 {
		t.Errorf("a second touch gave %v", d.got)
	}
}

func TestWalkInInsteadOfTheAppointment(t *testing.T) {
	d := newDesk()
	d.send(Scanned{Code: "X", Key: "k"}, Answered{Key: "k", Problem: &wire.Problem{Code: "too_early", WalkIn: true}}, WalkIn{Key: "k2"})
	if a := effect[Ask](t, d); a.Key != "k2" || !a.CheckIn.WalkIn || a.CheckIn.Code != "X" {
		t.Fatalf("asked %+v", a)
	}
	d.send(Answered{Key: "k2", CheckedIn: &wire.CheckedIn{Ticket: waiting("t"), Notice: wire.NoticeOnTime, Appointment: wire.Appointment{Start: noon}}})
	d.on(t, Done)
	if d.m.Result.Booked != nil {
		t.Error("the booked time is still promised")
	}
}

func TestChoosingAService(t *testing.T) {
	d := newDesk()
	d.send(Choose{})
	d.on(t, Departments)
	if got := d.m.Departments(); len(got) != 2 {
		t.Fatalf("departments %v", got)
	}
	d.send(Department{ID: "a"})
	d.on(t, Services)
	if d.m.Pages() != 2 || len(Page(d.m, d.m.Services())) != 6 {
		t.Fatalf("%d pages", d.m.Pages())
	}
	d.send(Turn{By: 1}, Turn{By: 1})
	if d.m.Choice.Page != 1 || len(Page(d.m, d.m.Services())) != 2 {
		t.Errorf("page %d", d.m.Choice.Page)
	}
	d.send(Service{ID: "a7", Key: "k"})
	d.on(t, Sorry)
	if d.m.Sorry.Problem.Code != "limit_reached" {
		t.Errorf("said %+v", d.m.Sorry)
	}
	d.send(Back{})
	d.on(t, Start)
	d.send(Choose{}, Department{ID: "a"}, Back{})
	d.on(t, Departments)
	d.send(Department{ID: "b"}, Service{ID: "b0", Key: "k"})
	if a := effect[Ask](t, d); a.Take == nil || a.Take.Service != "b0" {
		t.Fatalf("asked %+v", a)
	}
	tk := waiting("w")
	d.send(Answered{Key: "k", Ticket: &tk})
	d.on(t, Done)
	if p := effect[Print](t, d); p.Job != "w" {
		t.Errorf("printed %+v", p)
	}
	d.send(Home{}, Choose{Pickup: true})
	if got := d.m.Services(); d.m.Screen != Services || len(got) != 1 || got[0].ID != "p0" {
		t.Errorf("to collect: %v", got)
	}
}

func TestTypingACode(t *testing.T) {
	code := goodCode(t, 7)
	d := newDesk()
	d.send(TypeCode{})
	for _, r := range code[:9] {
		d.send(Symbol{R: r, Key: "k"})
	}
	wrong := booking.Alphabet[(bytes.IndexByte([]byte(booking.Alphabet), code[9])+1)%32]
	d.send(Symbol{R: rune(wrong), Key: "k"})
	if !d.m.Entry.Wrong || d.m.Screen != EnterCode {
		t.Fatalf("a wrong check symbol went through: %+v on %v", d.m.Entry, d.m.Screen)
	}
	d.send(Symbol{R: 'A', Key: "k"})
	if len(d.m.Entry.Symbols) != CodeLen {
		t.Errorf("an eleventh symbol was taken: %q", d.m.Entry.Symbols)
	}
	d.send(Backspace{}, Symbol{R: 'I', Key: "k"}, Symbol{R: rune(code[9]), Key: "right"})
	if a := effect[Ask](t, d); a.Key != "right" || a.CheckIn.Code != code {
		t.Fatalf("asked %+v", a)
	}
}

func TestForeignCodesAreSubmittedByHand(t *testing.T) {
	d := newDesk()
	k := testHall()
	k.Foreign = true
	d.send(Loaded{Kiosk: k}, TypeCode{})
	if len(d.m.Symbols()) != 36 {
		t.Errorf("%d symbols", len(d.m.Symbols()))
	}
	d.send(Submit{Key: "k"})
	d.on(t, EnterCode)
	d.send(Symbol{R: 'I'}, Symbol{R: '7'}, Submit{Key: "k"})
	if a := effect[Ask](t, d); a.CheckIn.Code != "I7" {
		t.Fatalf("asked %+v", a)
	}
}

// Without an answer the same request goes out again with the same key; after five seconds the screen says so, and comes
// back by itself.
func TestHallGone(t *testing.T) {
	d := newDesk()
	d.send(Scanned{Code: "X", Key: "k"})
	asked := 0
	for d.m.Screen == Checking {
		if d.now.Sub(noon) > 10*time.Second {
			t.Fatal("never gives up")
		}
		d.send(Answered{Key: "k"})
		for _, e := range d.wait(700*time.Millisecond, 100*time.Millisecond) {
			if a, ok := e.(Ask); ok {
				asked++
				if a.Key != "k" {
					t.Fatalf("repeated with key %q", a.Key)
				}
			}
		}
		if d.now.Sub(noon) > SayAfter && d.m.Screen == Checking && !d.m.Slow() {
			t.Error("does not say what it waits for")
		}
		if d.m.Screen == Checking && !d.m.Unreachable() {
			t.Error("forgets between two attempts that the hall does not answer")
		}
	}
	d.on(t, OutOfService)
	if asked < 4 {
		t.Errorf("repeated %d times", asked)
	}
	loads := 0
	for _, e := range d.wait(6*time.Second, time.Second) {
		if _, ok := e.(Load); ok {
			loads++
		}
	}
	if loads != 3 {
		t.Errorf("asked %d times whether the hall is back", loads)
	}
	d.send(Loaded{Kiosk: testHall()})
	d.on(t, Start)
}

func TestHallGoneAtRest(t *testing.T) {
	d := newDesk()
	d.send(Unreached{})
	d.wait(4*time.Second, time.Second)
	d.on(t, Start)
	d.wait(time.Second, time.Second)
	d.on(t, OutOfService)
	// A code held under the scanner is tried all the same.
	d.send(Scanned{Code: "X", Key: "k"})
	d.on(t, Checking)
}

func TestScansWhileChecking(t *testing.T) {
	d := newDesk()
	d.send(Scanned{Code: "K7M4X2QX9P", Key: "1"}, Scanned{Code: "k7m4x 2qx9p", Key: "2"}, Scanned{Code: "B", Key: "3"}, Scanned{Code: "C", Key: "4"}, Scanned{Code: "B", Key: "5"})
	if len(d.m.Queue) != 2 {
		t.Fatalf("queue %+v", d.m.Queue)
	}
	d.send(Answered{Key: "1", CheckedIn: &wire.CheckedIn{Ticket: waiting("t"), Notice: wire.NoticeOnTime}})
	d.on(t, Done)
	effects := d.wait(ShowAtLeast, time.Second)
	d.on(t, Checking)
	if a := effects[len(effects)-1].(Ask); a.Key != "3" || a.CheckIn.Code != "B" {
		t.Errorf("next is %+v", a)
	}
	d.send(Answered{Key: "3", CheckedIn: &wire.CheckedIn{Ticket: waiting("u"), Notice: wire.NoticeOnTime}}, PaperDone{Job: "u"})
	d.wait(ShowAtLeast+time.Second, time.Second)
	d.on(t, Done) // the number has to be read from the screen
	d.send(Home{})
	if a := effect[Ask](t, d); a.Key != "4" {
		t.Errorf("next is %+v", a)
	}
}

func TestAScanReplacesWhatIsShown(t *testing.T) {
	for _, msgs := range [][]Msg{{}, {TypeCode{}}, {Choose{}}, {Choose{}, Department{ID: "a"}}, {ChooseLanguage{}}, {Unreached{}}} {
		d := newDesk()
		d.send(msgs...)
		d.send(Scanned{Code: "X", Key: "k"})
		d.on(t, Checking)
	}
}

func TestThePhoneStaysUnderTheScanner(t *testing.T) {
	d := newDesk()
	d.send(Scanned{Code: "X", Key: "1"}, Answered{Key: "1", CheckedIn: &wire.CheckedIn{Ticket: waiting("t"), Notice: wire.NoticeOnTime}})
	d.wait(3*time.Second, time.Second)
	d.send(Scanned{Code: "x", Key: "2"})
	d.on(t, Done)
	d.wait(sameCodeIgnored, time.Second)
	d.send(Scanned{Code: "x", Key: "3"})
	d.on(t, Checking)
}

func TestTheNextPersonFindsNothingOfTheOneBefore(t *testing.T) {
	def := Settings{Lang: "de"}
	d := newDesk()
	d.send(SetLanguage{Lang: "en"}, ToggleLarge{}, ToggleContrast{})
	d.wait(SettingsFor, time.Second)
	if d.m.Settings != def {
		t.Errorf("on the start screen: %+v", d.m.Settings)
	}
	d.send(SetLanguage{Lang: "en"}, TypeCode{}, Symbol{R: 'A'})
	d.wait(EntryFor, time.Second)
	if d.m.Screen != Start || d.m.Settings != def || d.m.Entry.Symbols != "" {
		t.Errorf("after typing: %v %+v %+v", d.m.Screen, d.m.Settings, d.m.Entry)
	}
	d.send(ToggleLarge{}, Scanned{Code: "X", Key: "1"}, Answered{Key: "1", CheckedIn: &wire.CheckedIn{Ticket: waiting("t"), Notice: wire.NoticeOnTime}})
	if !d.m.Settings.Large {
		t.Error("the large text was lost by the scan")
	}
	d.send(Scanned{Code: "Y", Key: "2"})
	if d.m.Settings != def || d.m.Screen != Checking {
		t.Errorf("somebody else finds %+v", d.m.Settings)
	}
}

func TestCalledWhileStillStandingThere(t *testing.T) {
	d := newDesk()
	d.send(Scanned{Code: "X", Key: "1"}, Answered{Key: "1", CheckedIn: &wire.CheckedIn{Ticket: waiting("t"), Notice: wire.NoticeOnTime}})
	d.send(Happened{Event: wire.Event{Type: wire.TicketCalled, Ticket: "other"}})
	if d.m.Result.Called() {
		t.Error("another ticket's call was shown")
	}
	d.send(Happened{Event: wire.Event{Type: wire.TicketCalled, Ticket: "t", Place: wire.Text{"de": "Zimmer 3"}}})
	if !d.m.Result.Called() || d.m.Result.Place.In("de") != "Zimmer 3" {
		t.Errorf("result %+v", d.m.Result)
	}
}

// A clock that is set must not end a screen, nor keep it for ever.
func TestClockIsSet(t *testing.T) {
	for _, jump := range []time.Duration{-3 * time.Hour, 26 * time.Hour} {
		d := newDesk()
		d.send(TypeCode{})
		d.wait(30*time.Second, time.Second)
		d.now = d.now.Add(jump)
		d.wait(30*time.Second, time.Second)
		d.on(t, EnterCode)
		d.wait(31*time.Second, time.Second)
		d.on(t, Start)
	}
}
