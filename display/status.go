package display

import (
	"context"
	"time"

	"westerkappeln.de/wartemarke/display/board"
	"westerkappeln.de/wartemarke/internal/wire"
)

const (
	statusEvery = 30 * time.Second // heartbeat when nothing changes
	statusLimit = 5 * time.Second
)

// troubles of this display, as the hall is told. It may be read by any goroutine only as a copy.
type troubles struct {
	sound, area bool
}

// words are the stable words of wire.DeviceStatus.
func (t troubles) words() []string {
	words := []string{}
	if t.sound {
		words = append(words, "sound_failed")
	}
	if t.area {
		words = append(words, "area_unknown")
	}
	return words
}

// note takes the troubles that can be seen on the board.
func (d *Display) note(v board.View) {
	t := d.trouble
	t.area = len(v.Unknown) > 0
	d.tell(t)
}

// heard takes what became of an announcement. One that is heard again ends the trouble.
func (d *Display) heard(failed error) {
	t := d.trouble
	t.sound = failed != nil
	d.tell(t)
}

// tell passes changed troubles to heartbeat.
func (d *Display) tell(t troubles) {
	if t == d.trouble {
		return
	}
	d.trouble = t
	select { // only the newest counts
	case <-d.changed:
	default:
	}
	d.changed <- t
}

// heartbeat reports the status at every change and every statusEvery. That the hall cannot be reached is no news here:
// the hall itself notices that nothing comes.
func (d *Display) heartbeat(ctx context.Context) {
	var now troubles
	beat := time.NewTicker(statusEvery)
	defer beat.Stop()
	for {
		limited, cancel := context.WithTimeout(ctx, statusLimit)
		err := d.o.Hall.ReportStatus(limited, wire.DeviceStatus{Version: d.o.Version, Troubles: now.words(), At: d.o.Now()})
		cancel()
		if err != nil && ctx.Err() == nil {
			d.o.Log.Debug("status not reported", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case now = <-d.changed:
		case <-beat.C:
		}
	}
}
