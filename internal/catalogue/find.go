package catalogue

import "slices"

// Service finds a service by id.
func (c Catalogue) Service(id string) (Service, bool) {
	return find(c.Services, func(s Service) bool { return s.ID == id })
}

// Counter finds a counter by id.
func (c Catalogue) Counter(id string) (Counter, bool) {
	return find(c.Counters, func(k Counter) bool { return k.ID == id })
}

// Area finds an area by id.
func (c Catalogue) Area(id string) (Area, bool) {
	return find(c.Areas, func(a Area) bool { return a.ID == id })
}

func find[T any](items []T, is func(T) bool) (found T, ok bool) {
	if i := slices.IndexFunc(items, is); i >= 0 {
		return items[i], true
	}
	return found, false
}
