package wire

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
)

// Trust is what one dial asks of TLS beyond the host's configuration.
type Trust struct {
	Roots       *x509.CertPool   // who may vouch for the server; nil: the host's
	Certificate *tls.Certificate // the client's own; nil: the host's
	ServerName  string           // who the server must be; "": the host's, or the URL's
	Pins        []Pin            // keys of which the server must have one; none: any
	MinVersion  uint16           // 0: the host's, which it can't go below
	Insecure    bool             // nobody verifies the certificate
}

// apply puts it over the host's configuration. t may be nil.
func (t *Trust) apply(config *tls.Config, host string) {
	if t == nil {
		return
	}
	// A session of the host's own cache was verified by other means, and knows
	// another client.
	config.ClientSessionCache = nil
	if t.Roots != nil {
		config.RootCAs = t.Roots
	}
	if t.ServerName != "" {
		config.ServerName = t.ServerName
	}
	if t.Certificate != nil {
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return t.Certificate, nil }
	}
	config.MinVersion = max(config.MinVersion, t.MinVersion)
	config.InsecureSkipVerify = config.InsecureSkipVerify || t.Insecure
	if len(t.Pins) > 0 {
		first := config.VerifyConnection
		// Unlike VerifyPeerCertificate it also sees a resumed session.
		config.VerifyConnection = func(state tls.ConnectionState) error {
			if first != nil {
				if err := first(state); err != nil {
					return err
				}
			}
			return checkPins(host, t.Pins, state)
		}
	}
}

// wish is whether the server asked for a client certificate, and got one. Owned
// by who shakes hands.
type wish struct{ asked, given bool }

// watch has config tell of it.
func (w *wish) watch(config *tls.Config) {
	choose, own := config.GetClientCertificate, config.Certificates
	config.GetClientCertificate = func(info *tls.CertificateRequestInfo) (*tls.Certificate, error) {
		w.asked = true
		if choose != nil {
			certificate, err := choose(info)
			w.given = certificate != nil && len(certificate.Certificate) > 0
			return certificate, err
		}
		for i := range own {
			if info.SupportsCertificate(&own[i]) == nil {
				w.given = true
				return &own[i], nil
			}
		}
		return &tls.Certificate{}, nil // none: the server decides
	}
}

// explain says of a handshake that failed if that was for want of a client
// certificate. In TLS 1.3 the server tells only after our end is through, and
// may have hung up by then.
func (w *wish) explain(host string, err error) error {
	var known *failure
	if !w.asked || !errors.As(err, &known) || known.response != nil {
		return err
	}
	switch alert := remoteAlert(err); {
	case !w.given && (alert != nil || known.cause == CauseClosed):
		return fail(StageTLS, CauseCertificate, "%s asks for a client certificate, and none was given that suits it", clip(host))
	case alert != nil:
		return fail(StageTLS, CauseCertificate, "%s does not accept the client certificate: %w", clip(host), alert)
	}
	return err
}

// remoteAlert is what the other end said before it ended TLS, nil if it did not.
func remoteAlert(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		return op.Err
	}
	return nil
}
