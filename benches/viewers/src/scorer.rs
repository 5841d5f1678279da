//! The scorer: makes the event, and sends its updates.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::timeout;

use crate::connection::Connection;
use crate::tally::Tally;

/// Within which the server must answer an update, however many viewers it goes to.
const PATIENCE: Duration = Duration::from_secs(30);

/// A scorer of one event.
pub struct Scorer {
    connection: Connection,
    event_id: String,
}

impl Scorer {
    /// Connects to `/admin` and makes the event.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn open(address: SocketAddr, token: &str, event_id: &str) -> io::Result<Self> {
        let mut connection = Connection::open(address, "/admin", Some(token)).await?;
        let event = json!({ "eventId": event_id, "sport": "cricket", "title": "Home v Away" });
        connection.ask("event:create", &event).await?;
        connection.answered().await?;
        Ok(Self { connection, event_id: event_id.to_owned() })
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

    /// The same, for as long as it takes.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn send(&mut self, number: usize) -> io::Result<()> {
        let payload = json!({ "eventId": self.event_id, "data": update(number) });
        self.connection.ask("score", &payload).await?;
        self.connection.answered().await
    }

    /// Takes what the server sends the scorer meanwhile, pings above all. Ends with the connection alone.
    ///
    /// # Errors
    /// If the connection has ended.
    pub async fn listen(&mut self) -> io::Result<()> {
        self.connection.until(|_| Ok(false)).await
    }
}

/// An update of about 250 bytes, as a ball of a cricket match makes one. `n` stands first: viewers read it.
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
