package importer

import (
	"fmt"
	"time"
)

// few appointments may all go at once; of more, a list may cancel at most half.
const few = 10

// Gone gives the keys of known appointments that a whole list no longer has: the other system has cancelled them. known are
// the keys and times of what the same source has given before and that still holds; only what starts after now counts. listed
// are the keys of the list's rows, in the form that known has (the hall keeps hashes). The error is Issues, and nothing may
// be cancelled, when more than half of more than 10 would go: that smells like a broken export.
func Gone(known map[string]time.Time, listed map[string]bool, now time.Time) ([]string, error) {
	var gone []string
	future := 0
	for key, start := range known {
		if !start.After(now) {
			continue
		}
		future++
		if !listed[key] {
			gone = append(gone, key)
		}
	}
	if future > few && 2*len(gone) > future {
		return nil, Issues{{Message: fmt.Sprintf("%d of %d known appointments are no longer in the list; that would cancel more than half, and smells like a broken export", len(gone), future)}}
	}
	return gone, nil
}
