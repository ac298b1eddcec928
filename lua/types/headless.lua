---@meta

-- What the headless engine gives a script, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals init final update fixed_update late_update on_message on_input on_reload
-- luacheck: globals pprint hash hash_to_hex hashmd5 json timer msg sys

--- A script instance: what each callback gets first. Index it freely; it may be
--- a table's key.
---@class script_instance: userdata
---@field [any] any

--- A text's id. Equal texts give the same value, good as a table's key.
---@class hash: userdata
---@operator concat(any): string

--- An address, [socket:][path][#fragment].
---@class url: userdata
---@field socket hash?
---@field path hash?
---@field fragment hash?
---@operator concat(any): string

--- An input action.
---@class action
---@field value number
---@field pressed boolean
---@field released boolean
---@field repeated boolean
---@field x number pixels
---@field y number pixels
---@field screen_x number pixels of the window, which has the display's size
---@field screen_y number pixels
---@field screen_dx number pixels
---@field screen_dy number pixels
---@field dx number pixels
---@field dy number pixels
---@field text string? typed text

--- Runs once, before anything else of the instance.
---@param self script_instance
function init(self) end

--- Runs once, when the instance is deleted or the program ends.
---@param self script_instance
function final(self) end

--- Runs each frame.
---@param self script_instance
---@param dt number the frame's time in seconds
function update(self, dt) end

--- Runs at a fixed rate, before update.
---@param self script_instance
---@param dt number seconds, always the same
function fixed_update(self, dt) end

--- Runs each frame after update, animations and messages.
---@param self script_instance
---@param dt number the frame's time in seconds
function late_update(self, dt) end

--- Runs for each message that was posted to the instance.
---@param self script_instance
---@param message_id hash
---@param message table a copy of what was posted, {} for nothing
---@param sender url
function on_message(self, message_id, message, sender) end

--- Runs for each input action while the instance holds the input focus
--- (msg.post(".", "acquire_input_focus")).
---@param self script_instance
---@param action_id hash?
---@param action action
---@return boolean? consumed true keeps it from the others
function on_input(self, action_id, action) end

--- Runs when the file was loaded again.
---@param self script_instance
function on_reload(self) end

--- Prints each value; tables with what they hold.
---@param ... any
function pprint(...) end

---@param s string|hash
---@return hash
function hash(s) end

---@param h hash
---@return string hex 16 digits
function hash_to_hex(h) end

---@param s string
---@return string hex 32 digits
function hashmd5(s) end

json = {}

--- JSON's null.
---@type userdata
json.null = nil

---@class json.encode_options
---@field encode_empty_table_as_object boolean? {} is "{}" if true, the default, else "[]"; a metatable's
--- __jsontype, "array" or "object", comes first

--- Raises for NaN and infinity, arrays with gaps, tables with both string and
--- number keys, and more than 1000 tables within each other.
---@param value any
---@param options json.encode_options?
---@return string
function json.encode(value, options) end

---@class json.decode_options
---@field decode_null_as_userdata boolean? null is json.null if true, else nil, the default

--- Raises for a bad text, with the character's number.
---@param text string
---@param options json.decode_options?
---@return any
function json.decode(text, options) end

timer = {}

---@type number
timer.INVALID_TIMER_HANDLE = 4294967295

---@class timer.info
---@field time_remaining number seconds until the next call
---@field delay number seconds
---@field repeating boolean

--- Calls back after delay seconds, 0 is the next frame. A timer fires once a
--- frame at most and ends with the instance that made it.
---@param delay number seconds
---@param repeating boolean
---@param callback fun(self: script_instance, handle: number, time_elapsed: number) seconds since its last call
---@return number handle timer.INVALID_TIMER_HANDLE if there are too many
function timer.delay(delay, repeating, callback) end

---@param handle number
---@return boolean canceled false if it was over already
function timer.cancel(handle) end

--- Calls a timer's callback now, on top of the calls that time brings.
---@param handle number
---@return boolean triggered false if it was over already
function timer.trigger(handle) end

---@param handle number
---@return timer.info? info nil if it is over
function timer.get_info(handle) end

msg = {}

--- Posts a message, which is delivered later in the frame or in the next one.
---@param receiver string|url|hash "." is the own object, "#" the own script
---@param message_id string|hash
---@param message table? copied; may hold booleans, numbers, strings, hashes, urls, vmath values and tables
function msg.post(receiver, message_id, message) end

--- The own address, or the one that a text or the parts say.
---@param urlstring string|url|hash?
---@return url
---@overload fun(socket: string|hash?, path: string|hash?, fragment: string|hash?): url
function msg.url(urlstring) end

sys = {}

---@param key string "section.key"
---@param default_value string?
---@return string? value nil if it is not set and there is no default
function sys.get_config_string(key, default_value) end

---@param key string "section.key"
---@param default_value integer? 0 by default
---@return integer
function sys.get_config_int(key, default_value) end

---@param key string "section.key"
---@param default_value number? 0 by default
---@return number
function sys.get_config_number(key, default_value) end

---@param key string "section.key"
---@param default_value boolean? false by default
---@return boolean
function sys.get_config_boolean(key, default_value) end

---@deprecated use sys.get_config_string
---@param key string
---@param default_value string?
---@return string?
function sys.get_config(key, default_value) end

--- Ends the program after this frame.
---@param code integer
function sys.exit(code) end

---@type integer
sys.NETWORK_DISCONNECTED = 0

---@type integer
sys.NETWORK_CONNECTED_CELLULAR = 1

---@type integer
sys.NETWORK_CONNECTED = 2

--- Saves a table of strings, numbers, booleans, hashes, urls, vmath values and
--- tables, 512 KiB at most. Raises where that can't be.
---@param filename string of sys.get_save_file
---@param data table
---@return boolean saved always true
function sys.save(filename, data) end

--- Raises for a file that is damaged.
---@param filename string
---@return table data {} if there is no such file
function sys.load(filename) end

--- A path for sys.save, in a folder that is there: the run's own, or that of
--- `tickwire run --save-dir`.
---@param application_id string
---@param file_name string
---@return string path
function sys.get_save_file(application_id, file_name) end

---@param path string
---@return boolean
function sys.exists(path) end

---@param name string
---@return string path
function sys.get_host_path(name) end

--- Reads a file of the project.
---@param filename string "/data/level.json"
---@return string? data
---@return string? error
function sys.load_resource(filename) end

---@param data table
---@return string
function sys.serialize(data) end

--- Raises for what sys.serialize has not written.
---@param buffer string
---@return table
function sys.deserialize(buffer) end

---@class sys.info
---@field device_model string
---@field manufacturer string
---@field system_name string "Linux", "Darwin", "Windows"
---@field system_version string
---@field api_version string
---@field language string "en"
---@field device_language string
---@field territory string "US"
---@field gmt_offset number minutes
---@field device_ident string
---@field ad_ident string
---@field ad_tracking_enabled boolean
---@field user_agent string

---@param options { ignore_secure: boolean? }?
---@return sys.info
function sys.get_sys_info(options) end

---@return { version: string, version_sha1: string, is_debug: boolean }
function sys.get_engine_info() end

---@param app_string string
---@return { installed: boolean } info false: nothing is
function sys.get_application_info(app_string) end

---@return string path the project's folder
function sys.get_application_path() end

---@return { name: string, address: string, mac: string?, up: boolean, running: boolean }[]
function sys.get_ifaddrs() end

---@return integer status sys.NETWORK_CONNECTED
function sys.get_connectivity() end

---@param host string
function sys.set_connectivity_host(host) end

---@param url string
---@param attributes table?
---@return boolean opened false: there is no browser
function sys.open_url(url, attributes) end

--- Ends the run with code 0.
---@param ... string
function sys.reboot(...) end

---@param error_handler (fun(source: string, message: string, traceback: string))? hears of each script error
function sys.set_error_handler(error_handler) end

---@param frequency number frames a second; 0 is what the run was started with
function sys.set_update_frequency(frequency) end

---@param swap_interval number
function sys.set_vsync_swap_interval(swap_interval) end

---@type integer
sys.REQUEST_STATUS_FINISHED = 0
---@type integer
sys.REQUEST_STATUS_ERROR_IO_ERROR = -1
---@type integer
sys.REQUEST_STATUS_ERROR_NOT_FOUND = -2

--- Reads a file of the project, or of the disk; its stream is named "data".
---@param path string
---@return buffer_data
function sys.load_buffer(path) end

---@param path string
---@param callback fun(self: script_instance, request_id: integer, result: { status: integer, buffer: buffer_data? })
---@return integer request_id
function sys.load_buffer_async(path, callback) end
