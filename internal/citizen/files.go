package citizen

import (
	"net/http"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/calendar"
	"westerkappeln.de/wartemarke/internal/page"
)

// qrScale is how many dots a module of the QR code has: enough for paper at 60 mm.
const qrScale = 8

// qr is the appointment's code for the terminal's scanner.
func (c *Citizen) qr(rw http.ResponseWriter, r *http.Request) {
	p, ok := c.find(rw, r, "book_mine_title")
	if !ok {
		return
	}
	if p.Appointment.State != booking.Booked {
		c.notFound(rw, r)
		return
	}
	code, err := qrcode.New(p.Appointment.Code.QR(), qrcode.High)
	if err != nil {
		c.broken(rw, r, err)
		return
	}
	png, err := code.PNG(-qrScale)
	if err != nil {
		c.broken(rw, r, err)
		return
	}
	write(rw, "image/png", png)
}

// calendar is the appointment for the owner's calendar. A cancelled one takes the entry back.
func (c *Citizen) calendar(rw http.ResponseWriter, r *http.Request) {
	p, ok := c.find(rw, r, "book_mine_title")
	if !ok {
		return
	}
	a := p.Appointment
	if a.State != booking.Booked && a.State != booking.Cancelled {
		c.notFound(rw, r)
		return
	}
	end := a.End
	if end.IsZero() {
		end = a.Start.Add(time.Duration(max(p.Minutes, 1)) * time.Minute)
	}
	e := calendar.Entry{
		UID: calendar.UID(a.ID), Summary: p.T("book_ics_summary", "Site", p.Site, "Services", p.Names()), Location: p.Place(),
		Description: p.description(), Start: a.Start, End: end, Stamp: c.cfg.Now(), Sequence: a.Sequence, Cancelled: a.State == booking.Cancelled,
	}
	if c.cfg.PublicURL != "" {
		e.URL = c.cfg.PublicURL + p.Base
	}
	rw.Header().Set("Content-Disposition", `attachment; filename="termin.ics"`)
	write(rw, "text/calendar; charset=utf-8; method="+e.Method(), calendar.Write(e))
}

// Names are the services in one line.
func (p Page) Names() string {
	var names []string
	for _, s := range p.Chosen {
		name := s.Name.Text
		if s.Quantity > 1 {
			name = p.T("book_times_each", "Service", s.Name, "Quantity", s.Quantity)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// Place is where to come.
func (p Page) Place() string {
	if p.Town.Address == "" {
		return p.Site
	}
	return p.Site + ", " + p.Town.Address
}

// Bring is what to bring for all services, each thing once.
func (p Page) Bring() []page.Words {
	var out []page.Words
	seen := map[string]bool{}
	for _, s := range p.Chosen {
		for _, b := range s.Bring {
			if !seen[b.Text] {
				seen[b.Text] = true
				out = append(out, b)
			}
		}
	}
	return out
}

// description is what the calendar entry says.
func (p appointmentPage) description() string {
	lines := []string{p.T("book_ics_code", "Code", p.Appointment.Code.Display())}
	if bring := p.Bring(); len(bring) > 0 {
		lines = append(lines, "", p.T("book_bring_heading"))
		for _, b := range bring {
			lines = append(lines, "- "+b.Text)
		}
	}
	return strings.Join(lines, "\n")
}

func write(rw http.ResponseWriter, kind string, body []byte) {
	rw.Header().Set("Content-Type", kind)
	// A browser that went away is no fault of ours.
	_, _ = rw.Write(body)
}
