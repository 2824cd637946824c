package visitor

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func proxies(t testing.TB, trusted ...string) *Proxies {
	t.Helper()
	p, err := New(trusted)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func request(peer string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = peer
	for _, h := range headers {
		r.Header.Add("X-Forwarded-For", h)
	}
	return r
}

func TestAddress(t *testing.T) {
	trusted := []string{"10.0.0.1", "192.168.0.0/16", "2001:db8:1::/48", "127.0.0.1"}
	for _, c := range []struct {
		name, peer string
		headers    []string
		want       string
	}{
		{"a visitor without proxy", "203.0.113.7:4711", nil, "203.0.113.7"},
		{"a visitor who lies", "203.0.113.7:4711", []string{"198.51.100.1"}, "203.0.113.7"},
		{"IPv6", "[2a00:1::2]:4711", nil, "2a00:1::2"},
		{"IPv4 in IPv6", "[::ffff:203.0.113.7]:4711", nil, "203.0.113.7"},
		{"a zone", "[fe80::1%eth0]:4711", nil, "fe80::1"},
		{"behind the proxy", "10.0.0.1:80", []string{"203.0.113.7"}, "203.0.113.7"},
		{"the proxy as IPv4 in IPv6", "[::ffff:10.0.0.1]:80", []string{"203.0.113.7"}, "203.0.113.7"},
		{"an IPv6 proxy", "[2001:db8:1::9]:80", []string{"203.0.113.7"}, "203.0.113.7"},
		{"behind two", "10.0.0.1:80", []string{"203.0.113.7, 192.168.3.4"}, "203.0.113.7"},
		{"lies before the truth", "10.0.0.1:80", []string{"198.51.100.1, 10.0.0.1, 203.0.113.7, 192.168.3.4"}, "203.0.113.7"},
		{"several headers are one list", "10.0.0.1:80", []string{"198.51.100.1", "203.0.113.7", "192.168.3.4"}, "203.0.113.7"},
		{"ports", "10.0.0.1:80", []string{"203.0.113.7:1234, 192.168.3.4:99"}, "203.0.113.7"},
		{"brackets", "10.0.0.1:80", []string{"[2a00:1::2]"}, "2a00:1::2"},
		{"brackets and port", "10.0.0.1:80", []string{"[2a00:1::2]:443"}, "2a00:1::2"},
		{"bare IPv6", "10.0.0.1:80", []string{"2a00:1::2"}, "2a00:1::2"},
		{"IPv4 in IPv6 in the header", "10.0.0.1:80", []string{"::ffff:203.0.113.7"}, "203.0.113.7"},
		{"a trusted one as IPv4 in IPv6", "10.0.0.1:80", []string{"203.0.113.7, [::ffff:192.168.3.4]:8"}, "203.0.113.7"},
		{"empty elements", "10.0.0.1:80", []string{" , 203.0.113.7 ,, ", ""}, "203.0.113.7"},
		{"no header", "10.0.0.1:80", nil, "10.0.0.1"},
		{"only blanks", "10.0.0.1:80", []string{" , ,"}, "10.0.0.1"},
		{"garbage", "10.0.0.1:80", []string{"203.0.113.7, unknown"}, "10.0.0.1"},
		{"garbage before a proxy", "10.0.0.1:80", []string{"203.0.113.7, _hidden, 192.168.3.4"}, "192.168.3.4"},
		{"half a bracket", "10.0.0.1:80", []string{"[2a00:1::2"}, "10.0.0.1"},
		{"a port of nothing", "10.0.0.1:80", []string{":80"}, "10.0.0.1"},
		{"garbage further left is not read", "10.0.0.1:80", []string{"\x00;, 203.0.113.7"}, "203.0.113.7"},
		{"all trusted", "10.0.0.1:80", []string{"192.168.9.9, 192.168.3.4"}, "192.168.9.9"},
		{"no peer", "", []string{"203.0.113.7"}, "invalid IP"},
		{"a peer without port", "203.0.113.7", nil, "203.0.113.7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := proxies(t, trusted...).Address(request(c.peer, c.headers...)).String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// A reverse proxy on the same machine may use a Unix socket. It is this machine, and believed when 127.0.0.1 is.
func TestUnixPeer(t *testing.T) {
	for name, c := range map[string]struct {
		trusted []string
		want    string
	}{
		"believed":     {[]string{"127.0.0.0/8"}, "203.0.113.7"},
		"not believed": {nil, "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			socket := filepath.Join(t.TempDir(), "s")
			listener, err := net.Listen("unix", socket)
			if err != nil {
				t.Fatal(err)
			}
			seen := make(chan netip.Addr, 1)
			server := httptest.NewUnstartedServer(proxies(t, c.trusted...).Middleware(http.HandlerFunc(
				func(_ http.ResponseWriter, r *http.Request) { seen <- From(r.Context()) })))
			if err := server.Listener.Close(); err != nil {
				t.Fatal(err)
			}
			server.Listener = listener
			server.Start()
			defer server.Close()
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
				DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, "unix", socket)
				}}}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://town/", nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Forwarded-For", "203.0.113.7")
			answer, err := client.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if got := (<-seen).String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestFromWithoutMiddlewareIsNobody(t *testing.T) {
	if got := From(t.Context()); got.IsValid() {
		t.Errorf("got %s", got)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, entry := range []string{"", "proxy.example.org", "10.0.0.0/33", "10.0.0.1:80", "0.0.0.0/0", "::/0", "::ffff:0:0/96", "fe80::1%eth0/64"} {
		if _, err := New([]string{"10.0.0.1", entry}); err == nil || !strings.Contains(err.Error(), `"`+entry+`"`) {
			t.Errorf("%q: got %v", entry, err)
		}
	}
}

func TestShared(t *testing.T) {
	none, some := proxies(t), proxies(t, "10.0.0.0/24", "::ffff:172.16.0.0/108")
	for _, c := range []struct {
		addr                        string
		withoutProxies, withProxies bool
	}{
		{"203.0.113.7", false, false},
		{"2a00:1::2", false, false},
		{"127.0.0.1", true, true},
		{"::1", true, true},
		{"10.0.0.7", true, true},            // the proxy itself: it did not say for whom it speaks
		{"172.16.3.4", true, true},          //
		{"10.0.1.7", true, false},           // behind a proxy that is known, a house network's addresses are visitors
		{"::ffff:192.168.1.1", true, false}, //
		{"fd00::1", true, false},            //
		{"fe80::1%eth0", true, false},       //
		{netip.IPv4Unspecified().String(), false, false},
	} {
		addr := netip.MustParseAddr(c.addr)
		if got := none.Shared(addr); got != c.withoutProxies {
			t.Errorf("%s without proxies: %v", addr, got)
		}
		if got := some.Shared(addr); got != c.withProxies {
			t.Errorf("%s with proxies: %v", addr, got)
		}
	}
	if !none.Shared(netip.Addr{}) {
		t.Error("a peer without an address is taken for one visitor")
	}
}

// headers of all kinds, true ones and lies.
func headers(t *rapid.T) []string {
	entry := rapid.OneOf(
		rapid.SampledFrom([]string{"10.0.0.1", "192.168.3.4:1", "203.0.113.7", "[2a00:1::2]:443", "2a00:1::2", "::ffff:10.0.0.1", "unknown", "", " "}),
		rapid.StringN(0, 20, 40))
	lists := rapid.SliceOfN(rapid.SliceOfN(entry, 0, 5), 0, 4).Draw(t, "lists")
	joined := make([]string, len(lists))
	for i, list := range lists {
		joined[i] = strings.Join(list, ",")
	}
	return joined
}

func TestAnUntrustedPeerCannotChooseItsAddress(t *testing.T) {
	p := proxies(t, "10.0.0.1", "192.168.0.0/16")
	rapid.Check(t, func(t *rapid.T) {
		peer := netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "peer")))
		if p.trusts(peer) {
			t.Skip("trusted")
		}
		if got := p.Address(request(netip.AddrPortFrom(peer, 4711).String(), headers(t)...)); got != peer {
			t.Fatalf("got %s, want %s", got, peer)
		}
	})
}

// What a visitor writes before the entry of the proxy never matters.
func TestOnlyTheProxysWordCounts(t *testing.T) {
	p := proxies(t, "10.0.0.1", "192.168.0.0/16")
	rapid.Check(t, func(t *rapid.T) {
		lies := headers(t)
		if rapid.Bool().Draw(t, "own header") || len(lies) == 0 {
			lies = append(lies, "203.0.113.7, 192.168.3.4")
		} else {
			lies[len(lies)-1] += ", 203.0.113.7, 192.168.3.4"
		}
		if got := p.Address(request("10.0.0.1:80", lies...)); got.String() != "203.0.113.7" {
			t.Fatalf("got %s", got)
		}
	})
}

func FuzzAddress(f *testing.F) {
	f.Add("10.0.0.1:80", "203.0.113.7, 192.168.3.4", "")
	f.Add("10.0.0.1:80", "[2a00:1::2]:443", "unknown")
	f.Add("[::ffff:10.0.0.1]:80", ",,[", "]:,")
	f.Add("203.0.113.7:1", "10.0.0.1", "fe80::1%\x00")
	f.Add("@", "%", "[::1%a]:1")
	p := proxies(f, "10.0.0.1", "192.168.0.0/16")
	f.Fuzz(func(t *testing.T, remote, first, second string) {
		r := request(remote, first, second)
		got := p.Address(r)
		if got.Zone() != "" || got.Is4In6() {
			t.Fatalf("%s is not plain", got)
		}
		if from := peer(r); !p.trusts(from) && got != from {
			t.Fatalf("%s became %s", from, got)
		}
		if peer(r).IsValid() && !got.IsValid() {
			t.Fatalf("%q lost its address", remote)
		}
	})
}
