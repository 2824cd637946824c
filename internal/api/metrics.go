package api

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"westerkappeln.de/wartemarke/internal/queue"
)

// metrics are for the operator. They carry numbers, states and devices, never a person or a code.
type metrics struct {
	registry *prometheus.Registry
	duration *prometheus.HistogramVec
	limited  *prometheus.CounterVec
}

func newMetrics(a *API) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wartemarke_http_request_duration_seconds", Help: "Time to answer a request of the API, without event streams.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
		}, []string{"route", "status"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wartemarke_visitors_limited_total", Help: "Requests of strangers that came too often, by limit.",
		}, []string{"limit"}),
	}
	m.registry.MustRegister(m.duration, m.limited, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), &scrape{a})
	return m
}

func (m *metrics) handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorHandling: promhttp.ContinueOnError, // some figures are better than none when the store is gone
		ErrorLog:      slog.NewLogLogger(log.Handler(), slog.LevelError),
	})
}

// measured notes how long the routes of next take. A request of no route is counted as such, or strangers could fill the
// memory with names of their own.
func (a *API) measured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		s := &statusWriter{ResponseWriter: w}
		next.ServeHTTP(s, r)
		name := r.Pattern
		switch name {
		case "":
			name = "none"
		case "GET " + prefix + "/events":
			return
		}
		a.metrics.duration.WithLabelValues(name, strconv.Itoa(s.status)).Observe(time.Since(began).Seconds())
	})
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (s *statusWriter) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
	s.ResponseWriter.WriteHeader(status)
}

func (s *statusWriter) Write(b []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	return s.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }

// scrape reads the hall when the operator's server asks.
type scrape struct{ api *API }

var (
	ticketsDesc   = prometheus.NewDesc("wartemarke_tickets", "Today's tickets by state.", []string{"state"}, nil)
	seqDesc       = prometheus.NewDesc("wartemarke_event_seq", "Sequence number of the newest event.", nil, nil)
	listenersDesc = prometheus.NewDesc("wartemarke_event_listeners", "Open event streams.", nil, nil)
	signInDesc    = prometheus.NewDesc("wartemarke_sign_ins_failed_total", "Sign-ins that failed: wrong name or password, or too many before.", []string{"why"}, nil)
	bookedDesc    = prometheus.NewDesc("wartemarke_appointments", "Appointments to come by state: held, unconfirmed, booked.", []string{"state"}, nil)
	mailsDesc     = prometheus.NewDesc("wartemarke_mails", "Mails that wait to be sent, and dead ones that wait for staff.", []string{"state"}, nil)
	troubleDesc   = prometheus.NewDesc("wartemarke_trouble", "A trouble of a device or the hall that lasts.", []string{"device", "word"}, nil)
)

func (s *scrape) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{ticketsDesc, seqDesc, listenersDesc, signInDesc, bookedDesc, mailsDesc, troubleDesc} {
		ch <- d
	}
}

func (s *scrape) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	hall := s.api.cfg.Hall
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(listenersDesc, float64(s.api.cfg.Stream.Readers()))
	wrong, limited := s.api.cfg.Auth.FailedSignIns()
	ch <- prometheus.MustNewConstMetric(signInDesc, prometheus.CounterValue, float64(wrong), "wrong")
	ch <- prometheus.MustNewConstMetric(signInDesc, prometheus.CounterValue, float64(limited), "too_many")
	if seq, err := hall.Seq(ctx); err != nil {
		ch <- prometheus.NewInvalidMetric(seqDesc, err)
	} else {
		gauge(seqDesc, float64(seq))
	}
	if views, err := hall.Tickets(ctx, "", ""); err != nil {
		ch <- prometheus.NewInvalidMetric(ticketsDesc, err)
	} else {
		counts := map[queue.State]int{}
		for _, state := range []queue.State{queue.Waiting, queue.Called, queue.Serving, queue.Missed, queue.Parked, queue.Finished, queue.Cancelled, queue.Expired} {
			counts[state] = 0
		}
		for _, v := range views {
			counts[v.Ticket.State]++
		}
		for state, n := range counts {
			gauge(ticketsDesc, float64(n), string(state))
		}
	}
	if f, err := hall.BookingFigures(ctx); err != nil {
		ch <- prometheus.NewInvalidMetric(bookedDesc, err)
	} else {
		gauge(bookedDesc, float64(f.Held), "held")
		gauge(bookedDesc, float64(f.Unconfirmed), "unconfirmed")
		gauge(bookedDesc, float64(f.Booked), "booked")
		gauge(mailsDesc, float64(f.MailsWaiting), "waiting")
		gauge(mailsDesc, float64(f.MailsDead), "dead")
	}
	troubles, err := hall.Troubles(ctx)
	if err != nil {
		ch <- prometheus.NewInvalidMetric(troubleDesc, err)
		return
	}
	seen := map[[2]string]bool{} // one ticket's paper may fail after the other on one device
	for _, t := range troubles {
		if k := [2]string{t.Device, t.Word}; !seen[k] {
			seen[k] = true
			gauge(troubleDesc, 1, t.Device, t.Word)
		}
	}
}
