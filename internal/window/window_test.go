package window

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"westerkappeln.de/wartemarke/internal/config"
)

func TestExitCodes(t *testing.T) {
	write := func(content string) string {
		file := filepath.Join(t.TempDir(), "wartemarke.toml")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for _, c := range []struct {
		name string
		args []string
		show error
		want int
	}{
		{"fine", []string{"--config", write("")}, nil, ExitFine},
		{"unknown flag", []string{"--frobnicate"}, nil, ExitUsage},
		{"no such file", []string{"--config", filepath.Join(t.TempDir(), "none.toml")}, nil, ExitFailed},
		{"unknown key", []string{"--config", write("[kiosk]\nservre = \"http://127.0.0.1:1\"\n")}, nil, ExitFailed},
		{"no screen", []string{"--config", write("")}, errors.New("no screen"), ExitFailed},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := Program{Name: "test", Show: func(config.Config) error { return c.show }}
			if got := p.Main(c.args); got != c.want {
				t.Errorf("exit code %d, want %d", got, c.want)
			}
		})
	}
}

func TestPlainWindow(t *testing.T) {
	w := test.NewTempApp(t).NewWindow("")
	w.SetPadded(false)
	t.Setenv(EnvSize, "1080x1920")
	if err := Fill(w, false); err != nil || w.Canvas().Size() != fyne.NewSize(1080, 1920) {
		t.Errorf("size %v, error %v", w.Canvas().Size(), err)
	}
	for _, plain := range []string{"large", "1080", "0x100", "-1x5"} {
		t.Setenv(EnvSize, plain)
		if err := Fill(w, true); err == nil {
			t.Errorf("%q is taken for a size", plain)
		}
	}
}
