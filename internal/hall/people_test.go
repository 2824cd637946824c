package hall_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func TestNamesOfUsersAndDevices(t *testing.T) {
	h := newTown(t)
	put := func(name string) []error {
		return []error{h.PutUser(h.ctx, hall.User{Name: name, Role: hall.Clerk}), h.PutToken(h.ctx, sha256.Sum256([]byte(name)), hall.KindKiosk, name, "")}
	}
	for _, name := range []string{"anna", "Änne Müller-Lüdenscheid", "山田", "a", strings.Repeat("ü", 100), "foyer-1 (Tür)"} {
		for _, err := range put(name) {
			if err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
	for _, name := range []string{"", " ", " anna", "anna ", "an\nna", "anna\r", "anna\x1b[2J", "a\x00", "a\u200bnna", "\u202eanna", "anna\u00a0", "\xff", strings.Repeat("x", 101)} {
		for _, err := range put(name) {
			if r := refusal(t, err, queue.Invalid); r.Field != "name" {
				t.Errorf("%q: field %q", name, r.Field)
			}
		}
	}
}

// Two clerks called anna and Anna would be taken for each other.
func TestUsersThatDifferInCapitalLettersOnly(t *testing.T) {
	h := newTown(t)
	for range 2 { // again replaces
		if err := h.PutUser(h.ctx, hall.User{Name: "Änne", Role: hall.Clerk}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"änne", "ÄNNE"} {
		if r := refusal(t, h.PutUser(h.ctx, hall.User{Name: name, Role: hall.Admin}), queue.Conflict); r.Field != "name" {
			t.Errorf("field %q", r.Field)
		}
	}
	if users, err := h.Users(h.ctx); err != nil || len(users) != 1 || users[0].Role != hall.Clerk {
		t.Errorf("%+v, %v", users, err)
	}
}

// Who leaves can neither sign in nor act by a token, also when somebody of the same name comes.
func TestRemoveUser(t *testing.T) {
	h := newTown(t)
	for _, name := range []string{"anna", "ben"} {
		if err := h.PutUser(h.ctx, hall.User{Name: name, Role: hall.Clerk}); err != nil {
			t.Fatal(err)
		}
		if err := h.PutToken(h.ctx, sha256.Sum256([]byte(name)), hall.KindUser, name, ""); err != nil {
			t.Fatal(err)
		}
	}
	refusal(t, h.RemoveUser(h.ctx, lead, "anna"), queue.NotAllowed)
	refusal(t, h.RemoveUser(h.ctx, operator, "Anna"), queue.NotFound)
	if err := h.RemoveUser(h.ctx, operator, "anna"); err != nil {
		t.Fatal(err)
	}
	refusal(t, h.RemoveUser(h.ctx, operator, "anna"), queue.NotFound)
	_, err := h.User(h.ctx, "anna")
	refusal(t, err, queue.NotFound)
	if err := h.PutUser(h.ctx, hall.User{Name: "anna", Role: hall.Clerk}); err != nil {
		t.Fatal(err)
	}
	_, _, err = h.ByToken(h.ctx, sha256.Sum256([]byte("anna")))
	refusal(t, err, queue.NotFound)
	if a, _, err := h.ByToken(h.ctx, sha256.Sum256([]byte("ben"))); err != nil || a.ID != "ben" {
		t.Errorf("%+v, %v", a, err)
	}
}
