package web

import (
	"net/http"
	"net/url"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

// troubleRow is one trouble with what to do.
type troubleRow struct {
	Word, Name, Text, Do, Since string
	Why                         reason // in another program's words
	Grave                       bool   // citizens are affected now
	Clock                       bool   // a lead can confirm the clock
}

// graveWords are troubles that citizens feel at once; the others are notices.
var graveWords = map[string]bool{
	"paper_out": true, "cover_open": true, "printer_offline": true, "printer_fatal": true, "cutter": true,
	"silent": true, "not_printed": true, "clock_ahead": true, "scanner_gone": true, "disk_full": true,
}

// hallDevice is the hall itself among the troubles of devices.
const hallDevice = "hall"

func (w *Web) troubles(p Page, all []hall.Trouble) []troubleRow {
	out := make([]troubleRow, 0, len(all))
	empty := map[string]bool{} // devices without paper, of which nobody needs to hear that it runs low
	for _, t := range all {
		empty[t.Device] = empty[t.Device] || t.Word == "paper_out"
	}
	for _, t := range all {
		if t.Word == "paper_low" && empty[t.Device] {
			continue
		}
		if t.Device == hallDevice {
			t.Name = p.T("web_hall")
		}
		text, do := w.trouble(p, t.Word, t.Name, t.Number)
		out = append(out, troubleRow{Word: t.Word, Name: t.Name, Text: text, Do: do, Since: p.Clock(t.Since),
			Grave: graveWords[t.Word], Clock: t.Word == "clock_ahead" && t.Device == hallDevice && p.Actor.Role.Includes(hall.Lead)})
	}
	return out
}

// trouble gives what is wrong and what to do. A word without a text of its own is shown as it is, so that nothing is
// hidden.
func (w *Web) trouble(p Page, word, name, number string) (text, do string) {
	id := "web_trouble_" + word
	if !w.cfg.Bundle.Has(id) {
		return p.T("web_trouble_other", "Word", word), p.T("web_trouble_other_do")
	}
	return p.T(id, "Number", number, "Name", name), p.T(id+"_do", "Number", number, "Name", name)
}

type deviceRow struct {
	ID, Name, Kind, Area, Seen, SeenText, Version string
	Well                                          bool
	Troubles                                      []troubleRow
	Unpair                                        string
}

type devicesPage struct {
	Page
	Devices []deviceRow
	Hall    []troubleRow // of the hall itself
	Admin   bool
}

func (w *Web) devices(rw http.ResponseWriter, r *http.Request) {
	p := devicesPage{Page: w.page(r, "web_devices_title")}
	p.Admin = p.Actor.Role.Includes(hall.Admin)
	devices, err := w.cfg.Hall.Devices(r.Context())
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	troubles, err := w.cfg.Hall.Troubles(r.Context())
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	cat, err := w.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	areas := map[string]string{}
	for _, a := range cat.Areas {
		areas[a.ID] = p.In(a.Name)
	}
	of := map[string][]hall.Trouble{}
	for _, t := range troubles {
		of[t.Device] = append(of[t.Device], t)
	}
	now := w.cfg.Now()
	for _, d := range devices {
		row := deviceRow{ID: d.ID, Name: d.Name, Kind: p.T("web_kind_" + d.Kind), Area: areas[d.Area], Version: d.Version,
			Seen: p.Clock(d.Seen), Unpair: "/devices/" + url.PathEscape(d.ID) + "/unpair"}
		row.SeenText = p.seen(d.Seen, now)
		row.Troubles = w.foldedTroubles(p.Page, deviceTroubles(d, of[d.ID]))
		row.Well = len(row.Troubles) == 0
		p.Devices = append(p.Devices, row)
		delete(of, d.ID)
	}
	for _, t := range troubles {
		if len(of[t.Device]) > 0 {
			p.Hall = append(p.Hall, w.troubles(p.Page, []hall.Trouble{t})...)
		}
	}
	p.Hall = append(p.Hall, w.notices(r.Context(), p.Page)...)
	w.engine.Render(rw, r, http.StatusOK, "devices", p)
}

// deviceTroubles are the troubles that the hall keeps of a device, and those of its last heartbeat that are not among
// them.
func deviceTroubles(d hall.DeviceInfo, kept []hall.Trouble) []hall.Trouble {
	have := map[string]bool{}
	for _, t := range kept {
		have[t.Word] = true
	}
	words := d.Troubles
	if d.Silent {
		words = append([]string{"silent"}, words...)
	}
	for _, word := range words {
		if !have[word] {
			kept = append(kept, hall.Trouble{Device: d.ID, Name: d.Name, Word: word, Since: d.Seen})
			have[word] = true
		}
	}
	return kept
}

// seen says when a device was last heard of.
func (p devicesPage) seen(t, now time.Time) string {
	switch ago := now.Sub(t); {
	case t.IsZero():
		return p.T("web_seen_never")
	case ago < time.Minute:
		return p.T("web_seen_now")
	case ago < 24*time.Hour:
		return p.T("web_seen_at", "Time", p.Clock(t))
	}
	return p.T("web_seen_on", "Date", t.In(p.Loc).Format("02.01.2006"), "Time", p.Clock(t))
}

type unpairPage struct {
	Page
	Device deviceRow
}

// unpairPage asks once more: the device stops working at once.
func (w *Web) unpairPage(rw http.ResponseWriter, r *http.Request) {
	devices, err := w.cfg.Hall.Devices(r.Context())
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	for _, d := range devices {
		if d.ID == r.PathValue("id") {
			p := unpairPage{Page: w.page(r, "web_unpair_title", "Name", d.Name)}
			p.Device = deviceRow{ID: d.ID, Name: d.Name, Unpair: "/devices/" + url.PathEscape(d.ID) + "/unpair"}
			w.engine.Render(rw, r, http.StatusOK, "unpair", p)
			return
		}
	}
	w.staffNotFound(rw, r)
}

func (w *Web) unpair(rw http.ResponseWriter, r *http.Request) {
	p := w.page(r, "web_devices_title")
	c := hall.Command{Actor: p.Actor, Key: r.PostFormValue("key")}
	err := w.cfg.Hall.Unpair(r.Context(), c, r.PathValue("id"))
	w.toDevices(rw, r, p, p.T("web_did_unpair", "Name", r.PostFormValue("name")), err)
}

func (w *Web) confirmClock(rw http.ResponseWriter, r *http.Request) {
	p := w.page(r, "web_devices_title")
	err := w.cfg.Hall.ConfirmClock(r.Context(), hall.Command{Actor: p.Actor, Key: r.PostFormValue("key")})
	w.toDevices(rw, r, p, p.T("web_did_clock"), err)
}

func (w *Web) toDevices(rw http.ResponseWriter, r *http.Request, p Page, done string, err error) {
	result := Result{Good: err == nil, Text: done}
	if err != nil {
		result.Text = w.refused(r.Context(), p, err)
	}
	http.Redirect(rw, r, "/devices?r="+w.results.put(p.Actor.ID, result), http.StatusSeeOther)
}
