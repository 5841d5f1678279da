//! Which way messages go to viewers: as it is, or with `TEST_DIRECT_WRITES=false` all through the engine's queues.
//! What clients see is the same, so the same tests are run both ways.

/// The settings of every server of a test; a test's own go before them.
pub fn settings() -> Option<(&'static str, &'static str)> {
    (!are_direct()).then_some(("DIRECT_WRITES", "false"))
}

/// Whether messages are written beside the engine where they may be.
#[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
pub fn are_direct() -> bool {
    std::env::var("TEST_DIRECT_WRITES").is_ok_and(|value| value == "false").eq(&false)
}
