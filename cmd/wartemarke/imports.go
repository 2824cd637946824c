package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/config"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/importer"
	"westerkappeln.de/wartemarke/internal/web"
)

type importCmd struct {
	File    string `arg:"" help:"CSV (code,service,start,name,mail), iCalendar or JSON; - for standard input."`
	Service string `help:"Service of calendar entries that name none." placeholder:"ID"`
}

func (c *importCmd) Run(e *env) error {
	data, err := readFile(c.File)
	if err != nil {
		return err
	}
	return e.withHall(func(h *hall.Hall) error {
		site, err := importSite(e.ctx, e, h, c.Service)
		if err != nil {
			return err
		}
		rows, err := importer.Read(filepath.Base(c.File), bytes.NewReader(data), site)
		if err != nil {
			return fmt.Errorf("%s is not imported:\n%w", c.File, err)
		}
		n, err := takeRows(e.ctx, h, hall.ImportList{Rows: imports(rows)}, rows)
		if err != nil {
			return fmt.Errorf("%s is not imported:\n%w", c.File, err)
		}
		fmt.Println(counts(n))
		return nil
	})
}

func counts(n hall.Imported) string {
	return fmt.Sprintf("%d added, %d moved, %d cancelled, %d known already", n.Added, n.Moved, n.Cancelled, n.Known)
}

// importSite is what the rows of a list are checked against: the catalogue in force.
func importSite(ctx context.Context, e *env, h *hall.Hall, service string) (importer.Site, error) {
	cat, err := h.Catalogue(ctx)
	if err != nil {
		return importer.Site{}, err
	}
	if len(cat.Services) == 0 {
		return importer.Site{}, errors.New("there is no catalogue yet; give one with: wartemarke catalogue apply F")
	}
	site := importer.Site{Location: e.cfg.Site.Location(), Names: map[string][]string{}, Default: service}
	for _, s := range cat.Services {
		site.Services = append(site.Services, s.ID)
		for _, name := range s.Name {
			site.Names[s.ID] = append(site.Names[s.ID], name)
		}
	}
	return site, nil
}

func imports(rows []importer.Row) []hall.Import {
	out := make([]hall.Import, len(rows))
	for i, r := range rows {
		out[i] = hall.Import{Key: r.Key(), Code: string(r.Code), Service: r.Service, Quantity: r.Quantity, Start: r.Start,
			Name: r.Name, Mail: r.Mail, Cancelled: r.Cancelled}
	}
	return out
}

// takeRows imports all rows or none. What the hall refuses of a row is told with its line.
func takeRows(ctx context.Context, h *hall.Hall, list hall.ImportList, rows []importer.Row) (hall.Imported, error) {
	n, err := h.ImportAppointments(ctx, operator, list)
	var refused *hall.RowError
	if errors.As(err, &refused) {
		return n, importer.Issues{{Line: rows[refused.Row].Line, Message: explain(refused.Err)}}
	}
	return n, err
}

// startImports looks at the sources of the configuration again and again.
func (a *around) startImports(e *env, h *hall.Hall) error {
	for i, im := range e.cfg.Import {
		w, err := importer.NewWatch(source(im), importer.Options{
			Site: func(ctx context.Context) (importer.Site, error) { return importSite(ctx, e, h, im.Service) },
			Take: func(ctx context.Context, source string, rows []importer.Row, whole bool) (string, error) {
				n, err := takeRows(ctx, h, hall.ImportList{Source: source, Whole: whole, Rows: imports(rows)}, rows)
				return counts(n), err
			},
			Log: e.log, Now: clock.Now,
		})
		if err != nil {
			return fmt.Errorf("import[%d]: %w", i+1, err)
		}
		a.watches = append(a.watches, w)
		a.runs = append(a.runs, func(ctx context.Context) error { w.Run(ctx); return ctx.Err() })
	}
	return nil
}

func source(im config.Import) importer.Source {
	return importer.Source{Folder: im.Folder, URL: im.URL, TokenFile: im.TokenFile,
		Every: time.Duration(im.EveryMinutes) * time.Minute, CancelMissing: im.Missing == "cancel"}
}

// Problems are the sources that give nothing at present, for the staff's pages.
func (a *around) Problems() []web.ImportProblem {
	var all []web.ImportProblem
	for _, w := range a.watches {
		if since, why := w.Problem(); !since.IsZero() {
			all = append(all, web.ImportProblem{Name: w.Name(), Since: since, Why: why})
		}
	}
	return all
}
