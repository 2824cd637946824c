package citizen

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/queue"
)

// servicesPage asks what somebody comes for.
type servicesPage struct {
	Page
	Departments []departmentGroup
	Only        string // the page is about one service, by a link from elsewhere
	Many        bool   // enough services to look for one by name
}

type departmentGroup struct {
	Name     page.Words
	Services []serviceRow
}

type serviceRow struct {
	ID         string
	Name, Fee  page.Words
	Bring      []page.Words
	Minutes    int
	Ticked     bool
	Quantity   int
	Quantities []int // that may be chosen; none when there is only one
	Words      string
}

// filterFrom is how many services a list must have before a field to look through it helps.
const filterFrom = 8

// services is the first page. A link from elsewhere may name a service.
func (c *Citizen) services(rw http.ResponseWriter, r *http.Request) {
	cat, err := c.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		c.broken(rw, r, err)
		return
	}
	p := servicesPage{Page: c.page(r, "book_services_title")}
	p.Choice = picked(r.URL.Query())
	if id := r.PathValue("id"); id != "" {
		s, ok := cat.Service(id)
		if !ok || !bookable(cat, s) {
			c.message(rw, r, http.StatusNotFound, "book_not_found_title", "book_service_unknown")
			return
		}
		p.Only, p.Choice = id, choice{{ID: id, Quantity: 1}}
		p.Title = p.T("book_service_title", "Service", p.In(s.Name))
	}
	c.showServices(rw, r, http.StatusOK, p, cat)
}

func (c *Citizen) showServices(rw http.ResponseWriter, r *http.Request, status int, p servicesPage, cat catalogue.Catalogue) {
	p.Step = 1
	n := 0
	for _, d := range cat.Departments {
		g := departmentGroup{Name: p.Words(d.Name)}
		for _, s := range cat.Services {
			if s.Department != d.ID || !bookable(cat, s) || p.Only != "" && s.ID != p.Only {
				continue
			}
			g.Services = append(g.Services, c.serviceRow(p.Page, s))
		}
		if n += len(g.Services); len(g.Services) > 0 {
			p.Departments = append(p.Departments, g)
		}
	}
	p.Many = n >= filterFrom
	c.engine.Render(rw, r, status, "services", p)
}

func (c *Citizen) serviceRow(p Page, s catalogue.Service) serviceRow {
	row := serviceRow{ID: s.ID, Name: p.Words(s.Name), Fee: tied(p.Words(s.Fee)), Bring: inList(p, s.Bring), Minutes: s.Minutes,
		Ticked: p.Choice.of(s.ID) != 0, Quantity: max(p.Choice.of(s.ID), 1)}
	for _, name := range s.Name {
		row.Words += strings.ToLower(name) + " "
	}
	if most := cmp.Or(s.MaxQuantity, c.cfg.Rules.MaxQuantity); most > 1 {
		for i := 1; i <= most; i++ {
			row.Quantities = append(row.Quantities, i)
		}
	}
	return row
}

// bookable tells whether any opening offers the service for appointments.
func bookable(cat catalogue.Catalogue, s catalogue.Service) bool {
	return s.Appointment && len(booking.Pools(cat, []queue.Visit{{ID: s.ID, Quantity: 1}})) > 0
}

// choose takes the form of the first page and goes on to the days, or says why not.
func (c *Citizen) choose(rw http.ResponseWriter, r *http.Request) {
	p := c.page(r, "book_services_title")
	p.Choice = picked(r.URL.Query())
	cat, err := c.cfg.Hall.Catalogue(r.Context())
	if err != nil {
		c.broken(rw, r, err)
		return
	}
	if !c.possible(rw, r, p, cat) {
		return
	}
	http.Redirect(rw, r, p.Keep("/day"), http.StatusSeeOther)
}

// possible tells whether the page's choice can be one visit; if not, it shows the first page again with the reason.
func (c *Citizen) possible(rw http.ResponseWriter, r *http.Request, p Page, cat catalogue.Catalogue) bool {
	why := ""
	if err := c.cfg.Rules.Check(cat, p.Choice, false); err != nil {
		no := refusal(err)
		if no == nil {
			c.broken(rw, r, err)
			return false
		}
		s, _ := cat.Service(no.Service)
		switch {
		case len(p.Choice) == 0:
			why = p.T("book_choose_one")
		case no.Code == queue.TooMuch && no.Field == "services":
			why = p.T("book_choose_fewer", "Count", max(c.cfg.Rules.MaxServices, 1))
		case no.Field == "quantity" && s.ID != "":
			why = p.T("book_choose_quantity", "Service", p.In(s.Name), "Count", cmp.Or(s.MaxQuantity, max(c.cfg.Rules.MaxQuantity, 1)))
		default:
			why = p.T("book_choose_unknown")
		}
	} else if len(booking.Pools(cat, p.Choice)) == 0 {
		why = p.T("book_choose_apart")
		if len(p.Choice) == 1 {
			why = p.T("book_choose_never")
		}
	}
	if why == "" {
		return true
	}
	p.Title = p.T("book_services_title")
	p.Errors = []FieldError{{"services", why}}
	q := url.Values{}
	for _, v := range p.Choice {
		q.Add("service", v.ID)
		q.Set("n."+v.ID, itoa(v.Quantity))
	}
	p.at("/choose", q)
	c.showServices(rw, r, http.StatusUnprocessableEntity, servicesPage{Page: p}, cat)
	return false
}
