package bytelib

import (
	"bytes"
	"image"
	"image/color"
	_ "image/jpeg" // image.Decode's
	_ "image/png"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// maxPixels bounds an image before it is decoded: 64 MiB of RGBA.
const maxPixels = 16 << 20

// channelNames are image.TYPE_… by the bytes of a pixel.
var channelNames = [5]string{1: "l", 2: "la", 3: "rgb", 4: "rgba"}

// fillImage enters the module image.
func (l *Library) fillImage(module *lua.LTable) {
	arg.Fill(l.L, module, map[string]arg.Func{
		"load": loadImage, "load_buffer": l.loadImageBuffer, "get_astc_header": astcHeader,
	})
	for name, value := range map[string]string{
		"TYPE_LUMINANCE": "l", "TYPE_LUMINANCE_ALPHA": "la", "TYPE_RGB": "rgb", "TYPE_RGBA": "rgba",
	} {
		module.RawSetString(name, lua.LString(value))
	}
}

// picture is a decoded image.
type picture struct {
	width, height, channels int
	pixels                  []byte
}

// table is what scripts get.
func (p *picture) table(L *lua.LState, data lua.LValue) *lua.LTable {
	t := L.CreateTable(0, 4)
	t.RawSetString("width", lua.LNumber(p.width))
	t.RawSetString("height", lua.LNumber(p.height))
	t.RawSetString("type", lua.LString(channelNames[p.channels]))
	t.RawSetString("buffer", data)
	return t
}

// loadImage is image.load(data [, options]) -> {width, height, type, buffer},
// nil for what is no PNG and no JPEG, or has more than 16 million pixels.
func loadImage(c arg.Call) int {
	p := readPicture(c)
	if p == nil {
		return c.Return(lua.LNil)
	}
	return c.Return(p.table(c.LState, lua.LString(p.pixels)))
}

// loadImageBuffer is image.load_buffer: the same with a buffer, whose stream is
// named data.
func (l *Library) loadImageBuffer(c arg.Call) int {
	p := readPicture(c)
	if p == nil {
		return c.Return(lua.LNil)
	}
	return c.Return(p.table(c.LState, l.NewBuffer("data", p.pixels)))
}

// readPicture reads the arguments; nil for what can't be decoded. The options
// may be the older boolean: premultiply.
func readPicture(c arg.Call) *picture {
	data := []byte(c.Text(1))
	var premultiply, flip bool
	if old, ok := c.Get(2).(lua.LBool); ok {
		premultiply = bool(old)
	} else if options := c.OptTable(2); options != nil {
		premultiply = lua.LVAsBool(options.RawGetString("premultiply_alpha"))
		flip = lua.LVAsBool(options.RawGetString("flip_vertically"))
	}
	p := decodePicture(data)
	if p == nil {
		return nil
	}
	if premultiply {
		p.premultiply()
	}
	if flip {
		p.flip()
	}
	return p
}

func decodePicture(data []byte) *picture {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || config.Width <= 0 || config.Height <= 0 || config.Width > maxPixels/config.Height {
		return nil
	}
	decoded, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	p := &picture{width: config.Width, height: config.Height, channels: channelsOf(data, format, config, decoded)}
	p.pixels = make([]byte, 0, p.width*p.height*p.channels)
	bounds := decoded.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			rgba := color.NRGBAModel.Convert(decoded.At(x, y)).(color.NRGBA)
			switch p.channels {
			case 1:
				p.pixels = append(p.pixels, rgba.R)
			case 2:
				p.pixels = append(p.pixels, rgba.R, rgba.A)
			case 3:
				p.pixels = append(p.pixels, rgba.R, rgba.G, rgba.B)
			default:
				p.pixels = append(p.pixels, rgba.R, rgba.G, rgba.B, rgba.A)
			}
		}
	}
	return p
}

// pngColorType is where a PNG says what a pixel is (PNG, section 11.2.1).
const pngColorType = 25

// channelsOf is how many bytes a pixel has in the file.
func channelsOf(data []byte, format string, config image.Config, decoded image.Image) int {
	if format != "png" {
		if config.ColorModel == color.GrayModel {
			return 1
		}
		return 3
	}
	if palette, ok := decoded.(*image.Paletted); ok {
		if slices.ContainsFunc(palette.Palette, func(c color.Color) bool { _, _, _, a := c.RGBA(); return a != 0xffff }) {
			return 4
		}
		return 3
	}
	switch data[pngColorType] {
	case 0:
		return 1
	case 2:
		return 3
	case 4:
		return 2
	}
	return 4
}

func (p *picture) premultiply() {
	if p.channels%2 != 0 {
		return // no alpha
	}
	for i := 0; i < len(p.pixels); i += p.channels {
		alpha := int(p.pixels[i+p.channels-1])
		for j := i; j < i+p.channels-1; j++ {
			p.pixels[j] = byte(int(p.pixels[j]) * alpha / 255)
		}
	}
}

func (p *picture) flip() {
	row := p.width * p.channels
	flipped := make([]byte, 0, len(p.pixels))
	for at := len(p.pixels) - row; at >= 0; at -= row {
		flipped = append(flipped, p.pixels[at:at+row]...)
	}
	p.pixels = flipped
}

// astcHeader is image.get_astc_header(data) -> sizes, nil for what is none.
func astcHeader(c arg.Call) int {
	data := c.Text(1)
	if len(data) < 16 || data[:4] != "\x13\xab\xa1\x5c" {
		return c.Return(lua.LNil)
	}
	t := c.CreateTable(0, 6)
	for i, axis := range []string{"x", "y", "z"} {
		t.RawSetString("block_size_"+axis, lua.LNumber(data[4+i]))
	}
	for i, name := range []string{"width", "height", "depth"} {
		at := 7 + 3*i
		t.RawSetString(name, lua.LNumber(int(data[at])|int(data[at+1])<<8|int(data[at+2])<<16))
	}
	return c.Return(t)
}
