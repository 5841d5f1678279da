//! The sockets of sessions that have ended, on this node or on another: told why, and closed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use socketioxide::extract::SocketRef;
use tokio::time::Instant;

use super::{CloseReason, Connections};
use crate::domain::clock;
use crate::domain::session::Ending;
use crate::live::ticks;
use crate::services::Services;
use crate::services::accounts::Credential;
use crate::storage::sessions::Ended;
use crate::transport::socket::line::Line;
use crate::transport::socket::protocol::{NewDevice, SessionReplaced};

/// How often ended sessions are looked for. One that ends by this node is looked for at once.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How far back each look goes beyond the last one: over the time between the end of a session and its commit,
/// differences between the clocks of nodes, and a socket that was being admitted when its session ended.
const OVERLAP: Duration = Duration::from_secs(15);
/// The longest time between two renewals of sessions whose sockets sent messages.
const RENEW_EVERY: Duration = Duration::from_mins(1);

/// How long a client has to read that its session was replaced.
const FAREWELL: Duration = Duration::from_millis(400);

/// How a socket's session ended.
#[derive(Debug, Clone)]
pub enum Farewell {
    /// A login on another device: it is told, and disconnected so that its client does not come back by itself.
    Replaced(SessionReplaced),
    /// In another way: its connection is closed. A client that comes back is refused, or has a new token.
    Over,
}

/// Watches over the sessions of this node's sockets, for ever.
pub async fn watch(services: &Services, connections: &Arc<Connections>) {
    let (mut looks, mut idle_looks) = (ticks::every(LOOK_EVERY), ticks::every(ticks::IDLE));
    let step = services.renewal_step();
    let mut seen_until = clock::now();
    let mut renewed = Instant::now();
    loop {
        let looks = if connections.has_sessions() { &mut looks } else { &mut idle_looks };
        tokio::select! {
            _ = looks.tick() => {}
            () = services.accounts.session_ended.notified() => {}
        }
        if renewed.elapsed() >= step.min(RENEW_EVERY) {
            renewed = Instant::now();
            let used = connections.used_sessions(step);
            if !used.is_empty() {
                services.renew_sessions(&used).await;
            }
        }
        let now = clock::now();
        if !connections.has_sessions() {
            seen_until = now;
            continue;
        }
        match services.ended_sessions(seen_until - OVERLAP).await {
            Ok(ended) => {
                seen_until = now;
                connections.dismiss(&ended.into_iter().map(farewell).collect());
            }
            Err(error) => tracing::warn!(%error, "cannot look for ended sessions; it is tried again"),
        }
    }
}

fn farewell(ended: Ended) -> (Credential, Farewell) {
    let farewell = match (ended.ending, ended.replaced_by) {
        (Ending::Replaced, Some(name)) => {
            let at = clock::to_millis(ended.at);
            Farewell::Replaced(SessionReplaced { at, device: NewDevice { name } })
        }
        _ => Farewell::Over,
    };
    (Credential::of_session(ended.hash), farewell)
}

/// The sessions that have ended, by their credentials.
pub type Farewells = HashMap<Credential, Farewell>;

impl Connections {
    /// Whether any socket is that of a session.
    #[must_use]
    pub fn has_sessions(&self) -> bool {
        self.of_sessions.load(Ordering::Relaxed) > 0
    }

    /// The sessions whose sockets have sent messages, and were last renewed so long ago.
    #[must_use]
    pub fn used_sessions(&self, step: Duration) -> Vec<Credential> {
        let (now, step) = (self.now(), u32::try_from(step.as_secs()).unwrap_or(u32::MAX));
        self.sockets.lock().values().filter_map(|entry| entry.client.take_use(now, step)).collect()
    }

    /// Closes the sockets of sessions that have ended, within a second.
    pub fn dismiss(self: &Arc<Self>, farewells: &Farewells) {
        if farewells.is_empty() {
            return;
        }
        let dismissed: Vec<_> = {
            let sockets = self.sockets.lock();
            let of_ended = sockets.values().filter_map(|entry| {
                let farewell = farewells.get(&entry.client.session()?)?;
                entry.client.dismiss().then(|| (entry.line.clone(), farewell))
            });
            of_ended.collect()
        };
        for (line, farewell) in dismissed {
            match farewell {
                Farewell::Over => line.close(self, CloseReason::SignedOut),
                Farewell::Replaced(replaced) => self.replace(&line, replaced),
            }
        }
    }

    /// Tells a client that its session was replaced, and disconnects it.
    fn replace(self: &Arc<Self>, line: &Line, replaced: &SessionReplaced) {
        let told = line.emit("session:replaced", replaced).is_ok();
        match line {
            Line::Socket(socket) if told && socket.clone().disconnect().is_ok() => {
                tokio::spawn(self.clone().close_after_farewell(socket.clone()));
            }
            Line::Socket(_) | Line::Plain(_) => line.close(self, CloseReason::Replaced),
        }
    }

    /// Closes the connection of a socket that was disconnected, once the client has had time to read that, and
    /// unless it is that of another socket too.
    async fn close_after_farewell(self: Arc<Self>, socket: SocketRef) {
        tokio::time::sleep(FAREWELL).await;
        let is_shared = self.sockets.lock().values().any(|entry| entry.is_of(socket.id.as_str()));
        if !is_shared {
            self.close(&socket, CloseReason::Replaced);
        }
    }
}
