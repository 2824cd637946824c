package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

type writerKey struct{}

// withSession loads the session of the request's cookie. Whoever changes a session writes it and its cookie at once, before
// the page answers, and not after the page like scs's own middleware: on a full disk that would put its error into half of
// an answer.
func (a *Auth) withSession(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		token := ""
		if c, err := r.Cookie(CookieName); err == nil {
			token = c.Value
		}
		ctx, err := a.sessions.Load(r.Context(), token)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(ctx, writerKey{}, w)))
	})
}

// begin stores the session in ctx and gives its cookie to the browser.
func (a *Auth) begin(ctx context.Context) error {
	token, expiry, err := a.sessions.Commit(ctx)
	if err != nil {
		return err
	}
	if w, ok := ctx.Value(writerKey{}).(http.ResponseWriter); ok {
		a.sessions.WriteSessionCookie(ctx, w, token, expiry)
	}
	return nil
}

// end deletes the session in ctx and its cookie.
func (a *Auth) end(ctx context.Context) error {
	if err := a.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("end session: %w", err)
	}
	if w, ok := ctx.Value(writerKey{}).(http.ResponseWriter); ok {
		a.sessions.WriteSessionCookie(ctx, w, "", time.Time{})
	}
	return nil
}

// marks are the times of last requests that could not be stored, by the hash of the session's token: on a full disk clerks
// must still see who waits.
type marks struct {
	mu     sync.Mutex
	kept   map[[32]byte]time.Time
	broken bool // the last one could not be stored
}

// seen gives when the session in ctx was last used.
func (a *Auth) seen(ctx context.Context) time.Time {
	stored := time.Unix(a.sessions.GetInt64(ctx, keySeen), 0)
	a.marks.mu.Lock()
	defer a.marks.mu.Unlock()
	if kept := a.marks.kept[HashToken(a.sessions.Token(ctx))]; kept.After(stored) {
		return kept
	}
	return stored
}

// mark stores that the session in ctx was used now, in a copy of the session, so that nothing else of the request depends
// on it. What cannot be stored is kept in memory until it can; only the change from one to the other is logged.
func (a *Auth) mark(ctx context.Context, now time.Time) {
	token := a.sessions.Token(ctx)
	err := a.store(token, now)
	a.marks.mu.Lock()
	defer a.marks.mu.Unlock()
	switch {
	case err != nil && !a.marks.broken:
		a.cfg.Log.Warn("last use of sessions is kept in memory only", "error", err)
	case err == nil && a.marks.broken:
		a.cfg.Log.Info("last use of sessions is stored again")
	}
	a.marks.broken = err != nil
	if err == nil {
		delete(a.marks.kept, HashToken(token))
		return
	}
	for hash, t := range a.marks.kept {
		if now.Sub(t) > Idle {
			delete(a.marks.kept, hash)
		}
	}
	a.marks.kept[HashToken(token)] = now
}

func (a *Auth) store(token string, now time.Time) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeLimit)
	defer cancel()
	ctx, err := a.sessions.Load(ctx, token)
	if err != nil {
		return err
	}
	if a.sessions.GetString(ctx, keyUser) == "" {
		return nil // ended meanwhile; storing it would bring it back
	}
	a.sessions.Put(ctx, keySeen, now.Unix())
	_, _, err = a.sessions.Commit(ctx)
	return err
}

// isFull tells whether nothing can be written.
func isFull(err error) bool {
	var refusal *queue.Refusal
	return errors.As(err, &refusal) && refusal.Code == queue.DiskFull
}
