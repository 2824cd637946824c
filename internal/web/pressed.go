package web

import (
	"net/http"
	"strconv"
	"time"
)

// pressLife is how long the press of a button may be under way. It is htmx's time-out in the page's head: by then the
// browser has given up and told the clerk that the press is not made up for, so a server that hung must not carry it out.
const pressLife = 8 * time.Second

// pressedHeader comes with every form that a script sends: when its button was pressed, in milliseconds since 1970 by the
// server's clock, which the script knows from page.TimeHeader.
const pressedHeader = "Wartemarke-Pressed"

// tooLate tells whether a form was sent so long ago that its clerk no longer counts on it. Forms without scripts do not
// say when: there the browser shows that it waits, and its key keeps the form from being carried out twice.
func tooLate(r *http.Request) bool {
	ms, err := strconv.ParseInt(r.Header.Get(pressedHeader), 10, 64)
	return err == nil && time.Since(time.UnixMilli(ms)) > pressLife
}
