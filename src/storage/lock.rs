//! One server at a time on an SQLite file: an advisory lock on a file beside it, `FILE.lock`. The system releases it when the
//! process ends, however it ends; the lock file stays, because deleting it would let two processes lock two files.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

/// How often a lock is tried that another process holds.
const TRY_EVERY: Duration = Duration::from_millis(50);

/// The lock of an SQLite file. It is held until this is dropped.
#[derive(Debug)]
pub struct FileLock {
    /// `None`: the file system knows no locks.
    _file: Option<File>,
}

impl FileLock {
    /// Waits for the lock of a database file, at most so long: the process that had it may be ending. `None`: another
    /// process holds it.
    pub(super) async fn take(database: &Path, max_wait: Duration) -> io::Result<Option<Self>> {
        let deadline = Instant::now() + max_wait;
        let file = open(database)?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Some(Self { _file: Some(file) })),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    tokio::time::sleep(TRY_EVERY).await;
                }
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => {
                    tracing::warn!(
                        %error,
                        file = %path(database).display(),
                        "cannot lock the database file: make sure that only one server uses it"
                    );
                    return Ok(Some(Self { _file: None }));
                }
            }
        }
    }

    /// Whether a process holds the lock of a database file.
    #[must_use]
    pub fn is_held(database: &Path) -> bool {
        // Without the file nobody has ever held it.
        let Ok(file) = File::open(path(database)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

fn open(database: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path(database))
}

/// The lock file. A link to the database has the same one.
fn path(database: &Path) -> PathBuf {
    let database = database.canonicalize().unwrap_or_else(|_| database.to_owned());
    let mut name = database.into_os_string();
    name.push(".lock");
    name.into()
}
