package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
)

// secure runs the TLS handshake over nc. What becomes of client certificates is
// in w.
func (c *Conn) secure(ctx context.Context, nc net.Conn, a *address, t *Trust, w *wish) (net.Conn, error) {
	config := c.hub.baseTLS()
	t.apply(config, a.host)
	w.watch(config)
	if config.ServerName == "" {
		config.ServerName, _, _ = strings.Cut(a.host, "%")
	}
	secured := tls.Client(nc, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, tlsFailure(a.host, err)
	}
	return secured, nil
}

// secureProxy runs the TLS handshake with a proxy: by the host's configuration,
// for what a script asks of TLS is about the server behind it.
func (c *Conn) secureProxy(ctx context.Context, nc net.Conn, p *Proxy) (net.Conn, error) {
	config := c.hub.baseTLS()
	config.ServerName, _, _ = strings.Cut(p.at.host, "%")
	secured := tls.Client(nc, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, tlsFailure(p.at.host, err)
	}
	return secured, nil
}

// baseTLS is a copy of the host's configuration.
func (h *Hub) baseTLS() *tls.Config {
	config := &tls.Config{}
	if h.o.TLS != nil {
		config = h.o.TLS.Clone()
	}
	if config.Time == nil {
		config.Time = h.o.Clock.Now
	}
	return config
}

// tlsFailure finds the cause of a failed TLS handshake.
func tlsFailure(host string, err error) *failure {
	var verification *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var known *failure
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &unknown):
		return fail(StageTLS, CauseCertificate, "the certificate of %s is signed by an authority that is not trusted here", clip(host))
	case errors.As(err, &name):
		return fail(StageTLS, CauseCertificate, "the certificate is not for %s: %w", clip(host), err)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fail(StageTLS, CauseCertificate, "the certificate of %s has expired or is not valid yet", clip(host))
	case errors.As(err, &verification):
		return fail(StageTLS, CauseCertificate, "the certificate of %s can't be trusted: %w", clip(host), err)
	case errors.As(err, &record):
		return fail(StageTLS, CauseOther, "the server does not speak TLS on this port: is it ws:// rather than wss://?")
	case remoteAlert(err) != nil:
		return fail(StageTLS, CauseOther, "the server refused the TLS handshake: %w", err)
	}
	return ioFailure(StageTLS, "no secure connection", err)
}
