package documents

import (
	"sync"
	"time"
)

// trouble is what can be wrong for all documents.
type trouble int

const (
	folderTrouble  trouble = iota // it cannot be written
	commandTrouble                // there is no scan command where one is set
	scanTrouble                   // it gives no answer
	troubleCount
)

// troubles are those of now.
type troubles struct {
	mu    sync.Mutex
	since [troubleCount]time.Time
	why   [troubleCount]string
}

// note keeps a trouble, since when it is there, and why it is there now.
func (t *troubles) note(which trouble, why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.why[which] == "" {
		t.since[which] = time.Now()
	}
	t.why[which] = why
}

func (t *troubles) clear(which ...trouble) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, w := range which {
		t.since[w], t.why[w] = time.Time{}, ""
	}
}

// Problem tells since when no document can be taken, or none be scanned, and why, in a few English words for the town's IT; zero
// and "" while all is well. The next document that is taken, or the next Sweep that finds it mended, ends it.
func (s *Store) Problem() (since time.Time, why string) {
	t := &s.troubles
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, at := range t.since {
		if t.why[i] != "" && (why == "" || at.Before(since)) {
			since, why = at, t.why[i]
		}
	}
	return since, why
}
