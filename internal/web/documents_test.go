package web_test

import (
	"mime"
	"net/http"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/hall"
)

// TestDocument: a document is only ever saved, never shown, and comes as it was sent in.
func TestDocument(t *testing.T) {
	r := newRig(t)
	busyDay(r)
	r.sentIn["d1"][7] = 'x'
	rec := get(r.staff, "/appointments/a1/documents/d1")
	head := rec.Header()
	if rec.Code != http.StatusOK || rec.Body.String() != string(r.sentIn["d1"]) {
		t.Fatalf("%d, %d bytes", rec.Code, rec.Body.Len())
	}
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Length": "1300000",
		"Content-Disposition": "attachment; filename*=utf-8''Geburtsurkunde%20M%C3%BCller.pdf",
	} {
		if got := head.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if csp := head.Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") || !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "allow") {
		t.Errorf("policy %q", csp)
	}
	r.hall.fakeBooking.documents[0].Kind = "text/html"
	if got := get(r.staff, "/appointments/a1/documents/d1").Header().Get("Content-Type"); got != "application/octet-stream" {
		t.Errorf("another kind as %q", got)
	}
}

// TestDocumentCannotBeHad: whatever is wrong, no byte of the file is sent, and the page says what to do.
func TestDocumentCannotBeHad(t *testing.T) {
	for name, c := range map[string]struct {
		path string
		set  func(*rig)
		code int
		want string
	}{
		"broken":    {"/appointments/a1/documents/d2", func(*rig) {}, http.StatusInternalServerError, "Die Datei ist beschädigt"},
		"cut short": {"/appointments/a1/documents/d1", func(r *rig) { r.sentIn["d1"] = []byte("%PDF-1.7") }, http.StatusInternalServerError, "Die Datei ist beschädigt"},
		"longer":    {"/appointments/a1/documents/d1", func(r *rig) { r.sentIn["d1"] = make([]byte, 2_000_000) }, http.StatusInternalServerError, "Die Datei ist beschädigt"},
		"missing":   {"/appointments/a1/documents/d1", func(r *rig) { delete(r.sentIn, "d1") }, http.StatusNotFound, "fehlt auf dem Server"},
		"deleted":   {"/appointments/a1/documents/d7", func(*rig) {}, http.StatusNotFound, "gibt es nicht mehr"},
		"another's": {"/appointments/a2/documents/d1", func(*rig) {}, http.StatusNotFound, "gibt es nicht mehr"},
	} {
		r := newRig(t)
		busyDay(r)
		c.set(r)
		rec := get(r.staff, c.path)
		if rec.Code != c.code || !strings.Contains(rec.Body.String(), c.want) || rec.Header().Get("Content-Disposition") != "" || strings.Contains(rec.Body.String(), "%PDF") {
			t.Errorf("%s: %d %v\n%s", name, rec.Code, rec.Header(), rec.Body)
		}
	}
}

// FuzzDocumentName: no name of a file can add a header, a path, or an extension that another program opens.
func FuzzDocumentName(f *testing.F) {
	for _, name := range []string{"Ausweis.pdf", "../../etc/passwd", "a\r\nSet-Cookie: x=1", `"; filename="x.exe`, "rechnung\u202efdp.exe", "", strings.Repeat("ü", 300), "\xff\xfe", "x.pdf.exe"} {
		f.Add(name)
	}
	r := newRig(f)
	busyDay(r)
	f.Fuzz(func(t *testing.T, name string) {
		r.hall.fakeBooking.documents = []hall.Document{{ID: "d1", Appointment: "a1", Name: name, Kind: "application/pdf", Size: 3}}
		r.sentIn["d1"] = []byte("pdf")
		rec := get(r.staff, "/appointments/a1/documents/d1")
		kind, params, err := mime.ParseMediaType(rec.Header().Get("Content-Disposition"))
		if rec.Code != http.StatusOK || err != nil || kind != "attachment" {
			t.Fatalf("%d %q: %v", rec.Code, rec.Header().Get("Content-Disposition"), err)
		}
		if got := params["filename"]; !strings.HasSuffix(got, ".pdf") || strings.ContainsAny(got, "/\\\r\n\x00\u202e") {
			t.Errorf("saved as %q", got)
		}
	})
}
