//! How messages reach viewers: with direct writes, or with `TEST_DIRECT_WRITES=false` all through the engine's queues.
//! Clients see the same, so the same tests run both ways.

/// A setting for every server of a test. The test's own settings take precedence.
pub fn settings() -> Option<(&'static str, &'static str)> {
    (!are_direct()).then_some(("DIRECT_WRITES", "false"))
}

/// Whether direct writes are on.
#[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
pub fn are_direct() -> bool {
    std::env::var("TEST_DIRECT_WRITES").is_ok_and(|value| value == "false").eq(&false)
}
