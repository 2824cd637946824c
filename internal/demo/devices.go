package demo

import (
	"errors"

	"westerkappeln.de/wartemarke/devices/virtual"
)

// Devices are the demo's printer and scanner.
type Devices struct {
	printer *virtual.Printer
	scanner *virtual.Scanner
}

// StartDevices opens both on ptys; every ticket appears as a PNG in the place's Tickets folder, and printed hears of it.
func StartDevices(p Place, printed func(file string)) (*Devices, error) {
	printer, err := virtual.NewPrinter(virtual.PrinterOptions{
		Dir: p.Tickets(), Link: p.printer(), Control: p.printerControl(), Baud: baud, Speed: 150, Flow: "rtscts", OnPage: printed,
	})
	if err != nil {
		return nil, err
	}
	scanner, err := virtual.NewScanner(p.scanner())
	if err != nil {
		return nil, errors.Join(err, printer.Close())
	}
	return &Devices{printer: printer, scanner: scanner}, nil
}

// Scanned tells when a code was held under the scanner.
func (d *Devices) Scanned() <-chan struct{} { return d.scanner.Scanned() }

// Close ends both.
func (d *Devices) Close() error { return errors.Join(d.scanner.Close(), d.printer.Close()) }
