package demo

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
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

// StartX starts Xvfb with a screen of width × height pixels on a free display number. It ends with Close or with ctx.
//
// The number is tried out: Xvfb holds a lock file for a number that it is given, but none (Debian 12) for one that it
// picks itself with -displayfd, so that two servers take the same.
func StartX(ctx context.Context, width, height int) (*XServer, error) {
	for number := 100; number < 1000; number++ {
		if _, err := os.Stat(socketOf(number)); err == nil {
			continue
		}
		x, err := startAs(ctx, number, width, height)
		if !errors.Is(err, errTaken) {
			return x, err
		}
	}
	return nil, errors.New("no display number is free")
}

// errTaken: the server ended before it listened, as it does when another has its number.
var errTaken = errors.New("the virtual X server ended")

func socketOf(number int) string { return fmt.Sprintf("/tmp/.X11-unix/X%d", number) }

func startAs(ctx context.Context, number, width, height int) (*XServer, error) {
	dir, err := os.MkdirTemp("", "wartemarke-x-")
	if err != nil {
		return nil, err
	}
	x := &XServer{Display: fmt.Sprintf(":%d", number), Width: width, Height: height, dir: dir, ended: make(chan struct{})}
	x.cmd = exec.CommandContext(ctx, "Xvfb", x.Display, "-fbdir", dir, "-nolisten", "tcp", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height))
	x.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	x.cmd.Cancel = func() error { return x.cmd.Process.Signal(syscall.SIGTERM) }
	x.cmd.WaitDelay = 2 * time.Second
	started := make(chan error)
	go func() {
		// Pdeathsig is tied to the thread that starts the server: it must live as long.
		runtime.LockOSThread()
		defer close(x.ended)
		err := x.cmd.Start()
		started <- err
		if err == nil {
			// How it ended does not matter: who draws on it notices.
			_ = x.cmd.Wait()
		}
	}()
	err = <-started
	if err == nil {
		err = x.listening(socketOf(number))
	}
	if err == nil {
		err = x.mapFrame()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start Xvfb: %w", err), x.Close())
	}
	return x, nil
}

// listening waits until the server takes connections and has its picture: another one may listen under the number.
func (x *XServer) listening(socket string) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(20 * time.Second); ; {
		if x.hasHeader() {
			if conn, err := net.Dial("unix", socket); err == nil {
				return conn.Close()
			}
		}
		select {
		case <-tick.C:
		case <-x.ended:
			return errTaken
		case <-limit:
			return errors.New("it does not listen")
		}
	}
}

// Words of the picture file's header. The number of colours is the last one used here; Xvfb never leaves it 0.
const headerSize, bitsPerPixel, bytesPerLine, colours = 0, 11, 12, 19

// hasHeader tells whether the picture file says what it is: it is made empty and filled in while the server starts.
func (x *XServer) hasHeader() bool {
	f, err := os.Open(x.frameFile())
	if err != nil {
		return false
	}
	defer f.Close()
	var header [4 * (colours + 1)]byte
	_, err = io.ReadFull(f, header[:])
	return err == nil && [4]byte(header[4*colours:]) != [4]byte{}
}

func (x *XServer) frameFile() string { return filepath.Join(x.dir, "Xvfb_screen0") }

// mapFrame maps Xvfb's picture file, which is in the X Window Dump format (XWDFile.h): a header of big-endian 32-bit
// words, a colour table of 12 bytes an entry, then the rows.
func (x *XServer) mapFrame() error {
	f, err := os.Open(x.frameFile())
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
	if x.cmd.Process != nil {
		// It may have ended by itself; then there is nobody to signal.
		_ = x.cmd.Process.Signal(syscall.SIGTERM)
	}
	<-x.ended
	if x.frame != nil {
		err = unix.Munmap(x.frame)
		x.frame, x.pixels = nil, nil
	}
	return errors.Join(err, os.RemoveAll(x.dir))
}
