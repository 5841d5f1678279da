//! A Postgres server that goes silent: its machine is gone, and nothing closes its connections.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use touchline::domain::event::Status;
use touchline::storage::{Database, DatabaseOptions, StorageError, events};

use crate::databases::PostgresDatabase;
use crate::http::DEADLINE;

/// Proxies connections to a server. Connections that are open when `silence` changes stay open but pass nothing more; later
/// ones work.
async fn pass_on(listener: TcpListener, server: String, silence: watch::Receiver<()>) {
    while let Ok((mut client, _)) = listener.accept().await {
        let mut server = TcpStream::connect(&server).await.expect("the tests' Postgres listens");
        let mut silence = silence.clone();
        silence.mark_unchanged();
        tokio::spawn(async move {
            tokio::select! {
                _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
                _ = silence.changed() => std::future::pending().await,
            }
        });
    }
}

#[tokio::test]
async fn connections_to_a_server_that_fell_silent_are_given_up_for_new_ones() {
    let server = PostgresDatabase::create().await;
    let place = server.url.rsplit_once('/').and_then(|(start, _)| start.rsplit_once(['/', '@']));
    let (_, place) = place.expect("the URL names a host");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = server.url.replace(place, &listener.local_addr().unwrap().to_string());
    let (silence, silent) = watch::channel(());
    let passing = tokio::spawn(pass_on(listener, place.to_owned(), silent));

    let options = DatabaseOptions { max_connections: 2, acquire_timeout: Duration::from_millis(500) };
    let db = Database::connect(&url, &options).await.unwrap();
    let (first, second) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    silence.send_replace(());
    let commit = tokio::time::timeout(Duration::from_millis(100), first.commit()).await;
    assert!(commit.is_err(), "the server is not silent: {commit:?}");
    drop(second);
    let mended = tokio::time::timeout(DEADLINE, async {
        while let Err(error) = db.ping().await {
            eprintln!("not yet: {error}");
        }
    });
    mended.await.expect("the silent connections are kept");
    db.begin().await.unwrap().commit().await.unwrap();
    db.close().await;
    passing.abort();
    server.drop().await;
}

#[tokio::test]
async fn a_session_that_has_become_read_only_makes_way_for_one_that_takes_writes() {
    let server = PostgresDatabase::create().await;
    let options = DatabaseOptions { max_connections: 2, acquire_timeout: Duration::from_secs(20) };
    let setup = Database::connect(&server.url, &options).await.unwrap();
    setup.migrate().await.unwrap();
    setup.close().await;
    let name = server.url.rsplit_once('/').unwrap().1.to_owned();
    let mut admin = PgConnection::connect(&PostgresDatabase::server_url()).await.unwrap();
    let set = format!("alter database {name} set default_transaction_read_only = on");
    admin.execute(AssertSqlSafe(set)).await.unwrap();

    let db = Database::connect(&server.url, &options).await.unwrap();
    let write = async || {
        let mut tx = db.begin().await?;
        let event = super::event("1", Status::Live);
        events::add(&mut tx, &event, "epoch", super::at(0)).await?;
        tx.commit().await
    };
    assert!(matches!(write().await, Err(StorageError::Unavailable(_))));
    // Another server has taken over; open sessions do not notice.
    let reset = format!("alter database {name} reset default_transaction_read_only");
    admin.execute(AssertSqlSafe(reset)).await.unwrap();
    write().await.expect("the session was replaced");
    db.close().await;
    server.drop().await;
}
