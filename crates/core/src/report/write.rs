//! Writes a sample's files all together or not at all.
//!
//! Every file is opened in a private folder beside its target before the work starts, so that a path
//! that can't be written fails at once, and is renamed at the end. What is dropped without
//! [`OutputSet::commit`] leaves nothing behind.

pub(crate) mod private;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Format;
use super::{file_stem, wording};
use private::PrivateFolder;

/// Why output could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder can't be made or is no folder.
    #[error("{}: can't be used as the output folder ({reason}); choose another --output-dir", wording::path(.folder))]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What stands in the way.
        reason: String,
    },
    /// The folder is there, but no file can be made in it.
    #[error("{}: no file can be written here ({source}); choose another --output-dir", wording::path(.folder))]
    NotWritable {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An output is there already.
    #[error("{}: exists already; add --force to replace it, or choose another --output-dir", wording::path(.path))]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Something that can't be replaced has the output's name.
    #[error("{}: is a folder, a file of this name must be written; move it or choose another --output-dir", wording::path(.path))]
    InTheWay {
        /// The path.
        path: PathBuf,
    },
    /// Writing failed, for instance on a full disk.
    #[error("{}: writing failed ({source}); nothing was kept: free some space or choose another --output-dir", wording::path(.path))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A finished file could not be given its name.
    #[error("{}: the finished file can't be put in place ({source}); check the folder and run again", wording::path(.path))]
    Rename {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A format was written that was not announced: an error of the program.
    #[error("{name}: was not opened before the work started; please report this")]
    NotOpened {
        /// What follows the sample's name in the file's.
        name: String,
    },
}

/// One file: the end of its name, its place at the end, and the temporary file until then.
#[derive(Debug)]
struct Pending {
    extension: &'static str,
    target: PathBuf,
    file: NamedTempFile,
}

/// The open outputs of one sample.
#[derive(Debug)]
pub struct OutputSet {
    // Declared in this order: the unfinished files must be gone before the folders are removed.
    pending: Vec<Pending>,
    private: PrivateFolder,
    made: MadeFolders,
    folder: PathBuf,
    stem: String,
    force: bool,
}

/// Folders that were made for this set, deepest first; removed again, where empty, unless kept.
#[derive(Debug, Default)]
struct MadeFolders(Vec<PathBuf>);

impl Drop for MadeFolders {
    fn drop(&mut self) {
        for folder in &self.0 {
            // Not empty, or already gone: another sample uses it, which is fine.
            let _ = fs::remove_dir(folder);
        }
    }
}

impl OutputSet {
    /// Makes `folder` where it is missing, and opens one temporary file in it for each of `formats`.
    /// The files will be named after `sample`, see [`file_stem::safe_file_stem`].
    ///
    /// # Errors
    /// A folder that can't be made or written to; without `force`, an output that exists.
    pub fn open(folder: &Path, sample: &str, formats: &[Format], force: bool) -> Result<Self, OutputError> {
        let mut set = Self::empty(folder, sample, force)?;
        for extension in formats.iter().flat_map(|format| format.extensions()) {
            set.open_also(extension)?;
        }
        Ok(set)
    }

    /// As [`Self::open`], with files of names of their own, by which [`Self::write_file`] knows them.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn named(folder: &Path, names: &[&'static str], force: bool) -> Result<Self, OutputError> {
        let mut set = Self::empty(folder, names.first().unwrap_or(&"outputs"), force)?;
        for name in names {
            set.open_at(name, set.folder.join(name))?;
        }
        Ok(set)
    }

    fn empty(folder: &Path, sample: &str, force: bool) -> Result<Self, OutputError> {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let stem = file_stem::safe_file_stem(sample);
        let made = make_folder(folder)?;
        let private = PrivateFolder::make(folder, &stem).map_err(|source| OutputError::NotWritable {
            folder: folder.to_owned(),
            source,
        })?;
        Ok(Self {
            pending: Vec::new(),
            private,
            made,
            folder: folder.to_owned(),
            stem,
            force,
        })
    }

    /// Opens one more file, named by the sample, a point and `extension`; one that is open already
    /// stays as it is.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_also(&mut self, extension: &'static str) -> Result<(), OutputError> {
        let target = self.folder.join(format!("{}.{extension}", self.stem));
        self.open_at(extension, target)
    }

    fn open_at(&mut self, extension: &'static str, target: PathBuf) -> Result<(), OutputError> {
        if self.pending.iter().any(|file| file.extension == extension) {
            return Ok(());
        }
        refuse_existing(&target, self.force)?;
        let file = open_temporary(self.private.path()).map_err(|source| OutputError::NotWritable {
            folder: self.folder.clone(),
            source,
        })?;
        self.pending.push(Pending {
            extension,
            target,
            file,
        });
        // The JSON is renamed last: where it stands, the other files stand too.
        let json = Format::Json.extension();
        self.pending.sort_by_key(|file| file.extension == json);
        Ok(())
    }

    fn find(&self, extension: &str) -> Result<&Pending, OutputError> {
        let file = self.pending.iter().find(|file| file.extension == extension);
        file.ok_or_else(|| OutputError::NotOpened {
            name: extension.to_owned(),
        })
    }

    /// The temporary file that will stand under `extension`, for a writer that needs a path; `None` where
    /// it was not opened.
    pub fn temporary(&self, extension: &str) -> Option<&Path> {
        Some(self.find(extension).ok()?.file.path())
    }

    /// Where the file under `extension` will stand.
    pub fn target(&self, extension: &str) -> Option<&Path> {
        Some(&self.find(extension).ok()?.target)
    }

    /// Waits until the disk has what was written to [`Self::temporary`].
    ///
    /// # Errors
    /// [`OutputError::Write`], or [`OutputError::NotOpened`] for a file that was not opened.
    pub fn settle(&self, extension: &str) -> Result<(), OutputError> {
        self.write_file(extension, &[])
    }

    /// Writes a file's bytes and waits until the disk has them.
    ///
    /// # Errors
    /// [`OutputError::Write`], or [`OutputError::NotOpened`] for a file that was not opened.
    pub fn write_file(&self, extension: &str, bytes: &[u8]) -> Result<(), OutputError> {
        let Pending { target, file, .. } = self.find(extension)?;
        let mut file = file.as_file();
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        written.map_err(|source| OutputError::Write {
            path: target.clone(),
            source,
        })
    }

    /// Gives every file its name, the JSON last, and returns them in that order. Where one can't be
    /// named, the files named before it are removed again, unless they replaced older ones.
    ///
    /// # Errors
    /// [`OutputError::Exists`] where another program made a file of the name in the meantime;
    /// [`OutputError::Rename`].
    pub fn commit(mut self) -> Result<Vec<PathBuf>, OutputError> {
        let mut done: Vec<PathBuf> = Vec::new();
        for Pending { target, file, .. } in self.pending.drain(..) {
            if let Err(error) = put_in_place(file, &target, self.force) {
                if !self.force {
                    for path in &done {
                        let _ = fs::remove_file(path);
                    }
                }
                return Err(error);
            }
            done.push(target);
        }
        self.made.0.clear();
        // The names themselves reach the disk with the folder; some file systems refuse, which costs
        // nothing but safety against a power cut.
        if let Ok(folder) = File::open(&self.folder) {
            let _ = folder.sync_all();
        }
        Ok(done)
    }
}

/// Makes the folder and what is missing above it.
fn make_folder(folder: &Path) -> Result<MadeFolders, OutputError> {
    let missing: Vec<PathBuf> = folder
        .ancestors()
        .take_while(|path| !path.as_os_str().is_empty() && fs::symlink_metadata(path).is_err())
        .map(Path::to_owned)
        .collect();
    let refused = |reason: String| OutputError::Folder {
        folder: folder.to_owned(),
        reason,
    };
    let made = MadeFolders(missing);
    fs::create_dir_all(folder).map_err(|error| refused(error.to_string()))?;
    if folder.is_dir() {
        Ok(made)
    } else {
        Err(refused("it is a file".to_owned()))
    }
}

fn refuse_existing(target: &Path, force: bool) -> Result<(), OutputError> {
    let path = || target.to_owned();
    match fs::symlink_metadata(target) {
        Ok(found) if found.is_dir() => Err(OutputError::InTheWay { path: path() }),
        Ok(_) if !force => Err(OutputError::Exists { path: path() }),
        _ => Ok(()),
    }
}

/// An unfinished file in `folder`.
fn open_temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        // Such files are private by default; an output is as readable as the umask says.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn put_in_place(file: NamedTempFile, target: &Path, force: bool) -> Result<(), OutputError> {
    let rename = |source| OutputError::Rename {
        path: target.to_owned(),
        source,
    };
    if force {
        return file.persist(target).map(drop).map_err(|error| rename(error.error));
    }
    match file.persist_noclobber(target) {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Err(OutputError::Exists {
            path: target.to_owned(),
        }),
        // Some network file systems know no rename that refuses to replace.
        Err(error) if fs::symlink_metadata(target).is_err() => error
            .file
            .persist(target)
            .map(drop)
            .map_err(|error| rename(error.error)),
        Err(error) => Err(rename(error.error)),
    }
}

#[cfg(test)]
mod tests;
