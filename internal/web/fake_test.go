package web_test

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/stream"
)

// fake is a hall whose views a test sets: for every screen, and for answers that are hard to bring about.
type fake struct {
	mu       sync.Mutex
	desk     hall.Desk
	tickets  []hall.View
	devices  []hall.DeviceInfo
	secrets  map[string]hall.View
	refuse   error
	commands []string
	keys     []string
	changes  []queue.Change
	// refuseWant refuses what asks for free times.
	refuseWant error
	fakeBooking
}

func (f *fake) note(c hall.Command, what string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.commands = append(f.commands, what)
	f.keys = append(f.keys, c.Key)
	return f.refuse
}

func (f *fake) called() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.commands)
}

func (f *fake) Next(_ context.Context, c hall.Command, counter string, _ bool) (hall.Called, error) {
	if err := f.note(c, "next "+counter); err != nil {
		return hall.Called{}, err
	}
	return hall.Called{View: f.desk.Waiting[0]}, nil
}

func (f *fake) Call(_ context.Context, c hall.Command, counter, ticket string) (hall.Called, error) {
	if err := f.note(c, "call "+counter+" "+ticket); err != nil {
		return hall.Called{}, err
	}
	return hall.Called{View: f.desk.Waiting[0]}, nil
}

func (f *fake) Ring(_ context.Context, c hall.Command, counter string) (hall.View, error) {
	return *f.desk.Current, f.note(c, "ring "+counter)
}

func (f *fake) Do(_ context.Context, c hall.Command, id string, ch queue.Change) (hall.View, error) {
	err := f.note(c, string(ch.Action)+" "+ch.Counter+" "+id)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes = append(f.changes, ch)
	v := f.desk.Waiting[0]
	if f.desk.Current != nil {
		v = *f.desk.Current
	}
	return v, err
}

func (f *fake) TakeTicket(_ context.Context, c hall.Command, service string, _ int) (hall.Taken, error) {
	return hall.Taken{View: f.desk.Waiting[0]}, f.note(c, "take "+service)
}

func (f *fake) OpenCounter(_ context.Context, c hall.Command, counter string) error {
	return f.note(c, "open "+counter)
}

func (f *fake) CloseCounter(_ context.Context, c hall.Command, counter string) error {
	return f.note(c, "close "+counter)
}
func (f *fake) ConfirmClock(_ context.Context, c hall.Command) error { return f.note(c, "clock") }
func (f *fake) Unpair(_ context.Context, c hall.Command, d string) error {
	return f.note(c, "unpair "+d)
}

func (f *fake) BySecret(_ context.Context, secret string) (hall.View, error) {
	v, ok := f.secrets[secret]
	if !ok {
		return hall.View{}, &queue.Refusal{Code: queue.NotFound}
	}
	return v, nil
}

func (f *fake) CancelBySecret(ctx context.Context, c hall.Command, secret string) (hall.View, error) {
	if _, err := f.BySecret(ctx, secret); err != nil {
		return hall.View{}, err
	}
	return f.secrets[secret], f.note(c, "cancel "+secret)
}

func (f *fake) Desk(_ context.Context, counter string) (hall.Desk, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if counter != f.desk.Counter.ID {
		for _, c := range f.desk.Catalogue.Counters {
			if c.ID == counter {
				return hall.Desk{Counter: c, Catalogue: f.desk.Catalogue}, nil
			}
		}
		return hall.Desk{}, &queue.Refusal{Code: queue.NotFound}
	}
	return f.desk, nil
}

func (f *fake) Tickets(context.Context, queue.State, string) ([]hall.View, error) {
	return f.tickets, nil
}

func (f *fake) Catalogue(context.Context) (catalogue.Catalogue, error) {
	return f.desk.Catalogue, nil
}
func (f *fake) Devices(context.Context) ([]hall.DeviceInfo, error) { return f.devices, nil }
func (f *fake) Troubles(context.Context) ([]hall.Trouble, error)   { return f.desk.Troubles, nil }
func (f *fake) Seq(context.Context) (int64, error)                 { return f.desk.Seq, nil }

// morning is a Monday at 9:30 in Westerkappeln.
var berlin, _ = time.LoadLocation("Europe/Berlin")
var morning = time.Date(2026, 11, 23, 9, 30, 0, 0, berlin)

func at(hour, minute int) time.Time { return time.Date(2026, 11, 23, hour, minute, 0, 0, berlin) }

func de(s string) catalogue.Text { return catalogue.Text{"de": s} }

func town() catalogue.Catalogue {
	service := func(id, series, de, en string) catalogue.Service {
		return catalogue.Service{ID: id, Department: "ema", Series: series, Area: "eg", Name: catalogue.Text{"de": de, "en": en}, Minutes: 15, WalkIn: true, Appointment: true,
			Bring: catalogue.List{"de": {"bisheriger Ausweis", "Passfoto, nicht älter als 6 Monate"}}}
	}
	return catalogue.Catalogue{
		Departments: []catalogue.Department{{ID: "ema", Name: de("Einwohnermeldeamt")}},
		Areas:       []catalogue.Area{{ID: "eg", Name: catalogue.Text{"de": "Wartebereich Erdgeschoss", "en": "ground floor waiting area"}}},
		Services: []catalogue.Service{
			service("personalausweis", "A", "Personalausweis beantragen", "Apply for an identity card"),
			service("ummeldung", "A", "Wohnung ummelden", "Change of address"),
			service("abholung", "B", "Ausweis abholen", "Collect a document"),
			service("beglaubigung", "A", "Beglaubigung von Unterschriften und Abschriften", "Certification"),
		},
		Counters: []catalogue.Counter{
			{ID: "1", Label: catalogue.Text{"de": "Schalter 1", "en": "Counter 1"}, Area: "eg", Services: []string{"personalausweis", "ummeldung", "abholung"}},
			{ID: "2", Label: catalogue.Text{"de": "Schalter 2", "en": "Counter 2"}, Area: "eg", Services: []string{"personalausweis", "ummeldung"}},
			{ID: "zi12", Label: catalogue.Text{"de": "Zimmer 12", "en": "Room 12"}, Area: "eg", Services: []string{"beglaubigung"}},
		},
	}
}

// ticket makes a view; why says whether it was booked.
func ticket(num int, service string, why queue.Why, arrived, due time.Time) hall.View {
	t := queue.Ticket{ID: "t" + string(rune('a'+num%26)), Series: "A", Num: num, Service: service, Services: []queue.Visit{{ID: service, Quantity: 1}},
		Area: "eg", State: queue.Waiting, Due: due, Why: why, Arrived: arrived}
	if why == queue.WhyBooked || why == queue.WhyLate || why == queue.WhyTooLate {
		t.Booked = due
		t.Appointment = "x"
	}
	if service == "abholung" {
		t.Series = "B"
	}
	return hall.View{Ticket: t}
}

// openDesk is counter 1, open, with some people waiting.
func openDesk() hall.Desk {
	late := ticket(19, "ummeldung", queue.WhyLate, at(9, 21), at(9, 36))
	late.Ticket.Booked = at(9, 0)
	locked := ticket(14, "personalausweis", queue.WhyWalkIn, at(8, 40), at(9, 25))
	locked.Locked, locked.Ticket.LockedUntil, locked.Ticket.Called, locked.Ticket.Attempts = true, at(9, 33), at(9, 27), 1
	return hall.Desk{
		Seq: 41, At: morning, Counter: town().Counters[0], Open: true, Clerk: "meyer", Catalogue: town(),
		Waiting: []hall.View{
			ticket(17, "personalausweis", queue.WhyBooked, at(9, 10), at(9, 15)), locked, late,
			ticket(21, "abholung", queue.WhyWalkIn, at(9, 24), at(9, 39)),
			ticket(18, "ummeldung", queue.WhyWalkIn, at(9, 5), at(9, 50)),
		},
		Others: 2,
	}
}

func with(v hall.View, change func(*queue.Ticket)) *hall.View {
	change(&v.Ticket)
	return &v
}

// clerk is the signed-in member of staff; sign-in accepts one password.
type fakeAuth struct {
	actor  *hall.Actor
	refuse error
}

type actorKey struct{}

func (a *fakeAuth) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.actor != nil {
			r = r.WithContext(context.WithValue(r.Context(), actorKey{}, *a.actor))
		}
		next.ServeHTTP(w, r)
	})
}

func actorFrom(ctx context.Context) (hall.Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(hall.Actor)
	return a, ok
}

func (a *fakeAuth) SignIn(_ context.Context, _ *http.Request, name, password string) error {
	if password != "geheim" {
		return auth.ErrWrong
	}
	if a.refuse != nil {
		return a.refuse
	}
	a.actor = &hall.Actor{Kind: hall.Staff, ID: name, Role: hall.Clerk}
	return nil
}

func (a *fakeAuth) SignOut(context.Context) error {
	if a.refuse == nil {
		a.actor = nil
	}
	return a.refuse
}

// fakeStream sends one event for each value in the channel and ends when that is closed.
type fakeStream struct {
	events chan hall.Event
	ticket atomic.Value // string: whose listeners are counted together
}

func (s *fakeStream) ServeStaff(w http.ResponseWriter, r *http.Request, _ int64, keep stream.Choose) {
	s.send(w, r, keep)
}

func (s *fakeStream) ServePublic(w http.ResponseWriter, r *http.Request, ticket string, _ int64, keep stream.Choose) {
	s.ticket.Store(ticket)
	s.send(w, r, keep)
}

func (s *fakeStream) send(w http.ResponseWriter, r *http.Request, keep stream.Choose) {
	w.Header().Set("Content-Type", "text/event-stream")
	flush := func() { _ = http.NewResponseController(w).Flush() }
	_, _ = w.Write([]byte(": hello\n\n"))
	flush()
	for {
		select {
		case <-r.Context().Done():
			return
		case e, ok := <-s.events:
			if !ok {
				return
			}
			if data, name, ok := keep(e); ok {
				_, _ = w.Write([]byte("event: " + name + "\ndata: " + string(data) + "\n\n"))
				flush()
			}
		}
	}
}
