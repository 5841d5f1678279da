//! How large a test is: a count for every day, or with `SOAK=1` that of the field; and the times that only a machine
//! which does nothing else can keep.

use std::time::Duration;

/// The count to use.
pub fn count(usual: usize, soak: usize) -> usize {
    if is_on() { soak } else { usual }
}

/// Asserts that something took less than `bound`, in the soak alone. Every other run may share its machine, where a
/// time tells nothing about the server.
#[track_caller]
pub fn took_less(elapsed: Duration, bound: Duration) {
    assert!(!is_on() || elapsed < bound, "it took {elapsed:?}, and may take {bound:?}");
}

/// Whether the soak runs.
#[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
pub fn is_on() -> bool {
    std::env::var("SOAK").is_ok_and(|soak| !soak.is_empty() && soak != "0")
}
