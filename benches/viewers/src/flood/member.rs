//! A viewer in the flood. It records what it receives, and some viewers send reactions.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::notes::{Notes, Received};
use crate::connection::Connection;
use crate::viewer;

/// How often a sender sends; each time as many reactions as its rate requires.
const STROKE: Duration = Duration::from_millis(100);
/// One reaction in this many has a comment.
const COMMENT: u64 = 50;
const EMOJI: [&str; 5] = ["🔥", "👏", "❤️", "😮", ":)"];

/// Joins and stays. With a `rate`, it sends that many reactions a second during the time that `begins` announces.
///
/// # Errors
/// If the server refuses or closes the connection.
pub async fn take_part(
    address: SocketAddr,
    event_id: &str,
    rate: Option<f64>,
    notes: &Notes,
    mut begins: watch::Receiver<Option<Instant>>,
) -> io::Result<()> {
    let (mut connection, _) = viewer::join(address, event_id).await?;
    notes.viewer_joined();
    let Some(rate) = rate else {
        loop {
            read(&mut connection, notes, true).await?;
        }
    };
    let until = loop {
        let begin = *begins.borrow_and_update();
        if let Some(until) = begin {
            break until;
        }
        tokio::select! {
            changed = begins.changed() => if changed.is_err() { return Ok(()) },
            read = read(&mut connection, notes, false) => read?,
        }
    };
    let begun = Instant::now();
    let mut strokes = interval(STROKE);
    strokes.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sent = 0;
    while Instant::now() < until {
        tokio::select! {
            // These few bytes fit into the socket's buffer, so they are sent at once.
            _ = strokes.tick() => {
                let due = (begun.elapsed() + STROKE).as_secs_f64() * rate;
                let mut packets = Vec::new();
                while (sent as f64) < due {
                    packets.push(reaction(sent));
                    sent += 1;
                }
                notes.reacted(packets.len() as u64);
                connection.send_all(&packets).await?;
            }
            read = read(&mut connection, notes, false) => read?,
        }
    }
    loop {
        read(&mut connection, notes, false).await?;
    }
}

/// Reads once, and records what arrived.
async fn read(connection: &mut Connection, notes: &Notes, silent: bool) -> io::Result<()> {
    let before = connection.received;
    let (mut pulses, mut reactions) = (0, 0);
    let taken = connection
        .read(|packet| {
            if packet.starts_with(br#"42["reaction""#) {
                reactions += 1;
            } else if packet.starts_with(br#"42["pulse""#) {
                pulses += 1;
                // One sender is enough to read the totals.
                if !silent {
                    notes.counted(totals(packet));
                }
            } else if let Some(number) = viewer::number(packet) {
                notes.scored(number);
            } else if packet.starts_with(b"43") {
                notes.answered(packet.windows(9).any(|part| part == br#""ok":true"#));
            }
            Ok(())
        })
        .await;
    if silent {
        notes.add(Received { bytes: connection.received - before, pulses, reactions });
    }
    taken
}

fn reaction(number: u64) -> String {
    let emoji = EMOJI[usize::try_from(number).unwrap_or(0) % EMOJI.len()];
    let mut payload = json!({ "emoji": emoji });
    if number.is_multiple_of(COMMENT) {
        payload["comment"] = "what a ball".into();
    }
    format!("42{number}{}", json!(["reaction", payload]))
}

/// The sum of a pulse's totals.
fn totals(packet: &[u8]) -> u64 {
    let pulse: Value = serde_json::from_slice(&packet[2..]).unwrap_or_default();
    let totals = pulse[1]["reactions"]["totals"].as_object();
    totals.map_or(0, |totals| totals.values().filter_map(Value::as_u64).sum())
}
