package headless

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/tickwire/tickwire/lua/internal/arg"
)

// engineVersion is the Defold whose API reference this engine is built by.
const engineVersion = "1.13.2"

// What sys.get_connectivity may say.
const (
	networkDisconnected      = 0
	networkConnectedCellular = 1
	networkConnected         = 2
)

// What sys.load_buffer_async's callback may hear.
const (
	requestFinished = 0
	requestIOError  = -1
	requestNotFound = -2
)

// systemNames are sys_info.system_name by Go's name; Go's own for the rest.
var systemNames = map[string]string{"linux": "Linux", "darwin": "Darwin", "windows": "Windows"}

// fillSys enters what isn't about the configuration.
func (e *Engine) fillSys(module *lua.LTable) {
	arg.Fill(e.L, module, map[string]arg.Func{
		"save": e.sysSave, "load": e.sysLoad, "get_save_file": e.sysGetSaveFile, "exists": e.sysExists,
		"get_host_path": e.sysHostPath, "load_resource": e.sysLoadResource,
		"load_buffer": e.sysLoadBuffer, "load_buffer_async": e.sysLoadBufferAsync,
		"serialize": e.sysSerialize, "deserialize": e.sysDeserialize,
		"get_sys_info": e.sysInfo, "get_engine_info": e.sysEngineInfo, "get_application_info": e.sysApplicationInfo,
		"get_application_path": e.sysApplicationPath, "get_ifaddrs": e.sysInterfaces,
		"get_connectivity": e.sysConnectivity, "set_connectivity_host": e.sysConnectivityHost,
		"open_url": e.sysOpenURL, "reboot": e.sysReboot, "set_error_handler": e.sysErrorHandler,
		"set_update_frequency": e.sysUpdateFrequency, "set_vsync_swap_interval": e.sysSwapInterval,
	})
	for name, value := range map[string]float64{
		"NETWORK_DISCONNECTED":       networkDisconnected,
		"NETWORK_CONNECTED_CELLULAR": networkConnectedCellular,
		"NETWORK_CONNECTED":          networkConnected,

		"REQUEST_STATUS_FINISHED":        requestFinished,
		"REQUEST_STATUS_ERROR_IO_ERROR":  requestIOError,
		"REQUEST_STATUS_ERROR_NOT_FOUND": requestNotFound,
	} {
		module.RawSetString(name, lua.LNumber(value))
	}
}

// sysState is what the module keeps.
type sysState struct {
	saves        string          // the folder of the engine's own; "" if there is none
	errorHandler *lua.LFunction  // nil for none
	handling     bool            // an error of it would be told to it
	rate         float64         // frames a second; 0: as the options say
	requests     int             // of load_buffer_async
	passed       map[string]bool // what Options.Log has heard of
}

// record makes a table of strings, numbers and booleans.
func record(L *lua.LState, fields map[string]lua.LValue) *lua.LTable {
	t := L.CreateTable(0, len(fields))
	for name, value := range fields {
		t.RawSetString(name, value)
	}
	return t
}

// sysInfo is sys.get_sys_info([options]): of this machine, whose language is
// the environment's.
func (e *Engine) sysInfo(c arg.Call) int {
	c.OptTable(1)
	language, territory := locale(os.Getenv)
	system := systemNames[runtime.GOOS]
	if system == "" {
		system = runtime.GOOS
	}
	_, offset := e.options.Clock.Now().Local().Zone()
	return c.Return(record(c.LState, map[string]lua.LValue{
		"device_model":        lua.LString(""),
		"manufacturer":        lua.LString(""),
		"system_name":         lua.LString(system),
		"system_version":      lua.LString(systemVersion()),
		"api_version":         lua.LString(""),
		"language":            lua.LString(language),
		"device_language":     lua.LString(language),
		"territory":           lua.LString(territory),
		"gmt_offset":          lua.LNumber(offset / 60),
		"device_ident":        lua.LString(""),
		"ad_ident":            lua.LString(""),
		"ad_tracking_enabled": lua.LFalse,
		"user_agent":          lua.LString(""),
	}))
}

// locale reads "de_CH.UTF-8"; English of the United States where there is none.
func locale(getenv func(string) string) (language, territory string) {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		text, _, _ := strings.Cut(getenv(name), ".")
		text, _, _ = strings.Cut(text, "@")
		if text == "" {
			continue
		}
		language, territory, _ = strings.Cut(text, "_")
		if len(language) == 2 || len(language) == 3 { // not "C" or "POSIX"
			return language, territory
		}
		break
	}
	return "en", "US"
}

// systemVersion is the kernel's on Linux, "" elsewhere.
func systemVersion() string {
	text, err := readBounded("/proc/sys/kernel/osrelease", 256)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// sysEngineInfo is sys.get_engine_info(): the Defold that this engine stands
// for.
func (e *Engine) sysEngineInfo(c arg.Call) int {
	return c.Return(record(c.LState, map[string]lua.LValue{
		"version":      lua.LString(engineVersion),
		"version_sha1": lua.LString(strings.Repeat("0", 40)),
		"is_debug":     lua.LTrue,
	}))
}

// sysApplicationInfo is sys.get_application_info(name): no application is
// installed here.
func (e *Engine) sysApplicationInfo(c arg.Call) int {
	c.Text(1)
	return c.Return(record(c.LState, map[string]lua.LValue{"installed": lua.LFalse}))
}

// sysApplicationPath is sys.get_application_path(): the project's folder.
func (e *Engine) sysApplicationPath(c arg.Call) int {
	folder, err := filepath.Abs(e.options.Root)
	if err != nil {
		c.RaiseError("sys.get_application_path: %v", err)
	}
	return c.Return(lua.LString(folder))
}

// sysInterfaces is sys.get_ifaddrs(): a list of {name, address, mac, up,
// running}, an entry an address.
func (e *Engine) sysInterfaces(c arg.Call) int {
	list := c.NewTable()
	interfaces, err := net.Interfaces()
	if err != nil {
		return c.Return(list) // a machine that doesn't tell has none
	}
	for _, i := range interfaces {
		addresses, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addresses {
			host, _, _ := strings.Cut(a.String(), "/")
			entry := map[string]lua.LValue{
				"name":    lua.LString(i.Name),
				"address": lua.LString(host),
				"up":      lua.LBool(i.Flags&net.FlagUp != 0),
				"running": lua.LBool(i.Flags&net.FlagRunning != 0),
			}
			if len(i.HardwareAddr) > 0 {
				entry["mac"] = lua.LString(strings.ToUpper(i.HardwareAddr.String()))
			}
			list.Append(record(c.LState, entry))
		}
	}
	return c.Return(list)
}

// sysConnectivity is sys.get_connectivity(): connected, as on every desktop.
func (e *Engine) sysConnectivity(c arg.Call) int { return c.Return(lua.LNumber(networkConnected)) }

func (e *Engine) sysConnectivityHost(c arg.Call) int {
	c.Text(1)
	return 0
}

// sysOpenURL is sys.open_url(url [, attributes]) -> false: there is no browser.
func (e *Engine) sysOpenURL(c arg.Call) int {
	c.Text(1)
	c.OptTable(2)
	e.passOver("sys.open_url")
	return c.Return(lua.LFalse)
}

// sysReboot is sys.reboot([arguments…]).
//
// Differs from Defold: the run ends, with code 0, and nothing starts it again.
func (e *Engine) sysReboot(c arg.Call) int {
	for n := 1; n <= c.GetTop(); n++ {
		c.OptText(n, "")
	}
	e.reboot()
	return 0
}

// sysErrorHandler is sys.set_error_handler(fn): fn(source, message, traceback)
// hears of each script error, beside who reads the log. nil takes it away.
func (e *Engine) sysErrorHandler(c arg.Call) int {
	e.sys.errorHandler = nil
	if !c.Missing(1) {
		e.sys.errorHandler = c.Function(1)
	}
	return 0
}

// handleError tells the script's handler of an error. One of its own is
// reported, and not told again.
func (e *Engine) handleError(err error) {
	handler := e.sys.errorHandler
	if handler == nil || e.sys.handling || e.closing {
		return
	}
	e.sys.handling = true
	defer func() { e.sys.handling = false }()
	text, trace := errorText(err)
	depth := e.depth
	e.depth++
	defer func() { e.depth = depth }()
	if err := e.Call(handler, lua.LString("lua"), lua.LString(text), lua.LString(trace)); err != nil {
		e.Report(&ScriptError{Callback: "sys.set_error_handler", Err: err})
	}
}

// errorText parts what was raised from its traceback.
func errorText(err error) (text, trace string) {
	var raised *lua.ApiError
	if errors.As(err, &raised) {
		return raised.Object.String(), raised.StackTrace
	}
	return err.Error(), ""
}

// sysUpdateFrequency is sys.set_update_frequency(hz): how many frames a second
// Run steps; 0 is Options.Rate again.
func (e *Engine) sysUpdateFrequency(c arg.Call) int {
	hz := c.Number(1)
	if !e.setFrequency(hz) {
		c.Fail(1, "frames a second from 1 to 100000 expected, or 0, got %v", hz)
	}
	return 0
}

// frameRate is how many frames a second Run steps now.
func (e *Engine) frameRate() float64 {
	if e.sys.rate > 0 {
		return e.sys.rate
	}
	return e.options.Rate
}

func (e *Engine) sysSwapInterval(c arg.Call) int {
	c.Number(1)
	e.passOver("sys.set_vsync_swap_interval")
	return 0
}
