package hall

import (
	"context"
	"strings"
	"time"
	"unicode"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	longestWhy = 200 // characters of a mail server's answer that are kept
	mostDead   = 200 // dead mails that staff see
)

// Letters are the mails to be sent now, at most limit. What has become pointless meanwhile, such as a reminder that could not
// be sent until the visit began, is deleted.
func (h *Hall) Letters(ctx context.Context, limit int) ([]Letter, error) {
	var letters []Letter
	var pointless []string
	err := h.view(ctx, func(s *scene) error {
		due, err := s.tx.DueMails(s.now, limit)
		if err != nil {
			return err
		}
		letters, pointless, err = s.letters(due)
		return err
	})
	if err != nil || len(pointless) == 0 {
		return letters, err
	}
	return letters, h.update(ctx, Actor{Kind: System}, func(c *change) error {
		for _, id := range pointless {
			if err := c.tx.DropMail(id); err != nil {
				return err
			}
		}
		return nil
	})
}

// letters puts appointment and contact to each mail, and tells which ones nobody needs any more.
func (s *scene) letters(mails []Mail) (letters []Letter, pointless []string, err error) {
	for _, m := range mails {
		a, found, err := s.tx.Appointment(m.Appointment)
		if err != nil {
			return nil, nil, err
		}
		contact, known, err := s.tx.Contact(m.Appointment)
		if err != nil {
			return nil, nil, err
		}
		if !found || !known || !m.fits(a, s.now) {
			pointless = append(pointless, m.ID)
			continue
		}
		letters = append(letters, Letter{Mail: m, Appointment: a, Contact: contact})
	}
	return letters, pointless, nil
}

// fits tells whether a mail still says something true and useful.
func (m Mail) fits(a booking.Appointment, now time.Time) bool {
	switch m.Kind {
	case MailConfirm:
		return a.State == booking.Unconfirmed && a.Until.After(now)
	case MailCancelled:
		return a.State == booking.Cancelled
	case MailReminder:
		return a.State == booking.Booked && a.Start.After(now)
	case MailEarlier:
		return a.State == booking.Booked && m.Slot.Before(a.Start) && m.Slot.After(now)
	}
	return a.State == booking.Booked
}

// MailSent notes that a mail was taken by the server. One that was taken back meanwhile is fine.
func (h *Hall) MailSent(ctx context.Context, id string) error {
	return h.update(ctx, Actor{Kind: System}, func(c *change) error {
		m, found, err := c.tx.Mail(id)
		if err != nil || !found {
			return err
		}
		m.State, m.Attempts, m.Error = MailSent, m.Attempts+1, ""
		return c.tx.PutMail(m)
	})
}

// MailFailed notes that a mail could not be sent, and when to try again: see retryAfter. It is dead at once when forGood, and
// one that asks for a confirmation also when the time for that will be over. why is cut to 200 characters.
func (h *Hall) MailFailed(ctx context.Context, id, why string, forGood bool) error {
	return h.update(ctx, Actor{Kind: System}, func(c *change) error {
		m, found, err := c.tx.Mail(id)
		if err != nil || !found || m.State != MailWaiting {
			return err
		}
		a, _, err := c.tx.Appointment(m.Appointment)
		if err != nil {
			return err
		}
		m.Attempts++
		m.Error = oneLine(why)
		wait, more := retryAfter(m.Attempts)
		m.Due = c.now.Add(wait)
		if forGood || !more || m.Kind == MailConfirm && !m.fits(a, m.Due) {
			m.State = MailDead
		}
		return c.tx.PutMail(m)
	})
}

// retries are the waits after the first attempts; then it is lastRetry each time, until giveUp after the first attempt.
var retries = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}

const (
	lastRetry = 6 * time.Hour
	giveUp    = 48 * time.Hour
)

// retryAfter tells how long to wait after so many failed attempts, 1 or more; more is false when it is enough.
func retryAfter(attempts int) (wait time.Duration, more bool) {
	var gone time.Duration
	for i := range attempts {
		wait = lastRetry
		if i < len(retries) {
			wait = retries[i]
		}
		gone += wait
	}
	return wait, gone <= giveUp
}

// oneLine makes a mail server's answer fit to be shown.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, " "))
	if runes := []rune(text); len(runes) > longestWhy {
		return string(runes[:longestWhy])
	}
	return text
}

// DeadMails are those that could not be delivered, oldest first, at most 200, for staff: without the contacts' secrets.
func (h *Hall) DeadMails(ctx context.Context) ([]Letter, error) {
	var letters []Letter
	err := h.view(ctx, func(s *scene) error {
		dead, err := s.tx.MailsIn(MailDead, mostDead)
		if err != nil {
			return err
		}
		for _, m := range dead {
			a, _, err := s.tx.Appointment(m.Appointment)
			if err != nil {
				return err
			}
			contact, _, err := s.tx.Contact(m.Appointment)
			if err != nil {
				return err
			}
			letters = append(letters, Letter{Mail: m, Appointment: a, Contact: *contact.shown()})
		}
		return nil
	})
	return letters, err
}

// Mails of an appointment, oldest first.
func (h *Hall) Mails(ctx context.Context, appointment string) ([]Mail, error) {
	var mails []Mail
	err := h.view(ctx, func(s *scene) error {
		var err error
		mails, err = s.tx.MailsOf(appointment)
		return err
	})
	return mails, err
}

// BookingFigures counts appointments to come and mails; for metrics.
func (h *Hall) BookingFigures(ctx context.Context) (BookingFigures, error) {
	var f BookingFigures
	err := h.view(ctx, func(s *scene) error {
		var err error
		f, err = s.tx.BookingFigures(s.now)
		return err
	})
	return f, err
}

// RetryMail tries a dead mail again, from the beginning (clerk). Refusals: NotFound, NotAllowed, WrongState when it is not
// dead.
func (h *Hall) RetryMail(ctx context.Context, cmd Command, id string) error {
	return h.do(ctx, cmd, "retry mail", id, func(c *change) error {
		m, err := c.deadMail(id)
		if err != nil {
			return err
		}
		m.State, m.Due, m.Attempts = MailWaiting, c.now, 0
		return c.tx.PutMail(m)
	})
}

// DropMail takes a dead mail from the list (clerk). Refusals: NotFound, NotAllowed, WrongState when it is not dead.
func (h *Hall) DropMail(ctx context.Context, cmd Command, id string) error {
	return h.do(ctx, cmd, "drop mail", id, func(c *change) error {
		if _, err := c.deadMail(id); err != nil {
			return err
		}
		return c.tx.DropMail(id)
	})
}

func (c *change) deadMail(id string) (Mail, error) {
	if err := c.mayAs(Clerk); err != nil {
		return Mail{}, err
	}
	m, found, err := c.tx.Mail(id)
	switch {
	case err != nil:
		return m, err
	case !found:
		return m, notFound()
	case m.State != MailDead:
		return m, &queue.Refusal{Code: queue.WrongState}
	}
	return m, nil
}
