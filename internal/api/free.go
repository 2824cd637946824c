package api

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/calendar"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

const (
	calendarType = "text/calendar"
	feedDays     = 60
	feedAge      = time.Minute
	mostFeeds    = 200 // in memory; about 20 KB each
)

type feedAnswer struct {
	Type  string `header:"Content-Type"`
	Cache string `header:"Cache-Control"`
	Vary  string `header:"Vary"`
	Body  []byte
}

func (a *API) getFree(ctx context.Context, in *struct {
	Service []string `query:"service,explode" minItems:"1" maxItems:"16" required:"true" doc:"id, or id:quantity; given again for each further service of the visit"`
}) (*feedAnswer, error) {
	services, err := wanted(in.Service)
	if err != nil {
		return nil, err
	}
	feed, err := a.free.get(ctx, a, services)
	if err != nil {
		return nil, err
	}
	return &feedAnswer{Type: calendarType + "; charset=utf-8", Cache: cacheFor(feedAge), Vary: "Origin, Accept-Language", Body: feed}, nil
}

// feed writes the free days of a visit for these services.
func (a *API) feed(ctx context.Context, services []queue.Visit) ([]byte, error) {
	t := a.texts(ctx)
	days, err := a.days("", "", feedDays)
	if err != nil {
		return nil, err
	}
	free, err := a.cfg.Hall.FreeDays(ctx, booking.Want{Services: services}, days)
	if err != nil {
		return nil, err
	}
	cat, err := a.cfg.Hall.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, v := range services {
		s, _ := cat.Service(v.ID) // FreeDays has refused those that the catalogue does not know
		names = append(names, wire.Text(s.Name).In(t.Lang))
	}
	name := strings.Join(names, ", ")
	var entries []calendar.FeedDay
	for _, d := range free {
		if d.Free > 0 {
			entries = append(entries, calendar.FeedDay{Day: d.Day, Summary: t.T("api_free_day", "Count", d.Free, "Service", name), URL: a.timesLink(services, d.Day)})
		}
	}
	return calendar.Feed(feedID(services), t.T("api_free_name", "Site", a.cfg.Site.Name, "Service", name), entries, a.cfg.Now()), nil
}

// timesLink is the page with the times of a day.
func (a *API) timesLink(services []queue.Visit, day queue.Day) string {
	q := url.Values{"day": {string(day)}}
	for _, v := range services {
		q.Add("s", v.ID+"."+strconv.Itoa(v.Quantity))
	}
	return a.link("/time?" + q.Encode())
}

// feedID names a feed by what it is about.
func feedID(services []queue.Visit) string {
	var parts []string
	for _, v := range services {
		parts = append(parts, v.ID+"."+strconv.Itoa(v.Quantity))
	}
	return strings.Join(parts, "-")
}

// feedCache keeps feeds: calendars ask in swarms, at the full hour, for what changes little.
type feedCache struct {
	mu    sync.Mutex
	feeds map[string]keptFeed
}

type keptFeed struct {
	made time.Time
	body []byte
}

// get gives a feed that is at most feedAge old. Whoever comes while one is made waits for it.
func (c *feedCache) get(ctx context.Context, a *API, services []queue.Visit) ([]byte, error) {
	key, now := a.texts(ctx).Lang+" "+feedID(services), a.cfg.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	fresh := func(k keptFeed) bool { age := now.Sub(k.made); return age >= 0 && age < feedAge }
	if k, ok := c.feeds[key]; ok && fresh(k) {
		return k.body, nil
	}
	body, err := a.feed(ctx, services)
	if err != nil {
		return nil, err
	}
	if len(c.feeds) >= mostFeeds || c.feeds == nil {
		c.feeds = map[string]keptFeed{}
	}
	c.feeds[key] = keptFeed{now, body}
	return body, nil
}
