package hall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func (h *town) found(text string) []string {
	h.t.Helper()
	all, err := h.FindByName(h.ctx, text)
	if err != nil {
		h.t.Fatal(err)
	}
	names := []string{}
	for _, l := range all {
		names = append(names, l.Contact.Name)
	}
	return names
}

func TestFindByName(t *testing.T) {
	h := newBookable(t, 2, 0)
	names := []string{"Zoë Müller", "Hans Großmann", "Łukasz Wałęsa", "İpek Işık", "Anna-Lena MUELLER", "Œuvre Søren", "Андрій Шевченко", "Li"}
	for i, name := range names {
		if _, err := h.Book(h.ctx, anna, pass, morning.Add(time.Duration(i)*15*time.Minute), hall.Person{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	for text, want := range map[string][]string{
		"müller":      {"Zoë Müller", "Anna-Lena MUELLER"},
		"mueller":     {"Zoë Müller", "Anna-Lena MUELLER"},
		"MULLER":      {"Zoë Müller"},
		"muller zoe":  {"Zoë Müller"},
		"Mu\u0308ll":  {"Zoë Müller", "Anna-Lena MUELLER"}, // as some keyboards send it
		" grossmann ": {"Hans Großmann"},
		"GROẞMANN":    {"Hans Großmann"},
		"walesa":      {"Łukasz Wałęsa"},
		"isik ipek":   {"İpek Işık"},
		"lena":        {"Anna-Lena MUELLER"},
		"soren oeuv":  {"Œuvre Søren"},
		"шевченко":    {"Андрій Шевченко"},
		"li":          {"Li"},
		"müller hans": {},
		"%%aa":        {},
	} {
		if got := h.found(text); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{"", " m ", "1 2 3", "m.", strings.Repeat("ab", 51), "\xff\xff"} {
		_, err := h.FindByName(h.ctx, text)
		if r := refusal(t, err, queue.Invalid); r.Field != "name" {
			t.Errorf("%q: %+v", text, r)
		}
	}
}

// Found are those of today, also when they have begun, and later; unconfirmed ones among them, but nothing that is over.
func TestWhatIsFound(t *testing.T) {
	h := newBookable(t, 1, 0)
	today, past, gone, lapsed := nine.Add(time.Hour), nine.Add(2*time.Hour), nine.Add(3*time.Hour), nine.Add(4*time.Hour)
	h.online(today, hall.Person{Name: "Erika Heute", Mail: "a@example.org"})
	m, _ := h.online(gone, hall.Person{Name: "Erika Abgesagt", Mail: "b@example.org"})
	if _, err := h.CancelAppointment(h.ctx, anna, m.Appointment.ID); err != nil {
		t.Fatal(err)
	}
	h.register(h.hold(lapsed).Secret, hall.Person{Name: "Erika Verfallen", Mail: "c@example.org"})
	h.hold(past)
	h.clock.pass(70 * time.Minute)
	h.register(h.hold(morning).Secret, hall.Person{Name: "Erika Offen", Mail: "d@example.org"})
	if got := h.found("erika"); !slices.Equal(got, []string{"Erika Heute", "Erika Offen"}) {
		t.Errorf("%v", got)
	}
	all, err := h.FindByName(h.ctx, "offen")
	if err != nil || len(all) != 1 || all[0].Appointment.State != "unconfirmed" || all[0].Appointment.Code != "" || all[0].Contact.Secret != "" {
		t.Errorf("%+v, %v", all, err)
	}
	h.clock.until(nine.Add(16 * time.Hour)) // tomorrow
	if got := h.found("erika"); len(got) != 0 {
		t.Errorf("tomorrow: %v", got)
	}
}

func TestAtMostFiftyAreFound(t *testing.T) {
	h := newBookable(t, 2, 0)
	for i := range 60 {
		start := morning.AddDate(0, 0, i/20).Add(time.Duration(i%20) * 15 * time.Minute)
		if start.Weekday() > time.Friday || start.Weekday() == time.Sunday {
			start = start.AddDate(0, 0, 2)
		}
		if _, err := h.AddAppointment(h.ctx, operator, pass.Services, start, fmt.Sprint("Maier ", 100+i), ""); err != nil {
			t.Fatal(err)
		}
	}
	got := h.found("maier")
	if len(got) != 50 || got[0] != "Maier 100" {
		t.Errorf("%d: %v", len(got), got)
	}
}

// Whatever is typed, it is refused or answered; and everybody is found by the own name, however it is written.
func FuzzFindByName(f *testing.F) {
	for _, s := range []string{"Zoë Müller", "müller zoe", "GROẞMANN", "İpek Işık", "ﬁ ligature", "e\u0301e\u0301", "á̧b", "\xff", "한국 사람", "Σίσυφος", "a%_\\'b"} {
		f.Add(s, s)
		f.Add("Erika Mustermann", s)
	}
	h := newBookable(f, 1, 0)
	r, err := h.Book(h.ctx, anna, pass, morning, erika)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		if _, err := h.FindByName(h.ctx, text); err != nil && !isCode(err, queue.Invalid) {
			t.Fatal(err)
		}
		if _, err := h.Correct(h.ctx, anna, r.Appointment.ID, hall.Person{Name: name}); isCode(err, queue.Invalid) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		letters := 0
		for _, r := range name {
			if unicode.IsLetter(r) {
				letters++
			}
		}
		small := strings.ToLower(name)
		for _, search := range []string{name, strings.ToUpper(name), small} {
			if strings.ToLower(search) != small || len([]rune(search)) > 100 {
				continue // some letters have no other one of their own
			}
			if all, err := h.FindByName(h.ctx, search); letters >= 2 && (err != nil || len(all) != 1) {
				t.Errorf("%q is not found by %q: %v", name, search, err)
			}
		}
	})
}
