package citizen

import (
	"encoding/hex"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"time"

	"westerkappeln.de/wartemarke/internal/documents"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	// maxUpload is the largest body of a form with a file: 10 MiB for the file, and what goes around it.
	maxUpload = 10<<20 + 64<<10
	// uploadTime is how long a slow telephone may take to send it. Few files are in the making at a time: it cannot be long.
	uploadTime = 2 * time.Minute
	answerTime = time.Minute
	maxField   = 128
)

// documentRow is a file that was sent in.
type documentRow struct{ ID, Name, Size string }

func documentRows(p Page, docs []hall.Document) []documentRow {
	var out []documentRow
	for _, d := range docs {
		id, n := "book_kilobytes", (d.Size+1023)/1024
		if n >= 1024 {
			id, n = "book_megabytes", (n+512)/1024
		}
		out = append(out, documentRow{ID: url.PathEscape(d.ID), Name: d.Name, Size: p.T(id, "Size", n)})
	}
	return out
}

// upload takes one file. It is read as it comes and never held in memory as a whole.
func (c *Citizen) upload(rw http.ResponseWriter, r *http.Request) {
	r.PostForm, r.Form = url.Values{}, url.Values{} // nobody else reads the body
	if wait := c.wait(uploading, r); wait > 0 {
		c.tooMany(rw, r, wait)
		return
	}
	// A file takes longer than a form. Where a connection has no deadlines of its own, the server's stay.
	line, now := http.NewResponseController(rw), time.Now()
	_ = line.SetReadDeadline(now.Add(uploadTime))
	_ = line.SetWriteDeadline(now.Add(uploadTime + answerTime))
	r.Body = http.MaxBytesReader(rw, r.Body, maxUpload)
	p, ok := c.find(rw, r, "book_mine_title")
	if !ok {
		return
	}
	if !p.CanSend || p.Left < 1 {
		c.denied(rw, r, &queue.Refusal{Code: queue.TooMuch, Field: "documents"}, "file")
		return
	}
	err := c.receive(r)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		err = &queue.Refusal{Code: queue.LargeFile}
	case errors.Is(err, errNoFile):
		err = &queue.Refusal{Code: queue.Invalid, Field: "file"}
	case errors.Is(err, errNoForm):
		c.badForm(rw, r)
		return
	}
	if no := refusal(err); no != nil && no.Field == "slow" { // the rest would come as slowly: it is not waited for
		_ = line.SetReadDeadline(time.Now())
		rw.Header().Set("Connection", "close")
	}
	if err != nil {
		c.denied(rw, r, err, "file")
		return
	}
	c.back(rw, r, p, "sent")
}

var (
	errNoFile = errors.New("no file was chosen")
	errNoForm = errors.New("not a form with a file")
)

// receive reads the form: the key first, then the file.
func (c *Citizen) receive(r *http.Request) error {
	parts, err := r.MultipartReader()
	if err != nil {
		return errNoForm
	}
	key := ""
	for {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return errNoFile
		case err != nil:
			return broken(err)
		}
		switch part.FormName() {
		case "key":
			b, err := io.ReadAll(io.LimitReader(part, maxField))
			if err != nil {
				return broken(err)
			}
			if _, err := hex.DecodeString(string(b)); err != nil {
				return errNoForm // no page of ours made it
			}
			key = string(b)
		case "file":
			return c.keep(r, key, part)
		}
	}
}

// broken tells a body that is too large from one that is no form.
func broken(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return errNoForm
}

// keep stores the file and then says whose it is. If that is refused, the file goes again; after a crash in between it is swept.
func (c *Citizen) keep(r *http.Request, key string, part *multipart.Part) error {
	if part.FileName() == "" {
		return errNoFile
	}
	stored, err := c.cfg.Documents.Put(r.Context(), part)
	if err != nil {
		return err
	}
	d := hall.Document{ID: stored.ID, Name: documents.Clean(part.FileName(), stored.Kind), Kind: stored.Kind, Size: stored.Size}
	if _, err = c.cfg.Hall.AddDocument(r.Context(), c.command(r, key), r.PathValue("secret"), d); err != nil {
		return errors.Join(err, c.cfg.Documents.Drop(d.ID))
	}
	return nil
}

// removeDocument takes a file back.
func (c *Citizen) removeDocument(rw http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if err := c.cfg.Hall.RemoveDocument(r.Context(), c.command(r, r.PostFormValue("key")), r.PathValue("secret"), id); err != nil {
		c.denied(rw, r, err, "file")
		return
	}
	if c.cfg.Documents != nil {
		if err := c.cfg.Documents.Drop(id); err != nil {
			c.cfg.Log.Error("document", "err", err) // it is swept later: nobody can reach it any more
		}
	}
	c.back(rw, r, c.plain(r), "removed")
}
