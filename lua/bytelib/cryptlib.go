package bytelib

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

func cryptFunctions() map[string]arg.Func {
	return map[string]arg.Func{
		"encode_base64": encodeBase64, "decode_base64": decodeBase64,
		"encrypt": crypt, "decrypt": crypt,
		"encrypt_xtea": crypt, "decrypt_xtea": crypt, // the extension's names
		"hash_md5":    digest(func(b []byte) []byte { sum := md5.Sum(b); return sum[:] }),
		"hash_sha1":   digest(func(b []byte) []byte { sum := sha1.Sum(b); return sum[:] }),
		"hash_sha256": digest(func(b []byte) []byte { sum := sha256.Sum256(b); return sum[:] }),
		"hash_sha512": digest(func(b []byte) []byte { sum := sha512.Sum512(b); return sum[:] }),
	}
}

// digest is crypt.hash_…(text) -> hex digits.
func digest(sum func([]byte) []byte) arg.Func {
	return func(c arg.Call) int { return c.Return(lua.LString(hex.EncodeToString(sum([]byte(c.Text(1)))))) }
}

func encodeBase64(c arg.Call) int {
	return c.Return(lua.LString(base64.StdEncoding.EncodeToString([]byte(c.Text(1)))))
}

// decodeBase64 is crypt.decode_base64(text): with or without padding, lines
// broken or not.
func decodeBase64(c arg.Call) int {
	text := strings.TrimRight(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n", r) {
			return -1
		}
		return r
	}, c.Text(1)), "=")
	decoded, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		c.Fail(1, "no base64: %v", err)
	}
	return c.Return(lua.LString(decoded))
}

// crypt is crypt.encrypt(text, key) and crypt.decrypt: XTEA in counter mode,
// which is its own inverse. A key has 16 bytes at most, as in Defold.
func crypt(c arg.Call) int {
	data, key := []byte(c.Text(1)), c.Text(2)
	if len(key) > 16 {
		c.Fail(2, "a key of at most 16 bytes expected, got %d", len(key))
	}
	var words [4]uint32
	padded := append([]byte(key), make([]byte, 16-len(key))...)
	for i := range words {
		words[i] = binary.BigEndian.Uint32(padded[4*i:])
	}
	var stream [8]byte
	for i := range data {
		if i%8 == 0 {
			binary.BigEndian.PutUint64(stream[:], xtea(uint64(i/8), words))
		}
		data[i] ^= stream[i%8]
	}
	return c.Return(lua.LString(data))
}

// xtea encrypts one block (Needham and Wheeler, 1997), in 32 rounds.
func xtea(block uint64, key [4]uint32) uint64 {
	const delta = 0x9e3779b9
	v0, v1 := uint32(block>>32), uint32(block)
	var sum uint32
	for range 32 {
		v0 += (v1<<4 ^ v1>>5) + v1 ^ (sum + key[sum&3])
		sum += delta
		v1 += (v0<<4 ^ v0>>5) + v0 ^ (sum + key[sum>>11&3])
	}
	return uint64(v0)<<32 | uint64(v1)
}
