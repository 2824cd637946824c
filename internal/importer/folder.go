package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Files that were taken or refused hold names, so they go too: those taken once the day's questions are over, those refused when
// somebody had a week to look.
const (
	keepDone    = 48 * time.Hour
	keepRefused = 7 * 24 * time.Hour
)

// folder is a folder in which files of appointments appear.
type folder struct {
	watch *Watch
	dir   string
	seen  map[string]state // at the last look
	taken map[string]state // imported, but could not be moved away yet
	told  map[string]bool  // endings of files that stay, once they are logged
	aside error            // the last file that was refused, until one is taken
}

// state is what changes while a file is being written.
type state struct {
	size     int64
	modified time.Time
}

func newFolder(dir string, w *Watch) *folder {
	return &folder{watch: w, dir: dir, taken: map[string]state{}, told: map[string]bool{}}
}

// look imports the files that have not changed since the last look, the oldest first, so that of two lists the newer counts.
// A file is moved away only after it was imported: if we end in between, it is imported again, which changes nothing.
func (f *folder) look(ctx context.Context) error {
	now, err := f.files(ctx)
	if err != nil {
		return err
	}
	var quiet []string
	for name, s := range now {
		if before, ok := f.seen[name]; ok && before == s {
			quiet = append(quiet, name)
		}
	}
	slices.SortFunc(quiet, func(a, b string) int {
		if c := now[a].modified.Compare(now[b].modified); c != 0 {
			return c
		}
		return strings.Compare(a, b)
	})
	f.seen = now
	maps.DeleteFunc(f.taken, func(name string, _ state) bool { _, here := now[name]; return !here })
	var failed []error
	for _, name := range quiet {
		failed = append(failed, f.file(ctx, name, now[name])) // the others may be well
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	failed = append(failed, f.sweep("done", keepDone), f.sweep("refused", keepRefused), f.aside)
	return cmp.Or(failed...)
}

// errDatabase stops all work in a folder that is none for lists: what lies there belongs to a program.
var errDatabase = errors.New("the folder holds a database (*.db); nothing in it is touched. Give the lists a folder of their own")

// endings are those of lists. Other files are not ours to move.
var endings = []string{".csv", ".ics", ".ical", ".json", ".txt"}

// files are the lists of the folder, but for those that programs write before they rename them.
func (f *folder) files(ctx context.Context) (map[string]state, error) {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return nil, err
	}
	found := map[string]state{}
	var strange []string
	for _, e := range entries {
		ending := strings.ToLower(filepath.Ext(e.Name()))
		switch {
		case ending == ".db":
			return nil, errDatabase
		case strings.HasPrefix(e.Name(), "."), strings.HasPrefix(e.Name(), "~$"), strings.HasSuffix(e.Name(), "~"), !e.Type().IsRegular():
			continue
		case !slices.Contains(endings, ending):
			strange = append(strange, ending)
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone since
		}
		if err != nil {
			return nil, err
		}
		found[e.Name()] = stateOf(info)
	}
	f.tell(ctx, strange)
	return found, nil
}

// beingWritten are the endings that programs give a file until it is whole.
var beingWritten = []string{".tmp", ".part", ".filepart", ".crdownload"}

// plainEnding is one that names a kind of file, and surely nobody.
var plainEnding = regexp.MustCompile(`^\.[a-z0-9]{1,5}$`)

// tell logs once which kinds of files stay where they are. Their names may be about citizens.
func (f *folder) tell(ctx context.Context, strange []string) {
	var kinds []string
	for _, ending := range strange {
		if slices.Contains(beingWritten, ending) {
			continue
		}
		if !plainEnding.MatchString(ending) {
			ending = "other"
		}
		if !f.told[ending] {
			f.told[ending] = true
			kinds = append(kinds, ending)
		}
	}
	if slices.Sort(kinds); len(kinds) > 0 {
		f.watch.Log.WarnContext(ctx, "files that are no lists stay in the folder", "source", f.dir, "endings", strings.Join(slices.Compact(kinds), " "), "lists", strings.Join(endings, " "))
	}
}

func stateOf(info fs.FileInfo) state { return state{info.Size(), info.ModTime()} }

// file imports a file and moves it away. It stays where it is when that may work the next time.
func (f *folder) file(ctx context.Context, name string, s state) error {
	// Not even tried where it cannot be moved away: it would be imported again and again.
	for _, dir := range []string{"done", "refused"} {
		if err := os.MkdirAll(filepath.Join(f.dir, dir), 0o750); err != nil {
			return err
		}
	}
	if f.taken[name] != s {
		still, err := f.read(ctx, name, s)
		if err != nil && forGood(err) {
			return f.refuse(name, err)
		}
		if err != nil || !still {
			return err
		}
		f.taken[name] = s
		f.aside = nil
	}
	to, err := f.place(name, "done")
	if err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(f.dir, name), filepath.Join(f.dir, "done", to)); err != nil {
		return err
	}
	delete(f.taken, name)
	return nil
}

// read imports a file; still is false when it has changed meanwhile, so that there is more to come.
func (f *folder) read(ctx context.Context, name string, s state) (still bool, err error) {
	site, err := f.watch.Site(ctx)
	if err != nil {
		return false, err
	}
	file, err := os.Open(filepath.Join(f.dir, name))
	if err != nil {
		return false, err
	}
	defer file.Close()
	rows, err := Read(name, file, site)
	info, gone := file.Stat()
	if gone != nil || stateOf(info) != s {
		return false, gone
	}
	if err != nil {
		return false, err
	}
	return true, f.watch.take(ctx, rows, false)
}

// refuse puts a file aside, with what is wrong with it in a file beside it.
func (f *folder) refuse(name string, cause error) error {
	to, err := f.place(name, "refused")
	if err != nil {
		return err
	}
	// The report first: a file without one would be a riddle.
	report := filepath.Join(f.dir, "refused", to+".txt")
	if err := os.WriteFile(report, []byte(name+" was not imported:\n"+detailed(cause)+"\n"), 0o640); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(f.dir, name), filepath.Join(f.dir, "refused", to)); err != nil {
		return errors.Join(err, os.Remove(report))
	}
	f.aside = &refused{to, to + ".txt", cause}
	return nil
}

// stamped is the name of a moved file.
var stamped = regexp.MustCompile(`^([0-9]{8}-[0-9]{6})-`)

const stamp = "20060102-150405"

// place is a name for a moved file that says when (UTC) and that no file there has.
func (f *folder) place(name, dir string) (string, error) {
	at := f.watch.Now().UTC().Format(stamp)
	to := at + "-" + name
	for n := 2; ; n++ {
		if _, err := os.Lstat(filepath.Join(f.dir, dir, to)); errors.Is(err, fs.ErrNotExist) {
			return to, nil
		} else if err != nil {
			return "", err
		}
		to = fmt.Sprintf("%s-%d-%s", at, n, name)
	}
}

// sweep deletes moved files that were kept long enough.
func (f *folder) sweep(dir string, keep time.Duration) error {
	entries, err := os.ReadDir(filepath.Join(f.dir, dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // no file has come yet
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		m := stamped.FindStringSubmatch(e.Name())
		if m == nil {
			continue // not ours
		}
		at, err := time.Parse(stamp, m[1])
		if err != nil || f.watch.Now().Sub(at) <= keep {
			continue
		}
		if err := os.Remove(filepath.Join(f.dir, dir, e.Name())); err != nil {
			return err
		}
	}
	return nil
}
