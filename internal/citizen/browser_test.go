package citizen_test

import (
	"testing"

	"westerkappeln.de/wartemarke/internal/page/browsertest"
)

func TestMain(m *testing.M) { browsertest.Main(m) }

// tab is a citizen's browser.
type tab struct {
	browsertest.Tab
	t testing.TB
}

func newTab(t testing.TB, width, height int64) tab {
	t.Helper()
	return tab{browsertest.New(t, "citizen", width, height), t}
}

// sizes are a telephone and a whole screen.
var sizes = []struct{ width, height int64 }{{390, 844}, {1280, 900}}
