//! Writes all of a sample's files or none.
//!
//! Every file is opened in a private folder next to its target before the analysis starts, so that an unwritable
//! path fails at once, and is renamed at the end. A set dropped without
//! [`OutputSet::commit`] leaves no files.

pub(crate) mod private;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::Format;
use super::{file_stem, wording};
use private::PrivateFolder;

/// Why output can't be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The folder can't be made or is not a folder.
    #[error("{}: can't be used as the output folder ({reason}); choose another --output-dir", wording::path(.folder))]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// The obstacle.
        reason: String,
    },
    /// The folder exists, but no file can be made in it.
    #[error("{}: no file can be written here ({source}); choose another --output-dir", wording::path(.folder))]
    NotWritable {
        /// The folder.
        folder: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// An output exists already.
    #[error("{}: exists already; add --force to replace it, or choose another --output-dir", wording::path(.path))]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The output's name is taken by something that can't be replaced.
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
        /// The system's error.
        source: io::Error,
    },
    /// A finished file can't be renamed.
    #[error("{}: the finished file can't be put in place ({source}); check the folder and run again", wording::path(.path))]
    Rename {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A format was written without being opened: a bug in the program.
    #[error("{name}: was not opened before the work started; please report this")]
    NotOpened {
        /// What follows the sample's name in the file's.
        name: String,
    },
}

/// One file: its extension, its target, and the temporary file until then.
#[derive(Debug)]
struct Pending {
    extension: &'static str,
    target: PathBuf,
    file: NamedTempFile,
}

/// The open outputs of one sample.
#[derive(Debug)]
pub struct OutputSet {
    // Drop order: the unfinished files must be removed before the folders.
    pending: Vec<Pending>,
    private: PrivateFolder,
    made: MadeFolders,
    folder: PathBuf,
    stem: String,
    force: bool,
}

/// Folders made for this set, deepest first; empty ones are removed again unless kept.
#[derive(Debug, Default)]
struct MadeFolders(Vec<PathBuf>);

impl Drop for MadeFolders {
    fn drop(&mut self) {
        for folder in &self.0 {
            // Not empty or already gone: another sample uses it, which is fine.
            let _ = fs::remove_dir(folder);
        }
    }
}

impl OutputSet {
    /// Makes `folder` if it is missing, and opens one temporary file in it for each of `formats`.
    /// The files will be named after `sample`, see [`file_stem::safe_file_stem`].
    ///
    /// # Errors
    /// A folder that can't be made or written to; without `force`, an existing output.
    pub fn open(folder: &Path, sample: &str, formats: &[Format], force: bool) -> Result<Self, OutputError> {
        let mut set = Self::empty(folder, sample, force)?;
        for extension in formats.iter().flat_map(|format| format.extensions()) {
            set.open_also(extension)?;
        }
        Ok(set)
    }

    /// As [`Self::open`], with given file names, which [`Self::write_file`] takes as well.
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

    /// Opens one more file, named by the sample, a point and `extension`; a file that is already open
    /// is not opened again.
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
        // The JSON is renamed last: if it exists, the other files exist too.
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

    /// The temporary file for `extension`, for a writer that needs a path; `None` if it was not opened.
    pub fn temporary(&self, extension: &str) -> Option<&Path> {
        Some(self.find(extension).ok()?.file.path())
    }

    /// The final path of the file for `extension`.
    pub fn target(&self, extension: &str) -> Option<&Path> {
        Some(&self.find(extension).ok()?.target)
    }

    /// Waits until the data written to [`Self::temporary`] is on disk.
    ///
    /// # Errors
    /// [`OutputError::Write`], or [`OutputError::NotOpened`] for a file that was not opened.
    pub fn settle(&self, extension: &str) -> Result<(), OutputError> {
        self.write_file(extension, &[])
    }

    /// Writes a file's bytes and waits until they are on disk.
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

    /// Renames every file to its final name, the JSON last, and returns the paths in that order. If one can't be
    /// renamed, the files renamed before it are removed again, unless they replaced older ones.
    ///
    /// # Errors
    /// [`OutputError::Exists`] if another program has made a file of this name in the meantime;
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
        // Syncing the folder puts the names on disk; some file systems refuse, which only costs
        // safety against a power cut.
        if let Ok(folder) = File::open(&self.folder) {
            let _ = folder.sync_all();
        }
        Ok(done)
    }
}

/// Makes the folder and its missing parents.
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
        // Temporary files are private by default; an output is as readable as the umask says.
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
        // Some network file systems lack a rename that refuses to replace.
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
