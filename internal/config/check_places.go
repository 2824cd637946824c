package config

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// checkPlaces refuses folders of imports that hold, or lie in, what is ours: files in them are moved away. file is the
// configuration's.
func checkPlaces(c Config, file string) Problems {
	var p Problems
	ours := []struct{ what, path string }{
		{"the configuration", file}, {"site.key_file", c.Site.KeyFile}, {"mail.password_file", c.Mail.PasswordFile},
		{"kiosk.token_file", c.Kiosk.TokenFile}, {"display.token_file", c.Display.TokenFile},
	}
	for i, im := range c.Import {
		ours = append(ours, struct{ what, path string }{fmt.Sprintf("import[%d].token_file", i+1), im.TokenFile})
	}
	data := resolved(c.Site.Data)
	before := map[string]int{}
	for i, im := range c.Import {
		if im.Folder == "" {
			continue
		}
		folder, message := resolved(im.Folder), ""
		switch {
		case c.Site.Data != "" && (holds(folder, data) || holds(data, folder)):
			message = "is, holds, or lies in site.data, the folder of the database; give a folder that has nothing but lists"
		case before[folder] > 0:
			message = fmt.Sprintf("is that of import[%d], too", before[folder])
		}
		for _, o := range ours {
			if message == "" && o.path != "" && holds(folder, resolved(o.path)) {
				message = "holds the file of " + o.what + "; give a folder that has nothing but lists"
			}
		}
		if message != "" {
			p = append(p, Problem{Key: fmt.Sprintf("import[%d].folder", i+1), Message: message})
		}
		before[folder] = cmp.Or(before[folder], i+1)
	}
	return p
}

// resolved is a path without links, as far as it exists and can be looked at.
func resolved(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = filepath.Clean(path)
	}
	rest := ""
	for dir := abs; ; dir = filepath.Dir(dir) {
		if found, err := filepath.EvalSymlinks(dir); err == nil {
			return filepath.Join(found, rest)
		}
		if dir == filepath.Dir(dir) {
			return abs
		}
		rest = filepath.Join(filepath.Base(dir), rest)
	}
}

// holds tells whether path is the folder or lies somewhere in it.
func holds(folder, path string) bool {
	inside, err := filepath.Rel(folder, path)
	return err == nil && inside != ".." && !strings.HasPrefix(inside, ".."+string(filepath.Separator))
}

// CheckData tells whether the folder of the database is there. The error is Problems.
func (c Config) CheckData() error {
	return c.problems(c.checkData())
}

// CheckFiles is CheckData, and tells whether the server can read the secrets that the file names. Only the server is meant to be
// able to: other programs use the same file. The error is Problems.
func (c Config) CheckFiles() error {
	p := c.checkData()
	secret := func(key, file string) {
		if file == "" {
			return
		}
		if value, err := Secret("", file); err != nil {
			p = append(p, Problem{Key: key, Message: said(err)})
		} else if value == "" {
			p = append(p, Problem{Key: key, Message: file + " has no first line; it must be the secret"})
		}
	}
	if c.Mail.Host != "" {
		secret("mail.password_file", c.Mail.PasswordFile)
	}
	for i, im := range c.Import {
		secret(fmt.Sprintf("import[%d].token_file", i+1), im.TokenFile)
	}
	return c.problems(p)
}

func (c Config) checkData() Problems {
	info, err := os.Stat(c.Site.Data)
	switch {
	case err != nil:
		return Problems{{Key: "site.data", Message: said(err) + "; make the folder, and give it to the user of the server"}}
	case !info.IsDir():
		return Problems{{Key: "site.data", Message: c.Site.Data + " is not a folder"}}
	}
	return nil
}

func (c Config) problems(p Problems) error {
	if len(p) == 0 {
		return nil
	}
	return c.origin.place(p)
}

// said is an error of the file system without the operation, which says nothing to people.
func said(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Path + ": " + path.Err.Error()
	}
	return err.Error()
}
