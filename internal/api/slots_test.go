package api_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"westerkappeln.de/wartemarke/internal/wire"
)

func TestPublicServices(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	list, err := w.citizen.PublicServices(ctx)
	w.must(err)
	if len(list) != 2 || list[0].ID != "ausweis" || list[0].Department.Name["de"] != "Einwohnermeldeamt" || list[0].Minutes != 15 ||
		list[0].MaxQuantity != 6 || list[0].URL != "https://warten.example/service/ausweis" {
		t.Errorf("%+v", list)
	}
	_, header, _ := w.request(w.public, "", "GET", "/api/v1/public/services", "")
	if got := header.Get("Cache-Control"); got != "public, max-age=60" {
		t.Errorf("cache: %q", got)
	}
}

func TestPublicSlots(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.book("ausweis", 24+9, 0)
	w.book("ausweis", 24+9, 0) // both lanes of Wednesday nine o'clock
	month, err := w.citizen.PublicSlots(ctx, ausweis, "", "")
	w.must(err)
	// It is nine on Tuesday; a citizen books half an hour ahead.
	if len(month.Days) != 31 || month.Days[0] != (wire.FreeDay{Day: "2026-11-24", Free: 34}) || month.Days[1].Free != 39 ||
		month.Days[4].Free != 0 || month.Slots != nil || month.Minutes != 15 ||
		month.First == nil || !month.First.Start.Equal(at(9, 30).AddDate(0, 0, -1)) {
		t.Errorf("a month: %+v", month)
	}
	day, err := w.citizen.PublicSlots(ctx, []wire.WantedService{{ID: "ausweis", Quantity: 2}, {ID: "heirat"}}, "2026-11-25", "2026-11-25")
	w.must(err)
	if day.Minutes != 60 || len(day.Days) != 1 || len(day.Slots) != day.Days[0].Free || !day.Slots[0].Start.Equal(at(8, 0)) ||
		!day.Slots[0].End.Equal(at(9, 0)) || slices.ContainsFunc(day.Slots, func(s wire.Slot) bool { return s.Start.Equal(at(8, 45)) }) {
		t.Errorf("a day: %+v", day)
	}
	for query, want := range map[string]int{
		"":                                      422,
		"?service=":                             422,
		"?service=nichts":                       422,
		"?service=ausweis:0":                    422,
		"?service=ausweis:x":                    422,
		"?service=ausweis:7":                    409,
		"?service=ausweis&from=heute":           422,
		"?service=ausweis&from=2026-11-31":      422,
		"?service=ausweis&from=0000-01-01":      422,
		"?service=ausweis&from=9999-12-31":      422,
		"?service=ausweis&to=2026-11-01":        422,
		"?service=ausweis&to=2027-02-23":        200,
		"?service=ausweis&to=2027-02-24":        422,
		"?service=ausweis%00":                   422,
		"?service=%ff":                          422,
		"?" + strings.Repeat("service=a&", 17):  422,
		"?service=ausweis&service=heirat":       200,
		"?service=ausweis&service=ausweis":      422,
		"?service=ausweis&unknown=1":            200,
		"?service=ausweis&from=2026-11-25&to=":  200,
		"?service=" + strings.Repeat("a", 5000): 422,
	} {
		if status, header, body := w.request(w.public, "", "GET", "/api/v1/public/slots"+query, ""); status != want ||
			status == 200 && header.Get("Cache-Control") != "public, max-age=5" {
			t.Errorf("%.60s: %d %v %s", query, status, header, body)
		}
	}
}

// The feed is read by another library than it is written with, and kept for a minute.
func TestFreeDaysAsCalendar(t *testing.T) {
	w := newTown(t)
	read := func(lang string) (string, *ical.Calendar) {
		t.Helper()
		status, header, text := w.request(w.public, "", "GET", "/api/v1/public/free.ics?service=ausweis:2&service=heirat", "", "Accept-Language", lang)
		if status != 200 || header.Get("Content-Type") != "text/calendar; charset=utf-8" || header.Get("Cache-Control") != "public, max-age=60" {
			t.Fatalf("%d %v", status, header)
		}
		cal, err := ical.NewDecoder(strings.NewReader(text)).Decode()
		w.must(err)
		return text, cal
	}
	text, cal := read("de")
	events := cal.Events()
	// 60 days from Tuesday, 24 November: Saturdays and Sundays are closed.
	if len(events) != 44 {
		t.Fatalf("%d entries", len(events))
	}
	prop := func(e ical.Event, name string) string {
		p := e.Props.Get(name)
		if p == nil {
			return ""
		}
		return p.Value
	}
	first := events[1]
	if got := prop(first, "DTSTART") + " " + prop(first, "SUMMARY") + " " + prop(first, "URL"); got !=
		`20261125 Personalausweis\, Eheschließung: 37 frei https://warten.example/time?day=2026-11-25&s=ausweis.2&s=heirat.1` {
		t.Errorf("%s", got)
	}
	w.book("ausweis", 24+9, 0)
	w.book("ausweis", 24+9, 0)
	w.forward(59 * time.Second)
	if again, _ := read("de"); again != text {
		t.Error("not kept for a minute")
	}
	if english, _ := read("en"); english == text || !strings.Contains(english, "free") {
		t.Error("no English")
	}
	w.forward(time.Second)
	if later, _ := read("de"); later == text {
		t.Error("kept for more than a minute")
	}
	if status, _, body := w.request(w.public, "", "GET", "/api/v1/public/free.ics?service=nichts", ""); status != 422 {
		t.Errorf("unknown: %d %s", status, body)
	}
}
