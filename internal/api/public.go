package api

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/wire"
)

// publicAge is how old the public figures may be: strangers cost the hall one reading in this time, however many ask.
const publicAge = 10 * time.Second

// publicRoutes are for the town's app and homepage.
func (a *API) publicRoutes(routes huma.API) {
	route(a, routes, nil, huma.Operation{
		OperationID: "public-queue", Method: http.MethodGet, Path: "/public/queue",
		Summary: "How many wait in each area, and how long a newcomer would",
	}, a.getPublicQueue)
}

type publicAnswer struct {
	Cache string `header:"Cache-Control"`
	Body  wire.PublicQueue
}

func (a *API) getPublicQueue(ctx context.Context, _ *struct{}) (*publicAnswer, error) {
	q, err := a.board.get(ctx, a)
	if err != nil {
		return nil, err
	}
	return &publicAnswer{Cache: fmt.Sprintf("public, max-age=%d", int(publicAge.Seconds())), Body: q}, nil
}

// boardCache keeps the public figures.
type boardCache struct {
	mu    sync.Mutex
	taken time.Time
	queue wire.PublicQueue
}

func (c *boardCache) get(ctx context.Context, a *API) (wire.PublicQueue, error) {
	c.mu.Lock() // whoever comes meanwhile waits for the same reading
	defer c.mu.Unlock()
	if !c.taken.IsZero() && time.Since(c.taken) < publicAge {
		return c.queue, nil
	}
	b, err := a.cfg.Hall.Board(ctx, nil)
	if err != nil {
		return wire.PublicQueue{}, err
	}
	q := wire.PublicQueue{At: b.At, Areas: make([]wire.PublicArea, len(b.Areas))}
	for i, area := range b.Areas {
		q.Areas[i] = wire.PublicArea{ID: area.ID, Name: wire.Text(area.Name)}
		for _, w := range b.Waiting {
			if w.Area == area.ID {
				q.Areas[i].Count = w.Count
				q.Areas[i].Low, q.Areas[i].High = w.Wait.Promise()
			}
		}
	}
	c.queue, c.taken = q, time.Now()
	return q, nil
}
