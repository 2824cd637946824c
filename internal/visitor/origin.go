package visitor

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Guard refuses what another site makes a browser send. address is where browsers see this listener, such as
// "https://warten.example/": behind a proxy that passes another host on, forms from there would look foreign without it.
// "" means that no proxy changes it.
func Guard(address string) (*http.CrossOriginProtection, error) {
	guard := http.NewCrossOriginProtection()
	if address == "" {
		return guard, nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("origin: %w", err)
	}
	// As a browser writes it in its header Origin: in small letters, without the scheme's own port (HTML 7.1.1).
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	host = strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[scheme])
	if err := guard.AddTrustedOrigin(scheme + "://" + host); err != nil {
		return nil, fmt.Errorf("origin of %s: %w", address, err)
	}
	return guard, nil
}
