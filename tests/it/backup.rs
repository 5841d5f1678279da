//! Backups of a running server, made and restored as docs/operations.md describes.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::databases::{Folder, PostgresDatabase};
use crate::server::{Server, run};
use crate::socket::Client;

async fn score(admin: &mut Client, numbers: std::ops::RangeInclusive<i64>) {
    for n in numbers {
        admin.done("score", &json!({ "eventId": "match", "data": { "n": n } })).await;
    }
}

/// Rejoins with `since`: returns whether it recovered, and the first score.
async fn come_back(server: &Server, since: &Value) -> (bool, Vec<Value>) {
    let mut client = Client::guest(server.address).await;
    let answer = client.done("join", &json!({ "eventId": "match", "since": since })).await;
    (answer["recovered"] == true, client.message("score").await)
}

/// Publishes five updates, makes a backup, publishes three more that are lost, and checks what clients see after the
/// restore.
async fn restored(url: &str, backup: impl AsyncFn(), restore: impl AsyncFn() -> String) {
    let mut first = Server::start(url, &[]).await;
    let mut admin = first.admin_with_event("match").await;
    score(&mut admin, 1..=5).await;
    backup().await;
    score(&mut admin, 6..=8).await;
    let epoch = first.event("match").await["epoch"].clone();
    let since = json!({ "epoch": epoch, "seq": 8 });
    first.kill().await;

    let url = restore().await;
    let done = run(&["restored"], &[("DATABASE_URL", &url)]).await;
    assert!(done.status.success(), "{done:?}");
    let server = Server::start(&url, &[]).await;
    let (recovered, first_score) = come_back(&server, &since).await;
    assert!(!recovered);
    assert_eq!((&first_score[0]["n"], &first_score[1]["kind"]), (&json!(5), &json!("snapshot")));
    // New updates reuse the numbers of the lost ones, so clients that saw the lost ones must not continue from them.
    let token = server.token("later", "admin", &[]).await;
    score(&mut Client::admin(server.address, &token).await, 106..=110).await;
    let (recovered, first_score) = come_back(&server, &since).await;
    assert!(!recovered, "{first_score:?}");
    assert_eq!((&first_score[0]["n"], &first_score[1]["seq"]), (&json!(110), &json!(10)));
}

#[tokio::test]
async fn after_a_restore_of_sqlite_who_had_seen_more_is_sent_a_snapshot() {
    let folder = Folder::new();
    let (file, copy, place) = (folder.0.join("live.db"), folder.0.join("copy.db"), folder.0.join("new.db"));
    let url = |file: &Path| format!("sqlite://{}", file.display());
    let backup = async || {
        let done = back_up(&url(&file), &copy).await;
        assert!(done.status.success(), "{done:?}");
        let mode = std::fs::metadata(&copy).expect("the backup is a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        // A second one does not overwrite it.
        let content = std::fs::read(&copy).expect("the backup is readable");
        let again = back_up(&url(&file), &copy).await;
        assert_eq!(again.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&again.stderr).contains("is not overwritten"), "{again:?}");
        assert_eq!(std::fs::read(&copy).expect("it is still there"), content);
        let files = std::fs::read_dir(&folder.0).expect("the folder exists").count();
        let no_folder = back_up(&url(&file), &folder.0.join("no/folder.db")).await;
        assert_eq!(no_folder.status.code(), Some(1));
        assert_eq!(
            std::fs::read_dir(&folder.0).expect("the folder exists").count(),
            files,
            "nothing is left over"
        );
    };
    let restore = async || {
        std::fs::copy(&copy, &place).expect("the backup is a file");
        url(&place)
    };
    restored(&url(&file), backup, restore).await;
}

#[tokio::test]
async fn after_a_restore_of_postgres_who_had_seen_more_is_sent_a_snapshot() {
    let folder = Folder::new();
    let (database, place) = (PostgresDatabase::create().await, PostgresDatabase::create().await);
    let file = folder.0.join("touchline.dump").display().to_string();
    let said = back_up(&database.url, &folder.0.join("it's.dump")).await;
    assert_eq!(said.status.code(), Some(1));
    let line = String::from_utf8(said.stdout).expect("text");
    assert!(line.starts_with("pg_dump --format=custom --file '") && line.contains(r"it'\''s.dump"), "{line}");
    assert!(line.ends_with("\"$DATABASE_URL\"\n"), "{line}");
    let backup = async || postgres("pg_dump", &["--format=custom", "--file", &file, &database.url]).await;
    let restore = async || {
        postgres("pg_restore", &["--no-owner", "--exit-on-error", "--dbname", &place.url, &file]).await;
        place.url.clone()
    };
    restored(&database.url, backup, restore).await;
    database.drop().await;
    place.drop().await;
}

async fn back_up(url: &str, file: &Path) -> Output {
    run(&["backup", &file.display().to_string()], &[("DATABASE_URL", url)]).await
}

/// Runs a program of the tests' Postgres installation.
async fn postgres(program: &str, arguments: &[&str]) {
    #[expect(clippy::disallowed_methods, reason = "a test's own setting, not the program's")]
    let folder = std::env::var("TEST_POSTGRES_BIN").map_or_else(|_| PathBuf::new(), PathBuf::from);
    succeed(Command::new(folder.join(program)).args(arguments)).await;
}

async fn succeed(command: &mut Command) {
    let output = command.output().await.expect("the program is installed: make system");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
