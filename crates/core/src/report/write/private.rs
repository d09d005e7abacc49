//! Private folders for unfinished files.
//!
//! Files are written in a folder next to their target that nobody else can enter (mode 0700), so that no
//! other user of a shared folder can put a link in place of a file that is reopened by name; they are then
//! renamed. Folders in use are registered, so that a signal can end the process without leaving
//! them behind ([`remove_unfinished`]).
//!
//! SIGKILL and a refused allocation (the standard library then aborts where no allocating code can run) leave a
//! folder behind. Each folder is therefore locked while it is in use, and the next run that makes one for the same
//! name in the same place removes unlocked ones.

use std::collections::BTreeSet;
use std::fs::{File, Metadata, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use tempfile::TempDir;

static IN_USE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn in_use() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Suffix of the names of private folders.
const SUFFIX: &str = ".tmp";
/// Random characters between the stem and [`SUFFIX`].
const DRAWN: usize = 6;

/// A folder for unfinished files, removed with its contents when dropped.
#[derive(Debug)]
pub struct PrivateFolder {
    folder: TempDir,
    /// Locked as long as the folder is in use; `None` if the file system has no locks.
    _lock: Option<File>,
}

impl PrivateFolder {
    /// Makes one in `folder`, which is made if missing; its name begins with a dot and `stem`.
    ///
    /// # Errors
    /// The system's error.
    pub fn make(folder: &Path, stem: &str) -> io::Result<Self> {
        let prefix = format!(".{stem}.");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(SUFFIX).rand_bytes(DRAWN);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        // Held until the folder is registered: a signal in between would leave it behind.
        let mut known = in_use();
        let mut tries = 0;
        let (made, lock) = loop {
            tries += 1;
            match builder.tempdir_in(folder) {
                Ok(made) => match lock(made.path()) {
                    // Another run took it for abandoned just before it was locked.
                    Lock::Held if tries < 10 => {}
                    Lock::Mine(lock) => break (made, Some(lock)),
                    Lock::Held | Lock::Unknown => break (made, None),
                },
                // A sample that failed in parallel may have removed the folder that it had made.
                Err(error) if error.kind() == io::ErrorKind::NotFound && tries < 10 => fs::create_dir_all(folder)?,
                Err(error) => return Err(error),
            }
        };
        known.insert(made.path().to_owned());
        drop(known);
        if let Ok(own) = fs::symlink_metadata(made.path()) {
            remove_abandoned(folder, &prefix, &own);
        }
        Ok(Self {
            folder: made,
            _lock: lock,
        })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Moves its contents to `folder`, replacing existing files.
    ///
    /// # Errors
    /// The system's error.
    pub fn publish(self, folder: &Path) -> io::Result<()> {
        move_all(self.path(), folder)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        let path = self.path().to_owned();
        // Removed while still registered, in case of a signal; the owner's own attempt then finds nothing.
        let _ = fs::remove_dir_all(&path);
        in_use().remove(&path);
    }
}

/// Result of trying to lock a folder.
enum Lock {
    /// It was unlocked; it is now locked until the file is closed.
    Mine(File),
    /// Another process has locked it, or removed it meanwhile.
    Held,
    /// The file system has no locks.
    Unknown,
}

fn lock(path: &Path) -> Lock {
    let Ok(file) = File::open(path) else {
        return if path.is_dir() { Lock::Unknown } else { Lock::Held };
    };
    match file.try_lock() {
        Ok(()) if path.is_dir() => Lock::Mine(file),
        Ok(()) | Err(TryLockError::WouldBlock) => Lock::Held,
        Err(TryLockError::Error(_)) => Lock::Unknown,
    }
}

/// Removes private folders for the same name that a killed run left: unlocked ones of the same owner and mode as
/// `own`. Those that can't be read or removed are kept and do no harm.
fn remove_abandoned(folder: &Path, prefix: &str, own: &Metadata) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let drawn = name
            .to_str()
            .and_then(|name| name.strip_prefix(prefix)?.strip_suffix(SUFFIX));
        let is_private = drawn.is_some_and(|d| d.len() == DRAWN && d.bytes().all(|b| b.is_ascii_alphanumeric()))
            && entry
                .metadata()
                .is_ok_and(|found| found.is_dir() && same_owner(&found, own));
        if is_private && let Lock::Mine(_held) = lock(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(unix)]
fn same_owner(found: &Metadata, own: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (found.uid(), found.mode()) == (own.uid(), own.mode())
}

#[cfg(not(unix))]
fn same_owner(_found: &Metadata, _own: &Metadata) -> bool {
    false
}

fn move_all(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() && target.is_dir() {
            move_all(&entry.path(), &target)?;
        } else {
            fs::rename(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Removes every private folder of the process, which is about to end; no more are made from here on.
pub fn remove_unfinished() {
    let folders = in_use();
    for folder in folders.iter() {
        // Another thread may be writing a file in it at this moment.
        for _ in 0..100 {
            if fs::remove_dir_all(folder).is_ok() || !folder.exists() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
    // A thread that makes another one waits for the end of the process.
    std::mem::forget(folders);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_else_can_enter_and_nothing_is_left() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let private = PrivateFolder::make(&folder.path().join("new"), "s").unwrap();
        let mode = fs::metadata(private.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        fs::write(private.path().join("x"), "1").unwrap();
        drop(private);
        assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 0);
        assert!(!in_use().iter().any(|path| path.starts_with(folder.path())));
    }

    #[test]
    fn folders_of_a_killed_run_are_removed_by_the_next_of_the_same_name() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let plant = |name: &str, mode: u32| {
            let path = folder.path().join(name);
            fs::create_dir(&path).unwrap();
            fs::write(path.join("half"), "1").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            path
        };
        let in_use = PrivateFolder::make(folder.path(), "s").unwrap();
        let abandoned = plant(".s.Abc123.tmp", 0o700);
        let kept = [
            plant(".s.x.Abc123.tmp", 0o700),
            plant(".t.Abc123.tmp", 0o700),
            plant(".s.Abc12345.tmp", 0o700),
            plant(".s.Abc124.tmp", 0o755),
        ];
        let victim = plant("victim", 0o700);
        std::os::unix::fs::symlink(&victim, folder.path().join(".s.Abc125.tmp")).unwrap();
        let next = PrivateFolder::make(folder.path(), "s").unwrap();
        assert!(!abandoned.exists());
        assert!(
            in_use.path().is_dir() && next.path().is_dir(),
            "folders of a running process are kept"
        );
        assert!(
            kept.iter().all(|path| path.join("half").exists()),
            "other names and modes are kept"
        );
        assert!(victim.join("half").exists(), "links are not followed");
    }

    #[test]
    fn files_are_moved_into_existing_folders() {
        let folder = tempfile::tempdir().unwrap();
        let private = PrivateFolder::make(folder.path(), "s").unwrap();
        for name in ["reads", "reports"] {
            fs::create_dir(private.path().join(name)).unwrap();
            fs::write(private.path().join(name).join("new"), name).unwrap();
        }
        fs::create_dir(folder.path().join("reads")).unwrap();
        fs::write(folder.path().join("reads/old"), "").unwrap();
        private.publish(folder.path()).unwrap();
        for name in ["reads/new", "reads/old", "reports/new"] {
            assert!(folder.path().join(name).is_file(), "{name}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
