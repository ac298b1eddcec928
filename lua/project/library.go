package project

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Library is a project whose files another one uses. With a game.project, what
// library.include_dirs names is shared, and nothing else; without one, all.
type Library struct {
	Name string // as the user gave it
	Root string // the folder

	include []string // nil: all
	unpack  string   // the folder to remove, "" for none
}

// The bounds of a ZIP's contents.
const (
	maxUnpacked = 1 << 30
	maxEntries  = 100_000
)

// OpenLibrary opens a folder or a ZIP. A ZIP is unpacked into a folder of the
// system's for passing files, which Close removes; as hosts of code pack it,
// with all within one folder, is fine.
func OpenLibrary(name string) (*Library, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, &Error{name, 0, cause(err)}
	}
	l := &Library{Name: name, Root: name}
	if !info.IsDir() {
		if l.unpack, err = unpack(name); err != nil {
			return nil, err
		}
		l.Root = innerRoot(l.unpack)
	}
	file := filepath.Join(l.Root, "game.project")
	if !isFile(file) {
		return l, nil
	}
	text, err := readFile(file)
	if err == nil {
		var config *Config
		if config, err = ParseConfig(file, text); err == nil {
			l.include = includeDirs(config)
			return l, nil
		}
	}
	return nil, errors.Join(err, l.Close())
}

// includeDirs are the folders of library.include_dirs, which spaces or commas
// part. One that shares nothing is a project and no library: an empty list.
func includeDirs(c *Config) []string {
	dirs := []string{}
	for _, dir := range strings.FieldsFunc(c.Values["library.include_dirs"], func(r rune) bool { return r == ' ' || r == ',' || r == '\t' }) {
		if dir = strings.Trim(dir, "/"); dir != "" {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// Shares says whether the library has the file for others: "folder/file.lua".
func (l *Library) Shares(file string) bool { return l.shares(file) }

func (l *Library) shares(file string) bool {
	if l.include == nil {
		return true
	}
	for _, dir := range l.include {
		if strings.HasPrefix(file, dir+"/") {
			return true
		}
	}
	return false
}

// Close removes what was unpacked.
func (l *Library) Close() error {
	if l.unpack == "" {
		return nil
	}
	return os.RemoveAll(l.unpack)
}

// innerRoot is the folder with the game.project: the only folder of the ZIP, or
// the ZIP's root.
func innerRoot(root string) string {
	if isFile(filepath.Join(root, "game.project")) {
		return root
	}
	if all, err := os.ReadDir(root); err == nil && len(all) == 1 && all[0].IsDir() {
		return filepath.Join(root, all[0].Name())
	}
	return root
}

func unpack(name string) (folder string, err error) {
	archive, err := zip.OpenReader(name)
	if err != nil {
		return "", &Error{name, 0, "is neither a folder nor a ZIP: " + err.Error()}
	}
	defer archive.Close()
	if len(archive.File) > maxEntries {
		return "", &Error{name, 0, fmt.Sprintf("holds %d files, more than the %d that are unpacked", len(archive.File), maxEntries)}
	}
	folder, err = os.MkdirTemp("", "tickwire-library-")
	if err != nil {
		return "", fmt.Errorf("project: unpack library %s: %w", name, err)
	}
	left := int64(maxUnpacked)
	for _, entry := range archive.File {
		if err := unpackEntry(folder, entry, &left); err != nil {
			return "", errors.Join(&Error{name, 0, entry.Name + ": " + cause(err)}, os.RemoveAll(folder))
		}
	}
	return folder, nil
}

func unpackEntry(folder string, entry *zip.File, left *int64) error {
	inside := path.Clean(strings.ReplaceAll(entry.Name, "\\", "/"))
	if !filepath.IsLocal(filepath.FromSlash(inside)) {
		return errors.New("leads out of the folder")
	}
	target := filepath.Join(folder, filepath.FromSlash(inside))
	if entry.FileInfo().IsDir() {
		return os.MkdirAll(target, 0o755)
	}
	if !entry.Mode().IsRegular() {
		return nil // links lead anywhere
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	from, err := entry.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	n, err := io.Copy(to, io.LimitReader(from, *left+1))
	if *left -= n; err == nil && *left < 0 {
		err = fmt.Errorf("the files have more than %d bytes together", maxUnpacked)
	}
	return errors.Join(err, to.Close())
}
