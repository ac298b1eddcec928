package wstest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/netip"
	"time"
)

// Validity of what a CA signs, around the clock's now: long enough that a test
// can let years pass, and short enough to be no use once it leaks.
const (
	validBefore = 24 * time.Hour
	validAfter  = 10 * 365 * 24 * time.Hour
)

// CA is a throw-away certificate authority. Its key never leaves the process.
// Methods are safe from any goroutine.
type CA struct {
	clock Clock
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
}

// NewCA makes one whose certificates are valid by clock; nil is the wall clock.
// A client has to judge them by the same time: tls.Config.Time.
func NewCA(clock Clock) (*CA, error) {
	ca := &CA{clock: orSystem(clock)}
	now := ca.clock.Now()
	var err error
	ca.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "Tickwire throw-away CA"},
		NotBefore:             now.Add(-validBefore),
		NotAfter:              now.Add(validAfter),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := sign(template, template, ca.key, ca.key)
	if err != nil {
		return nil, err
	}
	ca.cert, err = x509.ParseCertificate(der)
	return ca, err
}

// Certificate is a server's for these names and IP addresses.
func (ca *CA) Certificate(hosts ...string) (tls.Certificate, error) {
	now := ca.clock.Now()
	return ca.CertificateBetween(now.Add(-validBefore), now.Add(validAfter), hosts...)
}

// ExpiredCertificate ran out an hour ago.
func (ca *CA) ExpiredCertificate(hosts ...string) (tls.Certificate, error) {
	now := ca.clock.Now()
	return ca.CertificateBetween(now.Add(-validBefore), now.Add(-time.Hour), hosts...)
}

// CertificateBetween is a server's that is valid from one time to another.
func (ca *CA) CertificateBetween(from, to time.Time, hosts ...string) (tls.Certificate, error) {
	return ca.issue(from, to, x509.ExtKeyUsageServerAuth, hosts)
}

// ClientCertificate is a client's, for servers that want one: its names are
// what such a server tells clients apart by.
func (ca *CA) ClientCertificate(names ...string) (tls.Certificate, error) {
	now := ca.clock.Now()
	return ca.issue(now.Add(-validBefore), now.Add(validAfter), x509.ExtKeyUsageClientAuth, names)
}

// issue makes a key and signs its certificate.
func (ca *CA) issue(from, to time.Time, usage x509.ExtKeyUsage, hosts []string) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "Tickwire throw-away certificate"},
		NotBefore:   from,
		NotAfter:    to,
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{usage},
	}
	for _, host := range hosts {
		if ip, err := netip.ParseAddr(host); err == nil {
			template.IPAddresses = append(template.IPAddresses, ip.AsSlice())
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
	}
	der, err := sign(template, ca.cert, key, ca.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der, ca.cert.Raw}, PrivateKey: key}, nil
}

// ServerConfig is for Options.TLS: a certificate for hosts, the CA's clock.
func (ca *CA) ServerConfig(hosts ...string) (*tls.Config, error) {
	cert, err := ca.Certificate(hosts...)
	if err != nil {
		return nil, err
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, Time: ca.clock.Now}, nil
}

// ClientConfig trusts this CA alone, by its clock.
func (ca *CA) ClientConfig() *tls.Config {
	return &tls.Config{RootCAs: ca.Pool(), Time: ca.clock.Now}
}

// Pool holds the CA's certificate alone.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return pool
}

// PEM is the CA's certificate, as a file for other programs.
func (ca *CA) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.cert.Raw})
}

// sign signs template's certificate for key's owner.
func sign(template, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial.Add(serial, big.NewInt(1))
	return x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, parentKey)
}
