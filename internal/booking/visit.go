package booking

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// maxPlace is the longest a place may be, buffer included: the database looks that far back for one that overlaps.
const maxPlace = 24 * 60 // minutes

// Minutes is how long a visit for these services is planned: the sum of minutes × quantity. A quantity below 1 counts as 1;
// what the catalogue does not know counts nothing.
func Minutes(cat catalogue.Catalogue, services []queue.Visit) int {
	sum := 0
	for _, v := range services {
		if s, known := cat.Service(v.ID); known {
			sum += s.Minutes * min(max(v.Quantity, 1), maxPlace) // a service has 1 minute or more: no visit can be longer
		}
	}
	return sum
}

// Pools are those whose places must be known to find a slot for the services: of every opening that offers all of them, and of
// every group that holds one of them. Sorted.
func Pools(cat catalogue.Catalogue, services []queue.Visit) []string {
	v := newVisit(cat, nil, services)
	if len(v.offers) == 0 {
		return nil
	}
	var pools []string
	for _, o := range v.offers {
		pools = append(pools, o.pool)
	}
	for _, g := range v.groups {
		pools = append(pools, groupPool(g))
	}
	slices.Sort(pools)
	return slices.Compact(pools)
}

// Check tells whether a visit for these services can be booked at all. Refusals: Invalid with Field "service" (none at all, or
// Service is unknown, twice, or not for appointments) or "quantity" (below 1); TooMuch with Field "services" (too many, or
// more than 24 hours together) or "quantity" (Service). Staff are held to the 24 hours only.
func (r Rules) Check(cat catalogue.Catalogue, services []queue.Visit, staff bool) error {
	if len(services) == 0 {
		return &queue.Refusal{Code: queue.Invalid, Field: "service"}
	}
	if !staff && len(services) > max(r.MaxServices, 1) {
		return &queue.Refusal{Code: queue.TooMuch, Field: "services"}
	}
	for i, v := range services {
		s, known := cat.Service(v.ID)
		twice := slices.ContainsFunc(services[:i], func(other queue.Visit) bool { return other.ID == v.ID })
		switch {
		case !known || !s.Appointment || twice:
			return &queue.Refusal{Code: queue.Invalid, Field: "service", Service: v.ID}
		case v.Quantity < 1:
			return &queue.Refusal{Code: queue.Invalid, Field: "quantity", Service: v.ID}
		case !staff && v.Quantity > cmp.Or(s.MaxQuantity, max(r.MaxQuantity, 1)), v.Quantity > maxPlace:
			return &queue.Refusal{Code: queue.TooMuch, Field: "quantity", Service: v.ID}
		}
	}
	if Minutes(cat, services) > maxPlace {
		return &queue.Refusal{Code: queue.TooMuch, Field: "services"}
	}
	return nil
}

// visit is what the search for a place needs to know about services, looked up once.
type visit struct {
	cat         catalogue.Catalogue
	loc         *time.Location
	departments []string          // of the services, each once
	length      int               // minutes, without a buffer
	offers      []offer           // openings that offer all the services
	groups      []catalogue.Group // that hold one of them
}

// offer is an opening with what its texts say.
type offer struct {
	catalogue.Opening
	index    int // in the catalogue's list
	pool     string
	from, to int // minutes since midnight
	width    int // how many services it offers
}

// newVisit has no offers when a service is unknown, or when there are none.
func newVisit(cat catalogue.Catalogue, loc *time.Location, services []queue.Visit) visit {
	v := visit{cat: cat, loc: loc, length: Minutes(cat, services)}
	var wanted []catalogue.Service
	for _, w := range services {
		s, known := cat.Service(w.ID)
		if !known {
			return v
		}
		wanted = append(wanted, s)
		if !slices.Contains(v.departments, s.Department) {
			v.departments = append(v.departments, s.Department)
		}
	}
	if len(wanted) == 0 {
		return v
	}
	for i, o := range cat.Openings {
		if slices.ContainsFunc(wanted, func(s catalogue.Service) bool { return !offers(o, s) }) {
			continue
		}
		from, okFrom := clock(o.From)
		to, okTo := clock(o.To)
		if okFrom && okTo {
			v.offers = append(v.offers, offer{Opening: o, index: i, pool: openingPool(o), from: from, to: to, width: width(cat, o)})
		}
	}
	// Openings for few services first, so that those for many stay free for the other services.
	slices.SortStableFunc(v.offers, func(a, b offer) int { return cmp.Compare(a.width, b.width) })
	for _, g := range cat.Groups {
		if slices.ContainsFunc(services, func(w queue.Visit) bool { return slices.Contains(g.Services, w.ID) }) {
			v.groups = append(v.groups, g)
		}
	}
	return v
}

// offers tells whether o is an opening for s, be it for appointments or walk-ins.
func offers(o catalogue.Opening, s catalogue.Service) bool {
	return slices.Contains(o.Departments, s.Department) && (len(o.Services) == 0 || slices.Contains(o.Services, s.ID))
}

// width counts the services of o.
func width(cat catalogue.Catalogue, o catalogue.Opening) int {
	n := 0
	for _, s := range cat.Services {
		if offers(o, s) {
			n++
		}
	}
	return n
}

// openingPool names the pool of lanes that o shares with openings of the same departments and services.
func openingPool(o catalogue.Opening) string {
	sorted := func(ids []string) string { return strings.Join(slices.Sorted(slices.Values(ids)), ",") }
	return "opening:" + sorted(o.Departments) + "/" + sorted(o.Services)
}

func groupPool(g catalogue.Group) string { return "group:" + g.ID }

// open is the time of o on d; false if it is closed for a department of the visit, or not on that day.
func (v visit) open(o offer, d day, holiday bool) (span, bool) {
	if !onDay(o.Opening, d) {
		return span{}, false
	}
	for _, department := range v.departments {
		if closedOn(v.cat, o.Opening, department, d, holiday) {
			return span{}, false
		}
	}
	sp := span{d.at(o.from, v.loc), d.at(o.to, v.loc)}
	return sp, sp.from.Before(sp.to)
}
