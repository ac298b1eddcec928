package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// trust is the TLS configuration that accepts the system's authorities, those of
// the PEM file (if it isn't "") and those of more (each PEM). It's nil if the
// system's are all.
func trust(file string, more ...[]byte) (*tls.Config, error) {
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("--ca %s: %w", file, reason(err))
		}
		more = append(more, text)
		if !x509.NewCertPool().AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("--ca %s: holds no certificate in PEM form", file)
		}
	}
	if len(more) == 0 {
		return nil, nil
	}
	roots, err := x509.SystemCertPool()
	if err != nil { // a machine without any: what is given here still counts
		roots = x509.NewCertPool()
	}
	for _, text := range more {
		roots.AppendCertsFromPEM(text)
	}
	return &tls.Config{RootCAs: roots}, nil
}

// reason is what happened, without the path that the message names already.
func reason(err error) error {
	if path := (*fs.PathError)(nil); errors.As(err, &path) {
		return path.Err
	}
	return err
}
