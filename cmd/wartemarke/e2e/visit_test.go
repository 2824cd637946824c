//go:build e2e

package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"westerkappeln.de/wartemarke/devices/virtual"
	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/wire"
)

// scene is a town with people in it: eyes on the terminal and the board, and clerks who sign in when needed.
type scene struct {
	*town
	terminal, board *sight
	chrome          context.Context
}

func newScene(t *testing.T) *scene {
	h := newTown(t)
	s := &scene{town: h, terminal: newSight(t, h.kioskX, "kiosk"), board: newSight(t, h.boardX, "board"), chrome: browser(t)}
	s.terminal.shows(t, "Termin", "Scanner")
	return s
}

// ticketOf gives the ticket with this number as the staff's list has it.
func (s *scene) ticketOf(number string) wire.Ticket {
	s.t.Helper()
	all, err := s.api.Tickets(context.Background(), "", "")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, t := range all {
		if t.Number == number {
			return t
		}
	}
	s.t.Fatalf("%s is not in the list", number)
	return wire.Ticket{}
}

// is waits until the ticket is in the state.
func (s *scene) is(number, state string) {
	s.t.Helper()
	eventually(s.t, number+" is "+state, func() bool { return s.ticketOf(number).State == state })
}

// checkIn scans a code and reads the number off the paper's list entry: the number is what the terminal shows largest.
func (s *scene) checkIn(code, number string) {
	s.t.Helper()
	s.scan(code)
	s.terminal.shows(s.t, number)
	page := s.paper()
	if got := text(read(s.t, page)); !strings.Contains(like(got), like(number)) {
		s.t.Errorf("the paper does not show %s: %s", number, got)
	}
}

// again scans a code that may have been scanned less than 3 s ago: another one in between makes it a scan of its own.
func (s *scene) again(t *testing.T, code string) {
	t.Helper()
	s.scan("ZMS-99999")
	s.terminal.shows(t, "kein Termin")
	s.scan(code)
}

func TestVisits(t *testing.T) {
	s := newScene(t)
	anna := s.signIn(t, s.chrome, "anna", "1")
	anna.click("#b-open")
	anna.sees("Nächste Nummer")

	code := s.book("personalausweis", 10*time.Minute)
	step := func(name string, fn func(t *testing.T)) {
		if !t.Run(name, func(inner *testing.T) {
			// What people see belongs to the step: let failures name it.
			s.t, anna.t = inner, inner
			fn(inner)
		}) {
			t.Fatalf("%s failed; what follows stands on it", name)
		}
	}

	step("a booked visit, from scan to finish", func(t *testing.T) {
		s.scan(code)
		s.terminal.shows(t, "Wartenummer", "A001")
		page := s.paper()
		if got := text(read(t, page)); !strings.Contains(like(got), like("A001")) || !strings.Contains(got, "Personalausweis") {
			t.Errorf("the paper reads: %s", got)
		}
		if url := qr(t, page); !strings.HasPrefix(url, "http://"+s.public+"/ticket/") {
			t.Errorf("the QR on the paper says %q", url)
		} else {
			phone := window(t, s.chrome, url)
			phone.sees("A001")
		}
		eventually(t, "the hall knows that it was printed", func() bool { return s.ticketOf("A001").Print == "printed" })
		anna.sees("A001")
		anna.types("n")
		if n := anna.number(); n != "A001" {
			t.Fatalf("called %s", n)
		}
		s.board.shows(t, "A001", "Schalter")
		s.announced(t, "A001", 1)
	})
	step("the same code again while called", func(t *testing.T) {
		s.again(t, code)
		s.terminal.shows(t, "A001", "Schalter")
	})
	step("ring again", func(t *testing.T) {
		anna.types("w")
		s.announced(t, "A001", 2)
	})
	step("arrived, finished, undone, finished", func(t *testing.T) {
		anna.types("d")
		s.is("A001", wire.StateServing)
		anna.sees("Fertig")
		anna.types("f")
		s.is("A001", wire.StateFinished)
		anna.click("#b-undo")
		s.is("A001", wire.StateServing)
		anna.click("#b-finish")
		s.is("A001", wire.StateFinished)
	})
	step("the same code again when finished", func(t *testing.T) {
		s.again(t, code)
		s.terminal.shows(t, "erledigt")
	})
	step("what a code can be", func(t *testing.T) { s.codes(t) })
	step("a walk-in, by touch alone", func(t *testing.T) {
		s.scan("") // nothing: an empty line is no scan
		s.home(t)
		s.terminal.tap(t, "0hne", "Standesamt")
		s.terminal.tap(t, "Standesamt", "Geburtsurkunde")
		s.terminal.tap(t, "Geburtsurkunde", "B001")
		s.terminal.shows(t, "B001")
		s.paper()
		s.is("B001", wire.StateWaiting)
	})
	step("no-show up to missed, and taken back", func(t *testing.T) { s.noShow(t, anna) })
	step("undo a call, park, forward", func(t *testing.T) { s.sideWays(t, anna) })
	step("no paper", func(t *testing.T) { s.noPaper(t, anna) })
	step("the server restarts in the middle of a visit", func(t *testing.T) { s.restart(t, anna) })
	step("two clerks press at once", func(t *testing.T) { s.twoClerks(t, anna) })
	step("the clock jumps ahead, and the day ends when a lead confirms it", func(t *testing.T) { s.midnight(t) })
}

// announced waits until the board has announced a number n times, whole.
func (s *scene) announced(t *testing.T, number string, n int) {
	t.Helper()
	eventually(t, fmt.Sprintf("%s is announced %d times", number, n), func() bool { return s.announcements(t)[number] == n })
}

// home ends whatever the terminal shows.
func (s *scene) home(t *testing.T) {
	t.Helper()
	var seen string
	defer func() {
		if t.Failed() {
			s.terminal.keep(t)
			t.Logf("the terminal shows: %s", seen)
		}
	}()
	eventually(t, "the terminal is at its start", func() bool {
		seen = text(s.terminal.words(t))
		if strings.Contains(seen, "Scanner") && strings.Contains(like(seen), like("0hne")) {
			return true
		}
		if x, y, ok := s.terminal.primary(); ok {
			s.terminal.touchAt(t, x, y)
		}
		return false
	})
}

// codes walks through the rows of the check-in table that give no ticket, and the late one.
func (s *scene) codes(t *testing.T) {
	cancelled := s.book("reisepass", 10*time.Minute)
	s.run("", "appointment", "cancel", cancelled)
	mistyped := []byte(strings.ReplaceAll(s.book("reisepass", 12*time.Minute), " ", ""))
	if mistyped[4]++; mistyped[4] == 'I' || mistyped[4] == 'O' || mistyped[4] > 'X' || mistyped[4] == ':' {
		mistyped[4] = '2'
	}
	unknown, err := booking.NewCode(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	// Each answer differs from the one before, so that it is seen to come.
	for _, c := range []struct{ name, code, shows string }{
		{"too early", s.book("personalausweis", 2*time.Hour), "früh"},
		{"mistyped", string(mistyped), "stimmt"},
		{"another day", s.book("personalausweis", 26*time.Hour), "anderen"},
		{"nonsense", strings.Repeat("x\x01ÿ", 150), "kein Termin"},
		{"cancelled", cancelled, "abgesagt"},
		{"another system's, unknown", "ZMS-99999", "kein Termin"},
		{"unknown", unknown.Display(), "kennen"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.scan(c.code) // from whatever the terminal shows
			s.terminal.shows(t, c.shows)
		})
	}
	t.Run("late", func(t *testing.T) {
		s.checkIn(s.book("reisepass", -30*time.Minute), "A002")
		s.terminal.shows(t, "trotzdem")
	})
	t.Run("again while waiting: the same number, and no second paper", func(t *testing.T) {
		code := s.book("reisepass", 5*time.Minute)
		s.checkIn(code, "A003")
		s.again(t, code)
		s.terminal.shows(t, "schon", "A003")
		if n := len(s.pages); n != 0 {
			t.Errorf("%d pages came unasked", n)
		}
	})
}

func (s *scene) noShow(t *testing.T, anna *clerk) {
	code := s.book("reisepass", 0)
	s.checkIn(code, "A004")
	anna.fill("#number", "A004")
	anna.click("#b-call")
	s.is("A004", wire.StateCalled)
	anna.waits("#b-no-show")
	anna.types("x")
	s.is("A004", wire.StateWaiting)
	if s.ticketOf("A004").LockedUntil == nil {
		t.Error("A004 is not locked after it did not come")
	}
	anna.waits("#b-next")
	anna.fill("#number", "A004")
	anna.click("#b-call")
	s.is("A004", wire.StateCalled)
	anna.waits("#b-no-show")
	anna.types("x")
	s.is("A004", wire.StateMissed)
	s.again(t, code)
	s.terminal.shows(t, "wieder", "A004")
	s.is("A004", wire.StateWaiting)
}

func (s *scene) sideWays(t *testing.T, anna *clerk) {
	anna.waits("#b-next")
	anna.fill("#number", "A004")
	anna.click("#b-call")
	s.is("A004", wire.StateCalled)
	anna.click("#b-undo")
	s.is("A004", wire.StateWaiting)

	anna.waits("#b-next")
	anna.fill("#number", "A004")
	anna.click("#b-call")
	s.is("A004", wire.StateCalled)
	anna.click("#p-park > summary")
	anna.do(chromedp.SendKeys(chromedp.CSS("#remark"), "holt Passbild"))
	anna.click("#b-park")
	s.is("A004", wire.StateParked)
	anna.sees("holt Passbild")
	anna.click(fmt.Sprintf("#back-%s", s.ticketOf("A004").ID))
	s.is("A004", wire.StateWaiting)

	anna.fill("#number", "A004")
	anna.click("#b-call")
	s.is("A004", wire.StateCalled)
	anna.click("#p-forward > summary")
	anna.fill("#forward-service", "fuehrungszeugnis")
	anna.click("#b-forward")
	s.is("A004", wire.StateWaiting)
	if got := s.ticketOf("A004").Service; got != "fuehrungszeugnis" {
		t.Errorf("A004 waits for %s", got)
	}
}

func (s *scene) noPaper(t *testing.T, anna *clerk) {
	s.printer.SetPaper(virtual.PaperOut)
	defer s.printer.SetPaper(virtual.PaperOK)
	anna.sees("Papier")
	s.scan(s.book("personalausweis", 5*time.Minute))
	s.terminal.shows(t, "A005", "merken")
	anna.sees("A005")
	eventually(t, "the hall knows that A005 has no paper", func() bool { return s.ticketOf("A005").Print == "not_printed" })
	s.printer.SetPaper(virtual.PaperOK)
	anna.misses("Papier ist leer")
}

func (s *scene) restart(t *testing.T, anna *clerk) {
	anna.types("n")
	number := anna.number()
	s.is(number, wire.StateCalled)
	s.board.shows(t, number)
	s.server.end(t, syscall.SIGKILL)
	s.board.shows(t, "Verbindung")
	anna.sees("Keine Verbindung")
	s.startServer()
	s.is(number, wire.StateCalled)
	s.board.hides(t, "Verbindung")
	anna.misses("Keine Verbindung")
	anna.types("d")
	s.is(number, wire.StateServing)
	anna.click("#b-finish")
	s.is(number, wire.StateFinished)
	s.home(t)
}

// twoClerks lets both want the same number, then each the next one.
func (s *scene) twoClerks(t *testing.T, anna *clerk) {
	ben := s.signIn(t, s.chrome, "ben", "2")
	ben.click("#b-open")
	ben.sees("Nächste Nummer")
	anna.sees("Nächste Nummer")
	done := make(chan struct{})
	go func() { defer close(done); ben.types("n") }()
	anna.types("n")
	<-done
	a, b := anna.number(), ben.number()
	if a == b {
		t.Fatalf("both have %s", a)
	}
	// What anna has, ben cannot take.
	ben.click("#b-finish")
	s.is(b, wire.StateFinished)
	ben.fill("#number", a)
	ben.click("#b-call")
	ben.sees("Schalter 1")
	s.is(a, wire.StateCalled)
	anna.click("#b-finish")
	s.is(a, wire.StateFinished)
}

// midnight lets the clock jump into the next day: the hall does not believe it until a lead does. Then the day ends: what is
// open is over, and numbers start anew.
func (s *scene) midnight(t *testing.T) {
	s.checkIn(s.book("personalausweis", 20*time.Minute), "A006")
	s.at(time.Date(2026, 11, 25, 0, 0, 5, 0, berlin()))
	// Her old session is over by the new time.
	anna := s.signIn(t, s.chrome, "anna", "1")
	anna.sees("Uhr des Servers ist vorgesprungen")
	s.is("A006", wire.StateWaiting)
	anna.do(chromedp.Navigate("http://" + s.staff + "/devices"))
	anna.click("#b-clock")
	eventually(t, "yesterday's tickets are over", func() bool {
		open, err := s.api.Tickets(context.Background(), wire.StateWaiting, "")
		return err == nil && len(open) == 0
	})
	s.checkIn(s.book("personalausweis", 10*time.Minute), "A001")
}
