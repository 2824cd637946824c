package mail

import (
	"strconv"
	"strings"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/i18n"
)

// visit is what the appointment is for, in one language.
type visit []wanted

type wanted struct {
	name, fee string
	quantity  int
	bring     []string
}

// visitOf looks the services up. One that the catalogue no longer has is left out: its name is gone.
func visitOf(a booking.Appointment, cat catalogue.Catalogue, t i18n.Texts) visit {
	var v visit
	for _, s := range a.Services {
		service, ok := cat.Service(s.ID)
		if !ok {
			continue
		}
		x := wanted{name: line(in(t, service.Name)), fee: line(in(t, service.Fee)), quantity: s.Quantity}
		for _, thing := range in(t, service.Bring) {
			if thing = line(thing); thing != "" {
				x.bring = append(x.bring, thing)
			}
		}
		v = append(v, x)
	}
	return v
}

// title is the visit in one line.
func (v visit) title(t i18n.Texts) string {
	switch len(v) {
	case 0:
		return t.T("mail_visit")
	case 1:
		return v[0].name
	}
	return t.T("mail_more", "What", v[0].name, "Count", len(v)-1)
}

// lines name each service, with its quantity where there are several of it.
func (v visit) lines() []string {
	var lines []string
	for _, x := range v {
		name := x.name
		if x.quantity > 1 {
			name = strconv.Itoa(x.quantity) + " × " + name
		}
		lines = append(lines, name)
	}
	return lines
}

// fees are those of the services that have one; they are named when the visit has several.
func (v visit) fees() []string {
	var lines []string
	for _, x := range v {
		switch {
		case x.fee == "":
		case len(v) == 1:
			lines = append(lines, x.fee)
		default:
			lines = append(lines, x.name+": "+x.fee)
		}
	}
	return lines
}

// bring lists what each service needs; they are named when the visit has several.
func (v visit) bring(t i18n.Texts) []needs {
	var all []needs
	for _, x := range v {
		switch {
		case len(x.bring) == 0:
		case len(v) == 1:
			all = append(all, needs{t.T("mail_bring"), x.bring})
		default:
			all = append(all, needs{t.T("mail_bring") + " – " + x.name, x.bring})
		}
	}
	return all
}

// in chooses the text or list of the language, else the German one.
func in[T string | []string, M ~map[string]T](t i18n.Texts, texts M) T {
	if s, ok := texts[t.Lang]; ok && len(s) > 0 {
		return s
	}
	return texts[i18n.Fallback]
}

// join puts the texts that are not empty together.
func join(sep string, texts ...string) string {
	var some []string
	for _, s := range texts {
		if s != "" {
			some = append(some, s)
		}
	}
	return strings.Join(some, sep)
}
