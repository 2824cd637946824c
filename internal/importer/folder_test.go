package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

const goodFile = head + "AB1,personalausweis,2026-11-24T09:00,Erika Mustermann,\n"

// put writes a file that was changed this long before seven o'clock.
func put(t *testing.T, dir, name, content string, age time.Duration) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC).Add(-age)
	if err := os.Chtimes(path, at, at); err != nil {
		t.Fatal(err)
	}
}

// holds fails unless the folder has just these entries; "20261124-080000-" is written "*-".
func holds(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && len(want) > 0 {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.Replace(e.Name(), "20261124-080000-", "*-", 1))
	}
	slices.Sort(want)
	slices.Sort(names)
	if !slices.Equal(names, want) {
		t.Errorf("%s holds %q, want %q", filepath.Base(dir), names, want)
	}
}

func TestAFileIsTakenWhenItIsQuiet(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	look(w)
	put(t, dir, "a.csv", head, 3*time.Second)
	look(w)
	put(t, dir, "a.csv", goodFile, 2*time.Second) // it grew
	look(w)
	put(t, dir, "a.csv", goodFile, time.Second) // it was written again
	look(w)
	if len(o.taken) != 0 {
		t.Fatalf("taken while it is written: %+v", o.taken)
	}
	look(w)
	look(w)
	if len(o.taken) != 1 || o.taken[0].source != dir || o.taken[0].whole || len(o.taken[0].rows) != 1 || o.taken[0].rows[0].Code != "AB1" {
		t.Fatalf("%+v", o.taken)
	}
	holds(t, dir, "done", "refused")
	holds(t, filepath.Join(dir, "done"), "*-a.csv")
	o.well(w)
	if log := o.log.String(); strings.Count(log, "\n") != 1 || !strings.Contains(log, `rows=1 summary="all added"`) {
		t.Error(log)
	}
}

func TestFilesAreTakenInOrderAndNeverLaidOver(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	for i, name := range []string{"b.csv", "a.csv", "c.json"} { // the oldest first
		content := fmt.Sprintf("%sC%d,personalausweis,2026-11-24T09:00,,\n", head, i)
		if name == "c.json" {
			content = `[{"code": "C2", "cancelled": true}]`
		}
		put(t, dir, name, content, time.Minute*time.Duration(9-i))
	}
	look(w)
	look(w)
	put(t, dir, "a.csv", goodFile, 0)
	look(w)
	look(w)
	var codes []string
	for _, d := range o.taken {
		codes = append(codes, string(d.rows[0].Code))
	}
	if !slices.Equal(codes, []string{"C0", "C1", "C2", "AB1"}) {
		t.Errorf("taken %q", codes)
	}
	holds(t, filepath.Join(dir, "done"), "*-a.csv", "*-b.csv", "*-c.json", "*-2-a.csv")
}

func TestFilesBeingWrittenFoldersAndLinksAreLeftAlone(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	names := []string{".hidden.csv", "~$a.csv", "a.csv~", "a.csv.part", "a.TMP", "a.crdownload", "a.csv.filepart"}
	for _, name := range names {
		put(t, dir, name, goodFile, 0)
	}
	outside := filepath.Join(t.TempDir(), "outside.csv")
	put(t, filepath.Dir(outside), "outside.csv", goodFile, 0)
	if err := os.Symlink(outside, filepath.Join(dir, "link.csv")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		look(w)
	}
	if len(o.taken) != 0 {
		t.Errorf("%+v", o.taken)
	}
	holds(t, dir, append(names, "link.csv", "folder.csv")...)
	if err := os.Rename(filepath.Join(dir, "a.csv.part"), filepath.Join(dir, "a.csv")); err != nil {
		t.Fatal(err)
	}
	look(w)
	look(w)
	if len(o.taken) != 1 {
		t.Error("the file that was renamed in is not taken")
	}
}

// Only lists are moved away. What else lies there stays, and is told of once, without its name.
func TestOtherFilesStay(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	names := []string{"wartemarke.toml", "document.key", "Erika", "a.pdf", "b.PDF", "kiosk.token", "Antrag.Erika Muster", "id_ed25519"}
	for _, name := range names {
		put(t, dir, name, goodFile, 0)
	}
	for range 3 {
		look(w)
	}
	o.well(w)
	holds(t, dir, names...)
	log := o.log.String()
	if strings.Count(log, "\n") != 1 || !strings.Contains(log, `endings=".key .pdf .token .toml other"`) || strings.Contains(log, "Erika") {
		t.Error(log)
	}
	for _, name := range []string{"a.csv", "b.ICS", "c.ical", "d.json", "e.txt"} {
		content := map[string]string{".csv": goodFile, ".txt": goodFile, ".json": "[]"}[filepath.Ext(name)]
		put(t, dir, name, cmp.Or(content, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"), 0)
	}
	look(w)
	look(w)
	o.well(w)
	holds(t, dir, append(names, "done", "refused")...)
	holds(t, filepath.Join(dir, "done"), "*-a.csv", "*-b.ICS", "*-c.ical", "*-d.json", "*-e.txt")
}

// A folder with a database is a program's, whatever else lies there.
func TestAFolderWithADatabaseIsNotTouched(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	put(t, dir, "a.csv", goodFile, 0)
	look(w)
	for _, name := range []string{"wartemarke.db", "wartemarke.db-wal"} {
		put(t, dir, name, "SQLite format 3", 0)
	}
	look(w)
	look(w)
	o.ill(w, "the folder holds a database (*.db)")
	holds(t, dir, "a.csv", "wartemarke.db", "wartemarke.db-wal")
	if len(o.taken) != 0 || strings.Count(o.log.String(), "holds a database") != 1 {
		t.Errorf("%+v, %s", o.taken, &o.log)
	}
}

func TestARefusedFileIsPutAsideWithTheReason(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	put(t, dir, "a.csv", goodFile, time.Minute)
	put(t, dir, "Erika.csv", head+",reisepass,2026-11-24T09:00,,\nGEHEIM1,personalausweis,bald,,\n", 0)
	look(w)
	look(w)
	if len(o.taken) != 1 {
		t.Errorf("the good file is not taken: %+v", o.taken)
	}
	holds(t, dir, "done", "refused")
	holds(t, filepath.Join(dir, "refused"), "*-Erika.csv", "*-Erika.csv.txt")
	report, err := os.ReadFile(filepath.Join(dir, "refused", "20261124-080000-Erika.csv.txt"))
	if err != nil || !strings.HasPrefix(string(report), "Erika.csv was not imported:\nline 2: service \"reisepass\"") || !strings.Contains(string(report), "\nline 3: start \"bald\"") {
		t.Errorf("%s, %v", report, err)
	}
	look(w)
	o.ill(w, "20261124-080000-Erika.csv was refused: 2 lines are wrong, the first is line 2; refused/20261124-080000-Erika.csv.txt says why")
	if log := o.log.String(); strings.Contains(log, "Erika") || strings.Contains(log, "GEHEIM") || strings.Count(log, "import fails") != 1 {
		t.Error(log)
	}
	put(t, dir, "Erika.csv", goodFile, 0)
	look(w)
	look(w)
	o.well(w)
}

func TestAFileThatTheHallRefusesIsPutAside(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	o.fails = fmt.Errorf("row 1: %w", &queue.Refusal{Code: queue.Conflict})
	put(t, dir, "a.csv", goodFile, 0)
	look(w)
	look(w)
	holds(t, filepath.Join(dir, "refused"), "*-a.csv", "*-a.csv.txt")
	o.ill(w, "a.csv was refused: the server refuses it (conflict)")
}

func TestAFileWaitsWhileItCannotBeTaken(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	put(t, dir, "a.csv", goodFile, 0)
	o.closed = errors.New("there is no catalogue yet")
	look(w)
	look(w)
	o.ill(w, "no catalogue")
	o.closed = nil
	for says, err := range map[string]error{
		"the database is locked":         errors.New("the database is locked"),
		"the database cannot be written": fmt.Errorf("row 1: %w", &queue.Refusal{Code: queue.DiskFull}),
	} {
		o.fails = err
		look(w)
		o.ill(w, says)
		holds(t, dir, "a.csv", "done", "refused")
	}
	o.fails = nil
	look(w)
	o.well(w)
	if len(o.taken) != 1 {
		t.Errorf("%+v", o.taken)
	}
}

// A process that dies between taking and moving leaves the file: the next one takes it again.
func TestAFileThatWasTakenButNotMovedIsNotLost(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	put(t, dir, "a.csv", goodFile, 0)
	dying := o.watch(Source{Folder: dir})
	ctx, die := context.WithCancel(t.Context())
	take := dying.Take
	dying.Take = func(ctx context.Context, source string, rows []Row, whole bool) (string, error) {
		_, err := take(ctx, source, rows, whole)
		die()
		return "", cmp.Or(err, ctx.Err()) // the answer does not come any more
	}
	ticks := make(chan time.Time, 1)
	ticks <- time.Time{}
	dying.run(ctx, ticks)
	holds(t, dir, "a.csv", "done", "refused")
	again := o.watch(Source{Folder: dir})
	look(again)
	look(again)
	holds(t, filepath.Join(dir, "done"), "*-a.csv")
	if len(o.taken) != 2 || o.taken[0].rows[0].Key() != o.taken[1].rows[0].Key() {
		t.Errorf("%+v", o.taken)
	}
}

func TestAFileThatCannotBeMovedIsTakenOnce(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	put(t, dir, "a.csv", goodFile, 0)
	look(w)
	// While it is imported, done/ turns into something that nothing can be moved into.
	take := w.Take
	w.Take = func(ctx context.Context, source string, rows []Row, whole bool) (string, error) {
		if err := errors.Join(os.Remove(filepath.Join(dir, "done")), os.WriteFile(filepath.Join(dir, "done"), nil, 0o600)); err != nil {
			t.Error(err)
		}
		return take(ctx, source, rows, whole)
	}
	look(w)
	look(w)
	o.ill(w, "done")
	if err := os.Remove(filepath.Join(dir, "done")); err != nil {
		t.Fatal(err)
	}
	look(w)
	o.well(w)
	holds(t, filepath.Join(dir, "done"), "*-a.csv")
	if len(o.taken) != 1 {
		t.Errorf("taken %d times", len(o.taken))
	}
}

func TestAFileThatChangesWhileItIsReadStays(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	put(t, dir, "a.csv", head+"broken\n", time.Minute)
	look(w)
	ask := w.Site
	w.Site = func(ctx context.Context) (Site, error) {
		put(t, dir, "a.csv", goodFile, 0)
		return ask(ctx)
	}
	look(w)
	if len(o.taken) != 0 {
		t.Errorf("%+v", o.taken)
	}
	holds(t, filepath.Join(dir, "refused"))
	w.Site = ask
	look(w)
	look(w)
	holds(t, filepath.Join(dir, "done"), "*-a.csv")
}

func TestAFolderThatIsGone(t *testing.T) {
	o, dir := newOffice(t), filepath.Join(t.TempDir(), "in")
	w := o.watch(Source{Folder: dir})
	look(w)
	o.ill(w, "no such file or directory")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	look(w)
	o.well(w)
}

func TestMovedFilesAreDeletedInTime(t *testing.T) {
	o, dir := newOffice(t), t.TempDir()
	w := o.watch(Source{Folder: dir})
	put(t, dir, "a.csv", goodFile, 0)
	put(t, dir, "b.csv", "broken", 0)
	look(w)
	look(w)
	put(t, filepath.Join(dir, "done"), "not ours.csv", "", 0)
	o.now = o.now.Add(keepDone)
	look(w)
	holds(t, filepath.Join(dir, "done"), "*-a.csv", "not ours.csv")
	o.now = o.now.Add(time.Second)
	look(w)
	holds(t, filepath.Join(dir, "done"), "not ours.csv")
	holds(t, filepath.Join(dir, "refused"), "*-b.csv", "*-b.csv.txt")
	o.now = o.now.Add(keepRefused)
	look(w)
	holds(t, filepath.Join(dir, "refused"))
}
