package web_test

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"westerkappeln.de/wartemarke/assets"
	files "westerkappeln.de/wartemarke/assets/web"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func catalogueOf(t *testing.T, area, lang string) map[string]any {
	t.Helper()
	data, err := assets.I18n.ReadFile("i18n/" + area + "." + lang + ".toml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]any{}
	if err := toml.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// made are the ids that code puts together from a stable word.
func made() []string {
	var ids []string
	for _, s := range []queue.State{queue.Waiting, queue.Called, queue.Serving, queue.Missed, queue.Parked, queue.Finished, queue.Cancelled, queue.Expired} {
		ids = append(ids, "web_state_"+string(s), "phone_title_"+string(s))
	}
	for _, w := range []queue.Why{queue.WhyBooked, queue.WhyLate, queue.WhyTooLate, queue.WhyWalkIn, queue.WhyTakeBack} {
		ids = append(ids, "web_due_"+string(w), "web_why_"+string(w))
	}
	for _, a := range []queue.Action{queue.Arrive, queue.NoShow, queue.Undo, queue.Park, queue.TakeBack, queue.Forward, queue.Finish, queue.Cancel, queue.Prioritize} {
		ids = append(ids, "web_did_"+string(a))
	}
	for _, w := range []string{"paper_low", "paper_out", "cover_open", "cutter", "printer_offline", "printer_fatal", "scanner_gone", "sound_failed",
		"area_unknown", "stale", "silent", "not_printed", "print_unknown", "clock_ahead", "clock_behind", "disk_full"} {
		ids = append(ids, "web_trouble_"+w, "web_trouble_"+w+"_do")
	}
	for i := range 12 {
		ids = append(ids, "web_month_"+strconv.Itoa(i+1))
	}
	for i := range 7 {
		ids = append(ids, "web_weekday_"+strconv.Itoa(i))
	}
	for _, k := range []hall.MailKind{hall.MailConfirm, hall.MailBooked, hall.MailMoved, hall.MailCancelled, hall.MailReminder, hall.MailEarlier} {
		ids = append(ids, "web_mail_"+string(k))
	}
	return append(ids, "web_kind_kiosk", "web_kind_display", "web_language", "web_languages", "web_skip", "phone_language", "phone_languages", "phone_skip") // the last is asked for by page, of every catalogue
}

var idPattern = regexp.MustCompile(`"((?:web|phone)_[a-z0-9_]*[a-z0-9])"`)

// used are the ids that templates and code name.
func used(t *testing.T) []string {
	t.Helper()
	ids := made()
	find := func(text []byte) {
		for _, m := range idPattern.FindAllSubmatch(text, -1) {
			ids = append(ids, string(m[1]))
		}
	}
	names, err := fs.Glob(files.Templates, "templates/*.html")
	phone, err2 := fs.Glob(files.Templates, "templates/phone/*.html")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	for _, n := range append(names, phone...) {
		b, err := files.Templates.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		find(b)
	}
	code, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range code {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		find(b)
	}
	return ids
}

// TestTexts: every text exists in both languages with the same fields, and no text is left over.
func TestTexts(t *testing.T) {
	de, en := catalogueOf(t, "web", "de"), catalogueOf(t, "web", "en")
	maps.Copy(de, catalogueOf(t, "phone", "de"))
	maps.Copy(en, catalogueOf(t, "phone", "en"))
	ids := used(t)
	for _, id := range ids {
		for lang, c := range map[string]map[string]any{"de": de, "en": en} {
			if _, ok := c[id]; !ok {
				t.Errorf("%s is missing in %s", id, lang)
			}
		}
	}
	field := regexp.MustCompile(`{{\.(\w+)}}`)
	fields := func(v any) []string {
		var out []string
		if m, ok := v.(map[string]any); ok {
			v = m["other"]
		}
		s, _ := v.(string)
		for _, f := range field.FindAllStringSubmatch(s, -1) {
			out = append(out, f[1])
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	for id, text := range de {
		if !slices.Contains(ids, id) && !strings.HasPrefix(id, "web_refused_") {
			t.Errorf("%s is used nowhere", id)
		}
		if !slices.Equal(fields(text), fields(en[id])) {
			t.Errorf("%s: fields %v in German, %v in English", id, fields(text), fields(en[id]))
		}
	}
	for id := range en {
		if _, ok := de[id]; !ok {
			t.Errorf("%s is English only", id)
		}
	}
}
