package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A folder of an import must not hold what is ours: the importer moves away what it finds.
func TestImportFolders(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"data/lists", "etc", "lists", "secrets"} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("../data", filepath.Join(dir, "etc", "link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../secrets", filepath.Join(dir, "lists", "hidden")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		folder, more string
		want         string // "" = fine
	}{
		"of its own":             {"lists", "", ""},
		"not there yet":          {"lists/new", "", ""},
		"a name that begins so":  {"data2", "", ""},
		"the data":               {"data", "", "lies in site.data"},
		"the data with a slash":  {"data/", "", "lies in site.data"},
		"the data by a link":     {"etc/link", "", "lies in site.data"},
		"in the data":            {"data/lists", "", "lies in site.data"},
		"to be in the data":      {"data/new/lists", "", "lies in site.data"},
		"in the data by a link":  {"etc/link/new", "", "lies in site.data"},
		"by dots":                {"lists/../data", "", "lies in site.data"},
		"over the data":          {".", "", "lies in site.data"},
		"the configuration":      {"etc", "", "holds the file of the configuration"},
		"the key":                {"lists", "[site]\nkey_file = \"DIR/lists/document.key\"\n", "holds the file of site.key_file"},
		"the key by a link":      {"secrets", "[site]\nkey_file = \"DIR/lists/hidden/document.key\"\n", "holds the file of site.key_file"},
		"the mail's password":    {"secrets", "[mail]\npassword_file = \"DIR/secrets/mail\"\n", "holds the file of mail.password_file"},
		"a token of a terminal":  {"secrets", "[kiosk]\ntoken_file = \"DIR/secrets/kiosk\"\n", "holds the file of kiosk.token_file"},
		"a token of a board":     {"secrets", "[display]\ntoken_file = \"DIR/secrets/board\"\n", "holds the file of display.token_file"},
		"a token of another one": {"secrets", "[[import]]\nurl = \"https://a.example\"\ntoken_file = \"DIR/secrets/a\"\n", "holds the file of import[2].token_file"},
	} {
		t.Run(name, func(t *testing.T) {
			file := "[[import]]\nfolder = \"DIR/" + c.folder + "\"\n" + c.more
			_, err := Parse(filepath.Join(dir, "etc", "x.toml"), []byte(strings.ReplaceAll(file, "DIR", dir)),
				[]string{"WARTEMARKE_SITE_DATA=" + filepath.Join(dir, "data")})
			switch {
			case c.want == "" && err == nil:
			case c.want == "" || err == nil || !strings.Contains(err.Error(), "x.toml:2: import[1].folder: ") || !strings.Contains(err.Error(), c.want):
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestCheckFiles(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{"good": "secret\n", "empty": "", "blank": "\nsecret\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct{ file, want string }{
		"all there":          {"[mail]\nhost = \"h\"\nfrom = \"a@b.de\"\nuser = \"u\"\npassword_file = \"DIR/good\"\n", ""},
		"missing password":   {"[mail]\nhost = \"h\"\nfrom = \"a@b.de\"\nuser = \"u\"\npassword_file = \"DIR/none\"\n", "x.toml:5: mail.password_file: DIR/none: no such file"},
		"empty password":     {"[mail]\nhost = \"h\"\nfrom = \"a@b.de\"\nuser = \"u\"\npassword_file = \"DIR/empty\"\n", "x.toml:5: mail.password_file: DIR/empty has no first line"},
		"mail is not used":   {"[mail]\npassword_file = \"DIR/none\"\n", ""},
		"missing token":      {"[[import]]\nurl = \"https://a.example\"\ntoken_file = \"DIR/none\"\n", "x.toml:3: import[1].token_file: DIR/none: no such file"},
		"blank token":        {"[[import]]\nurl = \"https://a.example\"\ntoken_file = \"DIR/blank\"\n", "x.toml:3: import[1].token_file: DIR/blank has no first line"},
		"no data":            {"[site]\ndata = \"DIR/nowhere\"\n", "x.toml:2: site.data: DIR/nowhere: no such file or directory; make the folder"},
		"data is a file":     {"[site]\ndata = \"DIR/good\"\n", "x.toml:2: site.data: DIR/good is not a folder"},
		"data that is there": {"[site]\ndata = \"DIR\"\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := strings.ReplaceAll(c.file, "DIR", dir)
			if !strings.Contains(file, "[site]") {
				file += "[site]\ndata = \"" + dir + "\"\n"
			}
			cfg, err := Parse("x.toml", []byte(file), nil)
			if err != nil {
				t.Fatal(err)
			}
			err = cfg.CheckFiles()
			want := strings.ReplaceAll(c.want, "DIR", dir)
			if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
				t.Errorf("got %v, want %q", err, want)
			}
			if err != nil && strings.Contains(err.Error(), "secret\n") {
				t.Error("the error quotes a secret")
			}
			if derr := cfg.CheckData(); (derr != nil) != strings.Contains(want, "site.data") {
				t.Errorf("data: %v", derr)
			}
		})
	}
	_, err := Parse("x.toml", nil, []string{"WARTEMARKE_SITE_DATA="})
	if p := (Problems{}); !errors.As(err, &p) {
		t.Errorf("got %v", err)
	}
	cfg, err := Parse("x.toml", nil, []string{"WARTEMARKE_SITE_DATA=" + dir + "/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	if err := cfg.CheckData(); err == nil || !strings.HasPrefix(err.Error(), "environment WARTEMARKE_SITE_DATA: site.data: ") {
		t.Errorf("got %v", err)
	}
}
