package bytelib

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

const (
	maxInflated  = 256 << 20 // bytes
	deflateLevel = 3         // Defold's
)

func zlibFunctions() map[string]arg.Func {
	return map[string]arg.Func{"inflate": inflate, "deflate": deflate}
}

// inflate is zlib.inflate(text): of zlib's format or gzip's, to 256 MiB.
func inflate(c arg.Call) int {
	text := c.Text(1)
	var from io.ReadCloser
	var err error
	if strings.HasPrefix(text, "\x1f\x8b") {
		from, err = gzip.NewReader(strings.NewReader(text))
	} else {
		from, err = zlib.NewReader(strings.NewReader(text))
	}
	var inflated bytes.Buffer
	if err == nil {
		_, err = io.Copy(&inflated, io.LimitReader(from, maxInflated+1))
	}
	if err != nil {
		c.Fail(1, "it can't be inflated: %v", err)
	}
	if inflated.Len() > maxInflated {
		c.Fail(1, "it inflates to more than %d bytes", maxInflated)
	}
	return c.Return(lua.LString(inflated.String()))
}

// deflate is zlib.deflate(text), in zlib's format.
func deflate(c arg.Call) int {
	var deflated bytes.Buffer
	w, err := zlib.NewWriterLevel(&deflated, deflateLevel)
	if err == nil {
		_, err = io.WriteString(w, c.Text(1))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		c.RaiseError("zlib.deflate: %v", err) // no memory buffer fails
	}
	return c.Return(lua.LString(deflated.String()))
}
