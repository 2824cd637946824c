package display

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// cover lies over the whole board, unseen, and hides the mouse pointer: nobody has a mouse here, but X draws one.
type cover struct{ widget.BaseWidget }

func newCover() *cover {
	c := &cover{}
	c.ExtendBaseWidget(c)
	return c
}

// Cursor implements desktop.Cursorable.
func (c *cover) Cursor() desktop.Cursor { return desktop.HiddenCursor }

// MinSize is nothing: the screen decides.
func (c *cover) MinSize() fyne.Size { return fyne.Size{} }

// CreateRenderer implements fyne.Widget.
func (c *cover) CreateRenderer() fyne.WidgetRenderer { return nothing{} }

// nothing draws nothing.
type nothing struct{}

func (nothing) Layout(fyne.Size)             {}
func (nothing) MinSize() fyne.Size           { return fyne.Size{} }
func (nothing) Refresh()                     {}
func (nothing) Objects() []fyne.CanvasObject { return nil }
func (nothing) Destroy()                     {}
