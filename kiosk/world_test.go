package kiosk

import (
	"fmt"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

var berlin = zone("Europe/Berlin")

// morning is a Tuesday.
var morning = time.Date(2026, 11, 24, 9, 14, 0, 0, berlin)

const sampleCode = "K7M4X2QX9P"

func at(h, m int) *time.Time {
	t := time.Date(2026, 11, 24, h, m, 0, 0, berlin)
	return &t
}

// town is a hall as a small municipality has it.
func town() wire.Kiosk {
	k := wire.Kiosk{
		Seq: 1,
		Site: wire.Site{
			Name: "Gemeinde Westerkappeln", Timezone: "Europe/Berlin", Languages: []string{"de", "en"},
			Desk: wire.Text{"de": "Bitte gehen Sie zum Empfang, Zimmer 1.", "en": "Please go to the reception desk, room 1."},
		},
		Names: map[string]wire.Text{},
		Areas: []wire.Area{
			{ID: "foyer", Name: wire.Text{"de": "Foyer, Erdgeschoss", "en": "Foyer, ground floor"}},
			{ID: "og", Name: wire.Text{"de": "Obergeschoss", "en": "Upper floor"}},
		},
		Area: wire.Area{ID: "foyer", Name: wire.Text{"de": "Foyer, Erdgeschoss", "en": "Foyer, ground floor"}},
		Departments: []wire.Department{
			{ID: "buerger", Name: wire.Text{"de": "Einwohnermeldeamt", "en": "Residents' office"}},
			{ID: "standesamt", Name: wire.Text{"de": "Standesamt", "en": "Registry office"}},
			{ID: "soziales", Name: wire.Text{"de": "Soziales und Wohngeld", "en": "Social services and housing benefit"}},
			{ID: "ordnung", Name: wire.Text{"de": "Ordnung, Gewerbe und Fundbüro", "en": "Public order, business and lost property"}},
		},
	}
	add := func(dep, id, de, en string, s wire.Service) {
		s.ID, s.Department, s.Name, s.Area = id, dep, wire.Text{"de": de, "en": en}, "foyer"
		k.Services = append(k.Services, s)
		k.Names[id] = s.Name
	}
	open := func(low, high int) wire.Service {
		return wire.Service{Open: true, Wait: &wire.Wait{Low: low, High: high, Ahead: high / 5}}
	}
	tomorrow := at(8, 0).AddDate(0, 0, 1)
	add("buerger", "ausweis", "Personalausweis beantragen", "Apply for an identity card", open(10, 20))
	add("buerger", "pass", "Reisepass beantragen", "Apply for a passport", open(10, 20))
	add("buerger", "ummelden", "Wohnung an-, um- oder abmelden", "Register a change of address", open(15, 30))
	add("buerger", "fuehrung", "Führungszeugnis", "Certificate of good conduct", open(0, 10))
	add("buerger", "beglaubigung", "Beglaubigung von Unterschriften und Kopien", "Certification of signatures and copies", open(0, 0))
	add("buerger", "kfz", "Fahrzeugschein: neue Anschrift eintragen", "Vehicle papers: new address", wire.Service{Reason: "closed", Opens: &tomorrow})
	add("buerger", "steuerid", "Steuer-Identifikationsnummer", "Tax identification number", wire.Service{Reason: "limit_reached"})
	add("standesamt", "geburt", "Geburtsurkunde", "Birth certificate", open(5, 15))
	add("soziales", "wohngeld", "Wohngeld", "Housing benefit", open(20, 40))
	add("ordnung", "gewerbe", "Gewerbe anmelden", "Register a business", open(5, 10))
	pick := func(s wire.Service) wire.Service { s.Pickup = true; return s }
	add("buerger", "abholen-ausweis", "Personalausweis abholen", "Collect an identity card", pick(open(0, 5)))
	add("buerger", "abholen-pass", "Reisepass abholen", "Collect a passport", pick(open(0, 5)))
	add("ordnung", "abholen-fund", "Fundsache abholen", "Collect lost property", pick(open(5, 10)))
	return k
}

func ticket() wire.Ticket {
	return wire.Ticket{
		ID: "0192a1b2-0000-7000-8000-000000000017", Number: "A017", Series: "A", Service: "ausweis", Area: "foyer",
		State: wire.StateWaiting, Due: *at(9, 20), Arrived: morning, Wait: &wire.Wait{Low: 10, High: 20, Ahead: 3},
		URL: "https://termin.westerkappeln.de/ticket/3f9c2d7ae1b84c55a6d0",
	}
}

// play runs messages through the flow from a terminal at rest. People look before they touch; the last touch is in the
// morning.
func play(k wire.Kiosk, msgs ...flow.Msg) flow.Model {
	now := morning
	for _, msg := range msgs {
		if touch(msg) {
			now = now.Add(-flow.Settle)
		}
	}
	m := flow.New(flow.Settings{Lang: "de"}, now)
	for _, msg := range append([]flow.Msg{flow.Tick{At: now}, flow.Loaded{Kiosk: k}}, msgs...) {
		if touch(msg) {
			now = now.Add(flow.Settle)
			m, _ = flow.Update(m, flow.Tick{At: now})
		}
		m, _ = flow.Update(m, msg)
	}
	return m
}

func touch(msg flow.Msg) bool {
	switch msg.(type) {
	case flow.Tick, flow.Loaded, flow.Unreached, flow.Happened, flow.Scanned, flow.Answered, flow.PaperDone:
		return false
	}
	return true
}

func after(d time.Duration) flow.Msg { return flow.Tick{At: morning.Add(d)} }

// scanned is a code held under the scanner, and the hall's answer.
func scanned(answer flow.Answered, then ...flow.Msg) []flow.Msg {
	answer.Key = "key"
	return append([]flow.Msg{flow.Scanned{Code: sampleCode, Key: "key"}, answer}, then...)
}

func checkedIn(change func(*wire.CheckedIn)) flow.Answered {
	c := wire.CheckedIn{Ticket: ticket(), Appointment: wire.Appointment{ID: "a", Start: *at(9, 20)}, Notice: wire.NoticeOnTime}
	if change != nil {
		change(&c)
	}
	return flow.Answered{CheckedIn: &c}
}

func problem(p wire.Problem) flow.Answered { return flow.Answered{Problem: &p} }

func typed(code string) []flow.Msg {
	msgs := []flow.Msg{flow.TypeCode{}}
	for i, r := range code {
		msgs = append(msgs, flow.Symbol{R: r, Key: fmt.Sprint("k", i)})
	}
	return msgs
}
