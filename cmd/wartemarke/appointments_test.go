package main

import (
	"errors"
	"strings"
	"testing"
)

func TestPersonOfAnAppointment(t *testing.T) {
	for _, tt := range []struct {
		what           string
		name, mail, in string
		wantName, want string
		wrong          bool
	}{
		{what: "nobody"},
		{what: "arguments", name: "Erika Muster", mail: "e@example.org", wantName: "Erika Muster", want: "e@example.org"},
		{what: "both from standard input", name: "-", mail: "-", in: "Erika Muster\ne@example.org\n", wantName: "Erika Muster", want: "e@example.org"},
		{what: "Windows' lines, the last not ended", name: "-", mail: "-", in: "Erika Muster\r\ne@example.org", wantName: "Erika Muster", want: "e@example.org"},
		{what: "only the name", name: "-", in: "Erika Muster\n", wantName: "Erika Muster"},
		{what: "only the mail", name: "Erika Muster", mail: "-", in: "e@example.org\n", wantName: "Erika Muster", want: "e@example.org"},
		{what: "nothing comes", name: "-", mail: "-"},
		{what: "a line break", name: "Erika\nMuster", wrong: true},
		{what: "a terminal's sequence", name: "Erika\x1b[2J", wrong: true},
		{what: "a long name", name: strings.Repeat("x", 201), wrong: true},
		{what: "no mail", mail: "erika", wrong: true},
		{what: "a mail with a name", mail: "Erika <e@example.org>", wrong: true},
		{what: "no mail from standard input", mail: "-", in: "erika\n", wrong: true},
	} {
		t.Run(tt.what, func(t *testing.T) {
			name, mail, err := (&addCmd{Name: tt.name, Mail: tt.mail}).person(strings.NewReader(tt.in))
			if tt.wrong {
				if !errors.Is(err, errUsage) {
					t.Errorf("taken as %q, %q: %v", name, mail, err)
				}
				return
			}
			if name != tt.wantName || mail != tt.want || err != nil {
				t.Errorf("got %q, %q, %v", name, mail, err)
			}
		})
	}
}
