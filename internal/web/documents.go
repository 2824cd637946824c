package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"westerkappeln.de/wartemarke/internal/documents"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// documentRow is a document that a citizen sent in.
type documentRow struct{ Name, Kind, Size, Href string }

// documents lists those of an appointment.
func (w *Web) documents(ctx context.Context, p Page, a hall.Listed) ([]documentRow, error) {
	if a.Documents == 0 {
		return nil, nil
	}
	all, err := w.cfg.Hall.Documents(ctx, a.Appointment.ID)
	if err != nil {
		return nil, err
	}
	var out []documentRow
	for _, d := range all {
		out = append(out, documentRow{Name: documents.Clean(d.Name, d.Kind), Kind: kindName(d.Kind), Size: p.size(d.Size),
			Href: "/appointments/" + url.PathEscape(a.Appointment.ID) + "/documents/" + url.PathEscape(d.ID)})
	}
	return out, nil
}

// kindName is a kind of document as people call it.
func kindName(kind string) string {
	switch kind {
	case documents.PDF:
		return "PDF"
	case documents.JPEG:
		return "JPEG"
	case documents.PNG:
		return "PNG"
	}
	return "?"
}

// size is a number of bytes for people.
func (p Page) size(n int64) string {
	const kilo, mega = 1 << 10, 1 << 20
	if n < mega {
		return p.T("web_kilobytes", "Size", (n+kilo-1)/kilo)
	}
	s := strconv.FormatFloat(float64(n)/mega, 'f', 1, 64)
	if p.Lang != "en" {
		s = strings.Replace(s, ".", ",", 1)
	}
	return p.T("web_megabytes", "Size", s)
}

// document sends one to be saved. It came from a stranger: whatever it is, the browser neither shows it nor runs anything of
// it.
func (w *Web) document(rw http.ResponseWriter, r *http.Request) {
	d, err := w.cfg.Hall.Document(r.Context(), r.PathValue("doc"))
	if isRefusal(err) || err == nil && d.Appointment != r.PathValue("id") {
		w.noDocument(rw, r, http.StatusNotFound, "web_document_gone")
		return
	}
	if err != nil {
		w.broken(rw, r, err)
		return
	}
	content, err := w.content(r.Context(), d)
	var no *queue.Refusal
	switch {
	case errors.As(err, &no):
		w.noDocument(rw, r, http.StatusNotFound, "web_document_missing")
		return
	case err != nil:
		w.cfg.Log.Error("document", "id", d.ID, "err", err)
		w.noDocument(rw, r, http.StatusInternalServerError, "web_document_broken")
		return
	}
	head := rw.Header()
	head.Set("Content-Type", safeKind(d.Kind))
	head.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": documents.Clean(d.Name, d.Kind)}))
	head.Set("Content-Length", strconv.Itoa(len(content)))
	head.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	// A browser that went away is no fault of ours.
	_, _ = rw.Write(content)
}

// content reads the whole document before a byte of it is sent: only at its end is it certain to be what was sent in.
func (w *Web) content(ctx context.Context, d hall.Document) ([]byte, error) {
	if w.cfg.Documents == nil {
		return nil, &queue.Refusal{Code: queue.NotFound}
	}
	from, err := w.cfg.Documents.Get(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = io.Copy(&b, io.LimitReader(from, d.Size+1))
	if err = errors.Join(err, from.Close()); err != nil {
		return nil, err
	}
	if int64(b.Len()) != d.Size {
		return nil, fmt.Errorf("it has %d bytes, %d were sent in", b.Len(), d.Size)
	}
	return b.Bytes(), nil
}

// safeKind is the type of a document's content, or that of any bytes when it is none that we take.
func safeKind(kind string) string {
	if kindName(kind) == "?" {
		return "application/octet-stream"
	}
	return kind
}

func (w *Web) noDocument(rw http.ResponseWriter, r *http.Request, status int, text string) {
	w.failTo(rw, r, status, "web_document_title", text, "/appointments/"+url.PathEscape(r.PathValue("id")), "web_to_appointment")
}
