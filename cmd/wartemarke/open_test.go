package main

import (
	"errors"
	"fmt"
	"testing"

	"westerkappeln.de/wartemarke/internal/queue"
)

func TestExplain(t *testing.T) {
	noUser := tell(&queue.Refusal{Code: queue.NotFound}, queue.NotFound, "", "There is no user %q", "x")
	for want, err := range map[string]error{
		"plain": errors.New("plain"),
		"We did not find that. Please check what you entered or ask at the desk. (not_found)":                                  &queue.Refusal{Code: queue.NotFound},
		"Something you entered is not valid. Please check it. (invalid service pass)":                                          &queue.Refusal{Code: queue.Invalid, Field: "service", Service: "pass"},
		"Nothing was changed: the database cannot be written. Its disk is full (df -h) or faulty (journalctl -k). (disk_full)": fmt.Errorf("add: %w", &queue.Refusal{Code: queue.DiskFull}),
		`There is no user "x" (not_found)`: fmt.Errorf("twice: %w", noUser),
		"other":                            tell(errors.New("other"), queue.NotFound, "", "not this"),
		"Something you entered is not valid. Please check it. (invalid role)": tell(&queue.Refusal{Code: queue.Invalid, Field: "role"}, queue.Invalid, "name", "not this"),
	} {
		if got := explain(err); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}
