//! Private folders for unfinished files.
//!
//! Files are written in a folder beside their target that nobody else can enter (mode 0700), so that no
//! other user of a shared folder can put a link in place of a file that is opened again by its name; from
//! there they are renamed. Folders in use are known, so that a signal can end the process without leaving
//! them behind ([`remove_unfinished`]).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::{fs, io};

use tempfile::TempDir;

static IN_USE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

fn in_use() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    IN_USE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A folder for unfinished files, removed with what is still in it when it is dropped.
#[derive(Debug)]
pub struct PrivateFolder(TempDir);

impl PrivateFolder {
    /// Makes one in `folder`, which is made where it is missing; its name begins with a dot and `stem`.
    ///
    /// # Errors
    /// What the system says.
    pub fn make(folder: &Path, stem: &str) -> io::Result<Self> {
        let prefix = format!(".{stem}.");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o700));
        }
        let mut made = builder.tempdir_in(folder);
        // A sample that failed beside this one may have removed the folder that it had made.
        for _ in 0..3 {
            match &made {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir_all(folder)?;
                    made = builder.tempdir_in(folder);
                }
                _ => break,
            }
        }
        let made = made?;
        in_use().insert(made.path().to_owned());
        Ok(Self(made))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Moves all that was written into it to `folder`, over what is there.
    ///
    /// # Errors
    /// What the system says.
    pub fn publish(self, folder: &Path) -> io::Result<()> {
        move_all(self.path(), folder)
    }
}

impl Drop for PrivateFolder {
    fn drop(&mut self) {
        let path = self.path().to_owned();
        // Removed here, so that a signal in between finds it still known; the owner's own try finds nothing.
        let _ = fs::remove_dir_all(&path);
        in_use().remove(&path);
    }
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

/// Removes every private folder of the process, which is about to end.
pub fn remove_unfinished() {
    let folders = std::mem::take(&mut *in_use());
    for folder in folders {
        let _ = fs::remove_dir_all(&folder);
    }
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
    fn what_was_written_is_moved_into_folders_that_are_there() {
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
