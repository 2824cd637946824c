package client

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/wire"
)

// lineLimit is the longest line of a stream, in bytes.
const lineLimit = 1 << 20

var (
	errSilence = errors.New("hall went silent")
	errEnded   = errors.New("event stream ended")
)

// Watch hands every event of the areas (a comma list; "" means the device's own, or all) after the number to on, in
// order, and returns when the stream ends, with the reason: ctx's error, a *wire.Problem, or that the hall cannot be
// reached. It does not come back by itself; the caller does, with the Seq of the last event. An event of type reset
// says that after was gone or from the future: fetch a snapshot.
func (c *Client) Watch(ctx context.Context, area string, after int64, on func(wire.Event)) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	silence := time.AfterFunc(c.silence, func() { cancel(errSilence) })
	defer silence.Stop()

	r, err := c.request(ctx, http.MethodGet, "/events"+query("area", area, "after", strconv.FormatInt(max(after, 0), 10)), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/event-stream")
	resp, err := c.http.Do(r)
	if err != nil {
		return gone(ctx, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return refusal(resp)
	}
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		return fmt.Errorf("unexpected answer of type %q", resp.Header.Get("Content-Type"))
	}
	err = read(resp.Body, func() { silence.Reset(c.silence) }, func(e wire.Event) {
		if ctx.Err() == nil { // nothing more once the caller has had enough
			on(e)
		}
	})
	return gone(ctx, err)
}

// gone explains why a stream ended.
func gone(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); errors.Is(cause, errSilence) {
		return errSilence
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("hall not reachable: %w", err)
}

// read takes a stream of events apart (HTML Living Standard 9.2.6). alive is called for every line.
func read(r io.Reader, alive func(), on func(wire.Event)) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), lineLimit)
	var data strings.Builder
	for lines.Scan() {
		alive()
		line := lines.Text()
		if line == "" {
			if data.Len() == 0 {
				continue
			}
			var e wire.Event
			if err := json.Unmarshal([]byte(data.String()), &e); err != nil {
				return fmt.Errorf("event cannot be read: %w", err)
			}
			data.Reset()
			on(e)
			continue
		}
		field, value, _ := strings.Cut(line, ":")
		if field != "data" { // id and type are in the data, too; a comment has no field
			continue
		}
		if data.Len() > lineLimit {
			return errors.New("event is too long")
		}
		if data.Len() > 0 {
			data.WriteByte('\n')
		}
		data.WriteString(strings.TrimPrefix(value, " "))
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return errEnded
}
