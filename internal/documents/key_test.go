package documents

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"filippo.io/age"
)

func mkfifo(file string) error { return syscall.Mkfifo(file, 0o600) }

// The key file is one of age's own: its program opens documents without us.
func TestKeyIsMadeOnce(t *testing.T) {
	s := open(t)
	file := filepath.Join(filepath.Dir(s.folder), "document.key")
	info, err := os.Stat(file)
	if err != nil || info.Mode() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	identities, err := age.ParseIdentities(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	content := pdf("x")
	f, err := os.Open(s.path(put(t, s, content).ID))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	plain, err := age.Decrypt(f, identities...)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := io.ReadAll(plain); err != nil || !bytes.Equal(back, content) {
		t.Errorf("%d bytes back, %v", len(back), err)
	}
	if _, err := Open(s.folder, file, nil, nil); err != nil {
		t.Error(err)
	}
	if again, err := os.ReadFile(file); err != nil || !bytes.Equal(again, b) {
		t.Errorf("the key changed, %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(file)); err != nil || len(entries) != 2 {
		t.Errorf("beside key and folder: %v, %v", entries, err)
	}
}

func TestTwoProgramsThatStartAtOnceAgreeOnAKey(t *testing.T) {
	dir := t.TempDir()
	stores := make([]*Store, 8)
	var all sync.WaitGroup
	for i := range stores {
		all.Go(func() {
			var err error
			if stores[i], err = Open(filepath.Join(dir, "documents"), filepath.Join(dir, "document.key"), nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if t.Failed() {
		return
	}
	for _, s := range stores {
		if s.identity.String() != stores[0].identity.String() {
			t.Fatal("they have different keys")
		}
	}
}

func TestBadKeyFiles(t *testing.T) {
	key := func() string {
		identity, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		return identity.String()
	}
	write := func(content string, mode os.FileMode) func(t *testing.T, file string) {
		return func(t *testing.T, file string) {
			if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(file, mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	broken := key()
	broken = broken[:len(broken)-1] + strings.Map(func(r rune) rune {
		if r == 'Q' {
			return 'P'
		}
		return 'Q'
	}, broken[len(broken)-1:])
	for name, c := range map[string]struct {
		make func(t *testing.T, file string)
		want string
	}{
		"read by the group": {write(key(), 0o640), "open to others than its owner (mode 0640)"},
		"read by all":       {write(key(), 0o604), "open to others"},
		"empty":             {write("", 0o600), "does not hold one age key"},
		"something else":    {write("-----BEGIN PRIVATE KEY-----\nMC4CAQ\n", 0o600), "does not hold one age key"},
		"mistyped":          {write(broken, 0o600), "does not hold one age key"},
		"two keys":          {write(key()+"\n"+key(), 0o600), "does not hold one age key"},
		"another kind":      {write(hybrid.String(), 0o600), "of another kind"},
		"a folder":          {mkdir, "is not a file"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "document.key")
			c.make(t, file)
			_, err := Open(filepath.Join(dir, "documents"), file, nil, nil)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), file) {
				t.Fatalf("got %v", err)
			}
			if b, readErr := os.ReadFile(file); readErr == nil && len(b) > 0 && strings.Contains(err.Error(), strings.TrimSpace(string(b))) {
				t.Error("the error quotes the key")
			}
		})
	}
	t.Run("no folder for it", func(t *testing.T) {
		dir := t.TempDir()
		if _, err := Open(filepath.Join(dir, "documents"), filepath.Join(dir, "no", "key"), nil, nil); err == nil {
			t.Error("a key was made nowhere")
		}
	})
}

func mkdir(t *testing.T, folder string) {
	t.Helper()
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
}

func TestAKeyThatDoesNotFitTheDocuments(t *testing.T) {
	s := open(t)
	content := pdf("x")
	put(t, s, content)
	d := put(t, s, content)
	file := filepath.Join(filepath.Dir(s.folder), "document.key")
	if err := os.Rename(file, file+".old"); err != nil {
		t.Fatal(err)
	}
	_, err := Open(s.folder, file, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "is missing, but") {
		t.Fatalf("got %v", err)
	}
	if _, err := os.Stat(file); err == nil {
		t.Fatal("a new key was made over documents that it does not open")
	}
	if _, err := makeKey(file); err != nil {
		t.Fatal(err)
	}
	if _, err = Open(s.folder, file, nil, nil); err == nil || !strings.Contains(err.Error(), "opens none of the documents") {
		t.Fatalf("got %v", err)
	}
	// The right key is good even if some of the documents are broken.
	for _, name := range must(s.names())[:1] {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte("broken"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again, err := Open(s.folder, file+".old", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := get(t, again, d.ID); err != nil || !bytes.Equal(back, content) {
		t.Errorf("%d bytes back, %v", len(back), err)
	}
}

func must(names []string, err error) []string {
	if err != nil {
		panic(err)
	}
	return names
}

func TestAFolderThatIsOpenToOthersIsClosed(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "documents")
	mkdir(t, folder)
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(folder, filepath.Join(dir, "document.key"), nil, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := Open(filepath.Join(dir, "document.key"), filepath.Join(dir, "other.key"), nil, nil); err == nil {
		t.Error("a file was taken as folder")
	}
}
