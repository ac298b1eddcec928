package wire

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
)

// Pin is the SHA-256 of a public key, as it stands in a certificate (RFC 7469
// section 2.4).
type Pin [sha256.Size]byte

// ParsePin reads sha256/BASE64, as RFC 7469 has it, or sha256//BASE64, as curl
// does.
func ParsePin(text string) (Pin, error) {
	digest, found := strings.CutPrefix(text, "sha256/")
	if len(digest) == base64.StdEncoding.EncodedLen(sha256.Size)+1 {
		digest = strings.TrimPrefix(digest, "/") // else the slash is a digit
	}
	b, err := base64.StdEncoding.DecodeString(digest)
	if !found || err != nil || len(b) != sha256.Size {
		return Pin{}, errors.New("it is no pin: want sha256/ and the 44 characters of a SHA-256 in base64")
	}
	return Pin(b), nil
}

// String is sha256/BASE64.
func (p Pin) String() string { return "sha256/" + base64.StdEncoding.EncodeToString(p[:]) }

// pinOf is the pin of a certificate's key.
func pinOf(certificate *x509.Certificate) Pin {
	return sha256.Sum256(certificate.RawSubjectPublicKeyInfo)
}

// checkPins holds a server's keys against the pins: its own, or that of one who
// vouches for it (RFC 7469 section 2.6). Certificates that nobody verified
// vouch for nothing: a server can send anyone's along.
func checkPins(host string, pins []Pin, state tls.ConnectionState) error {
	if len(state.PeerCertificates) == 0 {
		return fail(StageTLS, CauseCertificate, "%s has shown no certificate", clip(host))
	}
	own := pinOf(state.PeerCertificates[0])
	if slices.Contains(pins, own) {
		return nil
	}
	for _, chain := range state.VerifiedChains {
		for _, certificate := range chain {
			if slices.Contains(pins, pinOf(certificate)) {
				return nil
			}
		}
	}
	return fail(StageTLS, CauseCertificate, "the public key of %s is not one that is pinned: it is %s", clip(host), own)
}
