package web

import (
	"errors"
	"net/http"
	"strings"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
)

type loginPage struct {
	Page
	Next, Name string
	Errors     []fieldError
}

// fieldError is one line of the error summary: which field, and what to do.
type fieldError struct{ Field, Text string }

// Wrong gives the error of a field, "" if it is fine.
func (l loginPage) Wrong(field string) string { return wrong(l.Errors, field) }

func wrong(all []fieldError, field string) string {
	for _, e := range all {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

func (w *Web) loginPage(rw http.ResponseWriter, r *http.Request) {
	next := local(r.URL.Query().Get("next"))
	if a, ok := w.cfg.Actor(r.Context()); ok && a.Kind == hall.Staff {
		http.Redirect(rw, r, next, http.StatusSeeOther)
		return
	}
	p := loginPage{Page: w.page(r, "web_login_title"), Next: next}
	w.engine.Render(rw, r, http.StatusOK, "login", p)
}

func (w *Web) login(rw http.ResponseWriter, r *http.Request) {
	p := loginPage{Page: w.page(r, "web_login_title"), Next: local(r.PostFormValue("next")), Name: strings.TrimSpace(r.PostFormValue("name"))}
	password := r.PostFormValue("password")
	if p.Name == "" {
		p.Errors = append(p.Errors, fieldError{"name", p.T("web_login_name_missing")})
	}
	if password == "" {
		p.Errors = append(p.Errors, fieldError{"password", p.T("web_login_password_missing")})
	}
	status := http.StatusUnprocessableEntity
	if len(p.Errors) == 0 {
		err := w.cfg.Auth.SignIn(r.Context(), r, p.Name, password)
		if err == nil {
			http.Redirect(rw, r, p.Next, http.StatusSeeOther)
			return
		}
		var text string
		if status, text = w.signInRefused(p.Page, err); text != "" {
			p.Errors = []fieldError{{"name", text}}
		}
	}
	p.Title = p.T("web_error_prefix") + p.Title
	w.engine.Render(rw, r, status, "login", p)
}

// signInRefused never says whether the name or the password was wrong.
func (w *Web) signInRefused(p Page, err error) (int, string) {
	var wait *auth.TooManyError
	switch {
	case errors.Is(err, auth.ErrWrong):
		return http.StatusUnprocessableEntity, p.T("web_login_wrong")
	case errors.As(err, &wait):
		return http.StatusTooManyRequests, p.T("web_login_locked", "Until", p.Clock(wait.Until))
	case isFull(err):
		return http.StatusInsufficientStorage, p.T("web_refused_disk_full")
	}
	w.cfg.Log.Error("sign in", "err", err)
	return http.StatusInternalServerError, p.T("web_failed")
}

func (w *Web) logout(rw http.ResponseWriter, r *http.Request) {
	switch err := w.cfg.Auth.SignOut(r.Context()); {
	case err == nil:
		http.Redirect(rw, r, "/login", http.StatusSeeOther)
	case isFull(err):
		w.fail(rw, r, http.StatusInsufficientStorage, "web_broken_title", "web_refused_disk_full")
	default:
		w.broken(rw, r, err)
	}
}
