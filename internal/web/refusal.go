package web

import (
	"context"
	"errors"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// sentence refuses with words for the reader, where no code of the rules says what is missing.
type sentence string

func (s sentence) Error() string { return string(s) }

// refused gives the sentence for an error: what was wrong and what to do. Anything but a refusal is logged and shown
// as a failure of ours.
func (w *Web) refused(ctx context.Context, p Page, err error) string {
	var words sentence
	if errors.As(err, &words) {
		return string(words)
	}
	var no *queue.Refusal
	if !errors.As(err, &no) {
		w.cfg.Log.Error("action", "err", err)
		return p.T("web_failed")
	}
	id := "web_refused_" + string(no.Code)
	if no.Code == queue.NotAllowed && no.Counter != "" {
		id = "web_refused_not_mine"
	}
	if !w.cfg.Bundle.Has(id) {
		id = "error_" + string(no.Code)
	}
	if !w.cfg.Bundle.Has(id) {
		w.cfg.Log.Error("no sentence for a refusal", "code", string(no.Code))
		id = "web_failed"
	}
	state := ""
	if no.State != "" {
		state = p.T("web_state_" + string(no.State))
	}
	return p.T(id, "Number", no.Number, "Counter", w.label(ctx, p, no.Counter), "State", state, "Field", no.Field,
		"Until", p.Clock(no.Until), "Start", p.Clock(no.Start), "Earliest", p.Clock(no.Earliest))
}

// refusedBooking is refused for forms about appointments and mails, where other codes than those about tickets count.
func (w *Web) refusedBooking(ctx context.Context, p Page, err error) string {
	var no *queue.Refusal
	if errors.As(err, &no) {
		switch no.Code {
		case queue.NotFound, queue.BadCode, queue.WrongState, queue.Conflict, queue.WasCancelled:
			return p.T("web_booking_changed")
		case queue.Invalid:
			return p.T("web_booking_invalid")
		case queue.TooMuch:
			return p.T("web_booking_too_much")
		}
	}
	return w.refused(ctx, p, err)
}

// isRefusal tells whether the hall said no, as against could not.
func isRefusal(err error) bool {
	var no *queue.Refusal
	return errors.As(err, &no)
}

// isFull tells whether the hall cannot write.
func isFull(err error) bool {
	var no *queue.Refusal
	return errors.As(err, &no) && no.Code == queue.DiskFull
}

// label is a counter's name, or its id when the catalogue no longer has it.
func (w *Web) label(ctx context.Context, p Page, id string) string {
	if id == "" {
		return ""
	}
	c, err := w.cfg.Hall.Catalogue(ctx)
	if err != nil {
		w.cfg.Log.Error("catalogue", "err", err)
		return id
	}
	return counterLabel(p, c, id)
}

func counterLabel(p Page, c catalogue.Catalogue, id string) string {
	for _, k := range c.Counters {
		if k.ID == id {
			return p.In(k.Label)
		}
	}
	return id
}
