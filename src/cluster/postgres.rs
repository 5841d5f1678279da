//! The bus over Postgres: `NOTIFY` with the commit or in batches, and a listener that always reconnects.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep, timeout};

use super::message::{BusEvent, ClusterMessage, read, write};
use crate::domain::{clock, entropy};
use crate::storage::notifications::Notifications;
use crate::storage::{Database, StorageError, Transaction};

/// How long messages are collected before a batch is sent.
const GATHER: Duration = Duration::from_millis(25);
/// Messages per batch.
const AT_A_TIME: usize = 200;
/// Messages that may be queued while the database is unavailable; beyond this the oldest are dropped.
const WAITING_LIMIT: usize = 4096;
/// The listener counts as dead after this much silence. It also receives this node's own messages, and each node
/// sends one every two seconds.
const LISTEN_TIMEOUT: Duration = Duration::from_secs(6);
/// The first delay before the listener reconnects; it doubles up to …
const FIRST_WAIT: Duration = Duration::from_millis(50);
/// … this.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// The bus over Postgres.
pub struct Postgres {
    database: Database,
    node: String,
    /// Encoded messages to send.
    waiting: Mutex<VecDeque<String>>,
    /// How many were dropped. Changed only while `waiting` is locked.
    dropped: AtomicUsize,
    /// Held while sending.
    sending: tokio::sync::Mutex<()>,
    queued: Notify,
    pub(super) connected: AtomicBool,
}

impl Postgres {
    pub(super) fn new(database: Database, node: String) -> Self {
        let (waiting, queued) = (Mutex::default(), Notify::new());
        let (dropped, sending) = (AtomicUsize::new(0), tokio::sync::Mutex::new(()));
        Self { database, node, waiting, dropped, sending, queued, connected: AtomicBool::new(false) }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.waiting.lock().is_empty()
    }

    pub(super) async fn publish_in_tx(
        &self,
        tx: &mut Transaction,
        message: &ClusterMessage,
    ) -> Result<(), StorageError> {
        if let Some(text) = self.written(message) {
            tx.notify(&text).await?;
            metrics::counter!("touchline_notes_sent_total").increment(1);
        }
        Ok(())
    }

    pub(super) fn publish(&self, message: &ClusterMessage) {
        let Some(text) = self.written(message) else { return };
        let mut waiting = self.waiting.lock();
        waiting.push_back(text);
        if waiting.len() > WAITING_LIMIT {
            waiting.pop_front();
            self.dropped.fetch_add(1, Ordering::Relaxed);
            metrics::counter!("touchline_notes_dropped_total").increment(1);
        }
        drop(waiting);
        self.queued.notify_one();
    }

    fn written(&self, message: &ClusterMessage) -> Option<String> {
        let text = write(&self.node, clock::now(), message);
        if text.is_none() {
            tracing::error!("message to other nodes is too long; dropping it");
        }
        text
    }

    pub(super) async fn run_sender(&self) {
        let mut failing = false;
        loop {
            self.queued.notified().await;
            while !self.is_idle() {
                sleep(GATHER).await;
                match self.flush().await {
                    Ok(()) => failing = false,
                    Err(error) => {
                        if !std::mem::replace(&mut failing, true) {
                            error.warn("cannot notify other nodes; retrying");
                        }
                        sleep(LAST_WAIT / 4).await;
                    }
                }
            }
        }
    }

    /// Sends all queued messages. A message leaves the queue only after it was sent: if sending fails or is
    /// cancelled, it is retried before newer messages.
    pub(super) async fn flush(&self) -> Result<(), StorageError> {
        let _turn = self.sending.lock().await;
        loop {
            let (batch, dropped): (Vec<_>, _) = {
                let waiting = self.waiting.lock();
                let batch = waiting.iter().take(AT_A_TIME).cloned().collect();
                (batch, self.dropped.load(Ordering::Relaxed))
            };
            if batch.is_empty() {
                return Ok(());
            }
            self.database.notify(&batch).await?;
            let mut waiting = self.waiting.lock();
            // The queue may have overflowed meanwhile and dropped some of them.
            let gone = self.dropped.load(Ordering::Relaxed) - dropped;
            let count = batch.len().saturating_sub(gone).min(waiting.len());
            waiting.drain(..count);
            drop(waiting);
            metrics::counter!("touchline_notes_sent_total").increment(batch.len() as u64);
        }
    }

    pub(super) async fn run_listener(&self, events: mpsc::Sender<BusEvent>) {
        let mut wait = FIRST_WAIT;
        let mut lost = None;
        loop {
            let since = match self.database.listen().await {
                Ok(Some(mut notifications)) => {
                    self.connected.store(true, Ordering::Relaxed);
                    if let Some(since) = lost.take() {
                        let after = Instant::now().duration_since(since);
                        metrics::counter!("touchline_bus_reconnects_total").increment(1);
                        tracing::info!(?after, "the LISTEN connection is back");
                    }
                    let connected = Instant::now();
                    if events.send(BusEvent::Connected).await.is_err() {
                        return;
                    }
                    let why = self.receive(&mut notifications, &events).await;
                    self.connected.store(false, Ordering::Relaxed);
                    tracing::warn!(why, "lost the LISTEN connection; reconnecting");
                    if connected.elapsed() > LAST_WAIT {
                        wait = FIRST_WAIT;
                    }
                    Instant::now()
                }
                // The database is not shared.
                Ok(None) => return,
                Err(error) => {
                    if lost.is_none() {
                        error.warn("cannot LISTEN for other nodes; retrying");
                    }
                    Instant::now()
                }
            };
            lost.get_or_insert(since);
            // Random delays keep nodes that lost the database together from reconnecting together.
            let random = entropy::id(&mut entropy::source()) % 1000;
            sleep(wait.mul_f64(0.5 + f64::from(u32::try_from(random).unwrap_or(0)) / 1000.0)).await;
            wait = (wait * 2).min(LAST_WAIT);
        }
    }

    /// Receives messages until the connection ends, and returns the reason.
    async fn receive(&self, notifications: &mut Notifications, events: &mpsc::Sender<BusEvent>) -> String {
        loop {
            let text = match timeout(LISTEN_TIMEOUT, notifications.next()).await {
                Ok(Ok(Some(text))) => text,
                Ok(Ok(None)) => return "connection closed".to_owned(),
                Ok(Err(error)) => return error.to_string(),
                Err(_) => return format!("no message for {LISTEN_TIMEOUT:?}, not even this node's own"),
            };
            metrics::counter!("touchline_notes_received_total").increment(1);
            // Another version may send messages that this one does not know.
            let Some(heard) = read(&text) else { continue };
            if events.send(BusEvent::Message(heard)).await.is_err() {
                return "server stopping".to_owned();
            }
        }
    }
}
