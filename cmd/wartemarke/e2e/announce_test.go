//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// announcements reads what the board said so far: how often each number was announced whole. Announcements that overlap
// fail the test.
func (s *scene) announcements(t *testing.T) map[string]int {
	t.Helper()
	data, err := os.ReadFile(s.path("announced"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	said := map[string]int{}
	speaking := ""
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		var e struct{ Number, Event string }
		if line == "" || json.Unmarshal([]byte(line), &e) != nil {
			continue // the last line may be half written
		}
		switch e.Event {
		case "start":
			if speaking != "" {
				t.Fatalf("%s was announced over %s", e.Number, speaking)
			}
			speaking = e.Number
		case "end":
			speaking = ""
			said[e.Number]++
		}
	}
	return said
}
