package citizen

import (
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"westerkappeln.de/wartemarke/internal/visitor"
)

// action is something that is limited per address.
type action int

const (
	looking     action = iota // at free days and times
	holding                   // a slot, also by moving
	registering               // a contact
	uploading                 // a document
)

// Limits are how often one address, and its neighbours, may do what costs something.
type Limits struct{ of map[action]*visitor.Limiter }

// NewLimits makes them; shared says which addresses many visitors have in common (visitor.Proxies.Shared).
func NewLimits(shared func(netip.Addr) bool) *Limits {
	return &Limits{of: map[action]*visitor.Limiter{
		looking:     visitor.NewLimiter(visitor.Limit{Name: "look", Every: time.Second, Burst: 120, SubnetBurst: 2400}, shared),
		holding:     visitor.NewLimiter(visitor.Limit{Name: "hold", Every: 2 * time.Minute, Burst: 5, SubnetBurst: 150}, shared),
		registering: visitor.NewLimiter(visitor.Limit{Name: "register", Every: time.Minute, Burst: 10, SubnetBurst: 300}, shared),
		uploading:   visitor.NewLimiter(visitor.Limit{Name: "upload", Every: 30 * time.Second, Burst: 10, SubnetBurst: 150}, shared),
	}}
}

// limited lets next answer as often as the visitor's address may do it, and else says when to come back.
func (c *Citizen) limited(a action, next http.HandlerFunc) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		if wait := c.wait(a, r); wait > 0 {
			c.tooMany(rw, r, wait)
			return
		}
		next(rw, r)
	}
}

// wait is how long the visitor has to wait, 0 for not at all.
func (c *Citizen) wait(a action, r *http.Request) time.Duration {
	if c.cfg.Limits == nil {
		return 0
	}
	ok, retry := c.cfg.Limits.of[a].Allow(visitor.From(r.Context()), c.cfg.Now())
	if ok {
		return 0
	}
	return retry
}

func (c *Citizen) tooMany(rw http.ResponseWriter, r *http.Request, wait time.Duration) {
	wait = max(wait.Truncate(time.Second), time.Second) // a limiter is exact to the millisecond, people are not
	rw.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
	p := c.page(r, "book_too_many_title")
	p.Text = p.T("book_too_many", "Count", int(math.Ceil(wait.Minutes())))
	p.NoIndex = true
	if len(p.Choice) > 0 {
		p.Href, p.LinkText = p.Keep("/day"), p.T("book_back_days")
	}
	c.engine.Render(rw, r, http.StatusTooManyRequests, "message", p)
}
