package api_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// BenchmarkCall measures from a clerk's request to the arrival of its event at the last of 2,000 listeners, with sign-in,
// SQLite and everything between. The target is 250 ms.
func BenchmarkCall(b *testing.B) {
	const listeners = 2000
	w, ctx := newTown(b), b.Context()
	w.must(w.clerk.OpenCounter(ctx, "", "c1"))
	ticket, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	_, err = w.clerk.Next(ctx, "", "c1", wire.Next{})
	w.must(err)

	var arrived sync.WaitGroup
	for range listeners {
		conn, err := net.Dial("tcp", w.staff.Listener.Addr().String())
		w.must(err)
		defer conn.Close()
		_, err = fmt.Fprintf(conn, "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", w.tokens["display"])
		w.must(err)
		lines := bufio.NewReaderSize(conn, 512)
		for { // the stream is open once its first comment is here
			line, err := lines.ReadString('\n')
			w.must(err)
			if strings.HasPrefix(line, ": connected") {
				break
			}
		}
		go func() {
			for {
				line, err := lines.ReadString('\n')
				if err != nil {
					return // the benchmark is over
				}
				if strings.HasPrefix(line, "event: ticket.rung") {
					arrived.Done()
				}
			}
		}()
	}
	var slowest time.Duration
	b.ResetTimer()
	for range b.N {
		arrived.Add(listeners)
		began := time.Now()
		if rung, err := w.clerk.Ring(ctx, "", "c1"); err != nil || rung.ID != ticket.ID {
			b.Fatal(rung, err)
		}
		arrived.Wait()
		slowest = max(slowest, time.Since(began))
	}
	b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-slowest")
}
