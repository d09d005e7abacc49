//! Files on other machines, through htslib's libcurl layer: opening, reading anywhere, and counting the
//! bytes that came. Compiled with the feature `remote` alone.

use std::collections::BTreeMap;
use std::ffi::{CString, c_int, c_void};
use std::io;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rust_htslib::htslib;

use super::file::{HtsFile, OpenError};

/// A shorter way forward is read and thrown away instead of asking anew (htslib's `hfile_libcurl.c`,
/// `MIN_SEEK_FORWARD`, bytes).
const SKIPPED_MAX: i64 = 1_000_000;

type Read = unsafe extern "C" fn(*mut htslib::hFILE, *mut c_void, usize) -> isize;
type Write = unsafe extern "C" fn(*mut htslib::hFILE, *const c_void, usize) -> isize;
type Seek = unsafe extern "C" fn(*mut htslib::hFILE, i64, c_int) -> i64;
type Plain = unsafe extern "C" fn(*mut htslib::hFILE) -> c_int;

/// What htslib calls for a file of some kind (`hfile_internal.h`, `struct hFILE_backend`).
#[repr(C)]
#[derive(Clone, Copy)]
struct Backend {
    read: Option<Read>,
    write: Option<Write>,
    seek: Option<Seek>,
    flush: Option<Plain>,
    close: Option<Plain>,
}

/// One open file: what it was opened with, and where its bytes are counted.
#[derive(Clone)]
struct Counted {
    original: Backend,
    bytes: Arc<AtomicU64>,
}

/// Open files by the address of their handle.
static OPEN: Mutex<BTreeMap<usize, Counted>> = Mutex::new(BTreeMap::new());

static COUNTING: Backend = Backend {
    read: Some(read_counted),
    write: None,
    seek: Some(seek_counted),
    flush: Some(flush_nothing),
    close: Some(close_counted),
};

fn entry(handle: *mut htslib::hFILE) -> Option<Counted> {
    let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.get(&handle.addr()).cloned()
}

// SAFETY: htslib calls these with the handle whose table they stand in, from the thread that holds it.
unsafe extern "C" fn read_counted(handle: *mut htslib::hFILE, buffer: *mut c_void, len: usize) -> isize {
    let Some(counted) = entry(handle) else { return -1 };
    let Some(read) = counted.original.read else { return -1 };
    // SAFETY: as htslib itself would have called it.
    let got = unsafe { read(handle, buffer, len) };
    counted
        .bytes
        .fetch_add(u64::try_from(got).unwrap_or(0), Ordering::Relaxed);
    got
}

// SAFETY: as above.
unsafe extern "C" fn seek_counted(handle: *mut htslib::hFILE, offset: i64, whence: c_int) -> i64 {
    let Some(counted) = entry(handle) else { return -1 };
    let Some(seek) = counted.original.seek else { return -1 };
    // SAFETY: the handle is open; as htslib itself would have called it.
    let (from, to) = unsafe {
        let from = (*handle).offset + (*handle).end.offset_from((*handle).buffer) as i64;
        (from, seek(handle, offset, whence))
    };
    if (1..SKIPPED_MAX).contains(&to.saturating_sub(from)) {
        counted.bytes.fetch_add(to.abs_diff(from), Ordering::Relaxed);
    }
    to
}

// SAFETY: only reads no memory.
unsafe extern "C" fn flush_nothing(_: *mut htslib::hFILE) -> c_int {
    0
}

// SAFETY: as above; the handle is not used again.
unsafe extern "C" fn close_counted(handle: *mut htslib::hFILE) -> c_int {
    let counted = OPEN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&handle.addr());
    match counted.and_then(|counted| counted.original.close) {
        // SAFETY: as htslib itself would have called it.
        Some(close) => unsafe { close(handle) },
        None => 0,
    }
}

/// Opens an address; what comes from it is added to `bytes`.
fn open_counted(url: &str, bytes: &Arc<AtomicU64>) -> Result<(NonNull<htslib::hFILE>, CString), OpenError> {
    let name = CString::new(url).map_err(|_| OpenError::Io(io::ErrorKind::InvalidInput.into()))?;
    // SAFETY: both are NUL-terminated; a null answer is checked.
    let raw = unsafe { htslib::hopen(name.as_ptr(), c"r".as_ptr()) };
    let handle = NonNull::new(raw).ok_or_else(|| OpenError::Io(io::Error::last_os_error()))?;
    // SAFETY: the handle is open, its table outlives it and has the layout of `Backend`.
    unsafe {
        let original = *(*handle.as_ptr()).backend.cast::<Backend>();
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(
            handle.as_ptr().addr(),
            Counted {
                original,
                bytes: Arc::clone(bytes),
            },
        );
        (*handle.as_ptr()).backend = (&raw const COUNTING).cast();
    }
    Ok((handle, name))
}

impl HtsFile {
    /// Opens the alignment at an address and reads its header. Bytes that come are added to `bytes`.
    ///
    /// # Errors
    /// As [`HtsFile::open`]; what the server or the way to it says comes as an operating system's error.
    pub fn open_address(url: &str, bytes: &Arc<AtomicU64>) -> Result<Self, OpenError> {
        let (file, name) = open_counted(url, bytes)?;
        // SAFETY: the file is open and the texts NUL-terminated; where htslib refuses it, it stays ours.
        let raw = unsafe { htslib::hts_hopen(file.as_ptr(), name.as_ptr(), c"r".as_ptr()) };
        let Some(handle) = NonNull::new(raw) else {
            // SAFETY: owned and not used again.
            unsafe { htslib::hclose_abruptly(file.as_ptr()) };
            return Err(OpenError::OtherFormat("unknown data".to_owned()));
        };
        Self::from_handle(handle)
    }
}

/// Bytes at an address, read at any place.
pub struct RemoteBytes {
    handle: Mutex<Handle>,
    len: u64,
}

struct Handle(NonNull<htslib::hFILE>);

// SAFETY: owned by one value, and used behind its lock.
unsafe impl Send for Handle {}

impl RemoteBytes {
    /// Opens an address; bytes that come are added to `bytes`.
    ///
    /// # Errors
    /// What the server or the way to it says; [`io::ErrorKind::NotSeekable`] where it does not tell the
    /// length or gives no ranges.
    pub fn open(url: &str, bytes: &Arc<AtomicU64>) -> io::Result<Self> {
        let (file, _) = open_counted(url, bytes).map_err(|error| match error {
            OpenError::Io(error) => error,
            other => io::Error::other(other.to_string()),
        })?;
        let handle = Handle(file);
        // SAFETY: the file is open; 2 is SEEK_END. Its last byte, as no server has a range behind it.
        let last = unsafe { htslib::hseek(file.as_ptr(), -1, 2) };
        let len = u64::try_from(last).map_err(|_| io::Error::from(io::ErrorKind::NotSeekable))? + 1;
        Ok(Self {
            handle: Mutex::new(handle),
            len,
        })
    }

    /// Length in bytes, as the server says.
    #[allow(clippy::len_without_is_empty)]
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Reads some bytes from `at` on into `buffer`; 0 at the end alone.
    ///
    /// # Errors
    /// What the server or the way to it says.
    pub fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        if at >= self.len {
            return Ok(0);
        }
        let offset = i64::try_from(at).map_err(|_| io::ErrorKind::InvalidInput)?;
        let handle = self.handle.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the file is open and the buffer has the stated length; 0 is SEEK_SET. `hpeek` copies what
        // it has without moving.
        let got = unsafe {
            if htslib::hseek(handle.0.as_ptr(), offset, 0) < 0 {
                return Err(io::Error::last_os_error());
            }
            htslib::hpeek(handle.0.as_ptr(), buffer.as_mut_ptr().cast(), buffer.len())
        };
        match usize::try_from(got) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(got) => Ok(got),
            Err(_) => Err(io::Error::last_os_error()),
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: owned and not used again.
        unsafe { htslib::hclose_abruptly(self.0.as_ptr()) };
    }
}
