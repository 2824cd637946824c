package stream

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
)

// BenchmarkListeners measures how long a call takes to reach the last of 2,000 open streams over TCP. The target is
// 250 ms.
func BenchmarkListeners(b *testing.B) {
	const listeners = 2000
	f := newFakeHall(0)
	h := start(b, f)
	encode := Once(func(e hall.Event) []byte { return fmt.Appendf(nil, `{"seq":%d,"type":%q}`, e.Seq, e.Type) })
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeStaff(w, r, 0, func(e hall.Event) ([]byte, string, bool) { return encode(e), e.Type, true })
	}))
	defer s.Close()
	defer s.CloseClientConnections()

	var arrived sync.WaitGroup
	for range listeners {
		conn, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
			b.Fatal(err)
		}
		lines := bufio.NewReaderSize(conn, 512)
		for { // the stream is open once its first comment is here
			line, err := lines.ReadString('\n')
			if err != nil {
				b.Fatal(err)
			}
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
				if strings.HasPrefix(line, "data:") {
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
		f.write(hall.Event{Type: "ticket.called"})
		arrived.Wait()
		slowest = max(slowest, time.Since(began))
	}
	b.ReportMetric(float64(slowest.Microseconds())/1000, "ms-slowest")
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms/call")
}
