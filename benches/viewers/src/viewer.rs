//! A viewer: joins the event and follows its updates, which must each arrive once and in order.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::json;
use tokio::time::timeout;

use crate::connection::Connection;
use crate::servers::Protocol;
use crate::tally::Tally;

/// The deadline for a join.
const PATIENCE: Duration = Duration::from_secs(30);
/// The start of an update or snapshot, which is numbered by its field `n`.
const SCORE: &[u8] = br#"42["score",{"n":"#;
const UPDATE: &[u8] = br#""kind":"update""#;
/// The longest second argument, which contains the kind.
const META: usize = 200;

/// Watches until the connection ends, and records deliveries for `thread`.
///
/// # Errors
/// If the server refuses, closes the connection, or an update is missed.
pub async fn watch(
    server: (SocketAddr, Protocol),
    event_id: &str,
    tally: &Tally,
    thread: usize,
) -> io::Result<()> {
    let (mut connection, mut last) = arrive(server, event_id).await?;
    tally.viewer_joined();
    loop {
        connection
            .read(|packet| {
                let Some(number) = number(packet) else { return Ok(()) };
                if number != last + 1 || !is_update(packet) {
                    let what = String::from_utf8_lossy(packet);
                    return Err(io::Error::other(format!(
                        "a viewer was at update {last}, and was sent {what}"
                    )));
                }
                last = number;
                tally.received(thread, number);
                Ok(())
            })
            .await?;
    }
}

/// Joins with the server's protocol. Returns the connection and the number of the snapshot's last update.
///
/// # Errors
/// If the server refuses, closes the connection, or takes too long.
pub async fn arrive(
    (address, protocol): (SocketAddr, Protocol),
    event_id: &str,
) -> io::Result<(Connection, usize)> {
    let joining = timeout(PATIENCE, async {
        match protocol {
            Protocol::SocketIo => join(address, event_id).await,
            Protocol::Nchan => subscribe(address, event_id).await,
        }
    });
    joining.await.map_err(|_| io::Error::other("a viewer waited 30 s to join"))?
}

/// Joins over Socket.IO.
///
/// # Errors
/// If the server refuses or closes the connection.
pub async fn join(address: SocketAddr, event_id: &str) -> io::Result<(Connection, usize)> {
    let mut connection = Connection::open(address, "/", None).await?;
    connection.ask("join", &json!({ "eventId": event_id })).await?;
    let (mut answered, mut snapshot) = (false, None);
    connection
        .until(|packet| {
            answered |= Connection::answer("", packet)?;
            snapshot = snapshot.or(number(packet));
            Ok(answered && snapshot.is_some())
        })
        .await?;
    Ok((connection, snapshot.expect("the loop ends only with it")))
}

/// Joins over plain WebSocket, where the last update serves as the snapshot.
async fn subscribe(address: SocketAddr, event_id: &str) -> io::Result<(Connection, usize)> {
    let mut connection = Connection::plain(address, &format!("/updates/{event_id}")).await?;
    let mut last = None;
    connection
        .until(|packet| {
            last = last.or(number(packet));
            Ok(last.is_some())
        })
        .await?;
    Ok((connection, last.expect("the loop ends only with it")))
}

/// The number, if `packet` is an update or a snapshot.
pub fn number(packet: &[u8]) -> Option<usize> {
    let rest = packet.strip_prefix(SCORE)?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + usize::from(digit - b'0')))
}

fn is_update(packet: &[u8]) -> bool {
    let meta = &packet[packet.len().saturating_sub(META)..];
    meta.windows(UPDATE.len()).any(|window| window == UPDATE)
}
