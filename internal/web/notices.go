package web

import (
	"context"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

// notices are the troubles of mail, documents and imports. Nobody in the lobby feels them at once, but somebody at home may.
func (w *Web) notices(ctx context.Context, p Page) []troubleRow {
	var rows []troubleRow
	if s := w.cfg.MailState; s != nil {
		if since, why := s.Down(); !since.IsZero() {
			rows = append(rows, troubleRow{Word: "mail_down", Name: p.T("web_mail_server"), Since: p.when(since, w.cfg.Now()), Grave: true,
				Text: p.T("web_trouble_mail_down"), Why: p.reason(why, mailSayings), Do: p.T("web_trouble_mail_down_do")})
		}
	}
	if n, since := w.deadMails(ctx); n > 0 {
		rows = append(rows, troubleRow{Word: "mail_dead", Name: p.T("web_mail_server"), Since: p.when(since, w.cfg.Now()),
			Text: p.T("web_trouble_mail_dead", "Count", n), Do: p.T("web_trouble_mail_dead_do")})
	}
	// Only a store that can be unfit to take documents in tells so.
	if s, ok := w.cfg.Documents.(interface{ Problem() (time.Time, string) }); ok {
		if since, why := s.Problem(); !since.IsZero() {
			rows = append(rows, troubleRow{Word: "documents_failed", Name: p.T("web_document_store"), Since: p.when(since, w.cfg.Now()),
				Text: p.T("web_trouble_documents_failed"), Why: p.reason(why, documentSayings), Do: p.T("web_trouble_documents_failed_do")})
		}
	}
	if w.cfg.Imports == nil {
		return rows
	}
	for _, i := range w.cfg.Imports.Problems() {
		name, why := sourceName(i.Name), p.reason(i.Why, importSayings)
		if name != i.Name {
			why.Raw = i.Name + ": " + why.Raw // for the IT, which has to tell two lists of a server apart
		}
		rows = append(rows, troubleRow{Word: "import_failed", Name: name, Since: p.when(i.Since, w.cfg.Now()),
			Text: p.T("web_trouble_import_failed", "Name", name), Why: why, Do: p.T("web_trouble_import_failed_do")})
	}
	return rows
}

// when is the time of day of t, with its date if that was not today.
func (p Page) when(t, now time.Time) string {
	if t.In(p.Loc).Format(time.DateOnly) == now.In(p.Loc).Format(time.DateOnly) {
		return p.Clock(t)
	}
	return p.T("web_short_when", "Date", t.In(p.Loc).Format("02.01."), "Time", p.Clock(t))
}

// deadLife is how long the count of undelivered mails is taken as true. Every page of every clerk shows it, at every change of
// the hall: it is not worth a read each time.
const deadLife = 5 * time.Second

// deadCount remembers how many mails could not be delivered, and since when the oldest.
type deadCount struct {
	mu    sync.Mutex
	read  time.Time // zero: not yet, or no longer true
	count int
	since time.Time
}

func (d *deadCount) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.read = time.Time{}
}

// deadMails counts the mails that could not be delivered. A page is not worth failing for it.
func (w *Web) deadMails(ctx context.Context) (int, time.Time) {
	d, now := w.dead, w.cfg.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if age := now.Sub(d.read); age >= 0 && age < deadLife {
		return d.count, d.since
	}
	all, err := w.cfg.Hall.DeadMails(ctx)
	if err != nil {
		if ctx.Err() == nil {
			w.cfg.Log.Error("dead mails", "err", err)
		}
		return d.count, d.since
	}
	d.read, d.count, d.since = now, len(all), time.Time{}
	for _, l := range all {
		if t := deadSince(l.Mail, now); d.since.IsZero() || t.Before(d.since) {
			d.since = t
		}
	}
	return d.count, d.since
}

// deadSince is since when somebody waits for a mail that did not arrive. A reminder is written long before it is to go out.
func deadSince(m hall.Mail, now time.Time) time.Time {
	if m.Kind != hall.MailReminder {
		return m.Created
	}
	if m.Due.After(now) { // the next attempt, had there been one
		return now
	}
	return m.Due
}
