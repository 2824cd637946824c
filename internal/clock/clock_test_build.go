//go:build testclock

package clock

import (
	"os"
	"strings"
	"time"
)

// EnvFile names the environment variable that holds the path of the clock file: a Go duration such as "-3h15m",
// which is added to the machine's time. It is read at every call, so a running program follows it at once.
const EnvFile = "WARTEMARKE_TESTCLOCK"

func now() time.Time {
	t := time.Now()
	path := os.Getenv(EnvFile)
	if path == "" {
		return t
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return t
	}
	d, err := time.ParseDuration(strings.TrimSpace(string(b)))
	if err != nil {
		return t
	}
	return t.Add(d)
}
