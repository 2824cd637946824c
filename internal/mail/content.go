package mail

import (
	"net/url"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
)

// content is what the two templates say, in the reader's language. Parts that are empty are left out.
type content struct {
	Lang, Subject, Site, Title, Hello, Lead string
	Dir, Start                              string // of writing: ltr, and left
	What, Where                             string // for the calendar
	Facts                                   []fact
	Button                                  *link
	Until                                   string
	Code                                    string
	QR                                      string // Content-ID of the picture of the code
	Side                                    int    // of the picture, in pixels
	T                                       codeTexts
	Bring                                   []needs
	Links                                   []link
	Phone, NotMe                            string
	Foot                                    []string
	Imprint                                 *link
}

type (
	fact struct {
		Label string
		Lines []string
	}
	needs struct {
		Title  string
		Things []string
	}
	link      struct{ Text, URL string }
	codeTexts struct{ Code, Alt, How, Keep string }
)

// content says what the letter's kind needs.
func (w *Writer) content(l hall.Letter, cat catalogue.Catalogue) content {
	t, kind := w.texts(l.Contact.Lang), string(l.Mail.Kind)
	v := visitOf(l.Appointment, cat, t)
	start := l.Appointment.Start
	if l.Mail.Kind == hall.MailEarlier {
		start = l.Mail.Slot
	}
	c := content{
		Lang: t.Lang, Dir: "ltr", Start: "left", Site: line(w.cfg.Site.Name), Hello: t.T("mail_hello"), Title: t.T("mail_title_" + kind), Lead: t.T("mail_lead_" + kind),
		What: v.title(t), Where: join(", ", line(w.cfg.Site.Name), line(w.cfg.Site.Address)),
	}
	if t.Lang == "ar" {
		c.Dir, c.Start = "rtl", "right"
	}
	c.Subject = t.T("mail_subject_"+kind, "What", short(c.What), "When", w.when(t, start))
	c.Facts = w.facts(t, l, v)
	switch l.Mail.Kind {
	case hall.MailConfirm:
		c.Button = &link{t.T("mail_confirm"), w.link(l, "")}
		if until := l.Appointment.Until; !until.IsZero() {
			c.Until = t.T("mail_confirm_until", "When", w.when(t, until))
		}
		c.NotMe = t.T("mail_not_me")
	case hall.MailEarlier:
		c.Button = &link{t.T("mail_take"), w.link(l, "/move?start="+url.QueryEscape(start.UTC().Format(time.RFC3339)))}
		c.Links = []link{{t.T("mail_stop_earlier"), w.link(l, "")}}
	case hall.MailCancelled:
		c.Button = &link{t.T("mail_again"), w.cfg.PublicURL + "/"}
	default: // booked, moved, reminder
		c.Code = line(l.Appointment.Code.Display())
		c.T = codeTexts{t.T("mail_code"), t.T("mail_code_alt", "Code", c.Code), t.T("mail_code_how"), t.T("mail_code_keep")}
		c.Links = []link{{t.T("mail_look"), w.link(l, "")}, {t.T("mail_move"), w.link(l, "/move")}, {t.T("mail_cancel"), w.link(l, "/cancel")}}
	}
	if l.Mail.Kind != hall.MailCancelled {
		c.Bring = v.bring(t)
	}
	w.foot(&c, t)
	return c
}

// facts are what, when, where and the fee.
func (w *Writer) facts(t i18n.Texts, l hall.Letter, v visit) []fact {
	facts := []fact{{t.T("mail_what"), v.lines()}}
	at := w.when(t, l.Appointment.Start)
	switch l.Mail.Kind {
	case hall.MailMoved:
		facts = append(facts, fact{t.T("mail_at_new"), []string{at}})
	case hall.MailEarlier:
		facts = append(facts, fact{t.T("mail_at_free"), []string{w.when(t, l.Mail.Slot)}}, fact{t.T("mail_at_yours"), []string{at}})
	default:
		facts = append(facts, fact{t.T("mail_at"), []string{at}})
	}
	if l.Mail.Kind == hall.MailCancelled {
		return facts
	}
	where := []string{line(w.cfg.Site.Name)}
	if a := line(w.cfg.Site.Address); a != "" {
		where = append(where, a)
	}
	facts = append(facts, fact{t.T("mail_where"), where})
	if fees := v.fees(); len(fees) > 0 {
		facts = append(facts, fact{t.T("mail_fee"), fees})
	}
	return facts
}

// foot is how to reach the town, and who wrote.
func (w *Writer) foot(c *content, t i18n.Texts) {
	s := w.cfg.Site
	if p := line(s.Phone); p != "" {
		c.Phone = t.T("mail_phone", "Phone", p)
	}
	c.Foot = append(c.Foot, t.T("mail_automatic"), c.Where)
	if p := line(s.Privacy); p != "" {
		c.Foot = append(c.Foot, t.T("mail_privacy", "Contact", p))
	}
	if s.Imprint != "" {
		c.Imprint = &link{t.T("mail_imprint"), s.Imprint}
	}
}

// note is the description of the calendar entry: what to bring, the code, how it goes on.
func (c content) note() string {
	var b strings.Builder
	for _, n := range c.Bring {
		b.WriteString(n.Title + ":\n")
		for _, thing := range n.Things {
			b.WriteString("- " + thing + "\n")
		}
		b.WriteString("\n")
	}
	b.WriteString(c.T.Code + ": " + c.Code + "\n" + c.T.How + "\n")
	for _, l := range c.Links {
		b.WriteString("\n" + l.Text + ": " + l.URL)
	}
	if c.Phone != "" {
		b.WriteString("\n\n" + c.Phone)
	}
	return b.String()
}

// link leads to the appointment's page, or to the part of it that is named.
func (w *Writer) link(l hall.Letter, part string) string {
	return w.cfg.PublicURL + "/appointment/" + url.PathEscape(l.Contact.Secret) + part
}
