//go:build e2e

package e2e

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

const listeners = 2000

// crowd is many people with an open page: each has a connection of its own.
type crowd struct {
	arrived sync.WaitGroup
}

// listen opens the streams and returns when all are open. mark begins the line that is waited for.
func listen(b *testing.B, addr, path, token, mark string) *crowd {
	b.Helper()
	c := &crowd{}
	for range listeners {
		conn, err := net.Dial("tcp", addr)
		must(b, err)
		b.Cleanup(func() { conn.Close() })
		must(b, conn.SetReadDeadline(time.Now().Add(patience)))
		_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", path, addr, token)
		must(b, err)
		lines := bufio.NewReaderSize(conn, 1024)
		for { // the stream is open once its first comment is here
			text, err := lines.ReadString('\n')
			must(b, err)
			if strings.HasPrefix(text, ": connected") {
				break
			}
		}
		must(b, conn.SetReadDeadline(time.Time{}))
		go func() {
			for {
				text, err := lines.ReadSlice('\n')
				if err != nil {
					return // the benchmark is over
				}
				if strings.HasPrefix(string(text), mark) {
					c.arrived.Done()
				}
			}
		}()
	}
	return c
}

// hear calls and waits for the last listener.
func (c *crowd) hear(b *testing.B, call func()) time.Duration {
	b.Helper()
	c.arrived.Add(listeners)
	all := make(chan time.Time, 1)
	began := time.Now()
	go func() {
		c.arrived.Wait()
		all <- time.Now()
	}()
	call()
	select {
	case at := <-all:
		return at.Sub(began)
	case <-time.After(patience):
		b.Fatal("not every listener has heard the call")
		return 0
	}
}

// BenchmarkListeners measures from a clerk's request for the next number until the last of 2,000 listeners has the call, and
// beside it a bare net/http server. Target: 250 ms.
func BenchmarkListeners(b *testing.B) {
	const calls = 20
	load(b)
	programs(b)
	room := syscall.Rlimit{}
	must(b, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &room))
	if room.Cur = room.Max; room.Cur < 3*listeners {
		b.Fatalf("%d open files are too few", room.Cur)
	}
	must(b, syscall.Setrlimit(syscall.RLIMIT_NOFILE, &room))
	h := newHall(b)
	bare := startFloor(b, buildFloor(b), "events", "")
	ctx := context.Background()
	must(b, h.api.OpenCounter(ctx, h.key(), "12"))
	for range calls + 1 {
		_, err := h.api.TakeTicket(ctx, h.key(), wire.TakeTicket{Service: "geburtsurkunde"})
		must(b, err)
	}
	token := strings.TrimSpace(h.run("", "device", "pair", "crowd", "--kind", "display"))
	hall := listen(b, h.staff, "/api/v1/events", token, "event: ticket.called")
	plain := listen(b, bare.first, "/", "", "event: ticket.called")
	next := func() {
		_, err := h.api.Next(ctx, h.key(), "12", wire.Next{Finish: true})
		must(b, err)
	}
	post := func() {
		resp, err := http.Post("http://"+bare.first, "", nil)
		must(b, err)
		must(b, resp.Body.Close())
	}
	var ours, floors []float64
	b.ResetTimer()
	for range b.N {
		for i := range calls + 1 {
			took, least := hall.hear(b, next), plain.hear(b, post)
			if i > 0 { // the first call to a counter finishes nobody
				ours, floors = append(ours, ms(took)), append(floors, ms(least))
			}
		}
	}
	b.StopTimer()
	rss := memory(b, h.server.cmd.Process.Pid, "VmRSS")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(median(ours), "ms-median")
	b.ReportMetric(p95(ours), "ms-p95")
	b.ReportMetric(median(floors), "ms-floor-median")
	b.ReportMetric(median(ours)/median(floors), "ratio-to-floor")
	b.Logf("last of %d listeners: median %.1f ms, p95 %.1f, max %.1f; bare server: median %.1f, p95 %.1f; the server holds %.0f MB",
		listeners, median(ours), p95(ours), worst(ours), median(floors), p95(floors), rss)
	verdict(b, "call → last of 2,000 listeners, median", median(ours), 250, "ms")
	verdict(b, "call → last of 2,000 listeners, slowest", worst(ours), 250, "ms")
}
