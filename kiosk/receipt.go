package kiosk

import (
	"strings"
	"time"

	"westerkappeln.de/wartemarke/devices/escpos"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// compose is the paper of a ticket: in the language of the screen, with the sentences that matter in a second one.
// It carries no name and nothing else about the person.
func compose(texts *i18n.Bundle, k wire.Kiosk, p flow.Print, now time.Time) escpos.Receipt {
	tx := texts.For(p.Lang)
	second := texts.For("en")
	if tx.Lang == "en" {
		second = texts.For("de")
	}
	loc := zone(k.Site.Timezone)
	at := func(t time.Time) string { return tx.T("ticket_time", "Time", t.In(loc).Format("15:04")) }
	tk := p.Ticket

	items := []escpos.Item{
		escpos.Text{Text: k.Site.Name, Bold: true, Align: escpos.Center},
		escpos.Feed{Lines: 1},
	}
	if p.Reprint {
		items = append(items, escpos.Text{Text: " " + tx.T("ticket_reprint") + " ", Invert: true, Width: 2, Height: 2, Align: escpos.Center}, escpos.Feed{Lines: 1})
	}
	items = append(items,
		escpos.Text{Text: tx.T("ticket_your_number") + " · " + second.T("ticket_your_number"), Align: escpos.Center},
		escpos.Text{Text: tk.Number, Width: 8, Height: 8, Bold: true, Align: escpos.Center},
		escpos.Text{Text: serviceName(k, tk.Service, tx.Lang), Bold: true, Align: escpos.Center},
		escpos.Rule{},
	)
	if p.Booked != nil {
		items = append(items, escpos.Pair{Left: tx.T("ticket_booked"), Right: at(*p.Booked), Bold: true})
	}
	if !tk.Arrived.IsZero() {
		items = append(items, escpos.Pair{Left: tx.T("ticket_arrived"), Right: tk.Arrived.In(loc).Format("02.01.2006") + " " + at(tk.Arrived)})
	}
	if a := areaName(k, tk.Area, tx.Lang); a != "" {
		items = append(items, escpos.Pair{Left: tx.T("ticket_area"), Right: a})
	}
	if tk.Wait != nil {
		if r := minutes(tx, *tk.Wait); r != "" {
			items = append(items, escpos.Pair{Left: tx.T("ticket_wait"), Right: strings.ReplaceAll(r, "\u00a0", " ")})
		}
	}
	items = append(items,
		escpos.Rule{},
		escpos.Text{Text: tx.T("ticket_please_wait"), Align: escpos.Center},
		escpos.Text{Text: second.T("ticket_please_wait"), Align: escpos.Center},
	)
	if tk.URL != "" {
		items = append(items,
			escpos.Feed{Lines: 1},
			escpos.Text{Text: tx.T("ticket_phone"), Align: escpos.Center},
			escpos.QR{Data: tk.URL, Module: 5, Level: escpos.LevelM},
		)
	}
	if p.Reprint {
		items = append(items, escpos.Text{Text: tx.T("ticket_reprint") + " " + now.In(loc).Format("02.01.2006 15:04"), Align: escpos.Center})
	}
	return escpos.Receipt{Items: items}
}

func serviceName(k wire.Kiosk, id, lang string) string {
	if name := k.Names[id].In(lang); name != "" {
		return name
	}
	return id
}

// areaName is the name of a waiting area, that of the terminal's own where a ticket names none, or "".
func areaName(k wire.Kiosk, id, lang string) string {
	for _, a := range k.Areas {
		if a.ID == id {
			return a.Name.In(lang)
		}
	}
	if id == "" || id == k.Area.ID {
		return k.Area.Name.In(lang)
	}
	return ""
}
