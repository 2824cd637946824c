package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/store/sqlite"
)

// errUsage marks an error in how a command was called.
var errUsage = errors.New("usage")

// operator is who acts when a command is given at the machine.
var operator = hall.Command{Actor: hall.Actor{Kind: hall.Operator, ID: "operator", Role: hall.Admin}}

// openHall opens the database beside a running server, or as the server, and makes it if there is none.
func (e *env) openHall() (*hall.Hall, *sqlite.Store, error) { return e.openWith(sqlite.Open) }

// openHallToRead is for commands that change nothing: they make no database, and work where nothing can be written.
func (e *env) openHallToRead() (*hall.Hall, *sqlite.Store, error) {
	return e.openWith(sqlite.OpenToRead)
}

// opener opens the database at a path: sqlite.Open or sqlite.OpenToRead.
type opener func(context.Context, string) (*sqlite.Store, error)

func (e *env) openWith(open opener) (*hall.Hall, *sqlite.Store, error) {
	if err := e.cfg.CheckData(); err != nil {
		return nil, nil, err
	}
	store, err := open(e.ctx, e.cfg.Site.Database())
	if err != nil {
		return nil, nil, err
	}
	h := hall.New(hall.Config{
		Store: store, Queue: e.cfg.Rules.QueueRules, Booking: e.cfg.Rules.BookingRules,
		Location: e.cfg.Site.Location(), Now: clock.Now, Log: e.log,
		KeepContacts: e.keepContacts(), Mail: e.cfg.Mail.Host != "",
	})
	return h, store, nil
}

// keepContacts is how long persons are known after their appointment.
func (e *env) keepContacts() time.Duration {
	return time.Duration(e.cfg.Booking.KeepDays) * 24 * time.Hour
}

// withHall runs fn on an open hall and closes it again.
func (e *env) withHall(fn func(*hall.Hall) error) error { return e.within(sqlite.Open, fn) }

// withHallToRead is withHall for an fn that changes nothing.
func (e *env) withHallToRead(fn func(*hall.Hall) error) error {
	return e.within(sqlite.OpenToRead, fn)
}

func (e *env) within(open opener, fn func(*hall.Hall) error) error {
	h, store, err := e.openWith(open)
	if err != nil {
		return err
	}
	return errors.Join(fn(h), store.Close())
}

// told is a refusal with a sentence for the operator: the catalogue's are for citizens and clerks.
type told struct {
	refusal  *queue.Refusal
	sentence string
}

func (t *told) Error() string { return t.sentence }
func (t *told) Unwrap() error { return t.refusal }

// tell gives a refusal with this code and field ("" for none) this sentence; other errors stay as they are.
func tell(err error, code queue.Code, field, format string, args ...any) error {
	var r *queue.Refusal
	if !errors.As(err, &r) || r.Code != code || r.Field != field {
		return err
	}
	return &told{r, fmt.Sprintf(format, args...)}
}

// explain gives a refusal's sentence, with its stable code, in English: the operator's language is the code's.
func explain(err error) string {
	var r *queue.Refusal
	if !errors.As(err, &r) {
		return err.Error()
	}
	var about []string
	for _, s := range []string{r.Field, r.Service, r.Counter, r.Number} {
		if s != "" {
			about = append(about, s)
		}
	}
	return fmt.Sprintf("%s (%s)", sentence(err, r), strings.Join(append([]string{string(r.Code)}, about...), " "))
}

func sentence(err error, r *queue.Refusal) string {
	var t *told
	switch {
	case errors.As(err, &t):
		return t.sentence
	case r.Code == queue.DiskFull:
		return "Nothing was changed: the database cannot be written. Its disk is full (df -h) or faulty (journalctl -k)."
	}
	b, lerr := i18n.Load()
	if lerr != nil {
		return err.Error()
	}
	return b.For("en").T("error_"+string(r.Code), "Start", minute(r.Start), "Earliest", minute(r.Earliest), "Until", minute(r.Until), "Counter", r.Counter, "Number", r.Number, "State", string(r.State), "Field", r.Field)
}

// minute formats a time for the operator, "" if there is none.
func minute(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04")
}
