package citizen

import (
	"net/http"
	"time"
)

// Record says what is stored about a person: what, why, for how long, and where. The privacy page is made of these, and a test
// holds them against the store's columns, so that neither can say less than the other.
type Record struct {
	ID string // names the texts: book_privacy_<ID>_what, _why, _where
	// Columns of the store that it covers, such as "contacts.name".
	Columns []string
	On      func(Config) bool // whether it is stored with these settings
	Span    span
}

// span says how long something is kept.
type span int

const (
	withContact span = iota // until the contact is deleted
	asStatistic             // without reference to a person, for good
	untilFull               // until the log's own limit
	whileLooking
)

func always(Config) bool { return true }

// Records is everything that is stored.
func Records() []Record {
	return []Record{
		{ID: "name", On: always, Span: withContact, Columns: []string{"contacts.name", "contacts.appointment", "contacts.lang", "contacts.since"}},
		{ID: "mail", On: func(c Config) bool { return c.Mail }, Span: withContact,
			Columns: []string{"contacts.mail", "contacts.mail_key", "contacts.secret"}},
		{ID: "phone", On: always, Span: withContact, Columns: []string{"contacts.phone"}},
		{ID: "earlier", On: func(c Config) bool { return c.Mail }, Span: withContact, Columns: []string{"contacts.earlier"}},
		{ID: "outbox", On: func(c Config) bool { return c.Mail }, Span: withContact, Columns: []string{"mails.id", "mails.appointment",
			"mails.kind", "mails.slot", "mails.created", "mails.due", "mails.state", "mails.attempts", "mails.error"}},
		{ID: "documents", On: func(c Config) bool { return c.Documents != nil }, Span: withContact, Columns: []string{"documents.id",
			"documents.appointment", "documents.name", "documents.kind", "documents.size", "documents.added"}},
		{ID: "visit", On: always, Span: asStatistic},
		{ID: "address", On: always, Span: whileLooking},
		{ID: "log", On: always, Span: untilFull},
	}
}

// privacyPage tells people what is stored about them.
type privacyPage struct {
	Page
	Rows []privacyRow
	Days int
}

type privacyRow struct{ What, Why, Long, Where string }

func (c *Citizen) privacy(rw http.ResponseWriter, r *http.Request) {
	p := privacyPage{Page: c.page(r, "book_privacy_title"), Days: int(c.cfg.keep() / (24 * time.Hour))}
	for _, rec := range Records() {
		if rec.On(c.cfg) {
			p.Rows = append(p.Rows, p.row(c.cfg, rec))
		}
	}
	c.engine.Render(rw, r, http.StatusOK, "privacy", p)
}

func (p privacyPage) row(cfg Config, rec Record) privacyRow {
	text := func(part string) string { return p.T("book_privacy_" + rec.ID + "_" + part) }
	row := privacyRow{What: text("what"), Why: text("why"), Where: text("where")}
	switch rec.Span {
	case withContact:
		row.Long = p.T("book_privacy_days", "Count", p.Days)
		if h := int(cfg.keep() / time.Hour); h%24 != 0 {
			row.Long = p.T("book_privacy_hours", "Count", h)
		}
	case asStatistic:
		row.Long = p.T("book_privacy_statistic")
	case untilFull:
		row.Long = p.T("book_privacy_log_long")
	case whileLooking:
		row.Long = p.T("book_privacy_address_long")
	}
	return row
}

// keep is how long contacts are kept; the hall's own default where nothing is set.
func (c Config) keep() time.Duration {
	if c.Keep > 0 {
		return c.Keep
	}
	return 48 * time.Hour
}
