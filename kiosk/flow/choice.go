package flow

import "westerkappeln.de/wartemarke/internal/wire"

func (m Model) choiceTouched(msg Msg) (Model, []Effect) {
	switch msg := msg.(type) {
	case Turn:
		m.Choice.Page += msg.By
		m.changed = m.Now
		return m.onPage(), nil
	case Department:
		if m.Screen == Departments {
			m.Choice.Department, m.Choice.Page = msg.ID, 0
			return m.to(Services), nil
		}
	case Service:
		if m.Screen == Services {
			return m.chosen(msg)
		}
	case Back:
		if m.Screen == Services && !m.Choice.Pickup && len(m.Departments()) > 1 {
			m.Choice.Department, m.Choice.Page = "", 0
			return m.to(Departments), nil
		}
		return m.to(Start), nil
	}
	return m, nil
}

// chosen takes a number for a service that is open, and says when one that is not will be.
func (m Model) chosen(c Service) (Model, []Effect) {
	for _, s := range m.Services() {
		if s.ID != c.ID {
			continue
		}
		if s.Open {
			return m.take(c.Key, s.ID)
		}
		code := s.Reason
		if code == "" {
			code = "closed"
		}
		m.Sorry = Trouble{Problem: wire.Problem{Code: code, Until: s.Opens, Service: s.ID}}
		return m.to(Sorry), nil
	}
	return m, nil
}

// Departments are those with a service to choose from, in the catalogue's order.
func (m Model) Departments() []wire.Department {
	var out []wire.Department
	for _, d := range m.Kiosk.Departments {
		for _, s := range m.Kiosk.Services {
			if s.Department == d.ID && s.Pickup == m.Choice.Pickup {
				out = append(out, d)
				break
			}
		}
	}
	return out
}

// Services are those to choose from: of the department chosen, or what can be collected anywhere.
func (m Model) Services() []wire.Service {
	var out []wire.Service
	for _, s := range m.Kiosk.Services {
		if s.Pickup == m.Choice.Pickup && (m.Choice.Department == "" || s.Department == m.Choice.Department) {
			out = append(out, s)
		}
	}
	return out
}

// Pages is how many pages the present choice has, at least 1.
func (m Model) Pages() int {
	n := 0
	switch m.Screen {
	case Departments:
		n = len(m.Departments())
	case Services:
		n = len(m.Services())
	case Languages:
		n = len(m.Kiosk.Site.Languages)
	}
	size := m.PageSize()
	return max(1, (n+size-1)/size)
}

// PageSize is how many choices a page has now.
func (m Model) PageSize() int {
	if m.Settings.Large {
		return LargePageSize
	}
	return PageSize
}

// onPage keeps the page number where there is a page.
func (m Model) onPage() Model {
	m.Choice.Page = min(max(0, m.Choice.Page), m.Pages()-1)
	return m
}

// Page cuts the present page out of a list.
func Page[T any](m Model, list []T) []T {
	from := min(m.Choice.Page*m.PageSize(), len(list))
	return list[from:min(from+m.PageSize(), len(list))]
}

// FindService returns a service by id; ok is false when the hall no longer offers it.
func (m Model) FindService(id string) (wire.Service, bool) {
	for _, s := range m.Kiosk.Services {
		if s.ID == id {
			return s, true
		}
	}
	return wire.Service{}, false
}
