//! The demo: three recorded matches, played over and over through the `/admin` namespace like any scorer would.
//!
//! The server knows nothing of it. Simulated cricket, a famous chess game and a World Cup final stand side by side,
//! for three sports whose scoreboards have nothing in common. `examples/recordings` makes the recordings.

mod client;
mod player;
pub mod recording;

use std::net::SocketAddr;

/// Plays the three recordings, until its future is dropped.
///
/// `token` is a service token of an administrator, as the demo creates its events. `pace` is the speed:
/// 1.0 is a ball every three seconds, a chess move every four, and a minute of football every second;
/// 2.0 is twice as fast. A connection that breaks is made again, and each match goes on where it stood.
pub async fn run(server: SocketAddr, token: String, pace: f64) {
    let pace = player::sensible(pace);
    let playing =
        recording::all().map(|recording| player::play_forever(recording, server, token.clone(), pace));
    futures_util::future::join_all(playing).await;
}
