//! Postgres notifications (`NOTIFY`, `LISTEN`): short texts sent to all listeners on the same database.

use sqlx::postgres::{PgConnectOptions, PgListener, PgPoolOptions};
use sqlx::{PgConnection, PgPool};

use super::StorageError;

/// The channel. Notifications stay within their database.
const CHANNEL: &str = "touchline";
/// Payloads must be shorter than this (Postgres manual, NOTIFY).
pub const PAYLOAD_BYTES: usize = 8000;

/// Sends notifications in their own transaction.
pub(super) async fn send(pool: &PgPool, payloads: &[String]) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_notify($1, payload) from unnest($2::text[]) as payloads (payload)")
        .bind(CHANNEL)
        .bind(payloads)
        .execute(pool)
        .await
        .map(|_| ())
}

/// Sends a notification when the transaction commits.
pub(super) async fn send_in(tx: &mut PgConnection, payload: &str) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(payload).execute(tx).await.map(|_| ())
}

/// Starts listening: receives everything sent from now on. The connection does not come from the shared pool,
/// because `LISTEN` lasts as long as its session.
pub(super) async fn listen(server: &PgConnectOptions) -> Result<Notifications, sqlx::Error> {
    let name = format!("{} listener", server.get_application_name().unwrap_or("touchline"));
    let own = PgPoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(server.clone().application_name(&name))
        .await?;
    let mut listener = PgListener::connect_with(&own).await?;
    listener.ignore_pool_close_event(true);
    // The caller reconnects, because it must read what it missed.
    listener.eager_reconnect(false);
    listener.listen(CHANNEL).await?;
    Ok(Notifications(listener))
}

/// A stream of notifications.
#[derive(Debug)]
pub struct Notifications(PgListener);

impl Notifications {
    /// The next payload. After an error, or after the end (`None`), listen again: notifications sent in between are
    /// lost.
    pub async fn next(&mut self) -> Result<Option<String>, StorageError> {
        Ok(self.0.try_recv().await?.map(|notification| notification.payload().to_owned()))
    }
}
