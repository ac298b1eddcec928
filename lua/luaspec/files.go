package luaspec

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// specFile is a file to run and what its test is called.
type specFile struct {
	path string
	name string // without .lua; below a folder with the folders in between
}

// findFiles lists the spec files of paths, in their order: a file is taken as
// it is, a folder gives each *_spec.lua in it and below, by name. Hidden
// folders are passed over. A path that doesn't exist and a folder without a
// spec are errors.
func findFiles(paths []string) ([]specFile, error) {
	if len(paths) == 0 {
		return nil, fmt.Errorf("luaspec: find specs: no path was given")
	}
	var files []specFile
	seen := map[string]bool{}
	add := func(path, name string) {
		clean := filepath.Clean(path)
		if !seen[clean] {
			seen[clean] = true
			files = append(files, specFile{path: clean, name: filepath.ToSlash(strings.TrimSuffix(name, ".lua"))})
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("luaspec: find specs: %w", err)
		}
		if !info.IsDir() {
			add(path, filepath.Base(path))
			continue
		}
		found := false
		err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			name := entry.Name()
			if entry.IsDir() {
				if file != path && strings.HasPrefix(name, ".") {
					return fs.SkipDir
				}
				return nil
			}
			if strings.HasSuffix(name, "_spec.lua") {
				relative, err := filepath.Rel(path, file)
				if err != nil {
					return err
				}
				found = true
				add(file, relative)
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("luaspec: find specs: %w", err)
		}
		if !found {
			return nil, fmt.Errorf("luaspec: find specs: no *_spec.lua in %s", path)
		}
	}
	return files, nil
}

func shuffleFiles(files []specFile, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0))
	r.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
}
