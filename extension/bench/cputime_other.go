//go:build !unix

package main

import "time"

// processTime is 0: only Unix tells it.
func processTime() time.Duration { return 0 }
