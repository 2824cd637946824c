//go:build e2e

package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/wire"
)

// TestKilledServerLosesAndDoublesNothing kills the server at random moments while terminals take tickets and check people
// in. What was acknowledged must be there afterwards, once; what was not is asked again under its key, as a terminal does.
func TestKilledServerLosesAndDoublesNothing(t *testing.T) {
	const (
		kills     = 100
		terminals = 8
	)
	h := newHall(t)
	device := client.New("http://"+h.staff, strings.TrimSpace(h.run("", "device", "pair", "killed", "--kind", "kiosk")))
	codes := make(chan string, 10000)
	for range 40 {
		codes <- h.book("personalausweis", 10*time.Minute)
	}

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var (
		mu      sync.Mutex
		numbers = map[string]string{} // number → key of the request that got it
		asked   int
	)
	got := make(chan struct{}, 10000) // one for each answer
	work := func(terminal int) error {
		for i := 0; ctx.Err() == nil; i++ {
			key := fmt.Sprintf("terminal-%d-%d", terminal, i)
			ticket, err := request(ctx, device, key, codes)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return err
			}
			mu.Lock()
			if other, twice := numbers[ticket.Number]; twice {
				mu.Unlock()
				return fmt.Errorf("%s went to %s and to %s", ticket.Number, other, key)
			}
			numbers[ticket.Number] = key
			asked++
			mu.Unlock()
			got <- struct{}{}
		}
		return nil
	}
	failed := make(chan error, terminals)
	for terminal := range terminals {
		go func() { failed <- work(terminal) }()
	}

	for range kills {
		// At a random moment after a random number of answers, so that a kill falls at any place of a transaction.
		for range 1 + rand.IntN(6) {
			select {
			case <-got:
			case err := <-failed:
				t.Fatal(err)
			case <-time.After(patience):
				t.Fatal("no answers come")
			}
		}
		<-time.After(time.Duration(rand.IntN(3000)) * time.Microsecond)
		h.server.end(t, syscall.SIGKILL)
		h.startServer()
	}
	cancel()
	for range terminals {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}

	all, err := h.api.Tickets(context.Background(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]int{}
	visits := map[string]int{}
	for _, ticket := range all {
		there[ticket.Number]++
		if ticket.Appointment != "" {
			visits[ticket.Appointment]++
		}
	}
	for number := range numbers {
		if there[number] != 1 {
			t.Errorf("%s was acknowledged and is there %d times", number, there[number])
		}
	}
	for id, n := range visits {
		if n != 1 {
			t.Errorf("appointment %s has %d tickets", id, n)
		}
	}
	// Only requests that were cut off at the very end may have a ticket whose answer nobody saw: one a terminal.
	if extra := len(all) - len(numbers); extra < 0 || extra > terminals {
		t.Errorf("%d tickets for %d answers", len(all), len(numbers))
	}
	t.Logf("%d kills, %d tickets", kills, asked)
}

// request asks for one ticket, booked if a code is left, and asks again under the same key until there is an answer.
func request(ctx context.Context, c *client.Client, key string, codes chan string) (wire.Ticket, error) {
	code := ""
	select {
	case code = <-codes:
	default:
	}
	for {
		var ticket wire.Ticket
		var err error
		if code != "" {
			var in wire.CheckedIn
			in, err = c.CheckIn(ctx, key, wire.CheckIn{Code: code})
			ticket = in.Ticket
		} else {
			ticket, err = c.TakeTicket(ctx, key, wire.TakeTicket{Service: "geburtsurkunde"})
		}
		var no *wire.Problem
		if err == nil || ctx.Err() != nil || errors.As(err, &no) {
			return ticket, err
		}
		select {
		case <-ctx.Done():
			return ticket, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}
