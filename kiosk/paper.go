package kiosk

import (
	"context"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/devices/escpos"
	"westerkappeln.de/wartemarke/devices/printer"
	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// Printer prints tickets: a *printer.Printer.
type Printer interface {
	Run(ctx context.Context) error
	Print(ctx context.Context, j printer.Job) printer.Result
	Recovered() []printer.Recovered
	Told(key string) error
	Status() printer.Status
	Watch(fn func(printer.Status)) (cancel func())
}

// ticketOf is the ticket a job prints.
func ticketOf(job string) string {
	id, _, _ := strings.Cut(job, flow.ReprintMark)
	return id
}

// print sends a ticket to the printer, tells the screen what became of it, and the hall as well.
func (t *Terminal) print(ctx context.Context, p flow.Print, r escpos.Receipt) {
	out := printer.Result{Outcome: printer.NotPrinted, Evidence: printer.ByNone, Reason: printer.ReasonNoPrinter}
	if t.cfg.Printer != nil {
		out = t.cfg.Printer.Print(ctx, printer.Job{Key: p.Job, Receipt: r})
	}
	t.post(flow.PaperDone{Job: p.Job, Printed: out.Outcome == printer.Printed, Reason: out.Reason})
	t.settle(ctx, p.Job, out)
}

// settle tells the hall what became of a paper and then lets the printer forget it: until then a restart tells it again.
func (t *Terminal) settle(ctx context.Context, job string, out printer.Result) {
	if !t.report(ctx, job, out) || t.cfg.Printer == nil {
		return
	}
	if err := t.cfg.Printer.Told(job); err != nil {
		t.cfg.Log.Error("cannot forget a job the hall knows of", "ticket", ticketOf(job), "err", err)
	}
}

// paper serves the printer, and first tells the hall what a former process left open.
func (t *Terminal) paper(ctx context.Context) {
	if t.cfg.Printer == nil {
		return
	}
	t.work.Go(func() {
		for _, r := range t.cfg.Printer.Recovered() {
			t.settle(ctx, r.Key, r.Result)
		}
	})
	if err := t.cfg.Printer.Run(ctx); err != nil {
		t.cfg.Log.Error("printer stopped", "err", err)
	}
}

// reportTries and reportPause bound how long the hall is told of a paper: about an hour.
const (
	reportTries = 12
	reportPause = 2 * time.Second
	reportMost  = 10 * time.Minute
)

// report tells the hall what became of a paper, again and again until it was heard. The key makes repeating harmless.
// It returns whether the hall answered.
func (t *Terminal) report(ctx context.Context, job string, res printer.Result) bool {
	out := wire.PrintOutcome{Outcome: string(res.Outcome), Evidence: string(res.Evidence), Reason: res.Reason}
	wait := reportPause
	for range reportTries {
		call, cancel := context.WithTimeout(ctx, flow.GiveUpAfter)
		err := t.cfg.Hall.ReportPrint(call, job+"."+out.Outcome, ticketOf(job), out)
		cancel()
		if err == nil {
			return true
		}
		if refused(err) {
			t.cfg.Log.Error("report of a paper refused", "ticket", ticketOf(job), "err", err)
			return true
		}
		if !pause(ctx, wait) {
			return false
		}
		wait = min(2*wait, reportMost)
	}
	t.cfg.Log.Error("report of a paper given up", "ticket", ticketOf(job), "outcome", out.Outcome)
	return false
}
