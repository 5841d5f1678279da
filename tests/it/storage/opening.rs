//! Opening a database: messages for operators, and concurrent programs.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use tokio::net::TcpListener;
use tokio::sync::Barrier;
use touchline::storage::{Database, DatabaseOptions, events};
use uuid::Uuid;

use super::{event_and_scorer, event_id};
use crate::databases::{Folder, PostgresDatabase, each, each_url, execute, options};

/// The error message for a URL.
async fn refusal(url: &str) -> String {
    let options = DatabaseOptions { acquire_timeout: Duration::from_secs(2), ..options() };
    let text = Database::connect(url, &options).await.expect_err(url).to_string();
    assert!(!text.contains('\n') && !text.contains("secret"), "{text}");
    text
}

#[tokio::test]
async fn a_url_that_cannot_be_used_is_explained() {
    for (url, part) in [
        ("mysql://root:secret@localhost/x", "mysql: is not supported"),
        ("data/touchline.db", "it has no scheme"),
        ("postgres://user:secret@host:port/x", "DATABASE_URL is not a database URL"),
        ("sqlite::memory:", "DATABASE_URL names no file"),
        ("sqlite://x?mode=memory", "DATABASE_URL names no file"),
        ("sqlite://", "DATABASE_URL names no file"),
    ] {
        let text = refusal(url).await;
        assert!(text.contains(part) && text.contains("sqlite://data/touchline.db"), "{url}: {text}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_listen_or_answer_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap().to_string();
    let text = refusal(&format!("postgres://user:secret@{place}/x")).await;
    assert_eq!(
        text,
        format!(
            "cannot reach Postgres at {place} (timed out after 2s); start Postgres, or correct DATABASE_URL"
        )
    );
    drop(listener);
    let text = refusal(&format!("postgres://user:secret@{place}/x")).await;
    assert!(text.starts_with(&format!("cannot reach Postgres at {place} (Connection refused")), "{text}");
}

#[tokio::test]
async fn a_database_that_the_server_does_not_have_is_named() {
    let url = PostgresDatabase::server_url();
    let (server, _) = url.rsplit_once('/').unwrap();
    let text = refusal(&format!("{server}/no_such_database")).await;
    assert!(
        text.contains("has no database no_such_database; create it (createdb no_such_database)"),
        "{text}"
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_and_a_file_of_another_kind_are_named() {
    let folder = Folder::new();
    let file = folder.0.join("notes.txt");
    std::fs::write(&file, "These are notes, and not a database at all. ".repeat(100)).unwrap();
    let text = refusal(&format!("sqlite://{}/x/touchline.db", file.display())).await;
    assert!(
        text.starts_with(&format!("cannot create the folder {}/x for the database (", file.display())),
        "{text}"
    );
    let text = refusal(&format!("sqlite://{}", file.display())).await;
    assert!(text.starts_with(&format!("{} is not an SQLite database;", file.display())), "{text}");
}

#[tokio::test]
async fn the_folder_and_the_file_are_made() {
    let folder = Folder::new();
    let path = folder.0.join("a/b c/touchline.db");
    let db = Database::connect(&format!("sqlite://{}", path.display()), &options()).await.unwrap();
    db.migrate().await.unwrap();
    db.ping().await.unwrap();
    assert_eq!(db.engine(), "sqlite");
    let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
    for made in ["a", "a/b c"] {
        assert_eq!(mode(&folder.0.join(made)), 0o700, "{made}");
    }
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{}{suffix}", path.display());
        assert_eq!(mode(Path::new(&file)), 0o600, "{file}");
    }
    db.close().await;

    // A file from an earlier version: other users lose access, its group keeps it.
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o644)).unwrap();
    let db = Database::connect(&format!("sqlite://{}", path.display()), &options()).await.unwrap();
    assert_eq!(mode(&path), 0o640);
    db.close().await;
}

#[tokio::test]
async fn a_database_in_another_encoding_is_refused() {
    let url = PostgresDatabase::server_url();
    let (server, _) = url.rsplit_once('/').unwrap();
    let name = format!("ascii_{}", Uuid::now_v7().simple());
    let create = format!("create database {name} encoding 'SQL_ASCII' template template0 locale 'C'");
    let mut admin = PgConnection::connect(&url).await.unwrap();
    admin.execute(AssertSqlSafe(create)).await.unwrap();
    let text = refusal(&format!("{server}/{name}")).await;
    assert!(text.contains("uses the encoding SQL_ASCII; create one with UTF8"), "{text}");
    admin.execute(AssertSqlSafe(format!("drop database {name}"))).await.unwrap();
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_with_a_clear_line() {
    let newer = "insert into _sqlx_migrations (version, description, success, checksum, execution_time)
        values (9999, 'later', true, 'x', 0)";
    each_url(async |url| {
        let db = Database::connect(url, &options()).await.unwrap();
        db.migrate().await.unwrap();
        execute(url, newer).await.unwrap();
        let text = db.migrate().await.expect_err("the schema is newer").to_string();
        let start = "the database was used by a newer Touchline (its schema has version 9999";
        assert!(text.starts_with(start) && text.contains("start the newer program"), "{text}");
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_that_start_at_once_do_not_collide() {
    each_url(async |url| {
        let start = Arc::new(Barrier::new(6));
        let mut programs = tokio::task::JoinSet::new();
        for _ in 0..6 {
            let (url, start) = (url.to_owned(), Arc::clone(&start));
            programs.spawn(async move {
                start.wait().await;
                let db = Database::connect(&url, &options()).await.expect("the database opens");
                start.wait().await;
                db.migrate().await.expect("the schema is brought up to date");
                assert!(events::find(&db, &event_id("1")).await.unwrap().is_none());
                db.close().await;
            });
        }
        programs.join_all().await;
    })
    .await;
}

#[tokio::test]
async fn the_schema_is_brought_up_to_date_twice_without_harm() {
    each(async |db| {
        let (id, _) = event_and_scorer(&db).await;
        db.migrate().await.unwrap();
        assert!(events::find(&db, &id).await.unwrap().is_some());
    })
    .await;
}
