package citizen

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"westerkappeln.de/wartemarke/internal/visitor"
)

// action is something that is limited per address.
type action func(*visitor.Limits) *visitor.Limiter

func looking(l *visitor.Limits) *visitor.Limiter     { return l.Reads }
func holding(l *visitor.Limits) *visitor.Limiter     { return l.Holds }
func registering(l *visitor.Limits) *visitor.Limiter { return l.Contacts }
func uploading(l *visitor.Limits) *visitor.Limiter   { return l.Uploads }

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
	ok, retry := a(c.cfg.Limits).Allow(visitor.From(r.Context()), c.cfg.Now())
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
