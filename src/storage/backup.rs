//! A copy of an embedded database while servers use it.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use sqlx::{Connection as _, SqliteConnection};
use thiserror::Error;

use super::backend::Backend;
use super::{Database, StorageError};
use crate::domain::entropy;

/// Length of the random part of a temporary name, in characters.
const NAME_LENGTH: usize = 8;

/// Why there is no copy.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The file exists.
    #[error("{0} exists, and is not overwritten")]
    Exists(PathBuf),
    /// The file cannot be written.
    #[error("cannot write {0}: {1}")]
    File(PathBuf, io::Error),
    /// The database cannot be copied.
    #[error("cannot copy the database: {0}")]
    Copy(StorageError),
    /// It is not an embedded database.
    #[error("the database is not a file")]
    NoFile,
}

/// Removes the file when dropped.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// Copies an embedded database to a new file, which only its owner can read. The copy has everything that was committed
/// before this call. It gets its name once it is complete and on disk.
///
/// # Errors
/// [`BackupError`]; then there is no file.
pub async fn back_up(database: &Database, file: &Path) -> Result<(), BackupError> {
    let Backend::Sqlite(from) = &database.on else { return Err(BackupError::NoFile) };
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(file.to_owned()),
        _ => BackupError::File(file.to_owned(), error),
    };
    if file.symlink_metadata().is_ok() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let name = file.file_name().ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", entropy::short_text(&mut entropy::source(), NAME_LENGTH)));
    let temporary = file.with_file_name(hidden);
    // SQLite writes into an empty file, and keeps its mode.
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary).map_err(failed)?;
    let temporary = Temporary(temporary);
    let path = temporary.0.to_str().ok_or_else(|| failed(io::ErrorKind::InvalidFilename.into()))?;
    let copy = async {
        let mut connection = SqliteConnection::connect_with(&from.options).await?;
        sqlx::query("vacuum into $1").bind(path).execute(&mut connection).await?;
        connection.close().await
    };
    copy.await.map_err(|error| BackupError::Copy(error.into()))?;
    File::open(&temporary.0).and_then(|copy| copy.sync_all()).map_err(failed)?;
    rename_new(&temporary.0, file).map_err(failed)?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
}

/// Renames a file, and fails if there is one of the new name.
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // The file system cannot do this; the old name is removed later.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => std::fs::hard_link(from, to),
        done => Ok(done?),
    }
}
