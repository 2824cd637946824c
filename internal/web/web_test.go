package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/web"
)

// rig is the pages over a fake hall.
type rig struct {
	hall   *fake
	auth   *fakeAuth
	stream *fakeStream
	outage *outage
	sentIn sentIn
	closed *outage // of the store of documents
	staff  http.Handler
	public http.Handler
}

var texts = sync.OnceValues(i18n.Load)

func newRig(t testing.TB) *rig {
	t.Helper()
	b, err := texts()
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{hall: &fake{desk: openDesk(), secrets: map[string]hall.View{}, fakeBooking: fakeBooking{days: map[queue.Day][]hall.Listed{}}}, stream: &fakeStream{events: make(chan hall.Event)},
		auth: &fakeAuth{actor: &hall.Actor{Kind: hall.Staff, ID: "meyer", Role: hall.Clerk}}, outage: &outage{}, sentIn: sentIn{}, closed: &outage{}}
	w, err := web.New(web.Config{Hall: r.hall, Auth: r.auth, Actor: actorFrom, Stream: r.stream, Bundle: b,
		Site:      page.Site{Name: "Gemeinde Westerkappeln", Location: berlin, Languages: []string{"de", "de-simple", "en"}},
		Documents: fakeStore{r.sentIn, r.closed}, MailState: r.outage, Imports: r.outage, PublicURL: "https://termine.example/", Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	r.staff, r.public = w.Staff(), w.Public()
	return r
}

func get(h http.Handler, path string, heads ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(heads); i += 2 {
		req.Header.Set(heads[i], heads[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

func post(h http.Handler, path string, form url.Values, heads ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(heads); i += 2 {
		req.Header.Set(heads[i], heads[i+1])
	}
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, req)
	return rec
}

func TestPagesRender(t *testing.T) {
	r := newRig(t)
	r.hall.tickets = r.hall.desk.Waiting
	r.hall.secrets["s"] = r.hall.desk.Waiting[0]
	busyDay(r)
	freeTimes(r)
	for _, c := range []struct {
		h    http.Handler
		path string
		want string
	}{
		{r.staff, "/counter", "Schalter 1"},
		{r.staff, "/counter/1", "Nächste Nummer"},
		{r.staff, "/tickets", "A017"},
		{r.staff, "/devices", "Geräte"},
		{r.staff, "/appointments", "Erika Mustermann"},
		{r.staff, "/appointments/a1", "K7M4X 2QX93"},
		{r.staff, "/appointments/a1/move", "Auf diese Zeit verschieben"},
		{r.staff, "/appointments/new?service=ummeldung", "8:15"},
		{r.staff, "/mail", "User unknown"},
		{r.public, "/ticket/s", "A017"},
		{r.public, "/ticket/s/cancel", "zurückgeben"},
	} {
		rec := get(c.h, c.path)
		if rec.Code != http.StatusOK || !strings.Contains(rec.Body.String(), c.want) {
			t.Errorf("%s: %d, want %q in\n%s", c.path, rec.Code, c.want, rec.Body)
		}
		if ids := regexp.MustCompile(`\bweb_[a-z_]+`).FindAllString(rec.Body.String(), -1); ids != nil {
			t.Errorf("%s shows ids %v", c.path, ids)
		}
		if strings.Contains(rec.Body.String(), "~idempotency-key~") {
			t.Errorf("%s: a key is missing", c.path)
		}
	}
}

func TestCalledTicketPage(t *testing.T) {
	r := newRig(t)
	r.hall.desk.Current = with(r.hall.desk.Waiting[0], func(k *queue.Ticket) { k.State, k.Called = queue.Called, at(9, 29) })
	body := get(r.staff, "/counter/1").Body.String()
	for _, want := range []string{"A017", "Personalausweis beantragen", "Termin 9:15", "Noch mal rufen", "Nicht erschienen"} {
		if !strings.Contains(body, want) {
			t.Errorf("want %q in\n%s", want, body)
		}
	}
}
