//! A node's notifications go out even if the sending task is cancelled.

use std::future::Future as _;
use std::pin::pin;
use std::task::{Context, Waker};

use tokio::task::yield_now;
use tokio::time::timeout;
use touchline::cluster::bus::Bus;
use touchline::cluster::message::{ClusterMessage, read};
use touchline::domain::id::EventId;
use touchline::storage::{Database, DatabaseOptions};

use crate::databases::{PostgresDatabase, options};
use crate::http::DEADLINE;

/// A send is cancelled once at each of its first steps, up to this many.
const STEPS: usize = 40;

#[tokio::test]
async fn a_send_that_is_cancelled_loses_no_note() {
    let postgres = PostgresDatabase::create().await;
    // One connection, so that the test can make a send wait for it.
    let one = DatabaseOptions { max_connections: 1, ..options() };
    let (sender, listener) =
        (Database::connect(&postgres.url, &one).await, Database::connect(&postgres.url, &options()).await);
    let (sender, listener) = (sender.expect("a database"), listener.expect("a database"));
    let mut heard = listener.listen().await.expect("it listens").expect("Postgres has notifications");
    let bus = Bus::new(&sender, "node");
    let message = |n: usize| {
        ClusterMessage::Log(EventId::parse("match").expect("an id"), i64::try_from(n).expect("a few"))
    };

    let mut told = 0;
    for is_held in [true, false] {
        let holder = if is_held { Some(sender.begin().await.expect("a connection")) } else { None };
        for steps in 1..=STEPS {
            bus.publish(&message(told));
            told += 1;
            let mut sending = pin!(bus.flush());
            for _ in 0..steps {
                if sending.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                    assert!(!is_held, "it had no connection");
                    break;
                }
                yield_now().await;
            }
        }
        drop(holder);
    }
    bus.flush().await.expect("it is sent");
    assert!(bus.is_idle());

    // A cancelled notification may arrive twice.
    let mut next = 0;
    while next < told {
        let text = timeout(DEADLINE, heard.next()).await.expect("all of them come").expect("it listens");
        let ClusterMessage::Log(_, n) = read(&text.expect("it listens on")).expect("a message").message
        else {
            panic!("another message")
        };
        let n = usize::try_from(n).expect("a number");
        assert!(n <= next, "message {next} was lost");
        next = next.max(n + 1);
    }
    for database in [sender, listener] {
        database.close().await;
    }
    postgres.drop().await;
}
