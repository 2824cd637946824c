package client

import (
	"context"
	"net/http"
	"net/url"

	"westerkappeln.de/wartemarke/internal/wire"
)

// The methods of this file are for programs that act as a clerk, at the staff listener.

// Slots is PublicSlots with the times that are kept for staff.
func (c *Client) Slots(ctx context.Context, services []wire.WantedService, from, to string) (s wire.Slots, err error) {
	err = c.do(ctx, http.MethodGet, "/slots"+slotsQuery(services, from, to), "", nil, &s)
	return s, err
}

// Appointments lists those of a day such as 2026-11-24, by start; "" means today.
func (c *Client) Appointments(ctx context.Context, day string) (list []wire.StaffBooking, err error) {
	err = c.do(ctx, http.MethodGet, "/appointments"+query("day", day), "", nil, &list)
	return list, err
}

// Appointment gives one by id or code.
func (c *Client) Appointment(ctx context.Context, codeOrID string) (b wire.StaffBooking, err error) {
	err = c.do(ctx, http.MethodGet, appointment(codeOrID, ""), "", nil, &b)
	return b, err
}

// FindAppointments lists those to come of people whose name holds these words.
func (c *Client) FindAppointments(ctx context.Context, name string) (list []wire.StaffBooking, err error) {
	err = c.do(ctx, http.MethodGet, "/appointments?name="+url.QueryEscape(name), "", nil, &list)
	return list, err
}

// BookFor books for a caller.
func (c *Client) BookFor(ctx context.Context, key string, in wire.Book) (b wire.StaffBooking, err error) {
	err = c.do(ctx, http.MethodPost, "/appointments", key, in, &b)
	return b, err
}

// MoveAppointment moves one for a caller.
func (c *Client) MoveAppointment(ctx context.Context, key, codeOrID string, in wire.MoveTo) (b wire.StaffBooking, err error) {
	err = c.do(ctx, http.MethodPost, appointment(codeOrID, "/move"), key, in, &b)
	return b, err
}

// CancelAppointment cancels one for a caller.
func (c *Client) CancelAppointment(ctx context.Context, key, codeOrID string) (b wire.StaffBooking, err error) {
	err = c.do(ctx, http.MethodPost, appointment(codeOrID, "/cancel"), key, nil, &b)
	return b, err
}

// ConfirmAppointment confirms one for a caller.
func (c *Client) ConfirmAppointment(ctx context.Context, key, codeOrID string) (b wire.StaffBooking, err error) {
	err = c.do(ctx, http.MethodPost, appointment(codeOrID, "/confirm"), key, nil, &b)
	return b, err
}

// CorrectPerson replaces who comes.
func (c *Client) CorrectPerson(ctx context.Context, key, codeOrID string, in wire.Person) (b wire.StaffBooking, err error) {
	err = c.do(ctx, http.MethodPut, appointment(codeOrID, "/person"), key, in, &b)
	return b, err
}

// DeadMails lists the mails that could not be delivered.
func (c *Client) DeadMails(ctx context.Context) (list []wire.DeadMail, err error) {
	err = c.do(ctx, http.MethodGet, "/mails/dead", "", nil, &list)
	return list, err
}

// RetryMail tries to deliver one of them again.
func (c *Client) RetryMail(ctx context.Context, key, id string) error {
	return c.do(ctx, http.MethodPost, "/mails/"+url.PathEscape(id)+"/retry", key, nil, nil)
}

// DropMail takes one of them from the list.
func (c *Client) DropMail(ctx context.Context, key, id string) error {
	return c.do(ctx, http.MethodDelete, "/mails/"+url.PathEscape(id), key, nil, nil)
}

func appointment(codeOrID, what string) string {
	return "/appointments/" + url.PathEscape(codeOrID) + what
}
