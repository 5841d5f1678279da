//! The demo: plays five recorded matches in a loop, through the `/admin` namespace like any scoring program.
//!
//! The server does not know about it. A famous chess game, a World Cup final, and simulated cricket, volleyball and
//! basketball show different scoreboards. `make recordings` makes the recordings.

mod client;
mod player;
pub mod recording;

use std::net::SocketAddr;

/// Plays the five recordings until the future is dropped.
///
/// `token` is an administrator's service token, because the demo creates its events. `pace` is the speed: 1.0 is a
/// ball every three seconds, a chess move every four, and a minute of football every second; 2.0 is twice as fast.
/// After a lost connection each match reconnects and continues where it was.
pub async fn run(server: SocketAddr, token: String, pace: f64) {
    let pace = player::sensible(pace);
    let playing =
        recording::all().map(|recording| player::play_forever(recording, server, token.clone(), pace));
    futures_util::future::join_all(playing).await;
}
