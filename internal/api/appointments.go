package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// appointmentRoutes are what staff do for callers, and today's list. Only they are told who comes.
func (a *API) appointmentRoutes(routes huma.API) {
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "slots", Method: http.MethodGet, Path: "/slots", Summary: "Free days and times, those kept for staff among them",
	}, func(ctx context.Context, in *SlotsInput) (*answer[wire.Slots], error) {
		out, err := a.slots(ctx, in, true)
		if err != nil {
			return nil, err
		}
		return body(out), nil
	})
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "appointments", Method: http.MethodGet, Path: "/appointments", Summary: "Appointments of a day, with who has come, or those to come of a name",
	}, a.getAppointments)
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "appointment", Method: http.MethodGet, Path: "/appointments/{id}", Summary: "One appointment",
	}, a.getAppointment)
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "book", Method: http.MethodPost, Path: "/appointments", Summary: "Book for a caller, also in what is kept for staff",
		DefaultStatus: http.StatusCreated,
	}, a.postAppointment)
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "appointment-move", Method: http.MethodPost, Path: "/appointments/{id}/move", Summary: "Move for a caller; the old time is free at once",
	}, a.postMove)
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "appointment-cancel", Method: http.MethodPost, Path: "/appointments/{id}/cancel", Summary: "Cancel for a caller; the time is free at once",
	}, a.postCancel)
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "appointment-confirm", Method: http.MethodPost, Path: "/appointments/{id}/confirm", Summary: "Confirm for a caller whose mail did not come",
	}, a.postConfirmFor)
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "appointment-person", Method: http.MethodPut, Path: "/appointments/{id}/person", Summary: "Correct who comes; another mail address is written to",
	}, a.putPerson)
}

// AppointmentInput names an appointment. (Exported for huma, as Key.)
type AppointmentInput struct {
	ID string `path:"id" maxLength:"64" doc:"id or code"`
}

func (a *API) getAppointments(ctx context.Context, in *struct {
	Day  string `query:"day" format:"date" doc:"default: today"`
	Name string `query:"name" maxLength:"400" doc:"instead of day: booked and unconfirmed ones from today on of people whose name holds these words, at most 50; 2 letters or more, capitals and accents do not count"`
}) (*answer[[]wire.StaffBooking], error) {
	list, err := a.list(ctx, in.Day, in.Name)
	if err != nil {
		return nil, err
	}
	out := make([]wire.StaffBooking, len(list))
	for i, l := range list {
		out[i] = a.listed(l)
	}
	return body(out), nil
}

func (a *API) list(ctx context.Context, day, name string) ([]hall.Listed, error) {
	switch {
	case name != "" && day != "":
		return nil, &queue.Refusal{Code: queue.Invalid, Field: "query.day"}
	case name != "":
		return a.cfg.Hall.FindByName(ctx, name)
	case day == "":
		return a.cfg.Hall.DayList(ctx, queue.DayOf(a.cfg.Now(), a.cfg.Location))
	}
	return a.cfg.Hall.DayList(ctx, queue.Day(day))
}

func (a *API) getAppointment(ctx context.Context, in *AppointmentInput) (*answer[wire.StaffBooking], error) {
	return a.listedAnswer(ctx, in.ID)
}

func (a *API) postAppointment(ctx context.Context, in *struct {
	Key
	Body wire.Book
}) (*answer[wire.StaffBooking], error) {
	p := hall.Person{Name: in.Body.Name, Mail: in.Body.Mail, Phone: in.Body.Phone, Lang: in.Body.Lang}
	got, err := a.cfg.Hall.Book(ctx, a.command(ctx, in.Key), booking.Want{Services: services(in.Body.Services)}, in.Body.Start, p)
	if err != nil {
		return nil, err
	}
	return a.listedAnswer(ctx, got.Appointment.ID)
}

func (a *API) postMove(ctx context.Context, in *struct {
	Key
	AppointmentInput
	Body wire.MoveTo
}) (*answer[wire.StaffBooking], error) {
	moved, err := a.cfg.Hall.Move(ctx, a.command(ctx, in.Key), in.ID, in.Body.Start)
	if err != nil {
		return nil, err
	}
	return a.listedAnswer(ctx, moved.ID)
}

func (a *API) postCancel(ctx context.Context, in *struct {
	Key
	AppointmentInput
}) (*answer[wire.StaffBooking], error) {
	cancelled, err := a.cfg.Hall.CancelAppointment(ctx, a.command(ctx, in.Key), in.ID)
	if err != nil {
		return nil, err
	}
	out, err := a.listedAnswer(ctx, cancelled.ID)
	if hasCode(err, queue.NotFound) { // it was not confirmed, and nothing of it is kept
		return body(a.listed(hall.Listed{Appointment: cancelled})), nil
	}
	return out, err
}

func (a *API) postConfirmFor(ctx context.Context, in *struct {
	Key
	AppointmentInput
}) (*answer[wire.StaffBooking], error) {
	booked, err := a.cfg.Hall.ConfirmFor(ctx, a.command(ctx, in.Key), in.ID)
	if err != nil {
		return nil, err
	}
	return a.listedAnswer(ctx, booked.ID)
}

func (a *API) putPerson(ctx context.Context, in *struct {
	Key
	AppointmentInput
	Body wire.Person
}) (*answer[wire.StaffBooking], error) {
	p := hall.Person{Name: in.Body.Name, Mail: in.Body.Mail, Phone: in.Body.Phone, Lang: in.Body.Lang}
	corrected, err := a.cfg.Hall.Correct(ctx, a.command(ctx, in.Key), in.ID, p)
	if err != nil {
		return nil, err
	}
	return a.listedAnswer(ctx, corrected.ID)
}

// listedAnswer is the appointment as it is now. A repetition under a key thus tells what has become of it since: the person
// is not kept with the key.
func (a *API) listedAnswer(ctx context.Context, id string) (*answer[wire.StaffBooking], error) {
	l, err := a.cfg.Hall.Listed(ctx, id)
	if err != nil {
		return nil, err
	}
	return body(a.listed(l)), nil
}

// listed is an appointment for staff.
func (a *API) listed(l hall.Listed) wire.StaffBooking {
	x := l.Appointment
	b := wire.StaffBooking{Booking: a.booking(x), Source: x.Source, Documents: l.Documents, MailDead: l.MailDead}
	b.Movable = x.State == booking.Booked && l.Ticket == nil
	if c := l.Contact; c != nil {
		b.Name, b.Mail, b.Phone, b.Earlier = c.Name, c.Mail, c.Phone, c.Earlier
	}
	if l.Ticket != nil {
		b.Ticket, b.TicketState = l.Ticket.Ticket.Number(), string(l.Ticket.Ticket.State)
	}
	return b
}
