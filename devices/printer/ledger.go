package printer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// Phases of a job on disk.
const (
	phaseBegun   = "begun"   // before its first byte
	phasePrinted = "printed" // the content is on the paper (fence P)
	phaseCut     = "cut"     // and cut off (fence C)
	phaseFound   = "found"   // left unfinished by an earlier run; what it left in the printer is cleared up
	phaseEnded   = "ended"   // Result is set and was given to the caller
	phaseTold    = "told"    // and the caller has passed it on (Told)
)

// keep is how long ended jobs are remembered: a ticket lives for a day.
const keep = 48 * time.Hour

type record struct {
	Key    string    `json:"key"`
	Phase  string    `json:"phase"`
	Result Result    `json:"result"`
	At     time.Time `json:"at"`
}

// ledger remembers what became of each job, one small file each. A file holds
// the key and the phase, nothing of the ticket.
type ledger struct {
	dir string
	now func() time.Time
	log *slog.Logger

	mu     sync.Mutex
	jobs   map[string]record
	left   map[string]Result // found unfinished or not passed on at the start
	pruned time.Time

	onPut func(phase string) // tests look at the disk here
}

func openLedger(dir string, now func() time.Time, log *slog.Logger) *ledger {
	l := &ledger{dir: dir, now: now, log: log, jobs: make(map[string]record), left: make(map[string]Result)}
	if dir == "" {
		return l
	}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		log.Error("jobs on disk not readable", "error", err)
	}
	for _, e := range entries {
		l.load(filepath.Join(dir, e.Name()))
	}
	return l
}

func (l *ledger) load(path string) {
	if !strings.HasSuffix(path, ".json") {
		return // a name that was never renamed into place
	}
	b, err := os.ReadFile(path)
	var r record
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err != nil || r.Key == "" {
		l.log.Error("job on disk not readable", "file", filepath.Base(path), "error", err)
		return
	}
	switch r.Phase {
	case phaseTold:
	case phaseEnded, phaseFound:
		l.left[r.Key] = r.Result
	default:
		r.Result = interrupted(r.Phase)
		l.left[r.Key] = r.Result
	}
	l.jobs[r.Key] = r
}

// interrupted is what can be said of a job that was left in a phase.
func interrupted(phase string) Result {
	switch phase {
	case phaseCut:
		return Result{Printed, ByFence, ""}
	case phasePrinted:
		return Result{Unknown, ByFence, ReasonInterrupted}
	}
	return Result{Unknown, ByNone, ReasonInterrupted}
}

// unfinished says whether the printer may still hold part of a job.
func (l *ledger) unfinished() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, r := range l.left {
		switch l.jobs[key].Phase {
		case phaseFound, phaseEnded, phaseTold:
		default:
			if r.Outcome != Printed {
				return true
			}
		}
	}
	return false
}

// clearedUp notes that nothing of the jobs left unfinished is in the printer
// any more.
func (l *ledger) clearedUp() error {
	var errs []error
	for _, r := range l.recovered() {
		errs = append(errs, l.put(r.Key, phaseFound, r.Result))
	}
	return errors.Join(errs...)
}

func (l *ledger) recovered() []Recovered {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []Recovered
	for key, r := range l.left {
		list = append(list, Recovered{key, r})
	}
	slices.SortFunc(list, func(a, b Recovered) int { return strings.Compare(a.Key, b.Key) })
	return list
}

func (l *ledger) told(key string) error {
	l.mu.Lock()
	result, ok := l.left[key]
	delete(l.left, key)
	if r, known := l.jobs[key]; !ok && known && r.Phase == phaseEnded {
		result, ok = r.Result, true
	}
	l.mu.Unlock()
	if !ok {
		return nil
	}
	return l.put(key, phaseTold, result)
}

// ended is the result of a job this ledger knows the end of.
func (l *ledger) ended(key string) (Result, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r, ok := l.left[key]; ok {
		return r, true
	}
	r, ok := l.jobs[key]
	if ok && r.Phase != phaseEnded && r.Phase != phaseTold {
		return interrupted(r.Phase), true
	}
	return r.Result, ok
}

// put writes a job's phase to disk before it returns.
func (l *ledger) put(key, phase string, result Result) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := record{Key: key, Phase: phase, Result: result, At: l.now()}
	if err := l.write(r); err != nil {
		return fmt.Errorf("printer: job on disk: %w", err)
	}
	l.jobs[key] = r
	l.prune()
	if l.onPut != nil {
		l.onPut(phase)
	}
	return nil
}

func (l *ledger) file(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(l.dir, hex.EncodeToString(sum[:16])+".json")
}

func (l *ledger) write(r record) error {
	if l.dir == "" {
		return nil
	}
	b, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return err
	}
	path := l.file(r.Key)
	f, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	d, err := os.Open(l.dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// prune forgets old jobs, at most once an hour.
func (l *ledger) prune() {
	now := l.now()
	if now.Sub(l.pruned) < time.Hour {
		return
	}
	l.pruned = now
	for key, r := range l.jobs {
		if now.Sub(r.At) < keep {
			continue
		}
		if l.dir != "" {
			if err := os.Remove(l.file(key)); err != nil && !errors.Is(err, os.ErrNotExist) {
				l.log.Error("old job not removed", "error", err)
				continue
			}
		}
		delete(l.jobs, key)
		delete(l.left, key)
	}
}
