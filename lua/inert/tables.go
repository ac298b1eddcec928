package inert

// table is a module. A function's entry is name, name=answer or
// name=answer@argument:message; see library.function. Without an answer it
// answers nothing. A constant is a name, whose value is its place in the list,
// or name=value, where scripts add values up.
type table struct{ name, functions, constants string }

// tables are the modules. What a function answers is of the type that the
// reference gives, and its default where it has one.
var tables = []table{
	{"sprite", `play_flipbook@3:animation_done set_hflip set_vflip set_constant reset_constant`, ``},
	{"label", `get_text=text set_text get_text_metrics=metrics`, ``},
	{"sound", `play=played@3:sound_done stop pause set_gain set_pan get_group_gain=1 set_group_gain get_group_name=text
		get_groups=table get_peak=0,0 get_rms=0,0 is_music_playing=false is_phone_call_active=false`, ``},
	{"model", `play_anim@5:model_animation_done cancel get_go=hash set_constant reset_constant get_mesh_enabled=true
		set_mesh_enabled get_aabb=table get_mesh_aabb=table`, ``},
	{"particlefx", `play stop set_constant reset_constant`,
		`EMITTER_STATE_SLEEPING EMITTER_STATE_PRESPAWN EMITTER_STATE_SPAWNING EMITTER_STATE_POSTSPAWN`},
	{"tilemap", `get_bounds=0,0,0,0 get_tile=0 get_tile_info=table get_tiles=table set_tile=true set_visible set_constant
		reset_constant`, `H_FLIP=1 V_FLIP=2 ROTATE_180=3 ROTATE_90=4 ROTATE_270=7`},
	{"physics", `create_joint destroy_joint get_gravity=v3 get_group=hash get_joint_properties=table
		get_joint_reaction_force=v3 get_joint_reaction_torque=0 get_maskbit=false get_shape=table raycast=nil ray_cast
		raycast_async set_event_listener set_listener set_gravity set_group set_hflip set_vflip set_joint_properties
		set_maskbit set_shape update_mass wakeup`,
		`JOINT_TYPE_SPRING JOINT_TYPE_FIXED JOINT_TYPE_HINGE JOINT_TYPE_SLIDER JOINT_TYPE_WELD JOINT_TYPE_WHEEL
		SHAPE_TYPE_SPHERE SHAPE_TYPE_BOX SHAPE_TYPE_CAPSULE SHAPE_TYPE_HULL`},
	{"b2d", `get_world=nil get_body=nil`, ``},
	{"b2d.body", `apply_angular_impulse apply_force apply_force_to_center apply_linear_impulse apply_torque dump
		enable_sleep get_angle=0 get_angular_damping=0 get_angular_velocity=0 get_force=v3 get_gravity_scale=1
		get_linear_damping=0 get_linear_velocity=v3 get_linear_velocity_from_local_point=v3
		get_linear_velocity_from_world_point=v3 get_local_center_of_mass=v3 get_local_point=v3 get_local_vector=v3
		get_mass=0 get_next=nil get_position=v3 get_rotational_inertia=0 get_type=0 get_world=nil
		get_world_center_of_mass=v3 get_world_point=v3 get_world_vector=v3 is_active=true is_awake=true is_bullet=false
		is_fixed_rotation=false is_sleeping_allowed=true is_sleeping_enabled=true reset_mass_data set_active
		set_angular_damping set_angular_velocity set_awake set_bullet set_fixed_rotation set_gravity_scale
		set_linear_damping set_linear_velocity set_sleeping_allowed set_transform set_type`,
		`B2_STATIC_BODY B2_KINEMATIC_BODY B2_DYNAMIC_BODY`},
	{"camera", `acquire_focus release_focus get_aspect_ratio=1 get_auto_aspect_ratio=false get_cameras=table
		get_enabled=true get_far_z=1000 get_fov=0.7854 get_near_z=0.1 get_orthographic_mode=0 get_orthographic_zoom=1
		get_projection=m4 get_view=m4 screen_to_world=v3 screen_xy_to_world=v3 set_aspect_ratio set_auto_aspect_ratio
		set_far_z set_fov set_near_z set_orthographic_mode set_orthographic_zoom world_to_screen=v3`,
		`ORTHO_MODE_FIXED ORTHO_MODE_AUTO_FIT ORTHO_MODE_AUTO_COVER`},
	{"render", `clear constant_buffer=table delete_render_target disable_material disable_state disable_texture
		dispatch_compute draw draw_debug2d draw_debug3d enable_material enable_render_target disable_render_target
		enable_state enable_texture get_height=height get_width=width get_window_height=height get_window_width=width
		get_render_target_height=height get_render_target_width=width predicate=table render_target=table
		set_blend_equation set_blend_func set_camera set_color_mask set_compute set_cull_face set_depth_func
		set_depth_mask set_listener set_polygon_offset set_projection set_render_target set_render_target_size
		set_stencil_func set_stencil_mask set_stencil_op set_view set_viewport`,
		`RENDER_TARGET_DEFAULT FRUSTUM_PLANES_SIDES FRUSTUM_PLANES_ALL CONTEXT_EVENT_CONTEXT_LOST
		CONTEXT_EVENT_CONTEXT_RESTORED SORT_BACK_TO_FRONT SORT_FRONT_TO_BACK SORT_NONE BLEND_ZERO BLEND_ONE
		BLEND_SRC_COLOR BLEND_ONE_MINUS_SRC_COLOR BLEND_DST_COLOR BLEND_ONE_MINUS_DST_COLOR BLEND_SRC_ALPHA
		BLEND_ONE_MINUS_SRC_ALPHA BLEND_DST_ALPHA BLEND_ONE_MINUS_DST_ALPHA BLEND_SRC_ALPHA_SATURATE
		BLEND_CONSTANT_COLOR BLEND_ONE_MINUS_CONSTANT_COLOR BLEND_CONSTANT_ALPHA BLEND_ONE_MINUS_CONSTANT_ALPHA
		BUFFER_COLOR_BIT BUFFER_COLOR0_BIT BUFFER_COLOR1_BIT BUFFER_COLOR2_BIT BUFFER_COLOR3_BIT BUFFER_DEPTH_BIT
		BUFFER_STENCIL_BIT COMPARE_FUNC_NEVER COMPARE_FUNC_LESS COMPARE_FUNC_LEQUAL COMPARE_FUNC_GREATER
		COMPARE_FUNC_GEQUAL COMPARE_FUNC_EQUAL COMPARE_FUNC_NOTEQUAL COMPARE_FUNC_ALWAYS FACE_FRONT FACE_BACK
		FACE_FRONT_AND_BACK FILTER_LINEAR FILTER_NEAREST FORMAT_LUMINANCE FORMAT_RGB FORMAT_RGBA FORMAT_DEPTH
		FORMAT_STENCIL FORMAT_RGB16F FORMAT_RGB32F FORMAT_RGBA16F FORMAT_RGBA32F FORMAT_R16F FORMAT_RG16F FORMAT_R32F
		FORMAT_RG32F STATE_DEPTH_TEST STATE_STENCIL_TEST STATE_BLEND STATE_CULL_FACE STATE_POLYGON_OFFSET_FILL
		STATE_ALPHA_TEST STATE_SCISSOR_TEST STENCIL_OP_KEEP STENCIL_OP_ZERO STENCIL_OP_REPLACE STENCIL_OP_INCR
		STENCIL_OP_INCR_WRAP STENCIL_OP_DECR STENCIL_OP_DECR_WRAP STENCIL_OP_INVERT WRAP_CLAMP_TO_BORDER
		WRAP_CLAMP_TO_EDGE WRAP_MIRRORED_REPEAT WRAP_REPEAT TEXTURE_BIT`},
	{"graphics", `get_adapter_info=table get_engine_adapters=table`,
		`BLEND_EQUATION_ADD BLEND_EQUATION_MAX BLEND_EQUATION_MIN BLEND_EQUATION_REVERSE_SUBTRACT
		BLEND_EQUATION_SUBTRACT BLEND_FACTOR_CONSTANT_ALPHA BLEND_FACTOR_CONSTANT_COLOR BLEND_FACTOR_DST_ALPHA
		BLEND_FACTOR_DST_COLOR BLEND_FACTOR_ONE BLEND_FACTOR_ONE_MINUS_CONSTANT_ALPHA
		BLEND_FACTOR_ONE_MINUS_CONSTANT_COLOR BLEND_FACTOR_ONE_MINUS_DST_ALPHA BLEND_FACTOR_ONE_MINUS_DST_COLOR
		BLEND_FACTOR_ONE_MINUS_SRC_ALPHA BLEND_FACTOR_ONE_MINUS_SRC_COLOR BLEND_FACTOR_SRC_ALPHA
		BLEND_FACTOR_SRC_ALPHA_SATURATE BLEND_FACTOR_SRC_COLOR BLEND_FACTOR_ZERO BUFFER_TYPE_COLOR0_BIT
		BUFFER_TYPE_COLOR1_BIT BUFFER_TYPE_COLOR2_BIT BUFFER_TYPE_COLOR3_BIT BUFFER_TYPE_DEPTH_BIT
		BUFFER_TYPE_STENCIL_BIT COMPARE_FUNC_ALWAYS COMPARE_FUNC_EQUAL COMPARE_FUNC_GEQUAL COMPARE_FUNC_GREATER
		COMPARE_FUNC_LEQUAL COMPARE_FUNC_LESS COMPARE_FUNC_NEVER COMPARE_FUNC_NOTEQUAL COMPRESSION_TYPE_BASIS_ETC1S
		COMPRESSION_TYPE_BASIS_UASTC COMPRESSION_TYPE_DEFAULT COMPRESSION_TYPE_WEBP COMPRESSION_TYPE_WEBP_LOSSY
		FACE_TYPE_BACK FACE_TYPE_FRONT FACE_TYPE_FRONT_AND_BACK STATE_ALPHA_TEST STATE_ALPHA_TEST_SUPPORTED STATE_BLEND
		STATE_CULL_FACE STATE_DEPTH_TEST STATE_POLYGON_OFFSET_FILL STATE_SCISSOR_TEST STATE_STENCIL_TEST STENCIL_OP_DECR
		STENCIL_OP_DECR_WRAP STENCIL_OP_INCR STENCIL_OP_INCR_WRAP STENCIL_OP_INVERT STENCIL_OP_KEEP STENCIL_OP_REPLACE
		STENCIL_OP_ZERO TEXTURE_FILTER_DEFAULT TEXTURE_FILTER_LINEAR TEXTURE_FILTER_LINEAR_MIPMAP_LINEAR
		TEXTURE_FILTER_LINEAR_MIPMAP_NEAREST TEXTURE_FILTER_NEAREST TEXTURE_FILTER_NEAREST_MIPMAP_LINEAR
		TEXTURE_FILTER_NEAREST_MIPMAP_NEAREST TEXTURE_FORMAT_BGRA8U TEXTURE_FORMAT_DEPTH TEXTURE_FORMAT_LUMINANCE
		TEXTURE_FORMAT_LUMINANCE_ALPHA TEXTURE_FORMAT_R16F TEXTURE_FORMAT_R32F TEXTURE_FORMAT_R32UI
		TEXTURE_FORMAT_R_BC4 TEXTURE_FORMAT_R_ETC2 TEXTURE_FORMAT_RG16F TEXTURE_FORMAT_RG32F TEXTURE_FORMAT_RG_BC5
		TEXTURE_FORMAT_RG_ETC2 TEXTURE_FORMAT_RGB TEXTURE_FORMAT_RGB16F TEXTURE_FORMAT_RGB32F TEXTURE_FORMAT_RGB_16BPP
		TEXTURE_FORMAT_RGB_BC1 TEXTURE_FORMAT_RGB_ETC1 TEXTURE_FORMAT_RGB_PVRTC_2BPPV1 TEXTURE_FORMAT_RGB_PVRTC_4BPPV1
		TEXTURE_FORMAT_RGBA TEXTURE_FORMAT_RGBA16F TEXTURE_FORMAT_RGBA32F TEXTURE_FORMAT_RGBA32UI
		TEXTURE_FORMAT_RGBA_16BPP TEXTURE_FORMAT_RGBA_ASTC_4x4 TEXTURE_FORMAT_RGBA_ASTC_4X4 TEXTURE_FORMAT_RGBA_BC3
		TEXTURE_FORMAT_RGBA_BC7 TEXTURE_FORMAT_RGBA_ETC2 TEXTURE_FORMAT_RGBA_PVRTC_2BPPV1
		TEXTURE_FORMAT_RGBA_PVRTC_4BPPV1 TEXTURE_FORMAT_STENCIL TEXTURE_TYPE_2D TEXTURE_TYPE_2D_ARRAY TEXTURE_TYPE_3D
		TEXTURE_TYPE_CUBE_MAP TEXTURE_TYPE_IMAGE_2D TEXTURE_TYPE_IMAGE_3D TEXTURE_USAGE_FLAG_COLOR
		TEXTURE_USAGE_FLAG_INPUT TEXTURE_USAGE_FLAG_MEMORYLESS TEXTURE_USAGE_FLAG_SAMPLE TEXTURE_USAGE_FLAG_STORAGE
		TEXTURE_WRAP_CLAMP_TO_BORDER TEXTURE_WRAP_CLAMP_TO_EDGE TEXTURE_WRAP_MIRRORED_REPEAT TEXTURE_WRAP_REPEAT`},
	{"resource", `atlas=named buffer=named font=named material=named render_target=named texture=named tile_source=named
		create_atlas=named create_buffer=named create_sound_data=named create_texture=named create_texture_async=named,0
		get_atlas=table get_buffer=nil get_render_target_info=size get_text_metrics=metrics get_texture_info=size
		load=data release set set_atlas set_buffer set_sound set_texture get_current_manifest=nil is_using_liveupdate_data=false`,
		`TEXTURE_TYPE_2D TEXTURE_TYPE_2D_ARRAY TEXTURE_TYPE_3D TEXTURE_TYPE_CUBE_MAP TEXTURE_TYPE_IMAGE_2D
		TEXTURE_TYPE_IMAGE_3D TEXTURE_FORMAT_LUMINANCE TEXTURE_FORMAT_RGB TEXTURE_FORMAT_RGBA TEXTURE_FORMAT_RGB16F
		TEXTURE_FORMAT_RGB32F TEXTURE_FORMAT_RGBA16F TEXTURE_FORMAT_RGBA32F TEXTURE_FORMAT_R16F TEXTURE_FORMAT_RG16F
		TEXTURE_FORMAT_R32F TEXTURE_FORMAT_RG32F TEXTURE_USAGE_FLAG_SAMPLE TEXTURE_USAGE_FLAG_MEMORYLESS
		TEXTURE_USAGE_FLAG_STORAGE COMPRESSION_TYPE_DEFAULT COMPRESSION_TYPE_BASIS_UASTC LIVEUPDATE_OK
		LIVEUPDATE_INVALID_RESOURCE LIVEUPDATE_VERSION_MISMATCH LIVEUPDATE_ENGINE_VERSION_MISMATCH
		LIVEUPDATE_SIGNATURE_MISMATCH LIVEUPDATE_SCHEME_MISMATCH LIVEUPDATE_BUNDLED_RESOURCE_MISMATCH
		LIVEUPDATE_FORMAT_ERROR`},
	{"font", `add_font remove_font add_glyphs remove_glyphs get_info=table prewarm_text`, ``},
	{"window", `get_dim_mode=0 get_display_scale=1 get_mouse_lock=false get_safe_area=area get_size=width,height
		set_dim_mode set_listener set_mouse_lock set_position set_size set_title`,
		`DIMMING_UNKNOWN DIMMING_ON DIMMING_OFF WINDOW_EVENT_FOCUS_LOST WINDOW_EVENT_FOCUS_GAINED WINDOW_EVENT_RESIZED
		WINDOW_EVENT_ICONFIED WINDOW_EVENT_ICONIFIED WINDOW_EVENT_DEICONIFIED`},
	{"profiler", `dump_frame enable enable_ui get_cpu_usage=0 get_memory_usage=0 log_text recorded_frame_count=0
		scope_begin scope_end set_ui_mode set_ui_view_mode set_ui_vsync_wait_visible view_recorded_frame`,
		`MODE_RUN MODE_PAUSE MODE_SHOW_PEAK_FRAME MODE_RECORD VIEW_MODE_FULL VIEW_MODE_MINIMIZED`},
	{"liveupdate", `add_mount=0 get_mounts=table remove_mount=0 get_current_manifest=nil is_using_liveupdate_data=false
		is_built_with_excluded_files=false store_archive store_manifest store_resource`,
		`LIVEUPDATE_OK LIVEUPDATE_INVALID_HEADER LIVEUPDATE_MEM_ERROR LIVEUPDATE_INVALID_RESOURCE
		LIVEUPDATE_VERSION_MISMATCH LIVEUPDATE_ENGINE_VERSION_MISMATCH LIVEUPDATE_SIGNATURE_MISMATCH
		LIVEUPDATE_SCHEME_MISMATCH LIVEUPDATE_BUNDLED_RESOURCE_MISMATCH LIVEUPDATE_FORMAT_ERROR LIVEUPDATE_IO_ERROR
		LIVEUPDATE_INVAL LIVEUPDATE_UNKNOWN`},
	{"crash", `get_backtrace=table get_extra_data=text get_modules=table get_signum=0 get_sys_field=nil get_user_field=nil
		load_previous=nil release set_file_path set_user_field write_dump`,
		`SYSFIELD_ENGINE_VERSION SYSFIELD_ENGINE_HASH SYSFIELD_DEVICE_MODEL SYSFIELD_MANUFACTURER SYSFIELD_SYSTEM_NAME
		SYSFIELD_SYSTEM_VERSION SYSFIELD_LANGUAGE SYSFIELD_DEVICE_LANGUAGE SYSFIELD_TERRITORY
		SYSFIELD_ANDROID_BUILD_FINGERPRINT SYSFIELD_MAX USERFIELD_SIZE USERFIELD_MAX`},
	{"iac", `set_listener`, `TYPE_INVOCATION`},
	{"push", `cancel get_all_scheduled=table get_scheduled=table register schedule=nil,text set_badge_count set_listener`,
		`NOTIFICATION_BADGE NOTIFICATION_SOUND NOTIFICATION_ALERT ORIGIN_LOCAL ORIGIN_REMOTE PRIORITY_MIN PRIORITY_LOW
		PRIORITY_DEFAULT PRIORITY_HIGH PRIORITY_MAX`},
	{"webview", `create=0 destroy=0 open=0 open_raw=0 eval=0 set_transparent set_visible is_visible=0 set_position`,
		`CALLBACK_RESULT_URL_OK CALLBACK_RESULT_URL_ERROR CALLBACK_RESULT_URL_LOADING CALLBACK_RESULT_EVAL_OK
		CALLBACK_RESULT_EVAL_ERROR`},
	{"iap", `acknowledge buy finish get_provider_id=nil list process_pending_transactions restore=false set_listener`,
		`PROVIDER_ID_GOOGLE PROVIDER_ID_AMAZON PROVIDER_ID_APPLE PROVIDER_ID_FACEBOOK PROVIDER_ID_GAMEROOM
		REASON_UNSPECIFIED REASON_USER_CANCELED TRANS_STATE_FAILED TRANS_STATE_PURCHASED TRANS_STATE_PURCHASING
		TRANS_STATE_RESTORED TRANS_STATE_UNVERIFIED`},
}
