package hall

import (
	"context"
	"errors"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Kiosk of an area ("" means the first). It offers the walk-in services of the whole house. Refusal: NotFound.
func (h *Hall) Kiosk(ctx context.Context, area string) (Kiosk, error) {
	var k Kiosk
	err := h.view(ctx, func(s *scene) error {
		k = Kiosk{Departments: s.cat.Departments, Areas: s.cat.Areas, Services: s.cat.Services}
		switch a, ok := s.cat.Area(area); {
		case ok:
			k.Area = a
		case area != "":
			return notFound()
		case len(s.cat.Areas) > 0:
			k.Area = s.cat.Areas[0]
		}
		var err error
		if _, k.Seq, err = s.tx.EventRange(); err != nil {
			return err
		}
		if k.Foreign, err = s.tx.ForeignCodes(s.now.Add(-24 * time.Hour)); err != nil {
			return err
		}
		for _, service := range s.cat.Services {
			if !service.WalkIn {
				continue
			}
			o, err := s.offer(service)
			if err != nil {
				return err
			}
			k.Offers = append(k.Offers, o)
		}
		return nil
	})
	return k, err
}

// offer is a service as a terminal offers it now.
func (s *scene) offer(service catalogue.Service) (Offer, error) {
	wait, err := s.walkIn(service)
	var no *queue.Refusal
	switch {
	case errors.As(err, &no):
		o := Offer{Service: service, Reason: no.Code, Wait: wait}
		if no.Code == queue.Closed {
			o.Opens = no.Until
		}
		return o, nil
	case err != nil:
		return Offer{}, err
	}
	return Offer{Service: service, Open: true, Wait: wait}, nil
}
