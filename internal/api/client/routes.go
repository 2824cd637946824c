package client

import (
	"context"
	"net/http"
	"net/url"

	"westerkappeln.de/wartemarke/internal/wire"
)

// Kiosk gives what a terminal shows, for the area of the option Area, else the device's own.
func (c *Client) Kiosk(ctx context.Context) (k wire.Kiosk, err error) {
	err = c.do(ctx, http.MethodGet, "/kiosk"+query("area", c.area), "", nil, &k)
	return k, err
}

// CheckIn asks for the ticket of a booked visit.
func (c *Client) CheckIn(ctx context.Context, key string, in wire.CheckIn) (out wire.CheckedIn, err error) {
	err = c.do(ctx, http.MethodPost, "/checkins", key, in, &out)
	return out, err
}

// TakeTicket asks for a walk-in ticket.
func (c *Client) TakeTicket(ctx context.Context, key string, in wire.TakeTicket) (t wire.Ticket, err error) {
	err = c.do(ctx, http.MethodPost, "/tickets", key, in, &t)
	return t, err
}

// ReportPrint tells what became of a ticket's paper.
func (c *Client) ReportPrint(ctx context.Context, key, ticketID string, in wire.PrintOutcome) error {
	return c.do(ctx, http.MethodPost, "/tickets/"+url.PathEscape(ticketID)+"/prints", key, in, nil)
}

// ReportStatus is the device's heartbeat.
func (c *Client) ReportStatus(ctx context.Context, in wire.DeviceStatus) error {
	if in.Troubles == nil {
		in.Troubles = []string{}
	}
	return c.do(ctx, http.MethodPost, "/devices/self/status", "", in, nil)
}

// Board gives the snapshot of some areas, a comma list; "" means the device's own, or all.
func (c *Client) Board(ctx context.Context, area string) (b wire.Board, err error) {
	err = c.do(ctx, http.MethodGet, "/board"+query("area", area), "", nil, &b)
	return b, err
}

// Tickets lists today's tickets in calling order; "" means any state or service.
func (c *Client) Tickets(ctx context.Context, state, service string) (list []wire.Ticket, err error) {
	err = c.do(ctx, http.MethodGet, "/tickets"+query("state", state, "service", service), "", nil, &list)
	return list, err
}

// Ticket gives one ticket.
func (c *Client) Ticket(ctx context.Context, id string) (t wire.Ticket, err error) {
	err = c.do(ctx, http.MethodGet, "/tickets/"+url.PathEscape(id), "", nil, &t)
	return t, err
}

// Next calls the next ticket to the counter.
func (c *Client) Next(ctx context.Context, key, counter string, in wire.Next) (t wire.Ticket, err error) {
	err = c.do(ctx, http.MethodPost, at(counter, "next"), key, in, &t)
	return t, err
}

// Call calls one ticket to the counter.
func (c *Client) Call(ctx context.Context, key, counter string, in wire.Call) (t wire.Ticket, err error) {
	err = c.do(ctx, http.MethodPost, at(counter, "call"), key, in, &t)
	return t, err
}

// Ring announces the counter's called ticket again.
func (c *Client) Ring(ctx context.Context, key, counter string) (t wire.Ticket, err error) {
	err = c.do(ctx, http.MethodPost, at(counter, "ring"), key, nil, &t)
	return t, err
}

// OpenCounter opens the counter.
func (c *Client) OpenCounter(ctx context.Context, key, counter string) error {
	return c.do(ctx, http.MethodPost, at(counter, "open"), key, nil, nil)
}

// CloseCounter closes the counter.
func (c *Client) CloseCounter(ctx context.Context, key, counter string) error {
	return c.do(ctx, http.MethodPost, at(counter, "close"), key, nil, nil)
}

// Act does one of arrive, finish, no-show, park, take-back, undo, forward, cancel, priority to a ticket.
func (c *Client) Act(ctx context.Context, key, ticket, action string, in wire.TicketAction) (t wire.Ticket, err error) {
	err = c.do(ctx, http.MethodPost, "/tickets/"+url.PathEscape(ticket)+"/"+url.PathEscape(action), key, in, &t)
	return t, err
}

func at(counter, what string) string { return "/counters/" + url.PathEscape(counter) + "/" + what }
