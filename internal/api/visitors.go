package api

import (
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/visitor"
	"westerkappeln.de/wartemarke/internal/wire"
)

// limits are how often strangers may do something; nil ones let everybody do it.
type limits struct {
	reads    *visitor.Limiter // whatever is looked at or changed with a secret, and free times
	holds    *visitor.Limiter // a time, also by moving
	contacts *visitor.Limiter // somebody's details for a held time: each may cause a mail
	guesses  *visitor.Limiter // secrets that lead nowhere
}

// newLimits are those of the citizens' pages, and one for guesses: a program must not get further than a browser.
func newLimits(p *visitor.Proxies) limits {
	if p == nil {
		return limits{}
	}
	limiter := func(name string, every time.Duration, burst, subnet int) *visitor.Limiter {
		return visitor.NewLimiter(visitor.Limit{Name: name, Every: every, Burst: burst, SubnetBurst: subnet}, p.Shared)
	}
	return limits{
		reads:    limiter("reads", time.Second, 120, 2400),
		holds:    limiter("holds", 2*time.Minute, 5, 150),
		contacts: limiter("contacts", time.Minute, 10, 300),
		guesses:  limiter("guesses", time.Minute, 10, 200),
	}
}

// addressed puts the visitor's address into the request's context.
func (a *API) addressed(next http.Handler) http.Handler {
	if a.cfg.Visitor == nil {
		return next
	}
	return a.cfg.Visitor.Middleware(next)
}

// allow takes one from the visitor's share: nil, or the problem to answer with.
func (a *API) allow(ctx context.Context, l *visitor.Limiter) *wire.Problem {
	if l == nil {
		return nil
	}
	now := a.cfg.Now()
	ok, retry := l.Allow(visitor.From(ctx), now)
	if ok {
		return nil
	}
	a.metrics.limited.WithLabelValues(l.Name()).Inc()
	until := now.Add(retry)
	told := until.Add(time.Minute - 1).Truncate(time.Minute) // people are told whole minutes, and not too early
	p := a.plain(ctx, wire.CodeTooMany, "Until", moment(told, now, a.cfg.Location, a.texts(ctx).Lang))
	p.Until = &until
	return p
}

// public registers an operation for strangers, who may do it only so often.
func public[I, O any](a *API, routes huma.API, l *visitor.Limiter, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Path = "/public" + op.Path
	op.Middlewares = append(op.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
		if p := a.allow(ctx.Context(), l); p != nil { // before a byte of the body is read
			ctx.SetHeader("Retry-After", a.retryAfter(p))
			a.deny(routes, ctx, p)
			return
		}
		next(ctx)
	})
	route(a, routes, nil, op, handler)
}

// retryAfter tells programs when to come again, in whole seconds (RFC 9110 10.2.3).
func (a *API) retryAfter(p *wire.Problem) string {
	wait := math.Ceil(p.Until.Sub(a.cfg.Now()).Seconds())
	return strconv.Itoa(max(int(wait), 1))
}

// withRetry adds the header to a problem of a handler that says when to come again.
func (a *API) withRetry(p *wire.Problem) error {
	if p.Code != wire.CodeTooMany || p.Until == nil {
		return p
	}
	return huma.ErrorWithHeaders(p, http.Header{"Retry-After": {a.retryAfter(p)}})
}

// wrongSecret makes all secrets that lead nowhere look alike, be they invented, lapsed or of the wrong kind: 404. They are
// counted: guessing 128 bits is hopeless, and trying it is made slow as well.
func (a *API) wrongSecret(ctx context.Context, err error) error {
	var no *queue.Refusal
	if !errors.As(err, &no) || no.Code != queue.NotFound && no.Code != queue.Lapsed {
		return err
	}
	if p := a.allow(ctx, a.limits.guesses); p != nil {
		return p
	}
	return &queue.Refusal{Code: queue.NotFound}
}
