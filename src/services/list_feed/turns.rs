//! Whose turn it is to read the database for lists.

use tokio::sync::{Mutex, MutexGuard};

/// Readers take turns, so that pages and changes have an order. The reader of changes waits for at most one client, however
/// many clients wait.
#[derive(Default)]
pub(super) struct Turns<T> {
    reading: Mutex<T>,
    /// Held by the client that reads or reads next.
    client: Mutex<()>,
}

/// The turn of a client, until it is dropped.
pub(super) struct ClientTurn<'a, T> {
    pub(super) reading: MutexGuard<'a, T>,
    _client: MutexGuard<'a, ()>,
}

impl<T> Turns<T> {
    /// Waits for the turn of a client; clients come in the order of their calls.
    pub(super) async fn of_client(&self) -> ClientTurn<'_, T> {
        let client = self.client.lock().await;
        ClientTurn { reading: self.reading.lock().await, _client: client }
    }

    /// Waits for the turn of the changes. Call it from one task at a time.
    pub(super) async fn of_changes(&self) -> MutexGuard<'_, T> {
        self.reading.lock().await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn changes_wait_for_one_client_however_many_wait() {
        let turns = Arc::new(Turns::<Vec<&str>>::default());
        let first = turns.of_client().await;
        let mut tasks = Vec::new();
        for _ in 0..64 {
            let turns = turns.clone();
            tasks.push(tokio::spawn(async move { turns.of_client().await.reading.push("client") }));
        }
        // This runtime has one thread, so all of them wait before this task goes on.
        tokio::task::yield_now().await;
        let changes = tokio::spawn({
            let turns = turns.clone();
            async move { turns.of_changes().await.push("changes") }
        });
        tokio::task::yield_now().await;
        drop(first);
        changes.await.expect("it does not panic");
        for task in tasks {
            task.await.expect("it does not panic");
        }
        let order = turns.of_changes().await;
        assert_eq!((order.len(), &order[..1]), (65, &["changes"][..]));
    }
}
