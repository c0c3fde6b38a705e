//! librados, loaded when it is wanted: nothing of Ceph is needed to build, nor to run without it.
#![allow(unsafe_code)]

use std::ffi::{c_char, c_int, c_void};
use std::io::Write;
use std::sync::OnceLock;

const NAME: &str = "librados.so.2";

/// What librados gives out and knows by this pointer.
pub(super) type Handle = *mut c_void;
pub(super) type Completed = extern "C" fn(Handle, *mut c_void);
/// A string of librados, as what it writes pointers to.
type Text = *mut *const c_char;

macro_rules! library {
    ($($name:ident($($argument:ty),*) $(-> $result:ty)?;)*) => {
        /// Where its functions are.
        pub(super) struct Library { $(pub $name: unsafe extern "C" fn($($argument),*) $(-> $result)?,)* }

        impl Library {
            fn load() -> Result<Self, libloading::Error> {
                // SAFETY: the library of this name is Ceph's, whose start does nothing but set up itself, and whose functions have these
                // signatures since 14 (Nautilus). It is never unloaded: its threads outlive any handle.
                unsafe {
                    let library = libloading::Library::new(NAME)?;
                    let found = Self { $($name: *library.get(concat!(stringify!($name), "\0").as_bytes())?,)* };
                    std::mem::forget(library);
                    Ok(found)
                }
            }
        }
    };
}

library! {
    rados_create2(*mut Handle, *const c_char, *const c_char, u64) -> c_int;
    rados_conf_read_file(Handle, *const c_char) -> c_int;
    rados_conf_set(Handle, *const c_char, *const c_char) -> c_int;
    rados_connect(Handle) -> c_int;
    rados_shutdown(Handle);
    rados_ioctx_create(Handle, *const c_char, *mut Handle) -> c_int;
    rados_ioctx_set_namespace(Handle, *const c_char);
    rados_ioctx_destroy(Handle);
    rados_aio_create_completion2(*mut c_void, Completed, *mut Handle) -> c_int;
    rados_aio_get_return_value(Handle) -> c_int;
    rados_aio_release(Handle);
    rados_aio_read(Handle, *const c_char, Handle, *mut u8, usize, u64) -> c_int;
    rados_aio_stat(Handle, *const c_char, Handle, *mut u64, *mut i64) -> c_int;
    rados_aio_write_op_operate(Handle, Handle, Handle, *const c_char, *mut i64, c_int) -> c_int;
    rados_create_write_op() -> Handle;
    rados_release_write_op(Handle);
    rados_write_op_create(Handle, c_int, *const c_char);
    rados_write_op_write_full(Handle, *const u8, usize);
    rados_write_op_remove(Handle);
    rados_write_op_omap_set(Handle, *const *const c_char, *const *const c_char, *const usize, usize);
    rados_write_op_omap_rm_keys(Handle, *const *const c_char, usize);
    rados_create_read_op() -> Handle;
    rados_release_read_op(Handle);
    rados_read_op_omap_get_vals2(Handle, *const c_char, *const c_char, u64, *mut Handle, *mut u8, *mut c_int);
    rados_read_op_operate(Handle, Handle, *const c_char, c_int) -> c_int;
    rados_omap_get_next(Handle, Text, Text, *mut usize) -> c_int;
    rados_omap_get_end(Handle);
    rados_nobjects_list_open(Handle, *mut Handle) -> c_int;
    rados_nobjects_list_next2(Handle, Text, Text, Text, *mut usize, *mut usize, *mut usize) -> c_int;
    rados_nobjects_list_close(Handle);
    rados_mon_command(Handle, *const *const c_char, usize, *const c_char, usize, *mut *mut c_char, *mut usize, *mut *mut c_char, *mut usize) -> c_int;
    rados_buffer_free(*mut c_char);
}

unsafe extern "C" {
    fn _exit(code: c_int) -> !;
}

static LIBRARY: OnceLock<Result<Library, String>> = OnceLock::new();

/// Ends the process. Where librados was loaded, without what C does when a process ends: it would destroy what threads of librados use until the very
/// end, if a call is still under way, and the code would be that of a crash.
pub fn end_process(code: u8) -> ! {
    if LIBRARY.get().is_none() {
        std::process::exit(i32::from(code));
    }
    // Nobody is left to be told of a failure.
    let _ = std::io::stdout().flush();
    // SAFETY: it takes any code, touches nothing of ours, and does not return.
    unsafe { _exit(c_int::from(code)) }
}

/// The library, or why there is none.
pub(super) fn library() -> Result<&'static Library, &'static str> {
    let loaded = LIBRARY.get_or_init(|| Library::load().map_err(|error| error.to_string()));
    loaded.as_ref().map_err(String::as_str)
}
