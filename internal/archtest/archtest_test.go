// Package archtest holds the direction of dependencies: who may import whom (docs/architecture.md).
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "westerkappeln.de/wartemarke/"

// rules is the import table: for each package (or tree, with a trailing slash) what it may import of ours. The longest
// matching name counts.
var rules = map[string][]string{
	"internal/catalogue":        {},
	"internal/queue":            {},
	"internal/wire":             {},
	"internal/clock":            {},
	"assets/":                   {},
	"devices/":                  {"devices/port", "devices/evdev", "devices/escpos"},
	"internal/booking":          {"internal/catalogue", "internal/queue"},
	"internal/config":           {"internal/queue", "internal/booking"},
	"internal/i18n":             {"assets/"},
	"internal/look":             {"assets/"},
	"internal/window":           {"internal/config"},
	"internal/hall":             {"internal/queue", "internal/booking", "internal/catalogue"},
	"internal/store/":           {"internal/hall", "internal/queue", "internal/booking", "internal/catalogue"},
	"internal/importer":         {"internal/hall", "internal/queue", "internal/booking", "internal/catalogue"},
	"internal/calendar":         {"internal/booking", "internal/catalogue", "internal/queue"},
	"internal/mail":             {"internal/hall", "internal/queue", "internal/booking", "internal/catalogue", "internal/calendar", "internal/config", "internal/i18n", "assets/"},
	"internal/mail/mailtest":    {},
	"internal/documents":        {"internal/queue"},
	"internal/visitor":          {},
	"internal/stream":           {"internal/hall"},
	"internal/auth":             {"internal/hall", "internal/queue"},
	"internal/api":              {"internal/wire", "internal/hall", "internal/auth", "internal/queue", "internal/booking", "internal/catalogue", "internal/calendar", "internal/visitor", "internal/i18n", "internal/stream"},
	"internal/page/browsertest": {},
	"internal/page":             {"internal/i18n", "assets/"},
	"internal/web":              {"internal/page", "internal/hall", "internal/auth", "internal/queue", "internal/booking", "internal/catalogue", "internal/documents", "internal/visitor", "internal/i18n", "internal/stream", "assets/"},
	"internal/citizen":          {"internal/page", "internal/hall", "internal/queue", "internal/booking", "internal/catalogue", "internal/calendar", "internal/documents", "internal/visitor", "internal/i18n", "assets/"},
	"internal/api/client":       {"internal/wire"},
	"kiosk/flow":                {"internal/wire", "internal/booking"},
	"display/board":             {"internal/wire"},
	"kiosk":                     {"kiosk/", "internal/wire", "devices/", "internal/look", "internal/i18n", "internal/clock", "assets/"},
	"display":                   {"display/", "internal/wire", "devices/", "internal/look", "internal/i18n", "internal/clock", "assets/"},
	"cmd/":                      {""},
	"internal/demo":             {""},
	"internal/archtest":         {},
}

// pure packages may not do I/O, look at the clock, or start anything: they do not even import what could.
var pure = []string{"internal/queue", "internal/booking", "internal/catalogue", "kiosk/flow", "display/board"}

var impure = []string{"os", "net", "net/http", "database/sql", "crypto/rand", "math/rand", "math/rand/v2", "log", "log/slog", "sync", "context"}

type pkg struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags", "x11", "-deps=false", "-json=ImportPath,Imports,Deps", module+"...")
	out, err := cmd.Output()
	if err != nil {
		var ee *exec.ExitError
		if errors.As(err, &ee) {
			t.Fatalf("go list: %s", ee.Stderr)
		}
		t.Fatal(err)
	}
	var all []pkg
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		switch err := d.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// ruleFor finds the rule with the longest matching name.
func ruleFor(path string) (allowed []string, ok bool) {
	best := -1
	for name, a := range rules {
		if (name == path || strings.HasSuffix(name, "/") && strings.HasPrefix(path+"/", name)) && len(name) > best {
			best, allowed, ok = len(name), a, true
		}
	}
	return allowed, ok
}

func permitted(path string, allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		return a == path || a == "" || strings.HasSuffix(a, "/") && strings.HasPrefix(path+"/", a)
	})
}

func TestImportsKeepTheTable(t *testing.T) {
	for _, p := range packages(t) {
		path := strings.TrimPrefix(p.ImportPath, module)
		allowed, ok := ruleFor(path)
		if !ok {
			t.Errorf("%s is not in the import table", path)
			continue
		}
		for _, i := range p.Imports {
			if ours, found := strings.CutPrefix(i, module); found && !permitted(ours, allowed) {
				t.Errorf("%s may not import %s", path, ours)
			}
		}
	}
}

func TestPurePackagesImportNothingThatActs(t *testing.T) {
	for _, p := range packages(t) {
		if !slices.Contains(pure, strings.TrimPrefix(p.ImportPath, module)) {
			continue
		}
		for _, i := range p.Imports {
			if slices.Contains(impure, i) {
				t.Errorf("%s is pure and may not import %s", p.ImportPath, i)
			}
		}
	}
}

func TestServerLinksNoGraphics(t *testing.T) {
	for _, p := range packages(t) {
		if p.ImportPath != module+"cmd/wartemarke" {
			continue
		}
		for _, d := range p.Deps {
			if strings.HasPrefix(d, "fyne.io/") {
				t.Errorf("cmd/wartemarke links %s", d)
			}
		}
	}
}
