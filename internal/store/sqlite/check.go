package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Finding is one thing that Check looked at.
type Finding struct {
	What string // database, writing (only when it is not possible), permissions, disk
	Text string // what was found
	Err  error  // nil when all is well
}

const leastFree = 200 << 20 // bytes; a year of a small town hall is some 50 MB

// Check looks at the database's integrity, who may read it, and how much room its disk has.
func (s *Store) Check(ctx context.Context) []Finding {
	found := []Finding{{What: "database", Text: s.path, Err: integrity(ctx, s.reader.db)}}

	if s.copied != nil {
		found = append(found, Finding{What: "writing", Err: fmt.Errorf("nothing can be written: %w", s.copied)})
	}
	rights := Finding{What: "permissions"}
	if info, err := os.Stat(s.path); err != nil {
		rights.Err = err
	} else if rights.Text = info.Mode().Perm().String(); info.Mode().Perm()&0o077 != 0 {
		rights.Err = fmt.Errorf("%s can be read by others (%s); chmod 600", s.path, rights.Text)
	}

	disk := Finding{What: "disk"}
	var fs unix.Statfs_t
	if err := unix.Statfs(filepath.Dir(s.path), &fs); err != nil {
		disk.Err = err
	} else {
		free := fs.Bavail * uint64(fs.Bsize)
		disk.Text = fmt.Sprintf("%d MB free", free>>20)
		if free < leastFree {
			disk.Err = fmt.Errorf("only %d MB free, %d MB wanted", free>>20, leastFree>>20)
		}
	}
	return append(found, rights, disk)
}
