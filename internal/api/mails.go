package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/wire"
)

// mailRoutes are the mails that could not be delivered. Somebody waits for each of them.
func (a *API) mailRoutes(routes huma.API) {
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "mails-dead", Method: http.MethodGet, Path: "/mails/dead", Summary: "Mails that could not be delivered, oldest first, at most 200",
	}, a.getDeadMails)
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "mail-retry", Method: http.MethodPost, Path: "/mails/{id}/retry", Summary: "Try to deliver it again", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *MailInput) (*done, error) {
		return nil, a.cfg.Hall.RetryMail(ctx, a.command(ctx, in.Key), in.ID)
	})
	route(a, routes, who{clerk}, huma.Operation{
		OperationID: "mail-drop", Method: http.MethodDelete, Path: "/mails/{id}", Summary: "Take it from the list", DefaultStatus: http.StatusNoContent,
	}, func(ctx context.Context, in *MailInput) (*done, error) {
		return nil, a.cfg.Hall.DropMail(ctx, a.command(ctx, in.Key), in.ID)
	})
}

// MailInput names a mail. (Exported for huma, as Key.)
type MailInput struct {
	Key
	ID string `path:"id" maxLength:"64"`
}

func (a *API) getDeadMails(ctx context.Context, _ *struct{}) (*answer[[]wire.DeadMail], error) {
	letters, err := a.cfg.Hall.DeadMails(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]wire.DeadMail, len(letters))
	for i, l := range letters {
		out[i] = wire.DeadMail{ID: l.Mail.ID, Appointment: l.Mail.Appointment, Kind: string(l.Mail.Kind), Name: l.Contact.Name,
			Mail: l.Contact.Mail, Created: l.Mail.Created, Attempts: l.Mail.Attempts, Error: l.Mail.Error}
	}
	return body(out), nil
}
