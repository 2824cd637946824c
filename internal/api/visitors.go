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
	if p := a.allow(ctx, a.cfg.Limits.Guesses); p != nil {
		return p
	}
	return &queue.Refusal{Code: queue.NotFound}
}
