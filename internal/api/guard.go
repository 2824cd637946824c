package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// who may use a route.
type who []string

// Who there is. A clerk is any member of staff; what only a lead may do is decided by the hall.
const (
	clerk   = "clerk"
	kiosk   = "kiosk"
	display = "display"
)

// admit tells whether the asker is one of them: nil, or the problem to answer with.
func (a *API) admit(ctx context.Context, allowed who) *wire.Problem {
	actor, ok := auth.ActorFrom(ctx)
	if !ok {
		return a.plain(ctx, wire.CodeUnauthorized)
	}
	kind := auth.DeviceKind(ctx)
	if actor.Kind == hall.Staff && actor.Role.Includes(hall.Clerk) {
		kind = clerk
	}
	if kind == "" || !slices.Contains(allowed, kind) {
		return a.plain(ctx, string(queue.NotAllowed))
	}
	return nil
}

// Key is the header of every change. (Exported, because huma does not look into embedded types that are not.)
type Key struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"128" pattern:"^[\\x21-\\x7e]*$" doc:"the same key with the same request gives the same answer for 48 h; with another request it is 422 key_reused"`
}

// command says who asks, and under which key.
func (a *API) command(ctx context.Context, k Key) hall.Command {
	actor, _ := auth.ActorFrom(ctx) // admit has seen that there is one
	actor.Lang = a.texts(ctx).Lang
	return hall.Command{Actor: actor, Key: k.IdempotencyKey}
}

// route registers an operation for who may use it. Errors of the handler become problems here.
func route[I, O any](a *API, routes huma.API, allowed who, op huma.Operation, handler func(context.Context, *I) (*O, error)) {
	op.Path = prefix + op.Path
	op.MaxBodyBytes, op.BodyReadTimeout = MaxBody, BodyTime
	if len(allowed) > 0 {
		op.Security = []map[string][]string{{"bearer": {}}, {"session": {}}}
		op.Description = "For: " + list(allowed) + "."
		op.Middlewares = append(op.Middlewares, func(ctx huma.Context, next func(huma.Context)) {
			if p := a.admit(ctx.Context(), allowed); p != nil { // before a byte of the body is read
				a.deny(routes, ctx, p)
				return
			}
			next(ctx)
		})
	}
	huma.Register(routes, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, a.withRetry(a.problem(ctx, err))
		}
		return out, nil
	})
}

func (a *API) deny(routes huma.API, ctx huma.Context, p *wire.Problem) {
	ctx.SetHeader("Content-Type", wire.ProblemType)
	if p.Status == http.StatusUnauthorized {
		ctx.SetHeader("WWW-Authenticate", "Bearer")
	}
	ctx.SetHeader("Connection", "close") // else net/http would read the body before it answers
	ctx.SetStatus(p.Status)
	if err := routes.Marshal(ctx.BodyWriter(), "application/json", p); err != nil {
		a.cfg.Log.DebugContext(ctx.Context(), "problem not delivered", "error", err)
	}
}

func list(allowed who) string {
	s := ""
	for i, w := range allowed {
		if i > 0 {
			s += ", "
		}
		s += w
	}
	return s
}

// answer is a body.
type answer[T any] struct{ Body T }

func body[T any](v T) *answer[T] { return &answer[T]{Body: v} }

// done is an answer without a body, 204.
type done struct{}
