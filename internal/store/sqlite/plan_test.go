package sqlite

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// What runs in every check-in must be found by an index that leads to it, not by going through the day.
func TestQueryPlans(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "hall.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	for query, index := range map[string]string{
		ticketOfAppointment: "tickets_appointment",
		ticketByNumber:      "tickets_number",
		openTickets:         "tickets_day",
		openBefore:          "tickets_open",
		lastFinished:        "tickets_day",
		announced:           "events_announced",
	} {
		args := make([]any, strings.Count(query, "?"))
		for i := range args {
			args[i] = "x"
		}
		rows, err := s.writer.db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, detail)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(plan, "\n"), index) {
			t.Errorf("%s\nis not found by %s:\n%s", query, index, strings.Join(plan, "\n"))
		}
	}
}
