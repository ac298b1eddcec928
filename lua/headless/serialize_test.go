package headless_test

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tickwire/tickwire/lua/headless"
)

// TestSaveFolder: Options.SaveDir keeps what is saved, and without it the
// engine's own folder ends with the engine.
func TestSaveFolder(t *testing.T) {
	saves := filepath.Join(t.TempDir(), "not", "there", "yet")
	for _, c := range []struct {
		name, folder string
		kept         bool
	}{{"its own", "", false}, {"the host's", saves, true}} {
		t.Run(c.name, func(t *testing.T) {
			e, err := headless.New(headless.Options{SaveDir: c.folder})
			if err != nil {
				t.Fatal(err)
			}
			p := &project{Engine: e, t: t}
			got, err := p.eval(`local path = sys.get_save_file("game", "state") sys.save(path, {n = 1}) return path`)
			if err != nil {
				t.Fatal(err)
			}
			if c.folder != "" && got[0] != filepath.Join(c.folder, "game", "state") {
				t.Errorf("saved to %s", got[0])
			}
			if names, _ := filepath.Glob(filepath.Join(filepath.Dir(got[0]), "*")); len(names) != 1 {
				t.Errorf("the folder has %v, want the file alone", names)
			}
			if err := e.Close(); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(got[0]); (err == nil) != c.kept {
				t.Errorf("after Close: %v", err)
			}
		})
	}
}

// TestFailedSaveLeavesNothing: no file is left beside one that can't be written.
func TestFailedSaveLeavesNothing(t *testing.T) {
	folder := t.TempDir()
	target := filepath.Join(folder, "taken", "by", "a folder")
	if err := os.MkdirAll(target, 0o755); err != nil {
		t.Fatal(err)
	}
	newEngine(t).run([]evalCase{{"a folder", "sys.save([[" + filepath.Dir(target) + "]], {})", nil, "sys.save: could not write the file"}})
	if names, _ := os.ReadDir(filepath.Join(folder, "taken")); len(names) != 1 {
		t.Errorf("the folder has %v, want what was there alone", names)
	}
}

// TestLogSaysOnce: what does nothing here is said once.
func TestLogSaysOnce(t *testing.T) {
	var said []string
	p := newProject(t, nil, headless.Options{Log: func(line string) { said = append(said, line) }})
	if _, err := p.eval(`for _ = 1, 3 do sys.open_url("https://game.example/") end`); err != nil {
		t.Fatal(err)
	}
	p.write(map[string]string{"a.script": `
		function init()
			for _ = 1, 3 do
				msg.post("@render:", "clear_color")
				msg.post("@system:", "toggle_profile")
				sprite.set_hflip("#sprite", true)
			end
		end`})
	p.load("a.script")
	p.Step(frame)
	want := []string{
		"headless: sys.open_url does nothing here", "headless: the module sprite does nothing here",
		"headless: what is posted to @render: does nothing here", "headless: the message toggle_profile to @system: does nothing here",
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("said (-want +got):\n%s", diff)
	}
}

// TestReboot ends the run.
func TestReboot(t *testing.T) {
	p := newEngine(t)
	if _, err := p.eval(`sys.reboot("--config=a.b=1", "build/game.projectc")`); err != nil {
		t.Fatal(err)
	}
	if code, ok := p.Exited(); !ok || code != 0 {
		t.Errorf("exited %v with %d", ok, code)
	}
	p.run([]evalCase{{"bad argument", `sys.reboot({})`, nil, "bad argument #1 to 'reboot' (string expected, got table)"}})
}

// FuzzDeserialize: no bytes make it panic or take more than they have; what it
// accepts it can write again.
func FuzzDeserialize(f *testing.F) {
	e, err := headless.New(headless.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = e.Close() })
	for _, body := range []string{
		"", "{\x00", "{\x01s\x01an\x00\x00\x00\x00\x00\x00\xf0?", "{\x01s\x01a{\x00", "{\xff\xff\xff\xff\x0f",
		"{\x01s\xff\xff\xff\xff\x0fa", "{\x01n\x00\x00\x00\x00\x00\x00\xf8\x7ft", "{\x01s\x01ah\x03abc",
		"{\x01s\x01au\x01a\x01b\x01c", "{\x01s\x01a3\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		strings.Repeat("{\x01s\x01a", 100) + "t", "{\x01tt", "t", "{\x02s\x01atf",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		data := append([]byte(headless.SavedMagic), body...)
		data = binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE(data))
		table, err := headless.Deserialize(e, data)
		if err != nil {
			return
		}
		again, err := headless.Serialize(table)
		if err != nil {
			t.Fatalf("can't be written again: %v", err)
		}
		if _, err := headless.Deserialize(e, again); err != nil {
			t.Fatalf("can't be read again: %v", err)
		}
	})
}
