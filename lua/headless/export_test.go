package headless

import lua "github.com/yuin/gopher-lua"

// HashesKept is the size of the hash table.
func (e *Engine) HashesKept() int { return len(e.hashes.byText) }

// What FuzzDeserialize needs of the format.
const SavedMagic = savedMagic

func Serialize(t *lua.LTable) ([]byte, error) { return serialize(t, maxSerialized) }

func Deserialize(e *Engine, data []byte) (*lua.LTable, error) { return e.deserialize(data) }
