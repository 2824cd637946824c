package catalogue

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// roundTrip writes c and reads it again.
func roundTrip(t interface {
	Helper()
	Fatalf(string, ...any)
}, c Catalogue) {
	t.Helper()
	data, err := c.Encode()
	if err != nil {
		t.Fatalf("%v", err)
	}
	again, err := Parse(data)
	if err != nil {
		t.Fatalf("%v\nin\n%s", err, data)
	}
	if !reflect.DeepEqual(c, again) {
		t.Fatalf("%s\nin\n%s", cmp.Diff(c, again), data)
	}
	twice, err := again.Encode()
	if err != nil || !bytes.Equal(data, twice) {
		t.Fatalf("%v, or written differently:\n%s\n%s", err, data, twice)
	}
	if lines := again.Diff(c); len(lines) > 0 {
		t.Fatalf("Diff of equal catalogues: %q", lines)
	}
}

func drawText(t *rapid.T, name string) Text {
	words := rapid.StringMatching(`[A-Za-zäöüß"\\'#=€\[\]{}, .]{0,12}x`)
	text := Text{"de": words.Draw(t, name)}
	for _, language := range rapid.SliceOfDistinct(rapid.SampledFrom([]string{"de-simple", "en", "uk", "ar", "zh-Hant"}), rapid.ID).Draw(t, name+" languages") {
		text[language] = words.Draw(t, name)
	}
	return text
}

// draw makes a right catalogue.
func draw(t *rapid.T) Catalogue {
	ids := func(name string) []string {
		return rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z][a-z0-9-]{0,6}`), 1, 4, rapid.ID).Draw(t, name)
	}
	some := func(name string, of []string, least int) []string {
		picked := rapid.SliceOfNDistinct(rapid.SampledFrom(of), least, len(of), rapid.ID).Draw(t, name)
		if len(picked) == 0 {
			return nil
		}
		return picked
	}
	one := func(name string, of []string) string { return rapid.SampledFrom(of).Draw(t, name) }
	upTo := func(name string, most int) int { return rapid.IntRange(0, most).Draw(t, name) }
	yes := func(name string) bool { return rapid.Bool().Draw(t, name) }
	date := func(name string) string { return fmt.Sprintf("2026-%02d-%02d", 1+upTo(name, 11), 1+upTo(name, 27)) }

	var c Catalogue
	departments, areas, services := ids("departments"), ids("areas"), ids("services")
	letters := rapid.SliceOfNDistinct(rapid.StringMatching(`[A-Z]`), 1, 4, rapid.ID).Draw(t, "letters")
	for _, id := range departments {
		c.Departments = append(c.Departments, Department{ID: id, Name: drawText(t, "department")})
	}
	for _, id := range areas {
		c.Areas = append(c.Areas, Area{ID: id, Name: drawText(t, "area")})
	}
	for _, letter := range letters {
		c.Series = append(c.Series, Series{Letter: letter, DailyLimit: upTo("limit", 9999)})
	}
	for _, id := range services {
		s := Service{ID: id, Department: one("department", departments), Series: one("series", letters), Area: one("area", areas), Name: drawText(t, "service"),
			Minutes: 1 + upTo("minutes", 479), WalkIn: yes("walk-in"), WalkInDueMinutes: upTo("due", 480), Appointment: yes("appointment"), Pickup: yes("pickup"), MaxQuantity: upTo("pieces", 99)}
		if yes("fee") {
			s.Fee, s.Bring, s.LeiKa = drawText(t, "fee"), List{"de": {"Foto", "Ausweis"}, "en": {"photo"}}, "99008001012000"
		}
		c.Services = append(c.Services, s)
	}
	if yes("groups") {
		for _, id := range ids("group") {
			c.Groups = append(c.Groups, Group{ID: id, Name: drawText(t, "group"), Services: some("in the group", services, 1), Capacity: 1 + upTo("lanes", 9998)})
		}
	}
	for _, id := range ids("counters") {
		c.Counters = append(c.Counters, Counter{ID: id, Label: drawText(t, "counter"), Area: one("area", areas), Services: some("serves", services, 0)})
	}
	for i := range upTo("openings", 4) {
		o := Opening{Departments: some("of", departments, 1), From: fmt.Sprintf("%02d:30", i), To: "24:00", Capacity: 1 + upTo("capacity", 9), SlotMinutes: 1 + upTo("slot", 479),
			BookFromDays: upTo("from", 3), BookToDays: 3 + upTo("to", 90), BufferMinutes: upTo("buffer", 10), WalkIn: yes("walk-ins"), StaffOnly: upTo("staff", 1)}
		if yes("dates") {
			o.Dates = []string{date("date")}
		} else {
			o.Days = some("days", Weekdays, 1)
			if yes("rhythm") {
				o.EveryWeeks, o.Starts, o.ValidFrom = 2+upTo("weeks", 50), date("starts"), date("valid")
			}
		}
		c.Openings = append(c.Openings, o)
	}
	if yes("holidays") {
		c.Holidays.Calendar = "DE-NW"
	}
	for range upTo("closed", 2) {
		day := date("closed")
		c.Closed = append(c.Closed, Closed{From: day, To: day, Departments: some("closed for", departments, 0), Name: drawText(t, "closed")})
	}
	return c
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { roundTrip(t, draw(t)) })
	roundTrip(t, Catalogue{})
}

func TestOddTextsAreWritten(t *testing.T) {
	c, _ := example(t)
	c.Services[0].Fee = Text{"de": "\x01\t\"\\\n\x7f", "a b": "x"} // Parse refuses it, but as TOML it must be right
	data, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Parse(data); err == nil || !slices.ContainsFunc(err.(Issues), func(i Issue) bool { return i.Key == "service[1].fee.de" && i.Line > 0 }) {
		t.Error(err)
	}
	c.Services[0].Fee = Text{"de": "\xff"}
	if _, err := c.Encode(); err == nil {
		t.Error("text that is not UTF-8 is written")
	}
}

func TestDiff(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Catalogue)
		want   []string
	}{
		{"nothing", func(*Catalogue) {}, nil},
		{"minutes", func(c *Catalogue) { c.Services[0].Minutes = 20 }, []string{"service personalausweis: minutes 15 → 20"}},
		{"name", func(c *Catalogue) { c.Areas[0].Name = Text{"de": "Halle", "en": "Ground-floor lobby"} }, []string{`area foyer: name.de "Foyer Erdgeschoss" → "Halle"`}},
		{"language gone, language new", func(c *Catalogue) { c.Areas[0].Name = Text{"de": "Foyer Erdgeschoss", "nl": "Hal"} },
			[]string{`area foyer: name.nl none → "Hal"`, `area foyer: name.en "Ground-floor lobby" → none`}},
		{"service gone", func(c *Catalogue) { c.Services = c.Services[1:]; c.Counters[0].Services = c.Counters[0].Services[1:] },
			[]string{"service personalausweis: removed", `counter 1: services ["personalausweis", "wohnsitz-anmelden", "dokument-abholen"] → ["wohnsitz-anmelden", "dokument-abholen"]`}},
		{"department new", func(c *Catalogue) { c.Departments = append(c.Departments, Department{ID: "bauamt"}) }, []string{"department bauamt: new"}},
		{"order", func(c *Catalogue) { slices.Reverse(c.Series) }, []string{"series: order is now B, A"}},
		{"closing time", func(c *Catalogue) { c.Openings[1].To = "17:00" },
			[]string{"opening einwohnermeldeamt thu 14:00–17:00: new", "opening einwohnermeldeamt thu 14:00–18:00: removed"}},
		{"capacity", func(c *Catalogue) { c.Openings[1].Capacity = 3 }, []string{"opening einwohnermeldeamt thu 14:00–18:00: capacity 2 → 3"}},
		{"pieces", func(c *Catalogue) { c.Services[0].MaxQuantity = 2 }, []string{"service personalausweis: max_quantity 4 → 2"}},
		{"group's capacity", func(c *Catalogue) { c.Groups[0].Capacity = 2 }, []string{"group beratung: capacity 1 → 2"}},
		{"group gone", func(c *Catalogue) { c.Groups = nil }, []string{"group beratung: removed"}},
		{"holidays", func(c *Catalogue) { c.Holidays.Calendar = "" }, []string{`holidays: calendar "DE-NW" → none`}},
		{"closed", func(c *Catalogue) { c.Closed = nil }, []string{"closed 2026-12-24–2026-12-31: removed"}},
	} {
		old, _ := example(t)
		now, _ := example(t)
		c.change(&now)
		if got := now.Diff(old); !slices.Equal(got, c.want) {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, got, c.want)
		}
	}
}

// Diff is empty exactly when the catalogues are the same.
func TestDiffTellsDifferentCatalogues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw(t), draw(t)
		if rapid.Bool().Draw(t, "nearly the same") {
			b = a
			b.Services = slices.Clone(a.Services)
			b.Services[0].Pickup = !b.Services[0].Pickup
		}
		if same := reflect.DeepEqual(a, b); same != (len(a.Diff(b)) == 0) {
			t.Fatalf("same %v, but %q", same, a.Diff(b))
		}
	})
}

func TestFind(t *testing.T) {
	c, _ := example(t)
	if s, ok := c.Service("geburtsurkunde"); !ok || s.Minutes != 10 {
		t.Error(s, ok)
	}
	if k, ok := c.Counter("2"); !ok || k.Label["de"] != "Zimmer 12" {
		t.Error(k, ok)
	}
	if a, ok := c.Area("foyer"); !ok || a.ID != "foyer" {
		t.Error(a, ok)
	}
	if s, ok := c.Service("nix"); ok || s.ID != "" {
		t.Error(s, ok)
	}
}
