package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// status is the one place that turns codes into HTTP statuses. What is not named here is a conflict with how things
// stand, 409.
func status(code string) int {
	switch code {
	case string(queue.NotFound):
		return http.StatusNotFound
	case string(queue.NotAllowed):
		return http.StatusForbidden
	case string(queue.Lapsed):
		return http.StatusGone
	case string(queue.Invalid), string(queue.BadCode), string(queue.KeyReused), string(queue.BadDocument), string(queue.Infected):
		return http.StatusUnprocessableEntity
	case string(queue.DiskFull):
		return http.StatusInsufficientStorage
	case wire.CodeUnauthorized:
		return http.StatusUnauthorized
	case wire.CodeTooLarge, string(queue.LargeFile):
		return http.StatusRequestEntityTooLarge
	case wire.CodeTimeout:
		return http.StatusRequestTimeout
	case wire.CodeTooMany:
		return http.StatusTooManyRequests
	case wire.CodeUnavailable, string(queue.NotScannable):
		return http.StatusServiceUnavailable
	case wire.CodeInternal:
		return http.StatusInternalServerError
	}
	return http.StatusConflict
}

// problem is what err looks like to the asker. An error that is no refusal is ours: it is logged here, and only here.
func (a *API) problem(ctx context.Context, err error) *wire.Problem {
	var known *wire.Problem
	var refusal *queue.Refusal
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &refusal):
		return a.refused(ctx, refusal)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return a.plain(ctx, wire.CodeUnavailable)
	}
	a.cfg.Log.ErrorContext(ctx, "request failed", "error", err)
	return a.plain(ctx, wire.CodeInternal)
}

// refused is the problem of a refusal; more are further fields of its sentence.
func (a *API) refused(ctx context.Context, r *queue.Refusal, more ...any) *wire.Problem {
	t := a.texts(ctx)
	when := func(at time.Time) string { return moment(at, a.cfg.Now(), a.cfg.Location, t.Lang) }
	p := a.plain(ctx, string(r.Code), append(more,
		"Start", when(r.Start), "Earliest", when(r.Earliest), "Until", when(r.Until),
		"Counter", a.place(ctx, r.Counter, t.Lang), "Number", r.Number, "State", stateText(t, r.State), "Mail", r.Field == "mail", "Mails", r.Field == "mails")...)
	p.Start, p.Earliest, p.Until = optional(r.Start), optional(r.Earliest), optional(r.Until)
	p.Counter, p.Number, p.State = r.Counter, r.Number, string(r.State)
	p.Field, p.Service, p.WalkIn = r.Field, r.Service, r.WalkIn
	return p
}

// plain is a problem of this code with its sentence.
func (a *API) plain(ctx context.Context, code string, fields ...any) *wire.Problem {
	s := status(code)
	return &wire.Problem{Status: s, Title: http.StatusText(s), Code: code, Detail: a.texts(ctx).T("error_"+code, fields...)}
}

func stateText(t i18n.Texts, s queue.State) string {
	if s == "" {
		return ""
	}
	return t.T("error_state_" + string(s))
}

// place is the label of a counter, or its id when the catalogue does not have it.
func (a *API) place(ctx context.Context, counter, lang string) string {
	if counter == "" {
		return ""
	}
	cat, err := a.cfg.Hall.Catalogue(ctx)
	if err != nil { // the answer itself is known; its sentence does with the id
		a.cfg.Log.WarnContext(ctx, "no catalogue for a label", "error", err)
		return counter
	}
	c, ok := cat.Counter(counter)
	if !ok {
		return counter
	}
	return wire.Text(c.Label).In(lang)
}

// moment writes a time for people: only the hour when it is today, else with the day.
func moment(t, now time.Time, loc *time.Location, lang string) string {
	if t.IsZero() {
		return ""
	}
	t, now = t.In(loc), now.In(loc)
	sameDay := t.Format(time.DateOnly) == now.Format(time.DateOnly)
	english := lang == "en"
	switch {
	case sameDay && english:
		return t.Format("15:04")
	case sameDay:
		return t.Format("15:04") + " Uhr"
	case english:
		return t.Format("Monday, 2 January 2006, 15:04")
	}
	days := [...]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"}
	return fmt.Sprintf("%s, %s Uhr", days[t.Weekday()], t.Format("02.01.2006, 15:04"))
}

func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// write answers a plain handler's request with a problem.
func (a *API) write(w http.ResponseWriter, r *http.Request, p *wire.Problem) {
	h := w.Header()
	h.Set("Content-Type", wire.ProblemType)
	h.Set("Cache-Control", "no-store")
	if p.Code == wire.CodeUnauthorized {
		h.Set("WWW-Authenticate", "Bearer")
	}
	if r.ContentLength != 0 {
		h.Set("Connection", "close") // else net/http would read the body before it answers
	}
	w.WriteHeader(p.Status)
	if err := json.NewEncoder(w).Encode(p); err != nil {
		a.cfg.Log.DebugContext(r.Context(), "problem not delivered", "error", err)
	}
}

// init gives huma our problems. It keeps these as variables of its package, so this is done once for the process; what
// depends on the API comes with the request's context.
func init() {
	huma.NewError = func(status int, _ string, _ ...error) huma.StatusError {
		return &wire.Problem{Status: status, Title: http.StatusText(status)}
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		asker, ok := ctx.Context().Value(askerKey{}).(*asker)
		if !ok {
			return huma.NewError(status, msg)
		}
		return asker.api.invalid(ctx.Context(), status, errs)
	}
}

// invalid turns what huma found wrong with a request into a problem. It repeats no value that was sent.
func (a *API) invalid(ctx context.Context, status int, errs []error) *wire.Problem {
	var tooLarge *http.MaxBytesError
	for _, err := range errs {
		if errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
	}
	switch status {
	case http.StatusRequestEntityTooLarge:
		return a.plain(ctx, wire.CodeTooLarge)
	case http.StatusRequestTimeout:
		return a.plain(ctx, wire.CodeTimeout)
	}
	p := a.plain(ctx, string(queue.Invalid))
	if status == http.StatusUnsupportedMediaType {
		p.Status, p.Title = status, http.StatusText(status)
	}
	for _, err := range errs {
		if d, ok := err.(huma.ErrorDetailer); ok {
			p.Field = short(d.ErrorDetail().Location)
			break
		}
	}
	return p
}

// short cuts a field's name, which may be a stranger's invention, to 64 bytes.
func short(name string) string {
	const most = 64
	if len(name) > most {
		return strings.ToValidUTF8(name[:most], "")
	}
	return name
}
