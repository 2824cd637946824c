package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"westerkappeln.de/wartemarke/internal/wire"
)

// The methods of this file are for the public listener; they need no token.

// PublicServices lists what can be booked.
func (c *Client) PublicServices(ctx context.Context) (list []wire.PublicService, err error) {
	err = c.do(ctx, http.MethodGet, "/public/services", "", nil, &list)
	return list, err
}

// PublicSlots gives the free days from one day to another, both included, and of at most 7 days the times. Days are such as
// 2026-11-24; "" leaves the choice to the hall.
func (c *Client) PublicSlots(ctx context.Context, services []wire.WantedService, from, to string) (s wire.Slots, err error) {
	err = c.do(ctx, http.MethodGet, "/public/slots"+slotsQuery(services, from, to), "", nil, &s)
	return s, err
}

// Hold keeps a time. A key must be 16 characters or longer.
func (c *Client) Hold(ctx context.Context, key string, in wire.Hold) (h wire.Held, err error) {
	err = c.do(ctx, http.MethodPost, "/public/holds", key, in, &h)
	return h, err
}

// Register says who comes at the held time.
func (c *Client) Register(ctx context.Context, key, holdSecret string, in wire.Person) (b wire.Booking, err error) {
	err = c.do(ctx, http.MethodPost, "/public/holds/"+url.PathEscape(holdSecret), key, in, &b)
	return b, err
}

// Release gives a held time back.
func (c *Client) Release(ctx context.Context, key, holdSecret string) error {
	return c.do(ctx, http.MethodDelete, "/public/holds/"+url.PathEscape(holdSecret), key, nil, nil)
}

// Book holds a time and says who comes. A key must be 16 characters or longer.
func (c *Client) Book(ctx context.Context, key string, in wire.Book) (b wire.Booking, err error) {
	err = c.do(ctx, http.MethodPost, "/public/appointments", key, in, &b)
	return b, err
}

// Mine gives the appointment of a secret.
func (c *Client) Mine(ctx context.Context, secret string) (b wire.Booking, err error) {
	err = c.do(ctx, http.MethodGet, own(secret, ""), "", nil, &b)
	return b, err
}

// Confirm confirms it, with the secret of the mail.
func (c *Client) Confirm(ctx context.Context, key, secret string) (b wire.Booking, err error) {
	err = c.do(ctx, http.MethodPost, own(secret, "/confirm"), key, nil, &b)
	return b, err
}

// MoveMine moves it.
func (c *Client) MoveMine(ctx context.Context, key, secret string, in wire.MoveTo) (b wire.Booking, err error) {
	err = c.do(ctx, http.MethodPost, own(secret, "/move"), key, in, &b)
	return b, err
}

// CancelMine cancels it.
func (c *Client) CancelMine(ctx context.Context, key, secret string) (b wire.Booking, err error) {
	err = c.do(ctx, http.MethodPost, own(secret, "/cancel"), key, nil, &b)
	return b, err
}

// WishEarlier says whether to hear of earlier times.
func (c *Client) WishEarlier(ctx context.Context, key, secret string, in wire.Wish) (b wire.Booking, err error) {
	err = c.do(ctx, http.MethodPost, own(secret, "/earlier"), key, in, &b)
	return b, err
}

func own(secret, what string) string { return "/public/appointments/" + url.PathEscape(secret) + what }

func slotsQuery(services []wire.WantedService, from, to string) string {
	q := url.Values{}
	for _, s := range services {
		q.Add("service", fmt.Sprintf("%s:%d", s.ID, max(s.Quantity, 1)))
	}
	for name, day := range map[string]string{"from": from, "to": to} {
		if day != "" {
			q.Set(name, day)
		}
	}
	return "?" + q.Encode()
}
