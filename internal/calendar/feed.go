package calendar

import (
	"time"

	ics "github.com/arran4/golang-ical"

	"westerkappeln.de/wartemarke/internal/queue"
)

// refresh is how often a calendar is asked to fetch the feed again (RFC 7986 5.7): free days change all day long, but a day
// has only so many.
const refresh = "PT1H"

// FeedDay is an entry of a feed: a whole day.
type FeedDay struct {
	Day     queue.Day
	Summary string // such as "Termine frei (7)"
	URL     string // where the day can be booked
}

// Feed gives days as a calendar that programs subscribe to, text/calendar in UTF-8. id tells apart what one person may
// subscribe to, such as the service; the entries of a feed are known by it and their day. name is the calendar's title, stamp
// when the days were looked up. What is no day is left out.
func Feed(id, name string, days []FeedDay, stamp time.Time) []byte {
	cal := ics.NewCalendarFor(product)
	cal.SetProductId("-//" + product + "//DE")
	cal.SetMethod(ics.MethodPublish)
	cal.SetName(text(name))
	cal.SetXWRCalName(text(name)) // what programs read that are older than RFC 7986
	cal.SetRefreshInterval(refresh)
	cal.SetXPublishedTTL(refresh)
	for _, d := range days {
		day, err := time.Parse(time.DateOnly, string(d.Day))
		if err != nil {
			continue
		}
		event := cal.AddEvent(text("free-" + id + "-" + string(d.Day) + "@wartemarke"))
		event.SetDtStampTime(stamp)
		event.SetAllDayStartAt(day)
		event.SetAllDayEndAt(day.AddDate(0, 0, 1))
		event.SetTimeTransparency(ics.TransparencyTransparent)
		set(event.SetSummary, text(d.Summary))
		set(event.SetURL, value(d.URL))
	}
	return serialize(cal)
}
