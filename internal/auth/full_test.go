package auth_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
)

// disk is a store that a test can fill up.
type disk struct {
	hall.Store
	full    atomic.Bool
	refused atomic.Int64
}

func (d *disk) Update(ctx context.Context, fn func(hall.Tx) error) error {
	if d.full.Load() {
		d.refused.Add(1)
		return fmt.Errorf("commit: %w", hall.ErrFull)
	}
	return d.Store.Update(ctx, fn)
}

// logged is what was logged.
type logged struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func into(l *logged) func(*auth.Config) {
	return func(c *auth.Config) { c.Log = slog.New(slog.NewTextHandler(l, nil)) }
}

// While the disk is full, clerks go on reading: the time of their last request is kept in memory, tried again once a
// minute, logged once, and ends an idle session as ever.
func TestFullDiskEndsNoSession(t *testing.T) {
	var log logged
	d := newDesk(t, into(&log))
	b, idle := d.browser(), d.browser()
	d.signIn(b, "clara", password)
	d.signIn(idle, "clara", password)
	d.disk.full.Store(true)
	for range 30 { // three hours, longer than Idle
		d.later(6 * time.Minute)
		for range 3 {
			if status, who, _ := d.get(b, "/who"); status != http.StatusOK || who != "true staff clara clerk" {
				t.Fatalf("%d %q", status, who)
			}
		}
	}
	if n := d.disk.refused.Load(); n != 30 {
		t.Errorf("%d attempts to write", n)
	}
	if status, who, header := d.get(idle, "/who"); status != http.StatusOK || who != "false" {
		t.Errorf("an idle session: %d %q %v", status, who, header)
	}
	d.disk.full.Store(false)
	d.later(2 * time.Minute)
	d.get(b, "/who")
	d.later(auth.Idle - time.Minute)
	if _, who, _ := d.get(b, "/who"); who != "true staff clara clerk" {
		t.Errorf("with room again: %q", who)
	}
	d.later(auth.Idle + time.Minute)
	if _, who, _ := d.get(b, "/who"); who != "false" {
		t.Errorf("idle: %q", who)
	}
	if n := strings.Count(log.String(), "\n"); n != 2 || !strings.Contains(log.String(), "in memory only") || !strings.Contains(log.String(), "stored again") {
		t.Errorf("logged:\n%s", log.String())
	}
}

// Nobody can sign in on a full disk, and is told so in one answer, without a cookie that is worth nothing.
func TestSignInOnAFullDisk(t *testing.T) {
	var log logged
	d := newDesk(t, into(&log))
	b := d.browser()
	d.signIn(b, "clara", password)
	d.disk.full.Store(true)
	for name, browser := range map[string]*http.Client{"new": d.browser(), "signed in": b} {
		if status, body, header := d.signIn(browser, "clara", password); status != http.StatusInsufficientStorage || strings.Contains(body, "\n") || header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d %q %q", name, status, body, header.Get("Set-Cookie"))
		}
	}
	if _, who, _ := d.get(b, "/who"); who != "true staff clara clerk" {
		t.Errorf("the session before: %q", who)
	}
	if log.String() != "" {
		t.Errorf("logged:\n%s", log.String())
	}
	d.disk.full.Store(false)
	if status, _, _ := d.signIn(d.browser(), "clara", password); status != http.StatusOK {
		t.Errorf("with room again: %d", status)
	}
}
