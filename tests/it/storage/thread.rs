//! The thread of an SQLite connection ends: nothing counts as done, and other connections continue.

use std::time::Duration;

use touchline::domain::event::{EventFilter, Status};
use touchline::storage::events::PageQuery;
use touchline::storage::{Database, DatabaseOptions, StorageError, events};
use tracing::instrument::WithSubscriber as _;
use tracing::span::Id;
use tracing::{Instrument as _, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use super::{at, event, event_and_scorer};
use crate::databases::{Folder, options};
use crate::http::DEADLINE;

/// Panics in the thread of the connection that runs a statement, which ends the thread.
struct EndsThread;

impl<S: Subscriber> Layer<S> for EndsThread {
    fn on_enter(&self, _: &Id, _: Context<'_, S>) {
        let thread = std::thread::current();
        assert!(!thread.name().unwrap_or_default().starts_with("sqlx-sqlite"), "the test ends this thread");
    }
}

/// Does some work on a connection whose thread ends meanwhile. There must be an answer.
async fn ending_its_thread<T>(work: impl Future<Output = T>) -> T {
    let work = async { work.instrument(tracing::info_span!("the test's")).await };
    let work = work.with_subscriber(tracing_subscriber::registry().with(EndsThread));
    tokio::time::timeout(DEADLINE, work).await.expect("the thread that ends leaves nobody without an answer")
}

async fn count(db: &Database) -> usize {
    let filter = EventFilter::default();
    let page = PageQuery { filter: &filter, scorer: None, after: None, limit: 100 };
    events::list(db, page).await.expect("the database answers").events.len()
}

#[tokio::test]
async fn a_connection_whose_thread_ends_is_replaced_and_nothing_is_taken_for_done() {
    let folder = Folder::new();
    let options = DatabaseOptions { acquire_timeout: Duration::from_secs(8), ..options() };
    let db = Database::connect(&folder.sqlite_url(), &options).await.unwrap();
    db.migrate().await.unwrap();
    let (_, scorer) = event_and_scorer(&db).await;
    assert_eq!(count(&db).await, 1);

    let assign = async |id: &str| -> Result<(), StorageError> {
        let mut tx = db.begin().await?;
        let event = event(id, Status::Live);
        events::add(&mut tx, &event, "epoch", at(0)).await?;
        events::assign(&mut tx, &event.event_id, scorer, at(1)).await?;
        ending_its_thread(tx.commit()).await
    };
    let committed = assign("lost").await;
    assert!(matches!(committed, Err(StorageError::Unavailable(_))), "{committed:?}");

    // Others keep writing over another connection.
    let mut tx = db.begin().await.expect("a connection is there again");
    let added = events::add(&mut tx, &event("kept", Status::Live), "epoch", at(2)).await;
    assert!(added.expect("it is added"));
    tx.commit().await.expect("it is committed");
    assert_eq!((db.replaced(), count(&db).await), (1, 2), "what was not committed is not there");

    // The same for a reading connection. (In one run of four its thread accepts the statement while it ends.)
    let read = ending_its_thread(db.ping()).await;
    assert!(matches!(read, Err(StorageError::Unavailable(_))), "{read:?}");
    for _ in 0..20 {
        assert_eq!(count(&db).await, 2);
    }
    assert_eq!(db.replaced(), 1);
    db.close().await;
}
