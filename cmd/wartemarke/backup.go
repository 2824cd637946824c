package main

import (
	"fmt"
	"os"

	"westerkappeln.de/wartemarke/internal/store/sqlite"
)

type backupCmd struct {
	File string `arg:"" help:"File to write."`
}

func (c *backupCmd) Run(e *env) error {
	store, err := sqlite.OpenToRead(e.ctx, e.cfg.Site.Database())
	if err != nil {
		return err
	}
	defer store.Close()
	if err := store.Backup(e.ctx, c.File); err != nil {
		return err
	}
	info, err := os.Stat(c.File)
	if err != nil {
		return err
	}
	fmt.Printf("%s %d bytes\n", c.File, info.Size())
	return nil
}

type restoreCmd struct {
	File string `arg:"" help:"Backup to put in the database's place."`
}

func (c *restoreCmd) Run(e *env) error {
	if err := sqlite.Restore(e.ctx, c.File, e.cfg.Site.Database()); err != nil {
		return err
	}
	fmt.Printf("%s is restored from %s\n", e.cfg.Site.Database(), c.File)
	return nil
}
