//! The scorer: creates the event and sends its updates, or only publishes them if the server has no events.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::connection::Connection;
use crate::publisher::Publisher;
use crate::tally::Tally;

/// The deadline for the answer to an update, with any number of viewers.
const PATIENCE: Duration = Duration::from_secs(30);

/// A scorer of one event.
pub struct Scorer {
    line: Line,
    event_id: String,
}

/// The way to send updates.
enum Line {
    Socket(Connection),
    Posts(Publisher),
}

impl Scorer {
    /// Connects to `/admin` and creates the event.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn open(address: SocketAddr, token: &str, event_id: &str) -> io::Result<Self> {
        let mut connection = Connection::open(address, "/admin", Some(token)).await?;
        let event = json!({ "eventId": event_id, "sport": "cricket", "title": "Home v Away" });
        connection.ask("event:create", &event).await?;
        connection.answered().await?;
        Ok(Self { line: Line::Socket(connection), event_id: event_id.to_owned() })
    }

    /// Connects to a server that forwards posted messages.
    ///
    /// # Errors
    /// If the server cannot be reached.
    pub async fn publishing(address: SocketAddr, event_id: &str) -> io::Result<Self> {
        let publisher = Publisher::open(address).await?;
        Ok(Self { line: Line::Posts(publisher), event_id: event_id.to_owned() })
    }

    /// Sends update `number` and waits for its answer.
    ///
    /// # Errors
    /// If the server refuses or does not answer.
    pub async fn score(&mut self, number: usize, tally: &Tally) -> io::Result<()> {
        tally.sent(number);
        let answered = timeout(PATIENCE, self.send(number)).await;
        answered.map_err(|_| io::Error::other(format!("update {number} was not answered within 30 s")))?
    }

    /// Like `send`, without a deadline.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn send(&mut self, number: usize) -> io::Result<()> {
        let Self { line, event_id } = self;
        match line {
            Line::Socket(connection) => {
                let payload = json!({ "eventId": event_id, "data": update(number) });
                connection.ask("score", &payload).await?;
                connection.answered().await
            }
            Line::Posts(publisher) => {
                publisher.post(&format!("/publish/{event_id}"), &message(event_id, number)).await
            }
        }
    }

    /// Handles messages from the server, mainly pings. Ends only with the connection.
    ///
    /// # Errors
    /// If the connection has ended.
    pub async fn listen(&mut self) -> io::Result<()> {
        match &mut self.line {
            Line::Socket(connection) => connection.until(|_| Ok(false)).await,
            // The server sends nothing on its own.
            Line::Posts(_) => std::future::pending().await,
        }
    }
}

/// The packet that the other servers send for update `number`, so that all viewers receive the same bytes.
fn message(event_id: &str, number: usize) -> String {
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let at = u64::try_from(at).unwrap_or(u64::MAX);
    let meta = json!({ "eventId": event_id, "epoch": "0", "seq": number + 1, "kind": "update", "at": at });
    format!("42{}", json!(["score", update(number), meta]))
}

/// An update of about 250 bytes, like a ball in cricket. `n` is first, because viewers read it.
fn update(number: usize) -> Value {
    let ball = number % 6 + 1;
    let over = number / 6 % 20;
    json!({
        "n": number,
        "over": format!("{over}.{ball}"),
        "runs": 120 + number % 80,
        "wickets": number % 10,
        "striker": { "name": "R. Sharma", "runs": 40 + number % 50, "balls": 33 },
        "bowler": { "name": "M. Starc", "overs": "3.2", "wickets": 2, "runs": 27 },
        "thisOver": ["1", "4", "0", "W", "6", "2"],
        "need": "34 runs from 21 balls",
    })
}
