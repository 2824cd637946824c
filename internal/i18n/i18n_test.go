package i18n_test

import (
	"testing"

	"westerkappeln.de/wartemarke/internal/i18n"
)

func TestForChoosesLanguage(t *testing.T) {
	b, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		ask  []string
		want string
	}{
		{"plain", []string{"en"}, "en"},
		{"accept-language", []string{"fr;q=0.9, en-GB;q=0.8"}, "en"},
		{"austrian", []string{"de-AT"}, "de"},
		{"nothing", nil, "de"},
		{"unknown", []string{"xx"}, "de"},
		{"garbage", []string{";;;\x00"}, "de"},
		{"second choice", []string{"xx", "en"}, "en"},
	} {
		if got := b.For(c.ask...).Lang; got != c.want {
			t.Errorf("%s: For(%q).Lang = %q, want %q", c.name, c.ask, got, c.want)
		}
	}
}

func TestOfACatalogue(t *testing.T) {
	b, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	for catalogue, want := range map[string]string{"book": "pl", "errors": "en"} {
		if got := b.Of(catalogue).For("pl, en;q=0.5").Lang; got != want {
			t.Errorf("%s: %s", catalogue, got)
		}
	}
}

func TestUnknownIDIsShownAsItself(t *testing.T) {
	b, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	if got := b.For("de").T("no_such_message"); got != "no_such_message" {
		t.Errorf("T = %q", got)
	}
}
