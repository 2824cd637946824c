package web

import (
	"net/http"
	"strings"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
)

// ticketsPage is today's list.
type ticketsPage struct {
	Page
	Search  string
	Total   int
	Rows    []ticketRow
	WalkIns []option
}

func (w *Web) tickets(rw http.ResponseWriter, r *http.Request) {
	p := ticketsPage{Page: w.page(r, "web_tickets_title"), Search: strings.TrimSpace(r.URL.Query().Get("q"))}
	cat, err := w.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	views, err := w.cfg.Hall.Tickets(r.Context(), "", "")
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	p.Total = len(views)
	l := w.lister(p.Page, cat, catalogue.Counter{}, w.cfg.Now())
	for _, v := range views {
		if matches(v, p.Search) {
			p.Rows = append(p.Rows, l.row(v))
		}
	}
	for _, s := range cat.Services {
		if s.WalkIn {
			p.WalkIns = append(p.WalkIns, option{ID: s.ID, Name: p.In(s.Name)})
		}
	}
	w.engine.Render(rw, r, http.StatusOK, "tickets", p)
}

// matches tells whether a ticket's number is, or holds, what was searched: "17", "a17" and "A017" find A017.
func matches(v hall.View, search string) bool {
	if search == "" {
		return true
	}
	number := v.Ticket.Number()
	return number == normalNumber(search) || strings.Contains(number, strings.ToUpper(search))
}

// takeTicket is the walk-in form of today's list.
func (w *Web) takeTicket(rw http.ResponseWriter, r *http.Request) {
	p := w.page(r, "web_tickets_title")
	q := request{ctx: r.Context(), r: r, p: p, cmd: hall.Command{Actor: p.Actor, Key: r.PostFormValue("key")}}
	text, err := w.walkIn(q)
	result := Result{Good: err == nil, Text: text}
	if err != nil {
		result.Text = w.refused(q.ctx, p, err)
	}
	http.Redirect(rw, r, "/tickets?r="+w.results.put(p.Actor.ID, result), http.StatusSeeOther)
}
