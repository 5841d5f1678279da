//! The open file limit, and how many connections it allows.

use rustix::process::{Resource, getrlimit, setrlimit};

/// File descriptors not available to clients: the database, files, listeners, the
/// [`RESERVED_PLACES`](crate::transport::tcp::listener::RESERVED_PLACES) of each listener, and connections to
/// `ADMIN_ADDR`.
pub(crate) const SPARE_FILES: u64 = 320;

/// Raises the open file limit as far as allowed, and returns how many connections it leaves room for.
pub(crate) fn connections_by_file_limit() -> usize {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "cannot raise the open file limit");
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::from(u32::MAX));
    usize::try_from(files.saturating_sub(SPARE_FILES).max(16)).unwrap_or(usize::MAX)
}
