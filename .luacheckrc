-- What the Lua of this project may use beyond Lua 5.1.
std = "lua51"
max_line_length = 140

-- What the headless engine gives every script.
read_globals = {
	"websocket", "json", "timer", "msg", "hash", "hash_to_hex", "hashmd5", "sys", "socket", "pprint", "http", "vmath",
	"crypt", "zlib", "buffer", "image", "types", "sound", "sprite", "label", "model", "particlefx", "tilemap", "physics", "b2d",
	"camera", "render", "graphics", "resource", "font", "window", "profiler", "liveupdate", "crash", "iac", "push",
	"webview", "iap", "html5", "facebook",
	"go", "gui", "factory", "collectionfactory", "collectionproxy",
}

-- A script's callbacks are globals that become its own.
files["**/*.script"] = {
	globals = { "init", "final", "update", "fixed_update", "late_update", "on_message", "on_input", "on_reload" },
	unused_args = false,
}
files["**/*.gui_script"] = files["**/*.script"]

-- The spec library.
files["**/*_spec.lua"] = {
	std = "lua51+busted",
	globals = { "sound" }, -- spied on, as all that is native may be
	read_globals = {
		"wait", "wait_until", "wait_frames", "script_errors", "spec_server", "spec_script",
	},
}

-- Annotations declare what the engine defines.
files["lua/types/*.lua"] = { ignore = { "111", "112", "113", "121", "122", "131", "142", "143", "211", "212", "241" } }

include_files = { "**/*.lua", "**/*.script", "**/*.gui_script" }
exclude_files = { "**/testdata/**/broken*", "node_modules" }
