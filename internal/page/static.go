package page

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"

	files "westerkappeln.de/wartemarke/assets/web"
)

// static serves styles, scripts and fonts under a path that holds the hash of them all, so browsers may keep them for
// ever and never mix two versions.
type static struct {
	base  string // such as "/static/0123456789ab/"
	files map[string]staticFile
}

type staticFile struct {
	kind          string
	plain, zipped []byte // zipped is nil when it saves nothing
}

// newStatic reads and compresses the embedded files, once for the program: it takes a while on a small box.
var newStatic = sync.OnceValues(func() (*static, error) {
	s := &static{files: map[string]staticFile{}}
	sum := sha256.New()
	err := fs.WalkDir(files.Static, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := files.Static.ReadFile(name)
		if err != nil {
			return err
		}
		short := strings.TrimPrefix(name, "static/")
		fmt.Fprintf(sum, "%s %d\n", short, len(data))
		sum.Write(data)
		f := staticFile{kind: kindOf(name), plain: data}
		if f.zipped, err = zip(data); err != nil {
			return err
		}
		s.files[short] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	s.base = "/static/" + hex.EncodeToString(sum.Sum(nil))[:16] + "/"
	return s, nil
})

// kindOf does not ask the machine's MIME table first: a small box may have none.
func kindOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".woff2":
		return "font/woff2"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func zip(data []byte) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	if b.Len() > len(data)*9/10 {
		return nil, nil
	}
	return b.Bytes(), nil
}

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.files[strings.TrimPrefix(r.URL.Path, s.base)]
	if !ok || !strings.HasPrefix(r.URL.Path, s.base) {
		http.NotFound(w, r)
		return
	}
	head := w.Header()
	head.Set("Content-Type", f.kind)
	head.Set("Cache-Control", "public, max-age=31536000, immutable")
	body := f.plain
	if f.zipped != nil {
		head.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			head.Set("Content-Encoding", "gzip")
			body = f.zipped
		}
	}
	head.Set("Content-Length", fmt.Sprint(len(body)))
	if r.Method == http.MethodHead {
		return
	}
	// A browser that went away is no fault of ours; net/http closes the connection.
	_, _ = w.Write(body)
}
