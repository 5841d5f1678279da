//! The limit of open files, and how many connections it leaves room for.

use rustix::process::{Resource, getrlimit, setrlimit};

/// File descriptors that are not for clients: the database, files, the listeners, reserved places
/// ([`RESERVED_PLACES`](crate::transport::tcp::listener::RESERVED_PLACES) of each listener), connections to `ADMIN_ADDR`.
pub(crate) const SPARE_FILES: u64 = 320;

/// How many connections the limit of open files leaves room for, once it is as high as it may be.
pub(crate) fn connections_by_file_limit() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "cannot raise the limit of open files");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::from(u32::MAX));
    usize::try_from(files.saturating_sub(SPARE_FILES).max(16)).unwrap_or(usize::MAX)
}
