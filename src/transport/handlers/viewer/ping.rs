//! `ping`, and `heartbeat` for clients 1.x and 2.x, which keep `ping` for themselves.

use crate::domain::clock;
use crate::transport::handlers::call::{Call, Handled, Outcome};
use crate::transport::wire::Pong;

/// Answers with the server's time. That the client was heard of was noted when the message came.
#[expect(clippy::unnecessary_wraps, reason = "the type is that of a handler")]
pub fn ping(_: &Call<'_>) -> Outcome {
    Ok(Handled::Pong(Pong { now: clock::to_millis(clock::now()) }))
}
