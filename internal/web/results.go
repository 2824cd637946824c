package web

import (
	"sync"
	"time"

	"westerkappeln.de/wartemarke/internal/page"
)

// Result is what became of a form: one sentence, and whether it was done.
type Result struct {
	Good bool
	Text string
}

// resultLife is how long a result waits for the page that shows it.
const resultLife = 2 * time.Minute

// maxResults bounds the memory; the oldest are dropped.
const maxResults = 512

// results keeps the outcome of a form over the redirect to the page that shows it, once. They live in memory: after a
// restart the page still shows the true state, only without the sentence.
type results struct {
	now Clock
	mu  sync.Mutex
	all map[string]kept
}

type kept struct {
	who    string
	result Result
	at     time.Time
}

func newResults(now Clock) *results { return &results{now: now, all: map[string]kept{}} }

// put keeps r for the actor who and gives the id that take wants.
func (rs *results) put(who string, r Result) string {
	id := page.RandomKey()
	now := rs.now()
	rs.mu.Lock()
	defer rs.mu.Unlock()
	oldest, oldestAt := "", now
	for k, v := range rs.all {
		switch {
		case now.Sub(v.at) > resultLife:
			delete(rs.all, k)
		case !v.at.After(oldestAt):
			oldest, oldestAt = k, v.at
		}
	}
	if len(rs.all) >= maxResults {
		delete(rs.all, oldest)
	}
	rs.all[id] = kept{who: who, result: r, at: now}
	return id
}

// take gives the result once, to the same actor; nil if there is none.
func (rs *results) take(who, id string) *Result {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	k, ok := rs.all[id]
	if !ok || k.who != who || rs.now().Sub(k.at) > resultLife {
		return nil
	}
	delete(rs.all, id)
	return &k.result
}
