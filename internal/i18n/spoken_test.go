package i18n_test

import (
	"fmt"
	"testing"

	"westerkappeln.de/wartemarke/internal/i18n"
)

func TestSpoken(t *testing.T) {
	for _, c := range []struct{ number, de, en string }{
		{"A017", "A siebzehn", "A seventeen"},
		{"A000", "A null", "A zero"},
		{"B001", "B eins", "B one"},
		{"B007", "B sieben", "B seven"},
		{"C012", "C zwölf", "C twelve"},
		{"C016", "C sechzehn", "C sixteen"},
		{"C020", "C zwanzig", "C twenty"},
		{"C021", "C einundzwanzig", "C twenty-one"},
		{"C030", "C dreißig", "C thirty"},
		{"C066", "C sechsundsechzig", "C sixty-six"},
		{"C100", "C einhundert", "C one hundred"},
		{"C101", "C einhunderteins", "C one hundred and one"},
		{"C111", "C einhundertelf", "C one hundred and eleven"},
		{"C121", "C einhunderteinundzwanzig", "C one hundred and twenty-one"},
		{"C700", "C siebenhundert", "C seven hundred"},
		{"C999", "C neunhundertneunundneunzig", "C nine hundred and ninety-nine"},
		{"AB042", "AB zweiundvierzig", "AB forty-two"},
		{"042", "zweiundvierzig", "forty-two"},
		{"A1000", "A1000", "A1000"},
		{"A", "A", "A"},
		{"", "", ""},
	} {
		if got := i18n.Spoken("de", c.number); got != c.de {
			t.Errorf("de %s: %q, want %q", c.number, got, c.de)
		}
		if got := i18n.Spoken("en-GB", c.number); got != c.en {
			t.Errorf("en %s: %q, want %q", c.number, got, c.en)
		}
	}
	if got := i18n.Spoken("de-simple", "A017"); got != "A siebzehn" {
		t.Errorf("de-simple: %q", got)
	}
	if got := i18n.Spoken("nl", "A017"); got != "A 17" {
		t.Errorf("nl: %q", got)
	}
}

// Two numbers that sound alike would send two people to one counter.
func TestSpokenNumbersDiffer(t *testing.T) {
	for _, lang := range []string{"de", "en", "nl"} {
		said := map[string]string{}
		for n := range 1000 {
			number := fmt.Sprintf("A%03d", n)
			s := i18n.Spoken(lang, number)
			if said[s] != "" {
				t.Errorf("%s: %s and %s are both %q", lang, said[s], number, s)
			}
			said[s] = number
		}
	}
}
