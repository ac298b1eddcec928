---@meta

-- The module gui, for LuaLS. Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals gui

--- A node of a gui scene.
---@class node: userdata

gui = {}

---@param node node
---@return vector3
function gui.get_position(node) end

---@param node node
---@param position vector3|vector4
function gui.set_position(node, position) end

---@param node node
---@return vector3
function gui.get_scale(node) end

---@param node node
---@param scale vector3|vector4
function gui.set_scale(node, scale) end

---@param node node
---@return vector3
function gui.get_size(node) end

---@param node node
---@param size vector3|vector4
function gui.set_size(node, size) end

---@param node node
---@return vector4
function gui.get_color(node) end

---@param node node
---@param color vector3|vector4
function gui.set_color(node, color) end

---@param node node
---@return vector4
function gui.get_outline(node) end

---@param node node
---@param outline vector3|vector4
function gui.set_outline(node, outline) end

---@param node node
---@return vector4
function gui.get_shadow(node) end

---@param node node
---@param shadow vector3|vector4
function gui.set_shadow(node, shadow) end

---@param node node
---@return vector4
function gui.get_slice9(node) end

---@param node node
---@param slice9 vector4
function gui.set_slice9(node, slice9) end

---@param node node
---@return quaternion
function gui.get_rotation(node) end

---@param node node
---@param rotation quaternion|vector3|vector4 degrees, where it is no quaternion
function gui.set_rotation(node, rotation) end

---@param node node
---@return vector3
function gui.get_euler(node) end

---@param node node
---@param euler vector3|vector4 degrees
function gui.set_euler(node, euler) end

---@param node node
---@return number
function gui.get_alpha(node) end

---@param node node
---@param alpha number
function gui.set_alpha(node, alpha) end

---@param node node
---@return number
function gui.get_fill_angle(node) end

---@param node node
---@param fill_angle number
function gui.set_fill_angle(node, fill_angle) end

---@param node node
---@return number
function gui.get_inner_radius(node) end

---@param node node
---@param inner_radius number
function gui.set_inner_radius(node, inner_radius) end

---@param node node
---@return number
function gui.get_perimeter_vertices(node) end

---@param node node
---@param perimeter_vertices number
function gui.set_perimeter_vertices(node, perimeter_vertices) end

---@param node node
---@return number
function gui.get_leading(node) end

---@param node node
---@param leading number
function gui.set_leading(node, leading) end

---@param node node
---@return number
function gui.get_tracking(node) end

---@param node node
---@param tracking number
function gui.set_tracking(node, tracking) end

---@param node node
---@return number
function gui.get_flipbook_cursor(node) end

---@param node node
---@param flipbook_cursor number
function gui.set_flipbook_cursor(node, flipbook_cursor) end

---@param node node
---@return number
function gui.get_flipbook_playback_rate(node) end

---@param node node
---@param flipbook_playback_rate number
function gui.set_flipbook_playback_rate(node, flipbook_playback_rate) end

---@param node node
---@param enabled boolean
function gui.set_enabled(node, enabled) end

---@param node node
---@return boolean
function gui.get_visible(node) end

---@param node node
---@param visible boolean
function gui.set_visible(node, visible) end

---@param node node
---@return boolean
function gui.get_line_break(node) end

---@param node node
---@param line_break boolean
function gui.set_line_break(node, line_break) end

---@param node node
---@return boolean
function gui.get_inherit_alpha(node) end

---@param node node
---@param inherit_alpha boolean
function gui.set_inherit_alpha(node, inherit_alpha) end

---@param node node
---@return boolean
function gui.get_clipping_visible(node) end

---@param node node
---@param clipping_visible boolean
function gui.set_clipping_visible(node, clipping_visible) end

---@param node node
---@return boolean
function gui.get_clipping_inverted(node) end

---@param node node
---@param clipping_inverted boolean
function gui.set_clipping_inverted(node, clipping_inverted) end

---@param node node
---@return integer gui.PIVOT_…
function gui.get_pivot(node) end

---@param node node
---@param pivot integer gui.PIVOT_…
function gui.set_pivot(node, pivot) end

---@param node node
---@return integer gui.ANCHOR_…
function gui.get_xanchor(node) end

---@param node node
---@param xanchor integer gui.ANCHOR_…
function gui.set_xanchor(node, xanchor) end

---@param node node
---@return integer gui.ANCHOR_…
function gui.get_yanchor(node) end

---@param node node
---@param yanchor integer gui.ANCHOR_…
function gui.set_yanchor(node, yanchor) end

---@param node node
---@return integer gui.ADJUST_…
function gui.get_adjust_mode(node) end

---@param node node
---@param adjust_mode integer gui.ADJUST_…
function gui.set_adjust_mode(node, adjust_mode) end

---@param node node
---@return integer gui.BLEND_…
function gui.get_blend_mode(node) end

---@param node node
---@param blend_mode integer gui.BLEND_…
function gui.set_blend_mode(node, blend_mode) end

---@param node node
---@return integer gui.CLIPPING_MODE_…
function gui.get_clipping_mode(node) end

---@param node node
---@param clipping_mode integer gui.CLIPPING_MODE_…
function gui.set_clipping_mode(node, clipping_mode) end

---@param node node
---@return integer gui.SIZE_MODE_…
function gui.get_size_mode(node) end

---@param node node
---@param size_mode integer gui.SIZE_MODE_…
function gui.set_size_mode(node, size_mode) end

---@param node node
---@return integer gui.PIEBOUNDS_…
function gui.get_outer_bounds(node) end

---@param node node
---@param outer_bounds integer gui.PIEBOUNDS_…
function gui.set_outer_bounds(node, outer_bounds) end

---@param node node
---@return hash
function gui.get_font(node) end

---@param node node
---@param font string|hash
function gui.set_font(node, font) end

---@param node node
---@return hash
function gui.get_layer(node) end

---@param node node
---@param layer string|hash
function gui.set_layer(node, layer) end

---@param node node
---@return hash
function gui.get_texture(node) end

---@param node node
---@param texture string|hash
function gui.set_texture(node, texture) end

---@param node node
---@return hash
function gui.get_material(node) end

---@param node node
---@param material string|hash
function gui.set_material(node, material) end

---@param node node
---@return hash
function gui.get_flipbook(node) end

---@param node node
---@param flipbook string|hash
function gui.set_flipbook(node, flipbook) end

---@param node node
---@return hash
function gui.get_particlefx(node) end

---@param node node
---@param particlefx string|hash
function gui.set_particlefx(node, particlefx) end

---@param node node
---@return string
function gui.get_text(node) end

---@param node node
---@param text string
function gui.set_text(node, text) end

---@param node node
---@param recursive boolean? counts the parents too
---@return boolean
function gui.is_enabled(node, recursive) end

--- A property by its name, also .x, .y, .z, .w of a vector.
---@param node node
---@param property string|hash
---@param options table? accepted
---@return any value
function gui.get(node, property, options) end

--- Sets a property by its name. With a URL in place of the node nothing happens:
--- it would set a resource.
---@param node node|string|hash|url
---@param property string|hash
---@param value any
---@param options table? accepted
function gui.set(node, property, value, options) end

--- Raises where there is no such node.
---@param id string|hash
---@return node
function gui.get_node(id) end

---@param node node
---@return hash
function gui.get_id(node) end

---@param node node
---@param id string|hash
function gui.set_id(node, id) end

---@param node node
---@return integer gui.TYPE_…
function gui.get_type(node) end

--- 0 is the first of its siblings.
---@param node node
---@return integer
function gui.get_index(node) end

---@param node node
---@return node?
function gui.get_parent(node) end

---@param node node
---@param parent node?
---@param keep_scene_transform boolean?
function gui.set_parent(node, parent, keep_scene_transform) end

--- The node and those below it, by their ids.
---@param node node
---@return table<hash, node>
function gui.get_tree(node) end

---@param node node
---@param reference node? the last of its siblings by default
function gui.move_above(node, reference) end

---@param node node
---@param reference node? the first of its siblings by default
function gui.move_below(node, reference) end

--- Without its children.
---@param node node
---@return node
function gui.clone(node) end

--- The copies by the ids of the originals.
---@param node node
---@return table<hash, node>
function gui.clone_tree(node) end

--- Its children too.
---@param node node
function gui.delete_node(node) end

--- All nodes as the file says.
function gui.reset_nodes() end

---@param position vector3|vector4
---@param size vector3|vector4
---@return node
function gui.new_box_node(position, size) end

---@param position vector3|vector4
---@param size vector3|vector4
---@return node
function gui.new_pie_node(position, size) end

---@param position vector3|vector4
---@param text string
---@return node
function gui.new_text_node(position, text) end

---@param position vector3|vector4
---@param particlefx string|hash
---@return node
function gui.new_particlefx_node(position, particlefx) end

--- Whether a place on the screen is within the node.
---@param node node
---@param x number
---@param y number
---@return boolean
function gui.pick_node(node, x, y) end

---@param node node
---@return vector3
function gui.get_screen_position(node) end

---@param node node
---@param screen_position vector3|vector4
function gui.set_screen_position(node, screen_position) end

--- In the space of the node's parent.
---@param node node
---@param screen_position vector3
---@return vector3
function gui.screen_to_local(node, screen_position) end

---@class gui.text_metrics
---@field width number
---@field height number
---@field max_ascent number
---@field max_descent number

--- As if each letter were 8 by 16 pixels.
---@param font string|hash
---@param text string
---@param width number? accepted
---@param line_breaks boolean? accepted
---@param leading number? accepted
---@param tracking number? accepted
---@return gui.text_metrics
function gui.get_text_metrics(font, text, width, line_breaks, leading, tracking) end

--- As if each letter were 8 by 16 pixels.
---@param node node
---@return gui.text_metrics
function gui.get_text_metrics_from_node(node) end

--- Moves a property.
---@param node node
---@param property string|hash
---@param to number|vector3|vector4|quaternion
---@param easing integer|vector gui.EASING_… or samples
---@param duration number seconds
---@param delay number? seconds
---@param complete_function fun(self: script_instance, node: node)?
---@param playback integer? gui.PLAYBACK_ONCE_FORWARD by default
function gui.animate(node, property, to, easing, duration, delay, complete_function, playback) end

---@param node node
---@param property string|hash? all of them by default
function gui.cancel_animations(node, property) end

---@deprecated use gui.cancel_animations
---@param node node
---@param property string|hash?
function gui.cancel_animation(node, property) end

--- Ends with the next frame: nobody knows how long the animation is.
---@param node node
---@param animation string|hash
---@param complete_function fun(self: script_instance, node: node)?
---@param play_properties {offset: number?, playback_rate: number?}?
function gui.play_flipbook(node, animation, complete_function, play_properties) end

---@param node node
function gui.cancel_flipbook(node) end

--- Does nothing here.
---@param node node
---@param callback function? never called
function gui.play_particlefx(node, callback) end

--- Does nothing here.
---@param node node
---@param options table?
function gui.stop_particlefx(node, options) end

---@param node node
function gui.reset_material(node) end

---@return number
function gui.get_width() end

---@return number
function gui.get_height() end

---@return hash
function gui.get_layout() end

---@return table<hash, vector3>
function gui.get_layouts() end

---@param layout string|hash
---@return boolean success false here
function gui.set_layout(layout) end

---@param order integer 0 to 15
function gui.set_render_order(order) end

---@param font string|hash
---@return hash
function gui.get_font_resource(font) end

---@param texture_id string|hash
---@param width number
---@param height number
---@param type string|integer
---@param buffer string
---@param flip boolean?
---@return boolean success
---@return integer? code gui.RESULT_…
function gui.new_texture(texture_id, width, height, type, buffer, flip) end

---@param texture string|hash
---@param width number
---@param height number
---@param type string|integer
---@param buffer string
---@param flip boolean?
---@return boolean success
function gui.set_texture_data(texture, width, height, type, buffer, flip) end

---@param texture string|hash
function gui.delete_texture(texture) end

--- Does nothing here.
---@param type integer gui.KEYBOARD_TYPE_…
---@param autoclose boolean
function gui.show_keyboard(type, autoclose) end

--- Does nothing here.
function gui.hide_keyboard() end

--- Does nothing here.
function gui.reset_keyboard() end

---@type integer
gui.EASING_LINEAR = 0
---@type integer
gui.EASING_NONE = 0
---@type integer
gui.EASING_IN = 5
---@type integer
gui.EASING_OUT = 6
---@type integer
gui.EASING_INOUT = 7
---@type integer
gui.EASING_INQUAD = 1
---@type integer
gui.EASING_OUTQUAD = 2
---@type integer
gui.EASING_INOUTQUAD = 3
---@type integer
gui.EASING_OUTINQUAD = 4
---@type integer
gui.EASING_INCUBIC = 5
---@type integer
gui.EASING_OUTCUBIC = 6
---@type integer
gui.EASING_INOUTCUBIC = 7
---@type integer
gui.EASING_OUTINCUBIC = 8
---@type integer
gui.EASING_INQUART = 9
---@type integer
gui.EASING_OUTQUART = 10
---@type integer
gui.EASING_INOUTQUART = 11
---@type integer
gui.EASING_OUTINQUART = 12
---@type integer
gui.EASING_INQUINT = 13
---@type integer
gui.EASING_OUTQUINT = 14
---@type integer
gui.EASING_INOUTQUINT = 15
---@type integer
gui.EASING_OUTINQUINT = 16
---@type integer
gui.EASING_INSINE = 17
---@type integer
gui.EASING_OUTSINE = 18
---@type integer
gui.EASING_INOUTSINE = 19
---@type integer
gui.EASING_OUTINSINE = 20
---@type integer
gui.EASING_INEXPO = 21
---@type integer
gui.EASING_OUTEXPO = 22
---@type integer
gui.EASING_INOUTEXPO = 23
---@type integer
gui.EASING_OUTINEXPO = 24
---@type integer
gui.EASING_INCIRC = 25
---@type integer
gui.EASING_OUTCIRC = 26
---@type integer
gui.EASING_INOUTCIRC = 27
---@type integer
gui.EASING_OUTINCIRC = 28
---@type integer
gui.EASING_INELASTIC = 29
---@type integer
gui.EASING_OUTELASTIC = 30
---@type integer
gui.EASING_INOUTELASTIC = 31
---@type integer
gui.EASING_OUTINELASTIC = 32
---@type integer
gui.EASING_INBACK = 33
---@type integer
gui.EASING_OUTBACK = 34
---@type integer
gui.EASING_INOUTBACK = 35
---@type integer
gui.EASING_OUTINBACK = 36
---@type integer
gui.EASING_INBOUNCE = 37
---@type integer
gui.EASING_OUTBOUNCE = 38
---@type integer
gui.EASING_INOUTBOUNCE = 39
---@type integer
gui.EASING_OUTINBOUNCE = 40
---@type integer
gui.PLAYBACK_ONCE_FORWARD = 1
---@type integer
gui.PLAYBACK_ONCE_BACKWARD = 2
---@type integer
gui.PLAYBACK_ONCE_PINGPONG = 3
---@type integer
gui.PLAYBACK_LOOP_FORWARD = 4
---@type integer
gui.PLAYBACK_LOOP_BACKWARD = 5
---@type integer
gui.PLAYBACK_LOOP_PINGPONG = 6
---@type integer
gui.PIVOT_CENTER = 0
---@type integer
gui.PIVOT_N = 1
---@type integer
gui.PIVOT_NE = 2
---@type integer
gui.PIVOT_E = 3
---@type integer
gui.PIVOT_SE = 4
---@type integer
gui.PIVOT_S = 5
---@type integer
gui.PIVOT_SW = 6
---@type integer
gui.PIVOT_W = 7
---@type integer
gui.PIVOT_NW = 8
---@type integer
gui.ANCHOR_NONE = 0
---@type integer
gui.ANCHOR_LEFT = 1
---@type integer
gui.ANCHOR_RIGHT = 2
---@type integer
gui.ANCHOR_TOP = 1
---@type integer
gui.ANCHOR_BOTTOM = 2
---@type integer
gui.ADJUST_FIT = 0
---@type integer
gui.ADJUST_ZOOM = 1
---@type integer
gui.ADJUST_STRETCH = 2
---@type integer
gui.BLEND_ALPHA = 0
---@type integer
gui.BLEND_ADD = 1
---@type integer
gui.BLEND_ADD_ALPHA = 2
---@type integer
gui.BLEND_MULT = 3
---@type integer
gui.BLEND_SCREEN = 4
---@type integer
gui.CLIPPING_MODE_NONE = 0
---@type integer
gui.CLIPPING_MODE_STENCIL = 2
---@type integer
gui.SIZE_MODE_MANUAL = 0
---@type integer
gui.SIZE_MODE_AUTO = 1
---@type integer
gui.PIEBOUNDS_RECTANGLE = 0
---@type integer
gui.PIEBOUNDS_ELLIPSE = 1
---@type integer
gui.TYPE_BOX = 0
---@type integer
gui.TYPE_TEXT = 1
---@type integer
gui.TYPE_PIE = 2
---@type integer
gui.TYPE_PARTICLEFX = 5
---@type integer
gui.TYPE_CUSTOM = 6
---@type integer
gui.KEYBOARD_TYPE_DEFAULT = 0
---@type integer
gui.KEYBOARD_TYPE_NUMBER_PAD = 1
---@type integer
gui.KEYBOARD_TYPE_EMAIL = 2
---@type integer
gui.KEYBOARD_TYPE_PASSWORD = 3
---@type integer
gui.ADJUST_REFERENCE_LEGACY = 0
---@type integer
gui.ADJUST_REFERENCE_PARENT = 1
---@type integer
gui.ADJUST_REFERENCE_DISABLED = 2
---@type integer
gui.RESULT_TEXTURE_ALREADY_EXISTS = -1
---@type integer
gui.RESULT_OUT_OF_RESOURCES = -2
---@type integer
gui.RESULT_DATA_ERROR = -3
---@type string
gui.PROP_POSITION = "position"
---@type string
gui.PROP_ROTATION = "rotation"
---@type string
gui.PROP_EULER = "euler"
---@type string
gui.PROP_SCALE = "scale"
---@type string
gui.PROP_COLOR = "color"
---@type string
gui.PROP_OUTLINE = "outline"
---@type string
gui.PROP_SHADOW = "shadow"
---@type string
gui.PROP_SIZE = "size"
---@type string
gui.PROP_FILL_ANGLE = "fill_angle"
---@type string
gui.PROP_INNER_RADIUS = "inner_radius"
---@type string
gui.PROP_SLICE9 = "slice9"
---@type string
gui.PROP_LEADING = "leading"
---@type string
gui.PROP_TRACKING = "tracking"
