//! `ping`, and `heartbeat` for clients 1.x and 2.x, which reserve the name `ping`.

use crate::domain::clock;
use crate::transport::handlers::call::{Call, Handled, Outcome};
use crate::transport::wire::Pong;

/// Answers with the server's time. The inbox has already recorded the client as active.
#[expect(clippy::unnecessary_wraps, reason = "the return type matches the handlers'")]
pub fn ping(_: &Call<'_>) -> Outcome {
    Ok(Handled::Pong(Pong { now: clock::to_millis(clock::now()) }))
}
