package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

const (
	timesDays    = 7  // ranges up to here also give the times
	defaultDays  = 31 // of a range without an end
	slotsAge     = 5 * time.Second
	catalogueAge = time.Minute
)

// slotRoutes tell what can be booked, and when.
func (a *API) slotRoutes(routes huma.API) {
	public(a, routes, a.cfg.Limits.Reads, huma.Operation{
		OperationID: "public-services", Method: http.MethodGet, Path: "/services", Summary: "Services that can be booked",
	}, a.getServices)
	public(a, routes, a.cfg.Limits.Reads, huma.Operation{
		OperationID: "public-slots", Method: http.MethodGet, Path: "/slots", Summary: "Free days, and the times of a short range",
	}, func(ctx context.Context, in *SlotsInput) (*slotsAnswer, error) {
		out, err := a.slots(ctx, in, false)
		if err != nil {
			return nil, err
		}
		return &slotsAnswer{Cache: cacheFor(slotsAge), Body: out}, nil
	})
	public(a, routes, a.cfg.Limits.Reads, huma.Operation{
		OperationID: "public-free", Method: http.MethodGet, Path: "/free.ics", Summary: "Free days of the next 60 as a calendar to subscribe to",
		Responses: map[string]*huma.Response{"200": {Description: "iCalendar (RFC 5545), an entry for each day with free times",
			Content: map[string]*huma.MediaType{calendarType: {Schema: &huma.Schema{Type: huma.TypeString}}}}},
	}, a.getFree)
}

// cacheFor lets anybody keep an answer for a while: it is the same for all.
func cacheFor(age time.Duration) string { return fmt.Sprintf("public, max-age=%d", int(age.Seconds())) }

type servicesAnswer struct {
	Cache string `header:"Cache-Control"`
	Body  []wire.PublicService
}

func (a *API) getServices(ctx context.Context, _ *struct{}) (*servicesAnswer, error) {
	cat, err := a.cfg.Hall.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	departments := map[string]wire.Department{}
	for _, d := range cat.Departments {
		departments[d.ID] = wire.Department{ID: d.ID, Name: wire.Text(d.Name)}
	}
	out := []wire.PublicService{}
	for _, s := range cat.Services {
		if s.Appointment {
			out = append(out, a.publicService(s, departments[s.Department]))
		}
	}
	return &servicesAnswer{Cache: cacheFor(catalogueAge), Body: out}, nil
}

func (a *API) publicService(s catalogue.Service, d wire.Department) wire.PublicService {
	most := s.MaxQuantity
	if most == 0 {
		most = max(a.cfg.Rules.MaxQuantity, 1)
	}
	return wire.PublicService{ID: s.ID, Department: d, Name: wire.Text(s.Name), LeiKa: s.LeiKa, Minutes: s.Minutes,
		MaxQuantity: most, Bring: s.Bring, Fee: wire.Text(s.Fee), URL: a.link("/service/" + s.ID)}
}

// link is an address of the citizens' pages, "" when it is not known.
func (a *API) link(path string) string {
	if a.cfg.PublicURL == "" {
		return ""
	}
	return a.cfg.PublicURL + path
}

// SlotsInput asks for free times. (Exported for huma, as Key.)
type SlotsInput struct {
	Service []string `query:"service,explode" minItems:"1" maxItems:"16" required:"true" doc:"id, or id:quantity; given again for each further service of the visit"`
	From    string   `query:"from" format:"date" doc:"default: today"`
	To      string   `query:"to" format:"date" doc:"included; default: 30 days after from; at most 91 days after it"`
}

type slotsAnswer struct {
	Cache string `header:"Cache-Control"`
	Body  wire.Slots
}

// slots are the free days of a range, and its times when it is short.
func (a *API) slots(ctx context.Context, in *SlotsInput, staff bool) (wire.Slots, error) {
	services, err := wanted(in.Service)
	if err != nil {
		return wire.Slots{}, err
	}
	days, err := a.days(in.From, in.To, defaultDays)
	if err != nil {
		return wire.Slots{}, err
	}
	w := booking.Want{Services: services, Staff: staff}
	free, err := a.cfg.Hall.FreeDays(ctx, w, days)
	if err != nil {
		return wire.Slots{}, err
	}
	cat, err := a.cfg.Hall.Catalogue(ctx)
	if err != nil {
		return wire.Slots{}, err
	}
	out := wire.Slots{Minutes: booking.Minutes(cat, services), Days: make([]wire.FreeDay, len(free))}
	for i, d := range free {
		out.Days[i] = wire.FreeDay{Day: string(d.Day), Free: d.Free}
	}
	if len(free) <= timesDays {
		if out.Slots, err = a.times(ctx, w, free); err != nil {
			return wire.Slots{}, err
		}
	}
	first, found, err := a.cfg.Hall.FirstFree(ctx, w)
	if err == nil && found {
		s := a.slot(first)
		out.First = &s
	}
	return out, err
}

// times of the days that have any.
func (a *API) times(ctx context.Context, w booking.Want, days []booking.FreeDay) ([]wire.Slot, error) {
	var out []wire.Slot
	for _, d := range days {
		if d.Free == 0 {
			continue
		}
		free, err := a.cfg.Hall.FreeSlots(ctx, w, d.Day)
		if err != nil {
			return nil, err
		}
		for _, s := range free {
			out = append(out, a.slot(s))
		}
	}
	return out, nil
}

func (a *API) slot(s booking.Slot) wire.Slot {
	return wire.Slot{Start: a.there(s.Start), End: a.there(s.End)}
}

// there is a time as the town's clocks show it: its day is the one that the town calls so.
func (a *API) there(t time.Time) time.Time { return t.In(a.cfg.Location) }

// wanted reads services such as "personalausweis" and "reisepass:2".
func wanted(from []string) ([]queue.Visit, error) {
	out := make([]queue.Visit, len(from))
	for i, s := range from {
		id, count, given := strings.Cut(s, ":")
		out[i] = queue.Visit{ID: id, Quantity: 1}
		if !given {
			continue
		}
		n, err := strconv.Atoi(count)
		if err != nil || n < 1 || n > 99 {
			return nil, &queue.Refusal{Code: queue.Invalid, Field: "query.service"}
		}
		out[i].Quantity = n
	}
	return out, nil
}

// days are those of a range; without its ends, from today, and so many days.
func (a *API) days(from, to string, length int) (hall.Days, error) {
	d := hall.Days{From: queue.DayOf(a.cfg.Now(), a.cfg.Location), To: queue.Day(to)}
	if from != "" {
		d.From = queue.Day(from)
	}
	first, err := time.Parse(time.DateOnly, string(d.From))
	if err != nil {
		return d, &queue.Refusal{Code: queue.Invalid, Field: "query.from"}
	}
	if to == "" {
		d.To = queue.Day(first.AddDate(0, 0, length-1).Format(time.DateOnly))
	}
	return d, nil
}
