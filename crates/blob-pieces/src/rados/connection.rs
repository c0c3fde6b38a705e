//! A connection by the calls of librados: with [`library`](super::library), the only place with unsafe code.
//!
//! - Handles are made here and given out only inside [`Connection`], which ends them. Whatever is on its way holds the connection.
//! - What librados reads or writes after a call has returned belongs to a [`Waiting`], and that to librados until it calls [`completed`]: whoever
//!   asked may go away at any time, and nothing is freed under it. An answer that nobody waits for any more is dropped there.
//! - Asking does not wait; what waits says so, and is for threads that may.
#![allow(unsafe_code)]

use std::ffi::{CStr, CString, c_int, c_void};
use std::io::{Error, ErrorKind};
use std::ptr::{null, null_mut};
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;

use super::library::{Handle, Library, library};

/// `LIBRADOS_CREATE_EXCLUSIVE`: fail if the object is there.
const EXCLUSIVE: c_int = 1;
/// `LIBRADOS_OPERATION_FULL_TRY`: on a full pool fail, rather than wait until it is not.
const FULL_TRY: c_int = 64;

/// An error number of the system, above zero.
pub(super) type Code = i32;

/// What is asked of librados when it is connected.
pub(super) struct Wanted<'a> {
    /// `client.NAME`
    pub user: &'a str,
    /// The configuration file; none: where Ceph's own programs look for it.
    pub conf: Option<&'a str>,
    /// What goes over it.
    pub settings: &'a [(&'a str, &'a str)],
    pub pool: &'a str,
    pub namespace: &'a str,
}

/// Why there is no connection.
pub(super) enum Refusal {
    /// The library, or a function of it, is not there.
    Library(&'static str),
    Conf(Code),
    Setting(String),
    Connect(Code),
    Pool(Code),
}

/// A change of one object, atomic and on disk when it is answered.
pub(super) enum Change<'a> {
    /// Makes it, with these bytes, where there is none.
    Create(Bytes),
    Remove,
    /// Adds a key without a value to those that it keeps in order.
    AddKey(&'a CStr),
    RemoveKey(&'a CStr),
}

/// What came of a call.
pub(super) struct Answer {
    /// Zero or more, or an error's number below zero.
    code: c_int,
    /// What was read.
    pub bytes: Vec<u8>,
    /// The length that was asked for.
    pub length: u64,
    /// Dropped by who waits, on a thread of his own rather than of librados.
    connection: Arc<Connection>,
}

impl Answer {
    /// The result that it stands for.
    pub fn result(self) -> Result<Self, Code> {
        if self.code < 0 { Err(-self.code) } else { Ok(self) }
    }
}

/// What librados uses until it has called [`completed`].
struct Waiting {
    connection: Arc<Connection>,
    answer: oneshot::Sender<Answer>,
    /// What is written. librados copies it today, which nobody promises.
    _written: Bytes,
    read: Vec<u8>,
    length: u64,
}

/// Called once by librados for each call that it took, on a thread of its own.
extern "C" fn completed(completion: Handle, waiting: *mut c_void) {
    // SAFETY: `begin` made this pointer from a box and gave it away; librados is done with it, and calls once.
    let waiting = unsafe { Box::from_raw(waiting.cast::<Waiting>()) };
    let Waiting { connection, answer, mut read, length, .. } = *waiting;
    let library = connection.library;
    // SAFETY: the completion is alive until it is released, here.
    let code = unsafe {
        let code = (library.rados_aio_get_return_value)(completion);
        (library.rados_aio_release)(completion);
        code
    };
    read.truncate(usize::try_from(code).unwrap_or(0));
    if let Err(unclaimed) = answer.send(Answer { code, bytes: read, length, connection })
        && let Some(last) = Arc::into_inner(unclaimed.connection)
    {
        // Ending a connection waits for the threads of librados, of which this is one.
        drop(std::thread::Builder::new().spawn(move || drop(last)));
    }
}

/// A connection to a cluster, and to a namespace of one of its pools.
pub(super) struct Connection {
    library: &'static Library,
    cluster: Handle,
    pool: Handle,
}

// SAFETY: the functions that are called with these handles may be called by any threads at once; the namespace is set before anybody else sees them.
unsafe impl Send for Connection {}
// SAFETY: as above.
unsafe impl Sync for Connection {}

impl Drop for Connection {
    fn drop(&mut self) {
        // SAFETY: nothing is on its way, which would hold the connection. Neither handle is used again; one that was not made is null.
        unsafe {
            if !self.pool.is_null() {
                (self.library.rados_ioctx_destroy)(self.pool);
            }
            (self.library.rados_shutdown)(self.cluster);
        }
    }
}

impl Connection {
    /// Connects. Waits until the cluster has answered.
    pub fn open(wanted: &Wanted<'_>) -> Result<Arc<Self>, Refusal> {
        let library = library().map_err(Refusal::Library)?;
        let mut made = Self { library, cluster: null_mut(), pool: null_mut() };
        let user = text(wanted.user);
        let conf = wanted.conf.map(text);
        let conf = conf.as_ref().map_or(null(), |conf| conf.as_ptr());
        // SAFETY: all texts live until the call that takes them has returned; the handle is made by the first call, and used only if that succeeded.
        unsafe {
            let code = (library.rados_create2)(&mut made.cluster, c"ceph".as_ptr(), user.as_ptr(), 0);
            if code < 0 {
                std::mem::forget(made);
                return Err(Refusal::Connect(-code));
            }
            told((library.rados_conf_read_file)(made.cluster, conf)).map_err(Refusal::Conf)?;
            for (name, value) in wanted.settings {
                let (key, value) = (text(name), text(value));
                let set = (library.rados_conf_set)(made.cluster, key.as_ptr(), value.as_ptr());
                told(set).map_err(|_| Refusal::Setting((*name).to_owned()))?;
            }
            told((library.rados_connect)(made.cluster)).map_err(Refusal::Connect)?;
            let pool = text(wanted.pool);
            told((library.rados_ioctx_create)(made.cluster, pool.as_ptr(), &mut made.pool)).map_err(Refusal::Pool)?;
            (library.rados_ioctx_set_namespace)(made.pool, text(wanted.namespace).as_ptr());
        }
        Ok(Arc::new(made))
    }

    /// Has librados begin something that ends with [`completed`]. `submit` is told where there is room to read into, and a place for a length.
    fn begin(
        self: &Arc<Self>,
        written: Bytes,
        room: usize,
        submit: impl FnOnce(Handle, *mut u8, *mut u64) -> c_int,
    ) -> oneshot::Receiver<Answer> {
        let (answer, receiver) = oneshot::channel();
        let waiting = Waiting { connection: self.clone(), answer, _written: written, read: vec![0; room], length: 0 };
        let waiting = Box::into_raw(Box::new(waiting));
        let mut completion = null_mut();
        // SAFETY: the box is librados's from a successful `submit` on, which it ends by calling `completed`, perhaps before `submit` returns: so that
        // has pointers, and no reference. If librados takes the call, nothing here touches the box again; if not, it never calls, and the box is taken back.
        unsafe {
            let made = (self.library.rados_aio_create_completion2)(waiting.cast(), completed, &mut completion);
            let (room, length) = ((*waiting).read.as_mut_ptr(), &raw mut (*waiting).length);
            let code = if made < 0 { made } else { submit(completion, room, length) };
            if code < 0 {
                if made >= 0 {
                    (self.library.rados_aio_release)(completion);
                }
                let Waiting { answer, connection, .. } = *Box::from_raw(waiting);
                drop(answer.send(Answer { code, bytes: Vec::new(), length: 0, connection }));
            }
        }
        receiver
    }

    /// Reads up to `length` bytes of an object.
    pub fn read(self: &Arc<Self>, object: &CStr, from: u64, length: usize) -> oneshot::Receiver<Answer> {
        self.begin(Bytes::new(), length, |completion, room, _| {
            // SAFETY: there is room for `length` bytes until it is completed; the name is copied.
            unsafe { (self.library.rados_aio_read)(self.pool, object.as_ptr(), completion, room, length, from) }
        })
    }

    /// Asks how long an object is.
    pub fn length(self: &Arc<Self>, object: &CStr) -> oneshot::Receiver<Answer> {
        self.begin(Bytes::new(), 0, |completion, _, length| {
            // SAFETY: the place for the length lives until it is completed; the time is not wanted; the name is copied.
            unsafe { (self.library.rados_aio_stat)(self.pool, object.as_ptr(), completion, length, null_mut()) }
        })
    }

    /// Changes an object.
    pub fn change(self: &Arc<Self>, object: &CStr, change: &Change<'_>) -> oneshot::Receiver<Answer> {
        let library = self.library;
        let written = if let Change::Create(bytes) = change { bytes.clone() } else { Bytes::new() };
        // SAFETY: the operation is made and released here; keys are copied into it, and the bytes that it may refer to live until it is completed.
        unsafe {
            let op = (library.rados_create_write_op)();
            match change {
                Change::Create(bytes) => {
                    (library.rados_write_op_create)(op, EXCLUSIVE, null());
                    (library.rados_write_op_write_full)(op, bytes.as_ptr(), bytes.len());
                }
                Change::Remove => (library.rados_write_op_remove)(op),
                Change::AddKey(key) => {
                    (library.rados_write_op_omap_set)(op, &key.as_ptr(), &c"".as_ptr(), &0, 1);
                }
                Change::RemoveKey(key) => (library.rados_write_op_omap_rm_keys)(op, &key.as_ptr(), 1),
            }
            let receiver = self.begin(written, 0, |completion, _, _| {
                let name = object.as_ptr();
                (library.rados_aio_write_op_operate)(op, self.pool, completion, name, null_mut(), FULL_TRY)
            });
            (library.rados_release_write_op)(op);
            receiver
        }
    }

    /// Up to `most` keys of an object that begin with `prefix` and come after `after`, ascending, and whether there are more. Waits.
    pub fn keys(&self, object: &CStr, prefix: &CStr, after: &CStr, most: u64) -> Result<(Vec<Vec<u8>>, bool), Code> {
        let library = self.library;
        let (mut found, mut cursor, mut has_more, mut read) = (Vec::new(), null_mut(), 0, 0);
        // SAFETY: what the operation writes to lives until it was performed, and it is released after that. A cursor is made by an operation that
        // succeeded, and ended once; a key is read before the cursor goes on.
        unsafe {
            let op = (library.rados_create_read_op)();
            let (prefix, after) = (prefix.as_ptr(), after.as_ptr());
            (library.rados_read_op_omap_get_vals2)(op, after, prefix, most, &mut cursor, &mut has_more, &mut read);
            let done = (library.rados_read_op_operate)(op, self.pool, object.as_ptr(), 0);
            (library.rados_release_read_op)(op);
            told(done)?;
            told(read)?;
            loop {
                let (mut key, mut value, mut length) = (null(), null(), 0);
                let next = (library.rados_omap_get_next)(cursor, &mut key, &mut value, &mut length);
                if next < 0 || key.is_null() {
                    (library.rados_omap_get_end)(cursor);
                    told(next)?;
                    return Ok((found, has_more != 0));
                }
                found.push(CStr::from_ptr(key).to_bytes().to_vec());
            }
        }
    }

    /// Shows the names of all objects of the namespace, in no order, some perhaps twice, until `show` wants no more. Waits: it looks at all of the pool.
    pub fn scan(&self, mut show: impl FnMut(&[u8]) -> bool) -> Result<(), Code> {
        let library = self.library;
        let mut cursor = null_mut();
        // SAFETY: the cursor is made by the first call and ended once; a name is of the length that came with it, and is read before the cursor goes on.
        unsafe {
            told((library.rados_nobjects_list_open)(self.pool, &mut cursor))?;
            let done = loop {
                let (mut name, mut place, mut space, mut lengths) = (null(), null(), null(), [0; 3]);
                let [name_length, place_length, space_length] = &mut lengths;
                let next = (library.rados_nobjects_list_next2)(
                    cursor,
                    &mut name,
                    &mut place,
                    &mut space,
                    name_length,
                    place_length,
                    space_length,
                );
                if next < 0 {
                    let is_end = Error::from_raw_os_error(-next).kind() == ErrorKind::NotFound;
                    break if is_end { Ok(()) } else { Err(-next) };
                }
                if !show(std::slice::from_raw_parts(name.cast(), lengths[0])) {
                    break Ok(());
                }
            };
            (library.rados_nobjects_list_close)(cursor);
            done
        }
    }

    /// The monitors' answer to a command. Waits.
    pub fn command(&self, command: &str) -> Result<Vec<u8>, Code> {
        let library = self.library;
        let command = text(command);
        let (mut out, mut length, mut words, mut words_length) = (null_mut(), 0, null_mut(), 0);
        // SAFETY: one text of one line; both answers are librados's, of the lengths that it tells, and are copied before they are freed. None is null.
        unsafe {
            let code = (library.rados_mon_command)(
                self.cluster,
                &command.as_ptr(),
                1,
                null(),
                0,
                &mut out,
                &mut length,
                &mut words,
                &mut words_length,
            );
            let found =
                if out.is_null() { Vec::new() } else { std::slice::from_raw_parts(out.cast(), length).to_vec() };
            for buffer in [out, words] {
                if !buffer.is_null() {
                    (library.rados_buffer_free)(buffer);
                }
            }
            told(code).map(|()| found)
        }
    }
}

fn told(code: c_int) -> Result<(), Code> {
    if code < 0 { Err(-code) } else { Ok(()) }
}

/// A text as C has it, which ends at the first zero.
pub(super) fn text(of: &str) -> CString {
    let end = of.find('\0').unwrap_or(of.len());
    CString::new(&of[..end]).unwrap_or_default()
}
