package booking

import (
	"slices"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/de"

	"westerkappeln.de/wartemarke/internal/catalogue"
)

// calendars are the public holidays by the name that a catalogue gives them, ISO 3166-2.
var calendars = map[string][]*cal.Holiday{"DE-NW": de.HolidaysNW}

// english are the names of the holidays for those who do not read German; the library names them in German.
var english = map[*cal.Holiday]string{
	de.Neujahr:                   "New Year's Day",
	de.Karfreitag:                "Good Friday",
	de.Ostermontag:               "Easter Monday",
	de.TagderArbeit:              "Labour Day",
	de.ChristiHimmelfahrt:        "Ascension Day",
	de.Pfingstmontag:             "Whit Monday",
	de.Fronleichnam:              "Corpus Christi",
	de.DeutschenEinheit:          "German Unity Day",
	de.Allerheiligen:             "All Saints' Day",
	de.Weihnachtstag:             "Christmas Day",
	de.ZweiterWeihnachtsfeiertag: "Boxing Day",
}

// Holidays tells whether the day of t is a public holiday of the catalogue's calendar ("DE-NW"), or closed for the department.
// name is the closure's where it has one, else the holiday's.
func Holidays(c catalogue.Catalogue, department string, t time.Time, loc *time.Location) (name catalogue.Text, closed bool) {
	d := dayOf(t, loc)
	holiday, isHoliday := publicHoliday(c.Holidays.Calendar, d)
	closure, isClosed := closedRange(c, department, d)
	if len(closure) > 0 {
		return closure, true
	}
	return holiday, isHoliday || isClosed
}

// publicHoliday names the public holiday on d (§ 2 Feiertagsgesetz NW).
func publicHoliday(calendar string, d day) (catalogue.Text, bool) {
	for _, h := range calendars[calendar] {
		actual, _ := h.Calc(d.Year())
		if actual.Month() != d.Month() || actual.Day() != d.Day() || actual.IsZero() {
			continue
		}
		name := catalogue.Text{"de": h.Name}
		if en, ok := english[h]; ok {
			name["en"] = en
		}
		return name, true
	}
	return nil, false
}

// closedRange names the first closed range of the catalogue that holds d and applies to the department.
func closedRange(c catalogue.Catalogue, department string, d day) (catalogue.Text, bool) {
	// Days in the form 2006-01-02 sort like text.
	text := d.String()
	for _, r := range c.Closed {
		if r.From <= text && text <= r.To && (len(r.Departments) == 0 || slices.Contains(r.Departments, department)) {
			return r.Name, true
		}
	}
	return nil, false
}
