//! One server at a time on an SQLite file: an advisory lock on `FILE.lock` next to it. The system releases the lock
//! when the process ends, however it ends. The lock file is never deleted, because two processes could then lock
//! two different files.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

/// How often to retry a lock that another process holds.
const TRY_EVERY: Duration = Duration::from_millis(50);

/// The lock of an SQLite file, held until dropped.
#[derive(Debug)]
pub struct FileLock {
    /// `None` if the file system does not support locks.
    _file: Option<File>,
}

impl FileLock {
    /// Takes the lock of a database file, waiting up to `max_wait` because its last holder may be ending. `None` if
    /// another process holds it.
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
                        "cannot lock the database file; make sure that only one server uses it"
                    );
                    return Ok(Some(Self { _file: None }));
                }
            }
        }
    }

    /// Whether a process holds the lock of a database file.
    pub fn is_held(database: &Path) -> bool {
        // The file is created by the first holder.
        let Ok(file) = File::open(path(database)) else { return false };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

fn open(database: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path(database))
}

/// The path of the lock file. Links to the database resolve to the same one.
fn path(database: &Path) -> PathBuf {
    let database = database.canonicalize().unwrap_or_else(|_| database.to_owned());
    let mut name = database.into_os_string();
    name.push(".lock");
    name.into()
}
