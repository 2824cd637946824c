package citizen

import (
	"net/http"
	"net/url"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// timesPage is a day with its free times.
type timesPage struct {
	Page
	Form               string
	Back               string
	Day                queue.Day
	Morning, Afternoon []booking.Slot
	Moving, MoveBase   string
}

// noon splits the times of a day in two groups.
const noon = 12

// times is the page of a day.
func (c *Citizen) times(rw http.ResponseWriter, r *http.Request) {
	c.showTimes(rw, r, queue.Day(r.URL.Query().Get("day")), nil)
}

// showTimes shows the free times of a day; no says why a time that was chosen there cannot be had.
func (c *Citizen) showTimes(rw http.ResponseWriter, r *http.Request, day queue.Day, no *queue.Refusal) {
	p, a, ok := c.want(rw, r, "book_times_title")
	if !ok {
		return
	}
	d, ok := parseDay(string(day))
	if !ok {
		http.Redirect(rw, r, p.Keep("/day"), http.StatusSeeOther)
		return
	}
	p.Step = 3
	q := url.Values{"day": {string(d)}}
	p.Choice.write(q)
	p.at("/time", q)
	t := timesPage{Page: p, Day: d, Form: p.Keep("/hold"), Back: p.Keep("/day", "month", monthOf(d).String())}
	c.renderTimes(rw, r, t, a.want, no)
}

func (c *Citizen) renderTimes(rw http.ResponseWriter, r *http.Request, t timesPage, w booking.Want, no *queue.Refusal) {
	slots, err := c.cfg.Hall.FreeSlots(r.Context(), w, t.Day)
	if err != nil {
		c.refused(rw, r, err)
		return
	}
	for _, s := range slots {
		if s.Start.In(c.cfg.Site.Location).Hour() < noon {
			t.Morning = append(t.Morning, s)
		} else {
			t.Afternoon = append(t.Afternoon, s)
		}
	}
	t.Title = t.T("book_times_title_of", "Date", t.Short(t.Day))
	code := http.StatusOK
	if no != nil {
		code = status(no)
		t.Errors = []FieldError{{"times", c.sentence(t.Page, no)}}
	}
	c.engine.Render(rw, r, code, "times", t)
}
