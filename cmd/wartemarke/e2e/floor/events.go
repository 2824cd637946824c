//go:build e2e

package main

import (
	"fmt"
	"net"
	"net/http"
	"sync"
)

// line is one event as long as those of the hall.
const line = "id: 1\nevent: ticket.called\ndata: {%0500d}\n\n"

// events serves until it is killed.
func events() error {
	var mu sync.Mutex
	wake := make(chan struct{})
	event := fmt.Appendf(nil, line, 0)
	listen := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		out := http.NewResponseController(w)
		for text := []byte(": connected\n\n"); ; text = event {
			mu.Lock()
			next := wake
			mu.Unlock()
			if _, err := w.Write(text); err != nil || out.Flush() != nil {
				return // gone
			}
			select {
			case <-next:
			case <-r.Context().Done():
				return
			}
		}
	}
	call := func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		close(wake)
		wake = make(chan struct{})
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", listen)
	mux.HandleFunc("POST /", call)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(ln.Addr())
	return http.Serve(ln, mux)
}
