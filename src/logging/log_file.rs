//! The log file: opened, given its permissions, and opened again when it has been moved.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::LoggingError;

/// An open log file.
pub(super) struct LogFile {
    file: File,
    place: Place,
    /// The file of its name could not be opened the last time.
    is_troubled: bool,
}

/// Where a log file is, and which file that was when it was opened.
#[derive(Clone, Debug)]
pub(super) struct Place {
    path: PathBuf,
    mode: u32,
    /// Device and inode; `None` for what is no file (a pipe, `/dev/null`) and so is never moved.
    identity: Option<(u64, u64)>,
}

impl LogFile {
    pub(super) fn open(path: PathBuf, mode: u32) -> Result<LogFile, LoggingError> {
        let file = open(&path, mode)?;
        let identity = identity(&file);
        Ok(LogFile { file, place: Place { path, mode, identity }, is_troubled: false })
    }

    pub(super) fn write(&mut self, line: &str) {
        // There is nobody to tell.
        let _ = self.file.write_all(line.as_bytes());
    }

    pub(super) fn place(&self) -> Place {
        self.place.clone()
    }

    /// Goes on in the file that was opened.
    pub(super) fn replace(
        &mut self,
        opened: Result<LogFile, LoggingError>,
    ) -> Result<(), LoggingError> {
        match opened {
            Ok(opened) => {
                *self = opened;
                Ok(())
            }
            Err(_) if self.is_troubled => Ok(()),
            Err(error) => {
                self.is_troubled = true;
                Err(error)
            }
        }
    }
}

impl Place {
    /// The file of this name, if it is another one by now.
    pub(super) fn open_if_moved(&self) -> Option<Result<LogFile, LoggingError>> {
        let identity = self.identity?;
        let found = fs::metadata(&self.path).ok().map(|found| (found.dev(), found.ino()));
        (found != Some(identity)).then(|| LogFile::open(self.path.clone(), self.mode))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "at the start, and later on a thread that is not the loop's"
)]
fn open(path: &Path, mode: u32) -> Result<File, LoggingError> {
    let file = OpenOptions::new().append(true).create(true).mode(mode).open(path);
    let file = file.map_err(|cause| failed("open", path, cause))?;
    set_mode(&file, path, mode)?;
    Ok(file)
}

fn identity(file: &File) -> Option<(u64, u64)> {
    let found = file.metadata().ok().filter(fs::Metadata::is_file)?;
    Some((found.dev(), found.ino()))
}

/// Gives the file exactly these permissions, whatever the umask; devices and pipes (a log to
/// `/dev/null`) are left as they are.
fn set_mode(file: &File, path: &Path, mode: u32) -> Result<(), LoggingError> {
    let set = || {
        let found = file.metadata()?;
        if !found.is_file() || found.permissions().mode() & 0o7777 == mode {
            return Ok(());
        }
        file.set_permissions(fs::Permissions::from_mode(mode))
    };
    set().map_err(|cause| failed("set the mode of", path, cause))
}

fn failed(action: &'static str, path: &Path, cause: io::Error) -> LoggingError {
    LoggingError::File { action, path: path.to_owned(), cause }
}
