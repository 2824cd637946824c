package importer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"
)

const (
	fetchTimeout = time.Minute // for the whole answer
	maxToken     = 8 << 10     // bytes
	maxRedirects = 5
)

// page is the list behind a URL.
type page struct {
	watch         *Watch
	url           *url.URL
	tokenFile     string
	cancelMissing bool
	client        *http.Client
	etag, changed string // validators of the list that was imported last
}

func newPage(src Source, w *Watch) (*page, error) {
	u, err := url.Parse(src.URL)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, errors.New("the URL must be http://… or https://… with a host") // it is not repeated: it may hold a secret
	case u.User != nil:
		return nil, errors.New("the URL must not hold a user or password; put a bearer token in a file")
	}
	p := &page{watch: w, url: u, tokenFile: src.TokenFile, cancelMissing: src.CancelMissing}
	p.client = &http.Client{Timeout: fetchTimeout, Transport: transport(u.Scheme), CheckRedirect: p.redirect}
	return p, nil
}

// transport goes to any address by https, also through the house's proxy. In the clear it goes to private addresses only: what
// counts is the address at the end of the name, as the connection is made.
func transport(scheme string) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	if scheme == "http" {
		t.Proxy = nil
		t.DialContext = (&net.Dialer{Timeout: 10 * time.Second, Control: onlyPrivate}).DialContext
	}
	return t
}

func onlyPrivate(_, address string, _ syscall.RawConn) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("address to connect to: %w", err)
	}
	if ip := to.Addr().Unmap(); !ip.IsLoopback() && !ip.IsPrivate() {
		return errors.New("https is required: the host is not in the house's own network")
	}
	return nil
}

// redirect follows within the host, and never from https to http.
func (p *page) redirect(req *http.Request, via []*http.Request) error {
	switch {
	case len(via) > maxRedirects:
		return errors.New("redirects more than 5 times")
	case !strings.EqualFold(req.URL.Hostname(), p.url.Hostname()):
		return errors.New("redirects to another host; set that address instead, if it is right")
	case req.URL.Scheme != "https" && via[len(via)-1].URL.Scheme == "https":
		return errors.New("redirects from https to http")
	}
	return nil
}

func (p *page) name() string {
	sum := sha256.Sum256([]byte(p.url.Host + p.url.Path))
	return p.url.Host + " " + hex.EncodeToString(sum[:4])
}

// look fetches the list and imports it, unless it is the one that was imported last.
func (p *page) look(ctx context.Context) error {
	req, err := p.request(ctx)
	if err != nil {
		return err
	}
	answer, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusNotModified && p.etag+p.changed != "":
		return nil
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("the server answers %d %s", answer.StatusCode, http.StatusText(answer.StatusCode))
	}
	// Whole before it is read: an answer that breaks off is no broken list.
	data, err := io.ReadAll(io.LimitReader(answer.Body, MaxSize+1))
	if err != nil {
		return fmt.Errorf("the answer broke off: %w", bare(err))
	}
	site, err := p.watch.Site(ctx)
	if err != nil {
		return err
	}
	rows, err := Read(p.url.Path, bytes.NewReader(data), site)
	if err != nil {
		return err
	}
	if err := p.watch.take(ctx, rows, p.cancelMissing); err != nil {
		return err
	}
	p.etag, p.changed = answer.Header.Get("ETag"), answer.Header.Get("Last-Modified")
	return nil
}

func (p *page) request(ctx context.Context) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.url.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "wartemarke")
	req.Header.Set("Accept", "text/calendar, application/json, text/csv")
	if p.etag != "" {
		req.Header.Set("If-None-Match", p.etag)
	}
	if p.changed != "" {
		req.Header.Set("If-Modified-Since", p.changed)
	}
	if p.tokenFile == "" {
		return req, nil
	}
	token, err := readToken(p.tokenFile)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return req, nil
}

// readToken reads the first line of a file. The error never repeats it.
func readToken(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxToken))
	if err != nil {
		return "", fmt.Errorf("token: %w", err)
	}
	line, _, _ := strings.Cut(string(data), "\n")
	token := strings.TrimSpace(line)
	if token == "" || strings.ContainsFunc(token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fmt.Errorf("token: the first line of %s must be one word", name)
	}
	return token, nil
}
