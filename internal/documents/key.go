package documents

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// maxKeyFile is far more than a key with some lines of comment needs.
const maxKeyFile = 64 << 10

// readKey reads the identity. Its errors never quote the file.
func readKey(file string) (*age.X25519Identity, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrPermission) {
		return nil, errors.New("cannot be read; it must belong to the user that this program runs as")
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is not a file")
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("is open to others than its owner (mode %04o); chmod 600 it", mode)
	}
	identities, err := age.ParseIdentities(io.LimitReader(f, maxKeyFile))
	if err != nil || len(identities) != 1 {
		return nil, errors.New("does not hold one age key, a line that begins with AGE-SECRET-KEY-1")
	}
	identity, ok := identities[0].(*age.X25519Identity)
	if !ok {
		return nil, errors.New("holds a key of another kind than AGE-SECRET-KEY-1")
	}
	return identity, nil
}

// makeKey makes a new identity and its file, unless another program has just done the same: then it is that one's. After a power
// cut the file is there whole or not at all.
func makeKey(file string) (*age.X25519Identity, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*.new") // mode 0600
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintf(f, "# Wartemarke: opens the documents that citizens sent in (age). Keep it away from copies of them.\n# public key: %s\n%s\n",
		identity.Recipient(), identity)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Link(f.Name(), file) // fails where a rename would overwrite a key
	}
	err = errors.Join(err, os.Remove(f.Name()))
	if errors.Is(err, fs.ErrExist) {
		return readKey(file)
	}
	if err != nil {
		return nil, err
	}
	return identity, syncFolder(filepath.Dir(file))
}
