---@meta

-- The modules that mean nothing without a window, for LuaLS: package inert's
-- tables, written by its test (go test ./lua/inert -update). Nothing here runs.
-- luacheck: no unused args
-- luacheck: globals sprite
-- luacheck: globals label
-- luacheck: globals sound
-- luacheck: globals model
-- luacheck: globals particlefx
-- luacheck: globals tilemap
-- luacheck: globals physics
-- luacheck: globals b2d
-- luacheck: globals camera
-- luacheck: globals render
-- luacheck: globals graphics
-- luacheck: globals resource
-- luacheck: globals font
-- luacheck: globals window
-- luacheck: globals profiler
-- luacheck: globals liveupdate
-- luacheck: globals crash
-- luacheck: globals iac
-- luacheck: globals push
-- luacheck: globals webview
-- luacheck: globals iap

--- Does nothing here.
sprite = {}

---@param ... any
function sprite.play_flipbook(...) end

---@param ... any
function sprite.set_hflip(...) end

---@param ... any
function sprite.set_vflip(...) end

---@param ... any
function sprite.set_constant(...) end

---@param ... any
function sprite.reset_constant(...) end

--- Does nothing here.
label = {}

---@param ... any
---@return string
function label.get_text(...) end

---@param ... any
function label.set_text(...) end

---@param ... any
---@return table
function label.get_text_metrics(...) end

--- Does nothing here.
sound = {}

---@param ... any
---@return number
function sound.play(...) end

---@param ... any
function sound.stop(...) end

---@param ... any
function sound.pause(...) end

---@param ... any
function sound.set_gain(...) end

---@param ... any
function sound.set_pan(...) end

---@param ... any
---@return number
function sound.get_group_gain(...) end

---@param ... any
function sound.set_group_gain(...) end

---@param ... any
---@return string
function sound.get_group_name(...) end

---@param ... any
---@return table
function sound.get_groups(...) end

---@param ... any
---@return number
---@return number
function sound.get_peak(...) end

---@param ... any
---@return number
---@return number
function sound.get_rms(...) end

---@param ... any
---@return boolean
function sound.is_music_playing(...) end

---@param ... any
---@return boolean
function sound.is_phone_call_active(...) end

--- Does nothing here.
model = {}

---@param ... any
function model.play_anim(...) end

---@param ... any
function model.cancel(...) end

---@param ... any
---@return hash
function model.get_go(...) end

---@param ... any
function model.set_constant(...) end

---@param ... any
function model.reset_constant(...) end

---@param ... any
---@return boolean
function model.get_mesh_enabled(...) end

---@param ... any
function model.set_mesh_enabled(...) end

---@param ... any
---@return table
function model.get_aabb(...) end

---@param ... any
---@return table
function model.get_mesh_aabb(...) end

--- Does nothing here.
particlefx = {}
---@type integer
particlefx.EMITTER_STATE_SLEEPING = nil
---@type integer
particlefx.EMITTER_STATE_PRESPAWN = nil
---@type integer
particlefx.EMITTER_STATE_SPAWNING = nil
---@type integer
particlefx.EMITTER_STATE_POSTSPAWN = nil

---@param ... any
function particlefx.play(...) end

---@param ... any
function particlefx.stop(...) end

---@param ... any
function particlefx.set_constant(...) end

---@param ... any
function particlefx.reset_constant(...) end

--- Does nothing here.
tilemap = {}
---@type integer
tilemap.H_FLIP = nil
---@type integer
tilemap.V_FLIP = nil
---@type integer
tilemap.ROTATE_180 = nil
---@type integer
tilemap.ROTATE_90 = nil
---@type integer
tilemap.ROTATE_270 = nil

---@param ... any
---@return number
---@return number
---@return number
---@return number
function tilemap.get_bounds(...) end

---@param ... any
---@return number
function tilemap.get_tile(...) end

---@param ... any
---@return table
function tilemap.get_tile_info(...) end

---@param ... any
---@return table
function tilemap.get_tiles(...) end

---@param ... any
---@return boolean
function tilemap.set_tile(...) end

---@param ... any
function tilemap.set_visible(...) end

---@param ... any
function tilemap.set_constant(...) end

---@param ... any
function tilemap.reset_constant(...) end

--- Does nothing here.
physics = {}
---@type integer
physics.JOINT_TYPE_SPRING = nil
---@type integer
physics.JOINT_TYPE_FIXED = nil
---@type integer
physics.JOINT_TYPE_HINGE = nil
---@type integer
physics.JOINT_TYPE_SLIDER = nil
---@type integer
physics.JOINT_TYPE_WELD = nil
---@type integer
physics.JOINT_TYPE_WHEEL = nil
---@type integer
physics.SHAPE_TYPE_SPHERE = nil
---@type integer
physics.SHAPE_TYPE_BOX = nil
---@type integer
physics.SHAPE_TYPE_CAPSULE = nil
---@type integer
physics.SHAPE_TYPE_HULL = nil

---@param ... any
function physics.create_joint(...) end

---@param ... any
function physics.destroy_joint(...) end

---@param ... any
---@return vector3
function physics.get_gravity(...) end

---@param ... any
---@return hash
function physics.get_group(...) end

---@param ... any
---@return table
function physics.get_joint_properties(...) end

---@param ... any
---@return vector3
function physics.get_joint_reaction_force(...) end

---@param ... any
---@return number
function physics.get_joint_reaction_torque(...) end

---@param ... any
---@return boolean
function physics.get_maskbit(...) end

---@param ... any
---@return table
function physics.get_shape(...) end

---@param ... any
---@return nil
function physics.raycast(...) end

---@param ... any
function physics.ray_cast(...) end

---@param ... any
function physics.raycast_async(...) end

---@param ... any
function physics.set_event_listener(...) end

---@param ... any
function physics.set_listener(...) end

---@param ... any
function physics.set_gravity(...) end

---@param ... any
function physics.set_group(...) end

---@param ... any
function physics.set_hflip(...) end

---@param ... any
function physics.set_vflip(...) end

---@param ... any
function physics.set_joint_properties(...) end

---@param ... any
function physics.set_maskbit(...) end

---@param ... any
function physics.set_shape(...) end

---@param ... any
function physics.update_mass(...) end

---@param ... any
function physics.wakeup(...) end

--- Does nothing here.
b2d = {}

---@param ... any
---@return nil
function b2d.get_world(...) end

---@param ... any
---@return nil
function b2d.get_body(...) end

b2d.body = {}
---@type integer
b2d.body.B2_STATIC_BODY = nil
---@type integer
b2d.body.B2_KINEMATIC_BODY = nil
---@type integer
b2d.body.B2_DYNAMIC_BODY = nil

---@param ... any
function b2d.body.apply_angular_impulse(...) end

---@param ... any
function b2d.body.apply_force(...) end

---@param ... any
function b2d.body.apply_force_to_center(...) end

---@param ... any
function b2d.body.apply_linear_impulse(...) end

---@param ... any
function b2d.body.apply_torque(...) end

---@param ... any
function b2d.body.dump(...) end

---@param ... any
function b2d.body.enable_sleep(...) end

---@param ... any
---@return number
function b2d.body.get_angle(...) end

---@param ... any
---@return number
function b2d.body.get_angular_damping(...) end

---@param ... any
---@return number
function b2d.body.get_angular_velocity(...) end

---@param ... any
---@return vector3
function b2d.body.get_force(...) end

---@param ... any
---@return number
function b2d.body.get_gravity_scale(...) end

---@param ... any
---@return number
function b2d.body.get_linear_damping(...) end

---@param ... any
---@return vector3
function b2d.body.get_linear_velocity(...) end

---@param ... any
---@return vector3
function b2d.body.get_linear_velocity_from_local_point(...) end

---@param ... any
---@return vector3
function b2d.body.get_linear_velocity_from_world_point(...) end

---@param ... any
---@return vector3
function b2d.body.get_local_center_of_mass(...) end

---@param ... any
---@return vector3
function b2d.body.get_local_point(...) end

---@param ... any
---@return vector3
function b2d.body.get_local_vector(...) end

---@param ... any
---@return number
function b2d.body.get_mass(...) end

---@param ... any
---@return nil
function b2d.body.get_next(...) end

---@param ... any
---@return vector3
function b2d.body.get_position(...) end

---@param ... any
---@return number
function b2d.body.get_rotational_inertia(...) end

---@param ... any
---@return number
function b2d.body.get_type(...) end

---@param ... any
---@return nil
function b2d.body.get_world(...) end

---@param ... any
---@return vector3
function b2d.body.get_world_center_of_mass(...) end

---@param ... any
---@return vector3
function b2d.body.get_world_point(...) end

---@param ... any
---@return vector3
function b2d.body.get_world_vector(...) end

---@param ... any
---@return boolean
function b2d.body.is_active(...) end

---@param ... any
---@return boolean
function b2d.body.is_awake(...) end

---@param ... any
---@return boolean
function b2d.body.is_bullet(...) end

---@param ... any
---@return boolean
function b2d.body.is_fixed_rotation(...) end

---@param ... any
---@return boolean
function b2d.body.is_sleeping_allowed(...) end

---@param ... any
---@return boolean
function b2d.body.is_sleeping_enabled(...) end

---@param ... any
function b2d.body.reset_mass_data(...) end

---@param ... any
function b2d.body.set_active(...) end

---@param ... any
function b2d.body.set_angular_damping(...) end

---@param ... any
function b2d.body.set_angular_velocity(...) end

---@param ... any
function b2d.body.set_awake(...) end

---@param ... any
function b2d.body.set_bullet(...) end

---@param ... any
function b2d.body.set_fixed_rotation(...) end

---@param ... any
function b2d.body.set_gravity_scale(...) end

---@param ... any
function b2d.body.set_linear_damping(...) end

---@param ... any
function b2d.body.set_linear_velocity(...) end

---@param ... any
function b2d.body.set_sleeping_allowed(...) end

---@param ... any
function b2d.body.set_transform(...) end

---@param ... any
function b2d.body.set_type(...) end

--- Does nothing here.
camera = {}
---@type integer
camera.ORTHO_MODE_FIXED = nil
---@type integer
camera.ORTHO_MODE_AUTO_FIT = nil
---@type integer
camera.ORTHO_MODE_AUTO_COVER = nil

---@param ... any
function camera.acquire_focus(...) end

---@param ... any
function camera.release_focus(...) end

---@param ... any
---@return number
function camera.get_aspect_ratio(...) end

---@param ... any
---@return boolean
function camera.get_auto_aspect_ratio(...) end

---@param ... any
---@return table
function camera.get_cameras(...) end

---@param ... any
---@return boolean
function camera.get_enabled(...) end

---@param ... any
---@return number
function camera.get_far_z(...) end

---@param ... any
---@return number
function camera.get_fov(...) end

---@param ... any
---@return number
function camera.get_near_z(...) end

---@param ... any
---@return number
function camera.get_orthographic_mode(...) end

---@param ... any
---@return number
function camera.get_orthographic_zoom(...) end

---@param ... any
---@return matrix4
function camera.get_projection(...) end

---@param ... any
---@return matrix4
function camera.get_view(...) end

---@param ... any
---@return vector3
function camera.screen_to_world(...) end

---@param ... any
---@return vector3
function camera.screen_xy_to_world(...) end

---@param ... any
function camera.set_aspect_ratio(...) end

---@param ... any
function camera.set_auto_aspect_ratio(...) end

---@param ... any
function camera.set_far_z(...) end

---@param ... any
function camera.set_fov(...) end

---@param ... any
function camera.set_near_z(...) end

---@param ... any
function camera.set_orthographic_mode(...) end

---@param ... any
function camera.set_orthographic_zoom(...) end

---@param ... any
---@return vector3
function camera.world_to_screen(...) end

--- Does nothing here.
render = {}
---@type integer
render.RENDER_TARGET_DEFAULT = nil
---@type integer
render.FRUSTUM_PLANES_SIDES = nil
---@type integer
render.FRUSTUM_PLANES_ALL = nil
---@type integer
render.CONTEXT_EVENT_CONTEXT_LOST = nil
---@type integer
render.CONTEXT_EVENT_CONTEXT_RESTORED = nil
---@type integer
render.SORT_BACK_TO_FRONT = nil
---@type integer
render.SORT_FRONT_TO_BACK = nil
---@type integer
render.SORT_NONE = nil
---@type integer
render.BLEND_ZERO = nil
---@type integer
render.BLEND_ONE = nil
---@type integer
render.BLEND_SRC_COLOR = nil
---@type integer
render.BLEND_ONE_MINUS_SRC_COLOR = nil
---@type integer
render.BLEND_DST_COLOR = nil
---@type integer
render.BLEND_ONE_MINUS_DST_COLOR = nil
---@type integer
render.BLEND_SRC_ALPHA = nil
---@type integer
render.BLEND_ONE_MINUS_SRC_ALPHA = nil
---@type integer
render.BLEND_DST_ALPHA = nil
---@type integer
render.BLEND_ONE_MINUS_DST_ALPHA = nil
---@type integer
render.BLEND_SRC_ALPHA_SATURATE = nil
---@type integer
render.BLEND_CONSTANT_COLOR = nil
---@type integer
render.BLEND_ONE_MINUS_CONSTANT_COLOR = nil
---@type integer
render.BLEND_CONSTANT_ALPHA = nil
---@type integer
render.BLEND_ONE_MINUS_CONSTANT_ALPHA = nil
---@type integer
render.BUFFER_COLOR_BIT = nil
---@type integer
render.BUFFER_COLOR0_BIT = nil
---@type integer
render.BUFFER_COLOR1_BIT = nil
---@type integer
render.BUFFER_COLOR2_BIT = nil
---@type integer
render.BUFFER_COLOR3_BIT = nil
---@type integer
render.BUFFER_DEPTH_BIT = nil
---@type integer
render.BUFFER_STENCIL_BIT = nil
---@type integer
render.COMPARE_FUNC_NEVER = nil
---@type integer
render.COMPARE_FUNC_LESS = nil
---@type integer
render.COMPARE_FUNC_LEQUAL = nil
---@type integer
render.COMPARE_FUNC_GREATER = nil
---@type integer
render.COMPARE_FUNC_GEQUAL = nil
---@type integer
render.COMPARE_FUNC_EQUAL = nil
---@type integer
render.COMPARE_FUNC_NOTEQUAL = nil
---@type integer
render.COMPARE_FUNC_ALWAYS = nil
---@type integer
render.FACE_FRONT = nil
---@type integer
render.FACE_BACK = nil
---@type integer
render.FACE_FRONT_AND_BACK = nil
---@type integer
render.FILTER_LINEAR = nil
---@type integer
render.FILTER_NEAREST = nil
---@type integer
render.FORMAT_LUMINANCE = nil
---@type integer
render.FORMAT_RGB = nil
---@type integer
render.FORMAT_RGBA = nil
---@type integer
render.FORMAT_DEPTH = nil
---@type integer
render.FORMAT_STENCIL = nil
---@type integer
render.FORMAT_RGB16F = nil
---@type integer
render.FORMAT_RGB32F = nil
---@type integer
render.FORMAT_RGBA16F = nil
---@type integer
render.FORMAT_RGBA32F = nil
---@type integer
render.FORMAT_R16F = nil
---@type integer
render.FORMAT_RG16F = nil
---@type integer
render.FORMAT_R32F = nil
---@type integer
render.FORMAT_RG32F = nil
---@type integer
render.STATE_DEPTH_TEST = nil
---@type integer
render.STATE_STENCIL_TEST = nil
---@type integer
render.STATE_BLEND = nil
---@type integer
render.STATE_CULL_FACE = nil
---@type integer
render.STATE_POLYGON_OFFSET_FILL = nil
---@type integer
render.STATE_ALPHA_TEST = nil
---@type integer
render.STATE_SCISSOR_TEST = nil
---@type integer
render.STENCIL_OP_KEEP = nil
---@type integer
render.STENCIL_OP_ZERO = nil
---@type integer
render.STENCIL_OP_REPLACE = nil
---@type integer
render.STENCIL_OP_INCR = nil
---@type integer
render.STENCIL_OP_INCR_WRAP = nil
---@type integer
render.STENCIL_OP_DECR = nil
---@type integer
render.STENCIL_OP_DECR_WRAP = nil
---@type integer
render.STENCIL_OP_INVERT = nil
---@type integer
render.WRAP_CLAMP_TO_BORDER = nil
---@type integer
render.WRAP_CLAMP_TO_EDGE = nil
---@type integer
render.WRAP_MIRRORED_REPEAT = nil
---@type integer
render.WRAP_REPEAT = nil
---@type integer
render.TEXTURE_BIT = nil

---@param ... any
function render.clear(...) end

---@param ... any
---@return table
function render.constant_buffer(...) end

---@param ... any
function render.delete_render_target(...) end

---@param ... any
function render.disable_material(...) end

---@param ... any
function render.disable_state(...) end

---@param ... any
function render.disable_texture(...) end

---@param ... any
function render.dispatch_compute(...) end

---@param ... any
function render.draw(...) end

---@param ... any
function render.draw_debug2d(...) end

---@param ... any
function render.draw_debug3d(...) end

---@param ... any
function render.enable_material(...) end

---@param ... any
function render.enable_render_target(...) end

---@param ... any
function render.disable_render_target(...) end

---@param ... any
function render.enable_state(...) end

---@param ... any
function render.enable_texture(...) end

---@param ... any
---@return number
function render.get_height(...) end

---@param ... any
---@return number
function render.get_width(...) end

---@param ... any
---@return number
function render.get_window_height(...) end

---@param ... any
---@return number
function render.get_window_width(...) end

---@param ... any
---@return number
function render.get_render_target_height(...) end

---@param ... any
---@return number
function render.get_render_target_width(...) end

---@param ... any
---@return table
function render.predicate(...) end

---@param ... any
---@return table
function render.render_target(...) end

---@param ... any
function render.set_blend_equation(...) end

---@param ... any
function render.set_blend_func(...) end

---@param ... any
function render.set_camera(...) end

---@param ... any
function render.set_color_mask(...) end

---@param ... any
function render.set_compute(...) end

---@param ... any
function render.set_cull_face(...) end

---@param ... any
function render.set_depth_func(...) end

---@param ... any
function render.set_depth_mask(...) end

---@param ... any
function render.set_listener(...) end

---@param ... any
function render.set_polygon_offset(...) end

---@param ... any
function render.set_projection(...) end

---@param ... any
function render.set_render_target(...) end

---@param ... any
function render.set_render_target_size(...) end

---@param ... any
function render.set_stencil_func(...) end

---@param ... any
function render.set_stencil_mask(...) end

---@param ... any
function render.set_stencil_op(...) end

---@param ... any
function render.set_view(...) end

---@param ... any
function render.set_viewport(...) end

--- Does nothing here.
graphics = {}
---@type integer
graphics.BLEND_EQUATION_ADD = nil
---@type integer
graphics.BLEND_EQUATION_MAX = nil
---@type integer
graphics.BLEND_EQUATION_MIN = nil
---@type integer
graphics.BLEND_EQUATION_REVERSE_SUBTRACT = nil
---@type integer
graphics.BLEND_EQUATION_SUBTRACT = nil
---@type integer
graphics.BLEND_FACTOR_CONSTANT_ALPHA = nil
---@type integer
graphics.BLEND_FACTOR_CONSTANT_COLOR = nil
---@type integer
graphics.BLEND_FACTOR_DST_ALPHA = nil
---@type integer
graphics.BLEND_FACTOR_DST_COLOR = nil
---@type integer
graphics.BLEND_FACTOR_ONE = nil
---@type integer
graphics.BLEND_FACTOR_ONE_MINUS_CONSTANT_ALPHA = nil
---@type integer
graphics.BLEND_FACTOR_ONE_MINUS_CONSTANT_COLOR = nil
---@type integer
graphics.BLEND_FACTOR_ONE_MINUS_DST_ALPHA = nil
---@type integer
graphics.BLEND_FACTOR_ONE_MINUS_DST_COLOR = nil
---@type integer
graphics.BLEND_FACTOR_ONE_MINUS_SRC_ALPHA = nil
---@type integer
graphics.BLEND_FACTOR_ONE_MINUS_SRC_COLOR = nil
---@type integer
graphics.BLEND_FACTOR_SRC_ALPHA = nil
---@type integer
graphics.BLEND_FACTOR_SRC_ALPHA_SATURATE = nil
---@type integer
graphics.BLEND_FACTOR_SRC_COLOR = nil
---@type integer
graphics.BLEND_FACTOR_ZERO = nil
---@type integer
graphics.BUFFER_TYPE_COLOR0_BIT = nil
---@type integer
graphics.BUFFER_TYPE_COLOR1_BIT = nil
---@type integer
graphics.BUFFER_TYPE_COLOR2_BIT = nil
---@type integer
graphics.BUFFER_TYPE_COLOR3_BIT = nil
---@type integer
graphics.BUFFER_TYPE_DEPTH_BIT = nil
---@type integer
graphics.BUFFER_TYPE_STENCIL_BIT = nil
---@type integer
graphics.COMPARE_FUNC_ALWAYS = nil
---@type integer
graphics.COMPARE_FUNC_EQUAL = nil
---@type integer
graphics.COMPARE_FUNC_GEQUAL = nil
---@type integer
graphics.COMPARE_FUNC_GREATER = nil
---@type integer
graphics.COMPARE_FUNC_LEQUAL = nil
---@type integer
graphics.COMPARE_FUNC_LESS = nil
---@type integer
graphics.COMPARE_FUNC_NEVER = nil
---@type integer
graphics.COMPARE_FUNC_NOTEQUAL = nil
---@type integer
graphics.COMPRESSION_TYPE_BASIS_ETC1S = nil
---@type integer
graphics.COMPRESSION_TYPE_BASIS_UASTC = nil
---@type integer
graphics.COMPRESSION_TYPE_DEFAULT = nil
---@type integer
graphics.COMPRESSION_TYPE_WEBP = nil
---@type integer
graphics.COMPRESSION_TYPE_WEBP_LOSSY = nil
---@type integer
graphics.FACE_TYPE_BACK = nil
---@type integer
graphics.FACE_TYPE_FRONT = nil
---@type integer
graphics.FACE_TYPE_FRONT_AND_BACK = nil
---@type integer
graphics.STATE_ALPHA_TEST = nil
---@type integer
graphics.STATE_ALPHA_TEST_SUPPORTED = nil
---@type integer
graphics.STATE_BLEND = nil
---@type integer
graphics.STATE_CULL_FACE = nil
---@type integer
graphics.STATE_DEPTH_TEST = nil
---@type integer
graphics.STATE_POLYGON_OFFSET_FILL = nil
---@type integer
graphics.STATE_SCISSOR_TEST = nil
---@type integer
graphics.STATE_STENCIL_TEST = nil
---@type integer
graphics.STENCIL_OP_DECR = nil
---@type integer
graphics.STENCIL_OP_DECR_WRAP = nil
---@type integer
graphics.STENCIL_OP_INCR = nil
---@type integer
graphics.STENCIL_OP_INCR_WRAP = nil
---@type integer
graphics.STENCIL_OP_INVERT = nil
---@type integer
graphics.STENCIL_OP_KEEP = nil
---@type integer
graphics.STENCIL_OP_REPLACE = nil
---@type integer
graphics.STENCIL_OP_ZERO = nil
---@type integer
graphics.TEXTURE_FILTER_DEFAULT = nil
---@type integer
graphics.TEXTURE_FILTER_LINEAR = nil
---@type integer
graphics.TEXTURE_FILTER_LINEAR_MIPMAP_LINEAR = nil
---@type integer
graphics.TEXTURE_FILTER_LINEAR_MIPMAP_NEAREST = nil
---@type integer
graphics.TEXTURE_FILTER_NEAREST = nil
---@type integer
graphics.TEXTURE_FILTER_NEAREST_MIPMAP_LINEAR = nil
---@type integer
graphics.TEXTURE_FILTER_NEAREST_MIPMAP_NEAREST = nil
---@type integer
graphics.TEXTURE_FORMAT_BGRA8U = nil
---@type integer
graphics.TEXTURE_FORMAT_DEPTH = nil
---@type integer
graphics.TEXTURE_FORMAT_LUMINANCE = nil
---@type integer
graphics.TEXTURE_FORMAT_LUMINANCE_ALPHA = nil
---@type integer
graphics.TEXTURE_FORMAT_R16F = nil
---@type integer
graphics.TEXTURE_FORMAT_R32F = nil
---@type integer
graphics.TEXTURE_FORMAT_R32UI = nil
---@type integer
graphics.TEXTURE_FORMAT_R_BC4 = nil
---@type integer
graphics.TEXTURE_FORMAT_R_ETC2 = nil
---@type integer
graphics.TEXTURE_FORMAT_RG16F = nil
---@type integer
graphics.TEXTURE_FORMAT_RG32F = nil
---@type integer
graphics.TEXTURE_FORMAT_RG_BC5 = nil
---@type integer
graphics.TEXTURE_FORMAT_RG_ETC2 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGB = nil
---@type integer
graphics.TEXTURE_FORMAT_RGB16F = nil
---@type integer
graphics.TEXTURE_FORMAT_RGB32F = nil
---@type integer
graphics.TEXTURE_FORMAT_RGB_16BPP = nil
---@type integer
graphics.TEXTURE_FORMAT_RGB_BC1 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGB_ETC1 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGB_PVRTC_2BPPV1 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGB_PVRTC_4BPPV1 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA16F = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA32F = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA32UI = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA_16BPP = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA_ASTC_4x4 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA_ASTC_4X4 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA_BC3 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA_BC7 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA_ETC2 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA_PVRTC_2BPPV1 = nil
---@type integer
graphics.TEXTURE_FORMAT_RGBA_PVRTC_4BPPV1 = nil
---@type integer
graphics.TEXTURE_FORMAT_STENCIL = nil
---@type integer
graphics.TEXTURE_TYPE_2D = nil
---@type integer
graphics.TEXTURE_TYPE_2D_ARRAY = nil
---@type integer
graphics.TEXTURE_TYPE_3D = nil
---@type integer
graphics.TEXTURE_TYPE_CUBE_MAP = nil
---@type integer
graphics.TEXTURE_TYPE_IMAGE_2D = nil
---@type integer
graphics.TEXTURE_TYPE_IMAGE_3D = nil
---@type integer
graphics.TEXTURE_USAGE_FLAG_COLOR = nil
---@type integer
graphics.TEXTURE_USAGE_FLAG_INPUT = nil
---@type integer
graphics.TEXTURE_USAGE_FLAG_MEMORYLESS = nil
---@type integer
graphics.TEXTURE_USAGE_FLAG_SAMPLE = nil
---@type integer
graphics.TEXTURE_USAGE_FLAG_STORAGE = nil
---@type integer
graphics.TEXTURE_WRAP_CLAMP_TO_BORDER = nil
---@type integer
graphics.TEXTURE_WRAP_CLAMP_TO_EDGE = nil
---@type integer
graphics.TEXTURE_WRAP_MIRRORED_REPEAT = nil
---@type integer
graphics.TEXTURE_WRAP_REPEAT = nil

---@param ... any
---@return table
function graphics.get_adapter_info(...) end

---@param ... any
---@return table
function graphics.get_engine_adapters(...) end

--- Does nothing here.
resource = {}
---@type integer
resource.TEXTURE_TYPE_2D = nil
---@type integer
resource.TEXTURE_TYPE_2D_ARRAY = nil
---@type integer
resource.TEXTURE_TYPE_3D = nil
---@type integer
resource.TEXTURE_TYPE_CUBE_MAP = nil
---@type integer
resource.TEXTURE_TYPE_IMAGE_2D = nil
---@type integer
resource.TEXTURE_TYPE_IMAGE_3D = nil
---@type integer
resource.TEXTURE_FORMAT_LUMINANCE = nil
---@type integer
resource.TEXTURE_FORMAT_RGB = nil
---@type integer
resource.TEXTURE_FORMAT_RGBA = nil
---@type integer
resource.TEXTURE_FORMAT_RGB16F = nil
---@type integer
resource.TEXTURE_FORMAT_RGB32F = nil
---@type integer
resource.TEXTURE_FORMAT_RGBA16F = nil
---@type integer
resource.TEXTURE_FORMAT_RGBA32F = nil
---@type integer
resource.TEXTURE_FORMAT_R16F = nil
---@type integer
resource.TEXTURE_FORMAT_RG16F = nil
---@type integer
resource.TEXTURE_FORMAT_R32F = nil
---@type integer
resource.TEXTURE_FORMAT_RG32F = nil
---@type integer
resource.TEXTURE_USAGE_FLAG_SAMPLE = nil
---@type integer
resource.TEXTURE_USAGE_FLAG_MEMORYLESS = nil
---@type integer
resource.TEXTURE_USAGE_FLAG_STORAGE = nil
---@type integer
resource.COMPRESSION_TYPE_DEFAULT = nil
---@type integer
resource.COMPRESSION_TYPE_BASIS_UASTC = nil
---@type integer
resource.LIVEUPDATE_OK = nil
---@type integer
resource.LIVEUPDATE_INVALID_RESOURCE = nil
---@type integer
resource.LIVEUPDATE_VERSION_MISMATCH = nil
---@type integer
resource.LIVEUPDATE_ENGINE_VERSION_MISMATCH = nil
---@type integer
resource.LIVEUPDATE_SIGNATURE_MISMATCH = nil
---@type integer
resource.LIVEUPDATE_SCHEME_MISMATCH = nil
---@type integer
resource.LIVEUPDATE_BUNDLED_RESOURCE_MISMATCH = nil
---@type integer
resource.LIVEUPDATE_FORMAT_ERROR = nil

---@param ... any
---@return hash
function resource.atlas(...) end

---@param ... any
---@return hash
function resource.buffer(...) end

---@param ... any
---@return hash
function resource.font(...) end

---@param ... any
---@return hash
function resource.material(...) end

---@param ... any
---@return hash
function resource.render_target(...) end

---@param ... any
---@return hash
function resource.texture(...) end

---@param ... any
---@return hash
function resource.tile_source(...) end

---@param ... any
---@return hash
function resource.create_atlas(...) end

---@param ... any
---@return hash
function resource.create_buffer(...) end

---@param ... any
---@return hash
function resource.create_sound_data(...) end

---@param ... any
---@return hash
function resource.create_texture(...) end

---@param ... any
---@return hash
---@return number
function resource.create_texture_async(...) end

---@param ... any
---@return table
function resource.get_atlas(...) end

---@param ... any
---@return nil
function resource.get_buffer(...) end

---@param ... any
---@return table
function resource.get_render_target_info(...) end

---@param ... any
---@return table
function resource.get_text_metrics(...) end

---@param ... any
---@return table
function resource.get_texture_info(...) end

---@param ... any
---@return string?
function resource.load(...) end

---@param ... any
function resource.release(...) end

---@param ... any
function resource.set(...) end

---@param ... any
function resource.set_atlas(...) end

---@param ... any
function resource.set_buffer(...) end

---@param ... any
function resource.set_sound(...) end

---@param ... any
function resource.set_texture(...) end

---@param ... any
---@return nil
function resource.get_current_manifest(...) end

---@param ... any
---@return boolean
function resource.is_using_liveupdate_data(...) end

--- Does nothing here.
font = {}

---@param ... any
function font.add_font(...) end

---@param ... any
function font.remove_font(...) end

---@param ... any
function font.add_glyphs(...) end

---@param ... any
function font.remove_glyphs(...) end

---@param ... any
---@return table
function font.get_info(...) end

---@param ... any
function font.prewarm_text(...) end

--- Does nothing here.
window = {}
---@type integer
window.DIMMING_UNKNOWN = nil
---@type integer
window.DIMMING_ON = nil
---@type integer
window.DIMMING_OFF = nil
---@type integer
window.WINDOW_EVENT_FOCUS_LOST = nil
---@type integer
window.WINDOW_EVENT_FOCUS_GAINED = nil
---@type integer
window.WINDOW_EVENT_RESIZED = nil
---@type integer
window.WINDOW_EVENT_ICONFIED = nil
---@type integer
window.WINDOW_EVENT_ICONIFIED = nil
---@type integer
window.WINDOW_EVENT_DEICONIFIED = nil

---@param ... any
---@return number
function window.get_dim_mode(...) end

---@param ... any
---@return number
function window.get_display_scale(...) end

---@param ... any
---@return boolean
function window.get_mouse_lock(...) end

---@param ... any
---@return table
function window.get_safe_area(...) end

---@param ... any
---@return number
---@return number
function window.get_size(...) end

---@param ... any
function window.set_dim_mode(...) end

---@param ... any
function window.set_listener(...) end

---@param ... any
function window.set_mouse_lock(...) end

---@param ... any
function window.set_position(...) end

---@param ... any
function window.set_size(...) end

---@param ... any
function window.set_title(...) end

--- Does nothing here.
profiler = {}
---@type integer
profiler.MODE_RUN = nil
---@type integer
profiler.MODE_PAUSE = nil
---@type integer
profiler.MODE_SHOW_PEAK_FRAME = nil
---@type integer
profiler.MODE_RECORD = nil
---@type integer
profiler.VIEW_MODE_FULL = nil
---@type integer
profiler.VIEW_MODE_MINIMIZED = nil

---@param ... any
function profiler.dump_frame(...) end

---@param ... any
function profiler.enable(...) end

---@param ... any
function profiler.enable_ui(...) end

---@param ... any
---@return number
function profiler.get_cpu_usage(...) end

---@param ... any
---@return number
function profiler.get_memory_usage(...) end

---@param ... any
function profiler.log_text(...) end

---@param ... any
---@return number
function profiler.recorded_frame_count(...) end

---@param ... any
function profiler.scope_begin(...) end

---@param ... any
function profiler.scope_end(...) end

---@param ... any
function profiler.set_ui_mode(...) end

---@param ... any
function profiler.set_ui_view_mode(...) end

---@param ... any
function profiler.set_ui_vsync_wait_visible(...) end

---@param ... any
function profiler.view_recorded_frame(...) end

--- Does nothing here.
liveupdate = {}
---@type integer
liveupdate.LIVEUPDATE_OK = nil
---@type integer
liveupdate.LIVEUPDATE_INVALID_HEADER = nil
---@type integer
liveupdate.LIVEUPDATE_MEM_ERROR = nil
---@type integer
liveupdate.LIVEUPDATE_INVALID_RESOURCE = nil
---@type integer
liveupdate.LIVEUPDATE_VERSION_MISMATCH = nil
---@type integer
liveupdate.LIVEUPDATE_ENGINE_VERSION_MISMATCH = nil
---@type integer
liveupdate.LIVEUPDATE_SIGNATURE_MISMATCH = nil
---@type integer
liveupdate.LIVEUPDATE_SCHEME_MISMATCH = nil
---@type integer
liveupdate.LIVEUPDATE_BUNDLED_RESOURCE_MISMATCH = nil
---@type integer
liveupdate.LIVEUPDATE_FORMAT_ERROR = nil
---@type integer
liveupdate.LIVEUPDATE_IO_ERROR = nil
---@type integer
liveupdate.LIVEUPDATE_INVAL = nil
---@type integer
liveupdate.LIVEUPDATE_UNKNOWN = nil

---@param ... any
---@return number
function liveupdate.add_mount(...) end

---@param ... any
---@return table
function liveupdate.get_mounts(...) end

---@param ... any
---@return number
function liveupdate.remove_mount(...) end

---@param ... any
---@return nil
function liveupdate.get_current_manifest(...) end

---@param ... any
---@return boolean
function liveupdate.is_using_liveupdate_data(...) end

---@param ... any
---@return boolean
function liveupdate.is_built_with_excluded_files(...) end

---@param ... any
function liveupdate.store_archive(...) end

---@param ... any
function liveupdate.store_manifest(...) end

---@param ... any
function liveupdate.store_resource(...) end

--- Does nothing here.
crash = {}
---@type integer
crash.SYSFIELD_ENGINE_VERSION = nil
---@type integer
crash.SYSFIELD_ENGINE_HASH = nil
---@type integer
crash.SYSFIELD_DEVICE_MODEL = nil
---@type integer
crash.SYSFIELD_MANUFACTURER = nil
---@type integer
crash.SYSFIELD_SYSTEM_NAME = nil
---@type integer
crash.SYSFIELD_SYSTEM_VERSION = nil
---@type integer
crash.SYSFIELD_LANGUAGE = nil
---@type integer
crash.SYSFIELD_DEVICE_LANGUAGE = nil
---@type integer
crash.SYSFIELD_TERRITORY = nil
---@type integer
crash.SYSFIELD_ANDROID_BUILD_FINGERPRINT = nil
---@type integer
crash.SYSFIELD_MAX = nil
---@type integer
crash.USERFIELD_SIZE = nil
---@type integer
crash.USERFIELD_MAX = nil

---@param ... any
---@return table
function crash.get_backtrace(...) end

---@param ... any
---@return string
function crash.get_extra_data(...) end

---@param ... any
---@return table
function crash.get_modules(...) end

---@param ... any
---@return number
function crash.get_signum(...) end

---@param ... any
---@return nil
function crash.get_sys_field(...) end

---@param ... any
---@return nil
function crash.get_user_field(...) end

---@param ... any
---@return nil
function crash.load_previous(...) end

---@param ... any
function crash.release(...) end

---@param ... any
function crash.set_file_path(...) end

---@param ... any
function crash.set_user_field(...) end

---@param ... any
function crash.write_dump(...) end

--- Does nothing here.
iac = {}
---@type integer
iac.TYPE_INVOCATION = nil

---@param ... any
function iac.set_listener(...) end

--- Does nothing here.
push = {}
---@type integer
push.NOTIFICATION_BADGE = nil
---@type integer
push.NOTIFICATION_SOUND = nil
---@type integer
push.NOTIFICATION_ALERT = nil
---@type integer
push.ORIGIN_LOCAL = nil
---@type integer
push.ORIGIN_REMOTE = nil
---@type integer
push.PRIORITY_MIN = nil
---@type integer
push.PRIORITY_LOW = nil
---@type integer
push.PRIORITY_DEFAULT = nil
---@type integer
push.PRIORITY_HIGH = nil
---@type integer
push.PRIORITY_MAX = nil

---@param ... any
function push.cancel(...) end

---@param ... any
---@return table
function push.get_all_scheduled(...) end

---@param ... any
---@return table
function push.get_scheduled(...) end

---@param ... any
function push.register(...) end

---@param ... any
---@return nil
---@return string
function push.schedule(...) end

---@param ... any
function push.set_badge_count(...) end

---@param ... any
function push.set_listener(...) end

--- Does nothing here.
webview = {}
---@type integer
webview.CALLBACK_RESULT_URL_OK = nil
---@type integer
webview.CALLBACK_RESULT_URL_ERROR = nil
---@type integer
webview.CALLBACK_RESULT_URL_LOADING = nil
---@type integer
webview.CALLBACK_RESULT_EVAL_OK = nil
---@type integer
webview.CALLBACK_RESULT_EVAL_ERROR = nil

---@param ... any
---@return number
function webview.create(...) end

---@param ... any
---@return number
function webview.destroy(...) end

---@param ... any
---@return number
function webview.open(...) end

---@param ... any
---@return number
function webview.open_raw(...) end

---@param ... any
---@return number
function webview.eval(...) end

---@param ... any
function webview.set_transparent(...) end

---@param ... any
function webview.set_visible(...) end

---@param ... any
---@return number
function webview.is_visible(...) end

---@param ... any
function webview.set_position(...) end

--- Does nothing here.
iap = {}
---@type integer
iap.PROVIDER_ID_GOOGLE = nil
---@type integer
iap.PROVIDER_ID_AMAZON = nil
---@type integer
iap.PROVIDER_ID_APPLE = nil
---@type integer
iap.PROVIDER_ID_FACEBOOK = nil
---@type integer
iap.PROVIDER_ID_GAMEROOM = nil
---@type integer
iap.REASON_UNSPECIFIED = nil
---@type integer
iap.REASON_USER_CANCELED = nil
---@type integer
iap.TRANS_STATE_FAILED = nil
---@type integer
iap.TRANS_STATE_PURCHASED = nil
---@type integer
iap.TRANS_STATE_PURCHASING = nil
---@type integer
iap.TRANS_STATE_RESTORED = nil
---@type integer
iap.TRANS_STATE_UNVERIFIED = nil

---@param ... any
function iap.acknowledge(...) end

---@param ... any
function iap.buy(...) end

---@param ... any
function iap.finish(...) end

---@param ... any
---@return nil
function iap.get_provider_id(...) end

---@param ... any
function iap.list(...) end

---@param ... any
function iap.process_pending_transactions(...) end

---@param ... any
---@return boolean
function iap.restore(...) end

---@param ... any
function iap.set_listener(...) end
