package bytelib

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// encoded is a picture of 3 by 2 pixels in each format.
func encoded(t testing.TB) map[string][]byte {
	grey, coloured := image.NewGray(image.Rect(0, 0, 3, 2)), image.NewRGBA(image.Rect(0, 0, 3, 2))
	seeThrough := image.NewNRGBA(image.Rect(0, 0, 3, 2))
	for i := range grey.Pix {
		grey.Pix[i] = 200
		coloured.Set(i%3, i/3, color.RGBA{200, 100, 50, 255})
		seeThrough.Set(i%3, i/3, color.NRGBA{200, 100, 50, 25})
	}
	palette := image.NewPaletted(image.Rect(0, 0, 3, 2), color.Palette{color.NRGBA{1, 2, 3, 0}, color.Black})
	all := make(map[string][]byte)
	for name, write := range map[string]func(*bytes.Buffer) error{
		"l jpeg":       func(b *bytes.Buffer) error { return jpeg.Encode(b, grey, nil) },
		"rgb jpeg":     func(b *bytes.Buffer) error { return jpeg.Encode(b, coloured, nil) },
		"l png":        func(b *bytes.Buffer) error { return png.Encode(b, grey) },
		"rgb png":      func(b *bytes.Buffer) error { return png.Encode(b, coloured) },
		"rgba png":     func(b *bytes.Buffer) error { return png.Encode(b, seeThrough) },
		"rgba palette": func(b *bytes.Buffer) error { return png.Encode(b, palette) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		all[name] = b.Bytes()
	}
	return all
}

// TestDecodePicture: JPEGs too, and what a pixel is made of.
func TestDecodePicture(t *testing.T) {
	for name, data := range encoded(t) {
		p := decodePicture(data)
		if p == nil || p.width != 3 || p.height != 2 || len(p.pixels) != 6*p.channels {
			t.Errorf("%s: %+v", name, p)
			continue
		}
		if want, _, _ := bytes.Cut([]byte(name), []byte(" ")); channelNames[p.channels] != string(want) {
			t.Errorf("%s: %s", name, channelNames[p.channels])
		}
	}
}

// FuzzDecodePicture: no bytes make it panic, and what it gives is whole.
func FuzzDecodePicture(f *testing.F) {
	for _, data := range encoded(f) {
		f.Add(data)
		f.Add(data[:len(data)/2])
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if p := decodePicture(data); p != nil && len(p.pixels) != p.width*p.height*p.channels {
			t.Errorf("%d by %d pixels of %d bytes are %d bytes", p.width, p.height, p.channels, len(p.pixels))
		}
	})
}
