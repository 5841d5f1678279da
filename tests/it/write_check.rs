//! A database that refuses writes: the start, `touchline doctor` and `/readyz` say so, and how to fix it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rustix::process::getuid;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::time::timeout;

use crate::databases::{Folder, PostgresDatabase, query};
use crate::http::{DEADLINE, pause, until};
use crate::server::{Server, program, secret};
use crate::socket::Client;

async fn score(admin: &mut Client, n: i64) -> Value {
    admin.call("score", &json!({ "eventId": "match", "data": { "n": n } })).await
}

/// Asserts that a score is refused.
async fn refused(admin: &mut Client) {
    let answer = score(admin, 0).await;
    assert_eq!(answer["error"]["code"], "unavailable", "{answer}");
}

/// Retries a score until it is accepted, as scorers do.
async fn taken(admin: &mut Client) {
    until("a score is taken", async || score(admin, 1).await["ok"] == true).await;
}

#[tokio::test]
async fn a_disk_that_takes_no_writes_any_more_makes_the_node_unready_until_it_does() {
    let folder = Folder::new();
    let server = Server::start_with_file_limit(&folder.sqlite_url()).await;
    let mut admin = server.admin_with_event("match").await;
    server.until_ready(200).await;
    server.limit_files(Some(0));
    let said = server.until_ready(503).await;
    assert!(said.contains("refuses writes") && said.contains("disk I/O error"), "{said}");
    refused(&mut admin).await;
    server.until_log("not ready").await;
    assert_eq!(server.get("/healthz").await.status, 200);
    server.limit_files(None);
    server.until_ready(200).await;
    taken(&mut admin).await;
}

#[tokio::test]
async fn postgres_that_becomes_read_only_makes_the_node_unready_until_it_takes_writes() {
    let database = PostgresDatabase::create().await;
    let server = Server::start(&database.url, &[]).await;
    let mut admin = server.admin_with_event("match").await;
    let name = database.url.rsplit_once('/').expect("the URL names a database").1;
    let mut postgres = PgConnection::connect(&PostgresDatabase::server_url()).await.expect("it answers");
    let mut command = async |text: String| postgres.execute(AssertSqlSafe(text)).await.expect("it obeys");
    command(format!("alter database {name} set default_transaction_read_only = on")).await;
    command(format!("select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'")).await;
    let said = server.until_ready(503).await;
    let said = if said.contains("read-only") { said } else { until_said(&server, "read-only").await };
    assert!(said.contains("refuses writes"), "{said}");
    refused(&mut admin).await;
    command(format!("alter database {name} reset default_transaction_read_only")).await;
    server.until_ready(200).await;
    taken(&mut admin).await;
    drop(server);
    database.drop().await;
}

/// Waits until `/readyz` contains these words, and returns its body.
async fn until_said(server: &Server, words: &str) -> String {
    let until = async {
        loop {
            let said = server.until_ready(503).await;
            if said.contains(words) {
                return said;
            }
            pause().await;
        }
    };
    timeout(DEADLINE, until).await.expect("it is said in time")
}

#[tokio::test]
async fn a_database_file_that_is_deleted_or_replaced_takes_no_score_until_it_is_back() {
    let folder = Folder::new();
    let (file, aside) = (folder.0.join("touchline.db"), folder.0.join("aside.db"));
    let server = Server::start(&folder.sqlite_url(), &[]).await;
    let mut admin = server.admin_with_event("match").await;
    std::fs::rename(&file, &aside).expect("it can be moved");
    // Scores continue meanwhile: their commits do not hide that the file is gone.
    until("the lost file is noticed", async || score(&mut admin, 1).await["ok"] != true).await;
    // A slow disk may also make the server unready for a moment.
    let said = until_said(&server, "deleted or replaced").await;
    assert!(said.contains("move the file back"), "{said}");
    std::fs::copy(&aside, &file).expect("another file takes its place");
    for _ in 0..3 {
        refused(&mut admin).await;
    }
    until_said(&server, "deleted or replaced").await;
    std::fs::rename(&aside, &file).expect("it can be moved back");
    server.until_ready(200).await;
    taken(&mut admin).await;
    std::fs::remove_file(&file).expect("it can be deleted");
    until_said(&server, "deleted or replaced").await;
    for _ in 0..3 {
        refused(&mut admin).await;
    }
    assert!(!file.exists(), "nobody makes another one");
}

/// The tables of a database with their row counts.
async fn rows(url: &str) -> Vec<(String, i64)> {
    let tables = if url.starts_with("sqlite") {
        "select name from sqlite_schema where type = 'table' order by name"
    } else {
        "select tablename::text from pg_tables where schemaname = 'public' order by tablename"
    };
    let mut rows = Vec::new();
    for (table,) in query::<(String,)>(url, tables).await {
        let counted: Vec<(i64,)> = query(url, format!("select count(*) from \"{table}\"").leak()).await;
        rows.push((table, counted[0].0));
    }
    rows
}

#[tokio::test]
async fn the_check_leaves_a_database_as_it_was_and_as_large() {
    for postgres in [None, Some(PostgresDatabase::create().await)] {
        let folder = Folder::new();
        let url = postgres.as_ref().map_or_else(|| folder.sqlite_url(), |postgres| postgres.url.clone());
        // The server creates the tables; nothing writes to them afterwards.
        let mut server = Server::start(&url, &[]).await;
        server.terminate();
        server.exit().await;
        let steps = "select version, description from _sqlx_migrations order by version";
        let before: Vec<(i64, String)> = query(&url, steps).await;
        let rows_before = rows(&url).await;
        let size = if postgres.is_some() {
            "select pg_relation_size('_sqlx_migrations')"
        } else {
            "select page_count from pragma_page_count"
        };
        let [(pages,)]: [(i64,); 1] = query(&url, size).await.try_into().expect("a row");
        let database = touchline::storage::Database::connect(&url, &crate::databases::options()).await;
        let database = database.expect("the database opens");
        // Postgres writes a new version of each row, and frees the old ones when nobody can need them any more.
        let mut known = pages;
        let mut stays = false;
        for _ in 0..20 {
            for _ in 0..300 {
                database.require_writes().await.expect("it takes writes");
            }
            let [(after,)]: [(i64,); 1] = query(&url, size).await.try_into().expect("a row");
            stays = after == known;
            if stays || postgres.is_none() {
                break;
            }
            known = after;
        }
        assert!(stays, "{pages} became {known}, and goes on");
        database.close().await;
        assert_eq!(query::<(i64, String)>(&url, steps).await, before);
        assert_eq!(rows(&url).await, rows_before);
        if let Some(postgres) = postgres {
            postgres.drop().await;
        }
    }
}

/// Runs the program on a database of another user, where it cannot write; returns the output.
async fn as_somebody_else(command: &str, folder: &Path) -> String {
    let url = format!("sqlite://{}/touchline.db", folder.display());
    let settings = [("DATABASE_URL", url.as_str()), ("BIND_ADDR", "127.0.0.1:0"), ("SECRET_KEY", secret())];
    let mut program = program(&[command], &settings);
    if getuid().is_root() {
        program.uid(65_534).gid(65_534);
    }
    let output = timeout(DEADLINE, program.output()).await.expect("it exits in time").expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[tokio::test]
async fn a_file_that_cannot_be_written_ends_the_start_with_its_owner_and_the_doctor_names_it() {
    let folder = Folder::new();
    let mut server = Server::start(&folder.sqlite_url(), &[]).await;
    server.terminate();
    server.exit().await;
    let set = |path: &Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    for mode in [0o444, 0o400] {
        set(&folder.0.join("touchline.db"), mode);
        set(&folder.0, 0o555);
        for command in ["serve", "doctor"] {
            let said = as_somebody_else(command, &folder.0).await;
            let words =
                ["cannot write to the database", "touchline.db belongs to user", "cannot write it", "chown"];
            assert!(words.iter().all(|words| said.contains(words)), "{command}: {said}");
        }
        set(&folder.0, 0o755);
    }
}

#[tokio::test]
async fn postgres_that_takes_no_writes_ends_the_start_and_the_doctor_names_it() {
    let database = PostgresDatabase::create().await;
    let read_only = format!("{}?options=-c%20default_transaction_read_only%3Don", database.url);
    // With and without a schema.
    for _ in 0..2 {
        let settings =
            [("DATABASE_URL", read_only.as_str()), ("BIND_ADDR", "127.0.0.1:0"), ("SECRET_KEY", secret())];
        for (command, topic) in [("serve", "touchline: "), ("doctor", "WRONG   writes")] {
            let output = crate::server::run(&[command], &settings).await;
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            let line = said.lines().find(|line| line.starts_with(topic));
            let line = line.unwrap_or_else(|| panic!("{command}: {said}"));
            let words = ["refuses writes", "read-only transaction", "set DATABASE_URL to the primary"];
            assert!(words.iter().all(|words| line.contains(words)), "{command}: {said}");
        }
        drop(Server::start(&database.url, &[]).await);
    }
    database.drop().await;
}
