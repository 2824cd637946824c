// Package visitor tells the requests of strangers apart: which address each comes from, and how much one address and its
// neighbours may ask for.
package visitor

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// forwarded is the header in which reverse proxies write down whom they speak for, each at the end of the list. Forwarded
// (RFC 7239) is not read: two headers could contradict each other, and a proxy that writes one passes the other on unseen.
const forwarded = "X-Forwarded-For"

// Proxies are the reverse proxies whose word about a visitor's address is taken.
type Proxies struct {
	trusted []netip.Prefix
}

// New takes addresses and networks such as 10.0.0.0/8. An entry that is neither, or that is every address, is an error:
// with everybody trusted, everybody could choose an address.
func New(trusted []string) (*Proxies, error) {
	p := &Proxies{}
	for _, entry := range trusted {
		prefix, err := network(entry)
		if err != nil {
			return nil, err
		}
		p.trusted = append(p.trusted, prefix)
	}
	return p, nil
}

// network reads an address as the network of itself alone. IPv4 in the form ::ffff:10.0.0.1 is IPv4.
func network(entry string) (netip.Prefix, error) {
	prefix, err := netip.ParsePrefix(entry)
	if err != nil {
		addr, err := netip.ParseAddr(entry)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, fmt.Errorf("trusted proxy %q is not an address or a network such as 10.0.0.0/8", entry)
		}
		addr = plain(addr)
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	if mapped := prefix.Addr(); mapped.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(mapped.Unmap(), prefix.Bits()-96)
	}
	if prefix.Bits() == 0 {
		return netip.Prefix{}, fmt.Errorf("trusted proxy %q is every address; name the proxies only", entry)
	}
	return prefix.Masked(), nil
}

// Address gives whom a request comes from: the peer, or, when the peer is a trusted proxy, the right-most address of
// X-Forwarded-For that is not one. What stands further left, the visitor may have written, and it is not read. When an entry
// is no address, or all are trusted, it is the last trusted one before it. IPv4 in IPv6 is given as IPv4, and a zone
// is cut off. A peer on a Unix socket is this machine's: 127.0.0.1. The zero Addr says that the peer has no address at all.
func (p *Proxies) Address(r *http.Request) netip.Addr {
	addr := peer(r)
	if !p.trusts(addr) {
		return addr
	}
	lists := r.Header.Values(forwarded)
	for _, list := range slices.Backward(lists) {
		for list != "" {
			at := strings.LastIndexByte(list, ',')
			entry := strings.Trim(list[at+1:], " \t")
			list = list[:max(at, 0)]
			if entry == "" {
				continue // RFC 9110 5.6.1: empty elements count for nothing
			}
			next, ok := parse(entry)
			if !ok {
				return addr
			}
			if addr = next; !p.trusts(addr) {
				return addr
			}
		}
	}
	return addr
}

// Shared tells whether many visitors may hide behind this address, so that a limit must not treat it as one visitor's. It
// is so for a trusted proxy that does not say for whom it speaks, for this machine, and, as long as no proxy is trusted,
// for addresses of private networks: then a reverse proxy was most likely forgotten in server.trusted_proxies. Whoever
// gets true for a visitor should say so in the log, once.
func (p *Proxies) Shared(addr netip.Addr) bool {
	addr = plain(addr)
	if !addr.IsValid() || addr.IsLoopback() || p.trusts(addr) {
		return true
	}
	return len(p.trusted) == 0 && (addr.IsPrivate() || addr.IsLinkLocalUnicast())
}

// Unknown tells whether a request came through a reverse proxy that is not trusted.
func (p *Proxies) Unknown(r *http.Request) bool {
	return r.Header.Get(forwarded) != "" && !p.trusts(peer(r))
}

type contextKey struct{}

// Middleware puts the address of each request into its context, for From.
func (p *Proxies) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, p.Address(r))))
	})
}

// From gives the address that Middleware found, or the zero Addr where it did not run.
func From(ctx context.Context) netip.Addr {
	addr, _ := ctx.Value(contextKey{}).(netip.Addr)
	return addr
}

func (p *Proxies) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(p.trusted, func(n netip.Prefix) bool { return n.Contains(addr) })
}

// peer is the other end of the connection.
func peer(r *http.Request) netip.Addr {
	if _, unix := r.Context().Value(http.LocalAddrContextKey).(*net.UnixAddr); unix {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	addr, _ := parse(r.RemoteAddr)
	return addr
}

// parse takes an address with or without port, IPv6 also in brackets.
func parse(s string) (netip.Addr, bool) {
	if both, err := netip.ParseAddrPort(s); err == nil {
		return plain(both.Addr()), true
	}
	if inner, found := strings.CutPrefix(s, "["); found {
		if s, found = strings.CutSuffix(inner, "]"); !found {
			return netip.Addr{}, false
		}
	}
	addr, err := netip.ParseAddr(s)
	return plain(addr), err == nil
}

// plain is the one form of an address, by which it is compared.
func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }
