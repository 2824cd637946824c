package citizen

import (
	"errors"
	"net/http"

	"westerkappeln.de/wartemarke/internal/queue"
)

// refusal gives the hall's "no", nil for any other error.
func refusal(err error) *queue.Refusal {
	var no *queue.Refusal
	if errors.As(err, &no) {
		return no
	}
	return nil
}

// sentence says what a refusal means and what to do now. Codes that can mean several things have one for each field.
func (c *Citizen) sentence(p Page, no *queue.Refusal) string {
	id := "book_refused_" + string(no.Code)
	if no.Field != "" && c.cfg.Bundle.Has(id+"_"+no.Field) {
		id += "_" + no.Field
	}
	if !c.cfg.Bundle.Has(id) {
		c.cfg.Log.Error("no sentence for a refusal", "code", string(no.Code))
		id = "book_bad_form"
	}
	start := ""
	if !no.Start.IsZero() {
		start = p.When(no.Start)
	}
	return p.T(id, "Start", start)
}

// status is the HTTP status of a refusal.
func status(no *queue.Refusal) int {
	switch no.Code {
	case queue.NotFound:
		return http.StatusNotFound
	case queue.Lapsed:
		return http.StatusGone
	case queue.SlotTaken, queue.NotBookable, queue.WrongState, queue.Conflict, queue.KeyReused, queue.WasCancelled, queue.WasFinished:
		return http.StatusConflict
	case queue.NotAllowed:
		return http.StatusForbidden
	case queue.LargeFile:
		return http.StatusRequestEntityTooLarge
	case queue.DiskFull:
		return http.StatusInsufficientStorage
	case queue.NotScannable:
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity
}

// refused shows a refusal as a page of its own.
func (c *Citizen) refused(rw http.ResponseWriter, r *http.Request, err error) {
	no := refusal(err)
	if no == nil {
		c.broken(rw, r, err)
		return
	}
	p := c.page(r, "book_refused_title")
	p.NoIndex = true
	p.Text = c.sentence(p, no)
	p.Href, p.LinkText = p.To("/"), p.T("book_to_start")
	c.engine.Render(rw, r, status(no), "message", p)
}
