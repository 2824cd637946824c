package citizen

import (
	"encoding/json"
	"net/http"

	files "westerkappeln.de/wartemarke/assets/web"
)

// manifest lets a phone put the pages on its home screen (W3C Web Application Manifest).
func (c *Citizen) manifest(rw http.ResponseWriter, r *http.Request) {
	p := c.page(r, "book_services_title")
	icon := func(name, size, purpose string) map[string]string {
		return map[string]string{"src": c.engine.Asset(name), "sizes": size, "type": "image/png", "purpose": purpose}
	}
	body, err := json.Marshal(map[string]any{
		"id": "/", "start_url": p.To("/"), "scope": "/", "display": "standalone", "lang": p.Lang, "dir": p.Dir(),
		"name": p.T("book_app_name", "Site", p.Site), "short_name": p.T("book_app_short"),
		"background_color": "#ffffff", "theme_color": "#2044aa",
		"icons": []map[string]string{icon("icon-192.png", "192x192", "any"), icon("icon-512.png", "512x512", "any"),
			icon("icon-512.png", "512x512", "maskable")},
	})
	if err != nil {
		c.broken(rw, r, err)
		return
	}
	write(rw, "application/manifest+json", body)
}

// offline is what the phone shows without a network.
func (c *Citizen) offline(rw http.ResponseWriter, r *http.Request) {
	p := c.page(r, "book_offline_title")
	p.NoIndex = true
	p.Text = p.T("book_offline")
	p.Href, p.LinkText = p.To("/"), p.T("book_offline_again")
	c.engine.Render(rw, r, http.StatusOK, "message", p)
}

// script serves a script under a name that stays: the browser asks for it again and again, and other sites name it.
func script(name string) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		body, err := files.Static.ReadFile("static/" + name)
		if err != nil {
			http.NotFound(rw, r)
			return
		}
		rw.Header().Set("Cache-Control", "public, max-age=3600")
		write(rw, "text/javascript; charset=utf-8", body)
	}
}
