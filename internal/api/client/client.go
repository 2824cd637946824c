// Package client is the Go client of the hall's API, for terminals, displays and tests.
//
// It never repeats a request by itself: whoever calls knows how long a person can wait, and repeats with the same key.
// An answer that says no is a *wire.Problem (errors.As). Any other error means that the hall cannot be reached or
// cannot work just now.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// Times of a client.
const (
	RequestLimit = 5 * time.Second  // for one request with its answer
	SilenceLimit = 40 * time.Second // of an event stream; the hall sends a sign of life every 15 s
	answerLimit  = 4 << 20          // bytes
)

// Client asks one hall. Its methods may be called at once from many goroutines.
type Client struct {
	base     string
	token    string
	http     *http.Client
	limit    time.Duration
	silence  time.Duration
	language func() string
	area     string
}

// Option changes a Client.
type Option func(*Client)

// Language sets the language that problems are told in; it is asked at every request.
func Language(of func() string) Option { return func(c *Client) { c.language = of } }

// Area sets the area that Kiosk asks for; without it, it is the one the device was paired for, else the first.
func Area(id string) Option { return func(c *Client) { c.area = id } }

// Limits sets other times than RequestLimit and SilenceLimit.
func Limits(request, silence time.Duration) Option {
	return func(c *Client) { c.limit, c.silence = request, silence }
}

// Transport sets another transport, for tests.
func Transport(t http.RoundTripper) Option { return func(c *Client) { c.http.Transport = t } }

// New makes a client of the hall at base, such as "http://127.0.0.1:8080", that shows the bearer token.
func New(base, token string, options ...Option) *Client {
	c := &Client{
		base: strings.TrimSuffix(base, "/") + "/api/v1", token: token, limit: RequestLimit, silence: SilenceLimit,
		language: func() string { return "" },
		http: &http.Client{
			// No time-out of the whole: streams have none, requests bring theirs in the context.
			Transport: &http.Transport{
				Proxy:               nil, // the hall is in the house
				DialContext:         (&net.Dialer{Timeout: 3 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
				TLSHandshakeTimeout: 3 * time.Second,
				MaxIdleConnsPerHost: 4,
				IdleConnTimeout:     time.Minute,
			},
			// A redirect would be a captive portal or a wrong address, never the hall; the token stays here.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	for _, o := range options {
		o(c)
	}
	return c
}

func (c *Client) request(ctx context.Context, method, path string, in any) (*http.Request, error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return nil, fmt.Errorf("encode: %w", err)
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return nil, err
	}
	if in != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if lang := c.language(); lang != "" {
		r.Header.Set("Accept-Language", lang)
	}
	return r, nil
}

// do sends one request and reads its answer into out, unless that is nil.
func (c *Client) do(ctx context.Context, method, path, key string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	r, err := c.request(ctx, method, path, in)
	if err != nil {
		return err
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return fmt.Errorf("hall not reachable: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return refusal(resp)
	}
	if out == nil {
		return nil
	}
	// Read whole before decoding: a torn answer must not look like a small one.
	b, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err != nil {
		return fmt.Errorf("hall's answer broke off: %w", err)
	}
	if err := json.Unmarshal(b, out); err != nil {
		return fmt.Errorf("hall's answer cannot be read: %w", err)
	}
	return nil
}

// refusal is the error of an answer that is no success. Where the hall itself is in trouble it has not said no.
func refusal(resp *http.Response) error {
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || kind != wire.ProblemType {
		return fmt.Errorf("unexpected answer %s", resp.Status)
	}
	var p wire.Problem
	b, err := io.ReadAll(io.LimitReader(resp.Body, answerLimit))
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil || p.Code == "" {
		return errors.Join(fmt.Errorf("unexpected answer %s", resp.Status), err)
	}
	switch p.Code {
	case wire.CodeInternal, wire.CodeUnavailable, wire.CodeTimeout:
		return fmt.Errorf("hall in trouble: %s", p.Code)
	}
	return &p
}

func query(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			v.Set(pairs[i], pairs[i+1])
		}
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}
