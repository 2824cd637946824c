package demo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// XServer is a virtual X server of one screen. Its picture lies in a file that is mapped into memory, so looking at it
// costs the programs that draw nothing.
type XServer struct {
	Display       string // such as ":99"
	Width, Height int

	cmd    *exec.Cmd
	dir    string
	frame  []byte // the mapped XWD file
	pixels []byte // its picture: rows of stride bytes, 4 a pixel: blue, green, red, nothing
	stride int
	ended  chan struct{}
}

// StartX starts Xvfb with a screen of width × height pixels on a free display number. It ends with Close.
func StartX(ctx context.Context, width, height int) (*XServer, error) {
	dir, err := os.MkdirTemp("", "wartemarke-x-")
	if err != nil {
		return nil, err
	}
	x := &XServer{Width: width, Height: height, dir: dir, ended: make(chan struct{})}
	if err := x.start(ctx); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return x, nil
}

func (x *XServer) start(ctx context.Context) error {
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	defer r.Close()
	cmd := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-fbdir", x.dir, "-nolisten", "tcp",
		"-screen", "0", fmt.Sprintf("%dx%dx24", x.Width, x.Height))
	cmd.ExtraFiles = []*os.File{w}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("start Xvfb: %w", err), w.Close())
	}
	x.cmd = cmd
	go func() {
		// How it ended does not matter: who draws on it notices.
		_ = cmd.Wait()
		close(x.ended)
	}()
	if err := w.Close(); err != nil {
		return err
	}
	number := make([]byte, 16)
	n, err := r.Read(number)
	if err != nil {
		return fmt.Errorf("Xvfb did not start: %w", err)
	}
	x.Display = ":" + strings.TrimSpace(string(number[:n]))
	return x.mapFrame()
}

// mapFrame maps Xvfb's picture file, which is in the X Window Dump format (XWDFile.h): a header of big-endian 32-bit
// words, a colour table of 12 bytes an entry, then the rows.
func (x *XServer) mapFrame() error {
	f, err := os.Open(filepath.Join(x.dir, "Xvfb_screen0"))
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if x.frame, err = unix.Mmap(int(f.Fd()), 0, int(info.Size()), unix.PROT_READ, unix.MAP_SHARED); err != nil {
		return fmt.Errorf("map the screen: %w", err)
	}
	word := func(i int) int { return int(binary.BigEndian.Uint32(x.frame[4*i:])) }
	const headerSize, bitsPerPixel, bytesPerLine, colours = 0, 11, 12, 19
	if word(bitsPerPixel) != 32 {
		return fmt.Errorf("the screen has %d bits a pixel, not 32", word(bitsPerPixel))
	}
	x.stride = word(bytesPerLine)
	x.pixels = x.frame[word(headerSize)+12*word(colours):][:x.stride*x.Height]
	return nil
}

// Pixels is the live picture: 4 bytes a pixel (blue, green, red, nothing), Stride bytes a row. It changes under the
// reader.
func (x *XServer) Pixels() []byte { return x.pixels }

// Stride is the bytes of a row of Pixels.
func (x *XServer) Stride() int { return x.stride }

// Picture copies what the screen shows now.
func (x *XServer) Picture() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, x.Width, x.Height))
	for y := range x.Height {
		src, dst := x.pixels[y*x.stride:], img.Pix[y*img.Stride:]
		for i := 0; i < 4*x.Width; i += 4 {
			dst[i], dst[i+1], dst[i+2], dst[i+3] = src[i+2], src[i+1], src[i], 0xff
		}
	}
	return img
}

// SavePicture writes what the screen shows to a PNG, whole or not at all.
func (x *XServer) SavePicture(file string) error {
	part := file + ".part"
	f, err := os.Create(part)
	if err != nil {
		return err
	}
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := errors.Join(enc.Encode(f, x.Picture()), f.Close()); err != nil {
		return err
	}
	return os.Rename(part, file)
}

// Close ends the server and removes its files.
func (x *XServer) Close() error {
	var err error
	if x.cmd != nil {
		// It may have ended by itself; then there is nobody to signal.
		_ = x.cmd.Process.Signal(syscall.SIGTERM)
		<-x.ended
	}
	if x.frame != nil {
		err = unix.Munmap(x.frame)
		x.frame, x.pixels = nil, nil
	}
	return errors.Join(err, os.RemoveAll(x.dir))
}
