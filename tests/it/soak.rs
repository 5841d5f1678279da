//! The size of tests: small by default, realistic with `SOAK=1`. Also assertions about times, which hold only on an idle
//! machine.

use std::time::Duration;

/// The count to use.
pub fn count(usual: usize, soak: usize) -> usize {
    if is_on() { soak } else { usual }
}

/// Asserts that something took less than `bound`, but only with `SOAK=1`. Other runs may share their machine, so their times
/// say nothing about the server.
#[track_caller]
pub fn took_less(elapsed: Duration, bound: Duration) {
    assert!(!is_on() || elapsed < bound, "it took {elapsed:?}, and may take {bound:?}");
}

/// Whether `SOAK=1` is set.
#[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
pub fn is_on() -> bool {
    std::env::var("SOAK").is_ok_and(|soak| !soak.is_empty() && soak != "0")
}
