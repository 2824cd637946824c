package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/queue"
)

// request is one form of the clerk page.
type request struct {
	ctx     context.Context
	r       *http.Request
	p       Page
	cmd     hall.Command
	counter string
	ticket  string // id
	number  string // as the form showed it
}

// counterAction carries out one form of the clerk page and shows the page as it is then, with what became of it.
func (w *Web) counterAction(rw http.ResponseWriter, r *http.Request) {
	p := w.page(r, "web_counter_title")
	q := request{
		ctx: r.Context(), r: r, p: p, counter: r.PathValue("id"), ticket: r.PostFormValue("ticket"), number: r.PostFormValue("number"),
		cmd: hall.Command{Actor: p.Actor, Key: r.PostFormValue("key")},
	}
	do, ok := w.actions()[r.PathValue("action")]
	if !ok {
		w.staffNotFound(rw, r)
		return
	}
	if tooLate(r) {
		w.answer(rw, r, q, Result{Text: p.T("web_pressed_late")})
		return
	}
	text, err := do(q)
	result := Result{Good: err == nil, Text: text}
	if err != nil {
		result.Text = strings.TrimSpace(text + " " + w.refused(q.ctx, p, err))
	}
	w.answer(rw, r, q, result)
}

// answer shows the outcome: as parts for htmx, else by a redirect, so that reloading the page does not send the form
// again.
func (w *Web) answer(rw http.ResponseWriter, r *http.Request, q request, result Result) {
	if !page.IsHTMX(r) {
		id := w.results.put(q.cmd.Actor.ID, result)
		http.Redirect(rw, r, pageOf(r.URL.EscapedPath())+"?r="+id, http.StatusSeeOther)
		return
	}
	d, err := w.desk(r, q.counter)
	if w.deskFailed(rw, r, err) {
		return
	}
	d.Result = &result
	status := http.StatusOK
	if !result.Good {
		status = http.StatusConflict
	}
	w.engine.Render(rw, r, status, "counter", d)
}

// actions are the forms of the clerk page. Each gives the sentence that says what it did.
func (w *Web) actions() map[string]func(request) (string, error) {
	return map[string]func(request) (string, error){
		"next": w.next, "finish-next": w.finishNext, "call": w.call, "ring": w.ring, "open": w.open, "close": w.close,
		"arrive": w.plain(queue.Arrive), "no-show": w.plain(queue.NoShow), "undo": w.plain(queue.Undo),
		"take-back": w.plain(queue.TakeBack), "cancel": w.plain(queue.Cancel),
		"park": w.park, "forward": w.forward, "finish": w.finish, "priority": w.prioritize, "walk-in": w.walkIn,
	}
}

func (w *Web) called(q request, c hall.Called) string {
	text := ""
	if c.Finished != "" {
		text = q.p.T("web_did_finish", "Number", c.Finished) + " "
	}
	return text + q.p.T("web_did_call", "Number", c.View.Ticket.Number())
}

func (w *Web) next(q request) (string, error) {
	c, err := w.cfg.Hall.Next(q.ctx, q.cmd, q.counter, false)
	if err != nil {
		return "", err
	}
	return w.called(q, c), nil
}

// finishNext finishes with what the clerk filled in, then calls the next one. When nobody waits the first stands.
func (w *Web) finishNext(q request) (string, error) {
	done, err := w.finish(q)
	if err != nil {
		return "", err
	}
	if q.cmd.Key != "" {
		q.cmd.Key += "-next"
	}
	text, err := w.next(q)
	return strings.TrimSpace(done + " " + text), err
}

func (w *Web) call(q request) (string, error) {
	ticket := q.ticket
	if ticket == "" {
		ticket = normalNumber(q.number)
	}
	if ticket == "" {
		return "", &queue.Refusal{Code: queue.Invalid, Field: q.p.T("web_field_number")}
	}
	if q.ticket == "" {
		var err error
		if ticket, err = w.withLetter(q, ticket); err != nil {
			return "", err
		}
	}
	c, err := w.cfg.Hall.Call(q.ctx, q.cmd, q.counter, ticket)
	if err != nil {
		return "", err
	}
	return w.called(q, c), nil
}

// normalNumber reads what a clerk types for a number: "a17", "A 017", "A-17" all mean A017.
func normalNumber(s string) string {
	s = strings.ToUpper(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '.' {
			return -1
		}
		return r
	}, s))
	i := strings.IndexAny(s, "0123456789")
	if i <= 0 {
		return s
	}
	n, err := strconv.Atoi(s[i:])
	if err != nil || n > 999 {
		return s
	}
	return s[:i] + leading(n)
}

// withLetter adds the letter to a number typed without one, when just one number can be meant: one that can be called.
func (w *Web) withLetter(q request, typed string) (string, error) {
	n, err := strconv.Atoi(typed)
	if err != nil {
		return typed, nil //nolint:nilerr // it has a letter
	}
	all, err := w.cfg.Hall.Tickets(q.ctx, "", "")
	if err != nil {
		return "", err
	}
	var found []string
	for _, v := range all {
		switch t := v.Ticket; t.State {
		case queue.Waiting, queue.Parked, queue.Missed:
			if t.Num == n {
				found = append(found, t.Number())
			}
		}
	}
	slices.Sort(found)
	switch len(found) {
	case 0:
		return "", sentence(q.p.T("web_number_none", "Number", typed))
	case 1:
		return found[0], nil
	}
	return "", sentence(q.p.T("web_number_many", "Number", typed, "Numbers", strings.Join(found, ", ")))
}

func leading(n int) string {
	s := strconv.Itoa(n)
	return strings.Repeat("0", max(0, 3-len(s))) + s
}

// ring announces again, but only the number that the clerk saw: the counter may have another one by now.
func (w *Web) ring(q request) (string, error) {
	d, err := w.cfg.Hall.Desk(q.ctx, q.counter)
	if err != nil {
		return "", err
	}
	if q.ticket != "" && (d.Current == nil || d.Current.Ticket.ID != q.ticket) {
		return "", &queue.Refusal{Code: queue.Conflict, Number: q.number}
	}
	v, err := w.cfg.Hall.Ring(q.ctx, q.cmd, q.counter)
	if err != nil {
		return "", err
	}
	return q.p.T("web_did_ring", "Number", v.Ticket.Number()), nil
}

func (w *Web) open(q request) (string, error) {
	if err := w.cfg.Hall.OpenCounter(q.ctx, q.cmd, q.counter); err != nil {
		return "", err
	}
	return q.p.T("web_did_open"), nil
}

func (w *Web) close(q request) (string, error) {
	if err := w.cfg.Hall.CloseCounter(q.ctx, q.cmd, q.counter); err != nil {
		return "", err
	}
	return q.p.T("web_did_close"), nil
}

// do applies one change and says what became of the ticket.
func (w *Web) do(q request, c queue.Change) (string, error) {
	c.Counter = q.counter
	v, err := w.cfg.Hall.Do(q.ctx, q.cmd, q.ticket, c)
	if err != nil {
		return "", err
	}
	id := "web_did_" + string(c.Action)
	if c.Action == queue.NoShow && v.Ticket.State == queue.Missed {
		id = "web_did_missed"
	}
	if c.Action == queue.Undo && v.Ticket.State == queue.Serving {
		id = "web_did_undo_finish"
	}
	return q.p.T(id, "Number", v.Ticket.Number(), "Until", q.p.Clock(v.Ticket.LockedUntil)), nil
}

func (w *Web) plain(a queue.Action) func(request) (string, error) {
	return func(q request) (string, error) { return w.do(q, queue.Change{Action: a}) }
}

// maxRemark is the API's limit too, in characters.
const maxRemark = 200

func (w *Web) park(q request) (string, error) {
	remark := strings.TrimSpace(q.r.PostFormValue("remark"))
	if utf8.RuneCountInString(remark) > maxRemark {
		return "", &queue.Refusal{Code: queue.Invalid, Field: q.p.T("web_field_remark")}
	}
	return w.do(q, queue.Change{Action: queue.Park, Remark: remark})
}

func (w *Web) forward(q request) (string, error) {
	service := q.r.PostFormValue("service")
	if service == "" {
		return "", &queue.Refusal{Code: queue.Invalid, Field: q.p.T("web_field_service")}
	}
	// What this counter could do is done, except for what is wanted elsewhere.
	done := slices.DeleteFunc(slices.Clone(q.r.PostForm["done"]), func(id string) bool { return id == service })
	return w.do(q, queue.Change{Action: queue.Forward, Service: service, To: q.r.PostFormValue("to"), Done: done})
}

func (w *Web) finish(q request) (string, error) {
	c := queue.Change{Action: queue.Finish}
	if s := strings.TrimSpace(q.r.PostFormValue("people")); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 99 {
			return "", &queue.Refusal{Code: queue.Invalid, Field: q.p.T("web_field_people")}
		}
		c.People = n
	}
	if q.r.PostFormValue("choose") != "" {
		// Boxes that are not ticked are not sent: an empty list means none, nil would mean all.
		c.Done = slices.Clone(q.r.PostForm["done"])
		if c.Done == nil {
			c.Done = []string{}
		}
	}
	return w.do(q, c)
}

func priority(s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= 2
}

func (w *Web) prioritize(q request) (string, error) {
	n, ok := priority(q.r.PostFormValue("priority"))
	if !ok {
		return "", &queue.Refusal{Code: queue.Invalid, Field: q.p.T("web_field_priority")}
	}
	return w.do(q, queue.Change{Action: queue.Prioritize, Priority: n})
}

func (w *Web) walkIn(q request) (string, error) {
	n, ok := priority(q.r.PostFormValue("priority"))
	service := q.r.PostFormValue("service")
	if !ok || service == "" {
		return "", &queue.Refusal{Code: queue.Invalid, Field: q.p.T("web_field_service")}
	}
	t, err := w.cfg.Hall.TakeTicket(q.ctx, q.cmd, service, n)
	if err != nil {
		return "", err
	}
	return q.p.T("web_did_walk_in", "Number", t.View.Ticket.Number()), nil
}
