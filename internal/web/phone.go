package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// phoneRefresh is how often a page without JavaScript loads itself anew, if its reader asked for that, in seconds.
const phoneRefresh = 30

// phonePage is a ticket on a citizen's phone.
type phonePage struct {
	Page
	Base                       string
	Seq                        int64
	Number, State, Place, Area string
	Service, Locked, Called    string
	Ahead                      int
	Wait                       string // "10–20", "" when there is no estimate
	Soon                       bool   // nobody is ahead
	Closed                     bool   // no open counter serves it: nothing can be said of the time
	CanCancel                  bool
	Auto                       bool
	Booked                     bool
}

func (d phonePage) Sequence() (int64, bool) { return d.Seq, d.Part }

// phonesPage starts a page for a citizen: in the languages that these pages have, and without a sign-in.
func (w *Web) phonesPage(r *http.Request, title string, pairs ...any) Page {
	return Page{Page: w.phones.Page(r, title, pairs...)}
}

// find gives the page of the secret in the path, or shows a friendly page that says what to do.
func (w *Web) find(rw http.ResponseWriter, r *http.Request) (phonePage, bool) {
	seq, err := w.cfg.Hall.Seq(r.Context())
	if err != nil {
		w.publicBroken(rw, r, err)
		return phonePage{}, false
	}
	v, err := w.cfg.Hall.BySecret(r.Context(), r.PathValue("secret"))
	var no *queue.Refusal
	switch {
	case errors.As(err, &no):
		w.unknownTicket(rw, r)
		return phonePage{}, false
	case err != nil:
		w.publicBroken(rw, r, err)
		return phonePage{}, false
	}
	p, err := w.ticketPage(r, v)
	if err != nil {
		w.publicBroken(rw, r, err)
		return phonePage{}, false
	}
	p.Seq = seq
	return p, true
}

func (w *Web) ticketPage(r *http.Request, v hall.View) (phonePage, error) {
	cat, err := w.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		return phonePage{}, err
	}
	t := v.Ticket
	d := phonePage{Page: w.phonesPage(r, "phone_title"), Base: "/ticket/" + url.PathEscape(r.PathValue("secret"))}
	d.NoIndex, d.Live = true, t.State.Open()
	d.Path = d.Base
	d.Number, d.State = t.Number(), string(t.State)
	if t.State.AtCounter() {
		d.Place = d.In(v.Place)
	}
	for _, a := range cat.Areas {
		if a.ID == t.Area {
			d.Area = d.In(a.Name)
		}
	}
	for _, s := range cat.Services {
		if s.ID == t.Service {
			d.Service = d.In(s.Name)
		}
	}
	if v.Locked {
		d.Locked, d.Called = d.Clock(t.LockedUntil), d.Clock(t.Called)
	}
	d.Booked = t.Appointment != ""
	d.Ahead = v.Wait.Ahead
	low, high := v.Wait.Promise()
	d.Soon = v.Wait.Ahead == 0
	d.Closed = high == 0
	if high > 0 {
		d.Wait = strconv.Itoa(low) + "–" + strconv.Itoa(high)
		if low == high {
			d.Wait = strconv.Itoa(high)
		}
	}
	switch t.State {
	case queue.Waiting, queue.Called, queue.Parked, queue.Missed:
		d.CanCancel = true
	}
	if r.URL.Query().Get("auto") == "1" && d.Live {
		d.Auto, d.Refresh = true, phoneRefresh
	}
	d.Title = d.T("phone_title_"+string(t.State), "Number", d.Number, "Place", d.Place)
	return d, nil
}

func (w *Web) phone(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("X-Robots-Tag", "noindex, nofollow")
	if d, ok := w.find(rw, r); ok {
		w.phones.Render(rw, r, http.StatusOK, "phone", d)
	}
}

// phoneEvents tells the phone that its ticket changed ("mine"), or that the queue did and the wait may be another
// ("change"). It says nothing else. A page that finds no place, because its link is open too often or the hall is full of
// phones, asks every few seconds instead.
func (w *Web) phoneEvents(rw http.ResponseWriter, r *http.Request) {
	v, err := w.cfg.Hall.BySecret(r.Context(), r.PathValue("secret"))
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	id := v.Ticket.ID
	w.cfg.Stream.ServePublic(rw, r, id, resumeAfter(r), func(e hall.Event) ([]byte, string, bool) {
		switch {
		case e.Ticket == id:
			return []byte(strconv.FormatInt(e.Seq, 10)), "mine", true
		case e.Ticket != "" || e.Counter != "":
			return []byte(strconv.FormatInt(e.Seq, 10)), "change", true
		}
		return nil, "", false
	})
}

// phoneCancelPage asks once more, on a page of its own.
func (w *Web) phoneCancelPage(rw http.ResponseWriter, r *http.Request) {
	rw.Header().Set("X-Robots-Tag", "noindex, nofollow")
	d, ok := w.find(rw, r)
	if !ok {
		return
	}
	if !d.CanCancel {
		http.Redirect(rw, r, d.Base+"?lang="+d.Lang, http.StatusSeeOther)
		return
	}
	d.Live = false
	d.Title = d.T("phone_cancel_title")
	w.phones.Render(rw, r, http.StatusOK, "phone_cancel", d)
}

// phoneCancel gives the number back. A ticket that is being served or over by now is shown as it is.
func (w *Web) phoneCancel(rw http.ResponseWriter, r *http.Request) {
	secret := r.PathValue("secret")
	c := hall.Command{Actor: hall.Actor{Kind: hall.Citizen}, Key: r.PostFormValue("key")}
	_, err := w.cfg.Hall.CancelBySecret(r.Context(), c, secret)
	var no *queue.Refusal
	switch {
	case errors.As(err, &no) && no.Code == queue.NotFound:
		w.unknownTicket(rw, r)
		return
	case err != nil && !errors.As(err, &no):
		w.publicBroken(rw, r, err)
		return
	}
	to := "/ticket/" + url.PathEscape(secret)
	if l := w.phones.Lang(r); l != "" {
		to += "?lang=" + l
	}
	http.Redirect(rw, r, to, http.StatusSeeOther)
}

func (w *Web) unknownTicket(rw http.ResponseWriter, r *http.Request) {
	p := w.phonesPage(r, "phone_unknown_title")
	p.NoIndex = true
	w.phones.Render(rw, r, http.StatusNotFound, "message", messagePage{Page: p, Text: p.T("phone_unknown")})
}

func (w *Web) publicBroken(rw http.ResponseWriter, r *http.Request, err error) {
	w.cfg.Log.Error("public page", "err", err)
	p := w.phonesPage(r, "phone_broken_title")
	w.phones.Render(rw, r, http.StatusInternalServerError, "message", messagePage{Page: p, Text: p.T("phone_broken")})
}

func (w *Web) publicBad(rw http.ResponseWriter, r *http.Request) {
	p := w.phonesPage(r, "phone_broken_title")
	w.phones.Render(rw, r, http.StatusBadRequest, "message", messagePage{Page: p, Text: p.T("phone_failed"), Href: "/", Link: p.T("phone_to_home")})
}

func (w *Web) publicNotFound(rw http.ResponseWriter, r *http.Request) {
	p := w.phonesPage(r, "phone_not_found_title")
	w.phones.Render(rw, r, http.StatusNotFound, "message", messagePage{Page: p, Text: p.T("phone_public_not_found"), Href: "/", Link: p.T("phone_to_home")})
}
