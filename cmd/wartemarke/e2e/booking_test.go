//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	gomail "github.com/emersion/go-message/mail"

	"westerkappeln.de/wartemarke/internal/wire"
)

// letter is a mail as a person reads it.
type letter struct{ to, subject, text, calendar string }

// mail waits for the next mail out of the town.
func (h *town) mail() letter {
	h.t.Helper()
	select {
	case m := <-h.mails.Received():
		r, err := gomail.CreateReader(bytes.NewReader(m.Raw))
		if err != nil {
			h.t.Fatal(err)
		}
		l := letter{to: strings.Join(m.To, ",")}
		if l.subject, err = r.Header.Subject(); err != nil {
			h.t.Fatal(err)
		}
		for {
			p, err := r.NextPart()
			if errors.Is(err, io.EOF) {
				return l
			}
			if err != nil {
				h.t.Fatal(err)
			}
			body, err := io.ReadAll(p.Body)
			if err != nil {
				h.t.Fatal(err)
			}
			switch kind := p.Header.Get("Content-Type"); {
			case strings.HasPrefix(kind, "text/plain"):
				l.text = string(body)
			case strings.HasPrefix(kind, "text/calendar"):
				l.calendar = string(body)
			}
		}
	case <-time.After(patience):
		h.t.Fatalf("no mail came\n%s", tail(h.server.output(), 3000))
		return letter{}
	}
}

var appointmentLink = regexp.MustCompile(`http://[^\s]+/appointment/[A-Za-z0-9_-]+`)

// bookOnline books the first free time of a service as a citizen does, confirms it by the mail's link, and gives the page of
// the appointment, its link and its code.
func (s *scene) bookOnline(service, name, address string) (page *clerk, link, code string) {
	s.t.Helper()
	page = window(s.t, s.chrome, "http://"+s.public+"/?lang=de")
	page.click("#s-" + service)
	page.click("#b-next")
	page.click("#b-first")
	page.fill("#name", name)
	page.fill("#mail", address)
	page.click("#b-book")
	page.sees(address) // on the page that says where the mail went
	confirm := s.mail()
	if link = appointmentLink.FindString(confirm.text); link == "" || confirm.to != address {
		s.t.Fatalf("the mail to %s holds no link: %s", confirm.to, confirm.text)
	}
	page.do(chromedp.Navigate(link))
	page.click("#b-confirm")
	page.waits(".pass-number")
	code = page.read(".pass-number")
	booked := s.mail()
	if !strings.Contains(booked.text, code) || !strings.Contains(booked.calendar, "METHOD:REQUEST") {
		s.t.Errorf("the mail %q does not hold the code %s and the calendar entry", booked.subject, code)
	}
	return page, link, code
}

// read gives an element's text.
func (c *clerk) read(selector string) string {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("`+selector+`").innerText`))
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.TrimSpace(out)
}

// TestFromThePageToThePaper: a citizen books at home, holds the code under the scanner, and is called.
func TestFromThePageToThePaper(t *testing.T) {
	s := newScene(t)
	page, link, code := s.bookOnline("personalausweis", "Erika Beispielhaft", "erika@example.org")

	s.sendIn(link, "Zeugnisheft Erika.pdf")

	desk := s.signIn(t, s.chrome, "anna", "1")
	desk.do(chromedp.Navigate("http://" + s.staff + "/appointments"))
	desk.sees("Erika Beispielhaft", "Personalausweis beantragen")

	// The QR code is scanned as it is on the page.
	s.scan(qr(t, s.save("code.png", link+"/qr.png")))
	s.terminal.shows(t, "Wartenummer", "A001")
	if got := text(read(t, s.paper())); !strings.Contains(like(got), like("A001")) {
		t.Errorf("the paper reads: %s", got)
	}
	desk.sees("A001")
	page.do(chromedp.Reload())
	page.sees("A001")

	desk.do(chromedp.Navigate("http://" + s.staff + "/counter/1"))
	desk.click("#b-open")
	desk.sees("Nächste Nummer")
	desk.types("n")
	desk.sees("Erika Beispielhaft", "1 Unterlage")
	s.board.shows(t, "A001", "Schalter")
	desk.types("d")
	s.is("A001", wire.StateServing)
	desk.types("f")
	s.is("A001", wire.StateFinished)
	s.again(t, code)
	s.terminal.shows(t, "erledigt")

	t.Run("moved and cancelled is known at once", func(t *testing.T) { s.t = t; s.movedAndCancelled(t) })
	t.Run("nothing about the person stays", func(t *testing.T) { s.t = t; s.forgotten(t, link) })
}

// movedAndCancelled: the terminal knows a second later.
func (s *scene) movedAndCancelled(t *testing.T) {
	page, link, code := s.bookOnline("reisepass", "Max Vorbild", "max@example.org")
	page.do(chromedp.Navigate(link + "/move?day=" + s.now().AddDate(0, 0, 1).In(berlin()).Format(time.DateOnly)))
	page.click(".clock a")
	page.click("#b-moveto")
	page.waits(".pass-number")
	s.scan(code)
	s.terminal.shows(t, "anderen Tag")
	if m := s.mail(); !strings.Contains(m.calendar, "SEQUENCE:1") {
		t.Errorf("the mail %q does not move the calendar entry:\n%s", m.subject, m.calendar)
	}
	page.do(chromedp.Navigate(link + "/cancel"))
	page.click("#b-cancel")
	page.sees("abgesagt")
	s.again(t, code)
	s.terminal.shows(t, "abgesagt")
	if m := s.mail(); !strings.Contains(m.calendar, "METHOD:CANCEL") {
		t.Errorf("the mail %q does not cancel the calendar entry:\n%s", m.subject, m.calendar)
	}
}

// forgotten: three days later no file of the town, nor a backup made then, holds the name or the address.
func (s *scene) forgotten(t *testing.T, link string) {
	if len(s.documents()) != 1 {
		t.Errorf("documents %q", s.documents())
	}
	if out, _, code := s.tryRun("Erika Beispielhaft", "privacy", "--search"); code != 1 || !strings.Contains(out, "wartemarke.db") {
		t.Fatalf("the name is not found while it is there: exit %d, %s", code, out)
	}
	s.at(s.now().AddDate(0, 0, 4))
	// For the hall the clock has jumped: a lead says that it is right.
	anna := s.signIn(t, s.chrome, "anna", "1")
	anna.sees("Uhr des Servers ist vorgesprungen")
	anna.do(chromedp.Navigate("http://" + s.staff + "/devices"))
	anna.click("#b-clock")
	anna.misses("Uhr des Servers ist vorgesprungen")
	if _, errText, code := s.tryRun("", "privacy"); code != 1 || !strings.Contains(errText, "overdue") {
		t.Errorf("nothing is overdue: exit %d, %s", code, errText)
	}
	// The server deletes every minute, and when it starts.
	s.server.end(t, syscall.SIGTERM)
	s.startServer()
	eventually(t, "the contacts are deleted", func() bool {
		out, _, code := s.tryRun("", "privacy")
		return code == 0 && strings.HasPrefix(out, "contacts 0\n")
	})
	eventually(t, "the documents are deleted", func() bool { return len(s.documents()) == 0 })
	backup := filepath.Join(t.TempDir(), "later.db")
	s.run("", "backup", backup)
	for _, said := range []string{"Erika Beispielhaft", "erika@example.org", "Max Vorbild", "max@example.org", "Zeugnisheft"} {
		if out, errText, code := s.tryRun(said, "privacy", "--search", backup); code != 0 {
			t.Errorf("%q is still there: %s%s", said, out, errText)
		}
	}
	if resp, err := http.Get(link); err != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("the page of an old appointment: %v %v", resp, err)
	}
}

// sendIn sends a small PDF to the page of an appointment.
func (s *scene) sendIn(link, name string) {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", name)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := file.Write([]byte("%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\nstartxref\n0\n%%EOF\n")); err != nil {
		s.t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.Post(link+"/documents", form.FormDataContentType(), &body)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(page), "Zeugnisheft") {
		s.t.Fatalf("%d %v: the document is not on the page", resp.StatusCode, err)
	}
}

// documents are the files of what citizens sent in.
func (s *scene) documents() []string {
	s.t.Helper()
	files, err := filepath.Glob(s.path("documents/*"))
	if err != nil {
		s.t.Fatal(err)
	}
	return files
}

// save fetches an address into a file.
func (s *scene) save(name, url string) string {
	s.t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %d %v", url, resp.StatusCode, err)
	}
	if err := os.WriteFile(s.path(name), data, 0o600); err != nil {
		s.t.Fatal(err)
	}
	return s.path(name)
}
