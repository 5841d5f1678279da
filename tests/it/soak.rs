//! How large a test is: a count for every day, or with `SOAK=1` that of the field.

/// The count to use.
pub fn count(usual: usize, soak: usize) -> usize {
    if is_on() { soak } else { usual }
}

#[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
fn is_on() -> bool {
    std::env::var("SOAK").is_ok_and(|soak| !soak.is_empty() && soak != "0")
}
