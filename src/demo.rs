//! The demo: three matches, scored over and over through the `/admin` namespace like any scorer would.
//!
//! The server knows nothing of it. A simulated cricket match, a famous chess game and a World Cup final
//! stand side by side, for three sports whose scoreboards have nothing in common.

mod chance;
mod chess;
mod client;
mod cricket;
mod delivery;
mod figures;
mod football;
mod innings;
mod scorecard;
mod scorer;
mod script;
mod words;
mod worldcup;

use std::net::SocketAddr;

/// Scores the three matches, for ever: it ends when its future is dropped.
///
/// `token` is a service token of an administrator, as the demo creates its events. `pace` is the speed:
/// 1.0 is a ball every three seconds, a chess move every four, and a minute of football every second;
/// 2.0 is twice as fast. A connection that breaks is made again, and each match goes on where it stood.
pub async fn run(server: SocketAddr, token: String, pace: f64) {
    let (token, pace) = (token.as_str(), scorer::sensible(pace));
    tokio::join!(
        scorer::score_for_ever(cricket::fixture(), server, token, pace),
        scorer::score_for_ever(chess::fixture(), server, token, pace),
        scorer::score_for_ever(football::fixture(), server, token, pace),
    );
}
