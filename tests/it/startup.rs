//! The program starts, or says in one clear line why not.

use std::process::Output;

use tokio::net::TcpListener;

use touchline::storage::Database;

use crate::databases::{Folder, PostgresDatabase, each_url, execute, options};
use crate::server::{Server, run};

/// The program's output, which must be short and without a panic.
fn said(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).expect("text");
    assert!(!said.contains("panicked") && !said.contains("RUST_BACKTRACE"), "{said}");
    assert_eq!(output.stdout, b"", "{said}");
    said
}

/// Starts a server that must fail to start; returns its last line.
async fn failure(settings: &[(&str, &str)]) -> String {
    let output = run(&["serve"], settings).await;
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{settings:?}: {said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("touchline: "), "{said}");
    said
}

#[tokio::test]
async fn a_setting_that_does_not_parse_is_named() {
    let folder = Folder::new();
    // If a bad setting is accepted by mistake, this address makes the start fail with another line.
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut wrong = Vec::new();
    for (name, value) in [
        ("BIND_ADDR", "localhost"),
        ("BIND_ADDR", "127.0.0.1:70000"),
        ("ADMIN_ADDR", "localhost"),
        ("LOG_FORMAT", "xml"),
        ("PING_INTERVAL", "soon"),
        ("PING_INTERVAL", "0s"),
        ("PING_TIMEOUT", "25"),
        ("PING_TIMEOUT", "0s"),
        ("CONNECT_TIMEOUT", "-1s"),
        ("HEARTBEAT_REQUIRED", "maybe"),
        ("MAX_PACKET", "64 potatoes"),
        ("MAX_ATTACHMENTS", "-1"),
        ("QUEUE_SIZE", "0"),
        ("QUEUE_SIZE", "18446744073709551615"),
        ("BEHIND_TIMEOUT", "x"),
        ("MAX_CONNECTIONS", "many"),
        ("MAX_CONNECTIONS", "18446744073709551615"),
        ("HANDSHAKE_RATE", "2000"),
        ("SOCKET_RATE", "0/20s"),
        ("RECOVERY_LIMIT", "x"),
        ("OTP_DIGITS", "3"),
        ("SINGLE_DEVICE", "both"),
        ("DATABASE_CONNECTIONS", "0"),
    ] {
        let url = folder.sqlite_url();
        let settings = [("DATABASE_URL", url.as_str()), ("BIND_ADDR", &address), (name, value)];
        let output = run(&["serve"], &settings).await;
        let said = said(&output);
        let flag = name.to_lowercase().replace('_', "-");
        let line = said.lines().next().unwrap_or_default();
        if output.status.code() != Some(2) || !(line.contains(&flag) || line.contains(name)) {
            wrong.push(format!("{name}={value}: {said}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    let output = run(&["serve", "--no-such-flag"], &[]).await;
    assert_eq!((output.status.code(), said(&output).contains("--no-such-flag")), (Some(2), true));
    let url = folder.sqlite_url();
    assert!(failure(&[("LOG_LEVEL", "a=b=c"), ("DATABASE_URL", &url)]).await.contains("LOG_LEVEL"));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = Folder::new();
    let said = failure(&[("DATABASE_URL", &folder.sqlite_url()), ("BIND_ADDR", &address)]).await;
    assert!(said.contains(&address) && said.contains("BIND_ADDR"), "{said}");
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_named() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("text.db"), "not a database, but a text of some length".repeat(40)).unwrap();
    let nothing_there = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let postgres = PostgresDatabase::server_url();
    let (server, _) = postgres.rsplit_once('/').unwrap();
    for (url, word) in [
        (String::new(), "DATABASE_URL"),
        ("nonsense".to_owned(), "DATABASE_URL"),
        ("mysql://root@localhost/x".to_owned(), "DATABASE_URL"),
        ("sqlite::memory:".to_owned(), "DATABASE_URL"),
        (format!("sqlite://{}/text.db", folder.0.display()), "not an SQLite database"),
        (format!("sqlite://{}", folder.0.display()), "database"),
        ("sqlite:///proc/none/t.db".to_owned(), "/proc/none"),
        (format!("postgres://someone:secret@{nothing_there}/x"), "cannot reach"),
        ("postgres://someone:secret@host.invalid/x".to_owned(), "cannot reach"),
        (format!("{server}/no_such_database"), "no_such_database"),
        (postgres.replace("postgres@", "no_such_user@"), "no_such_user"),
    ] {
        let said = failure(&[("DATABASE_URL", &url), ("BIND_ADDR", "127.0.0.1:0")]).await;
        assert!(said.contains(word), "{url}: {said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone() {
    each_url(async |url| {
        let database = Database::connect(url, &options()).await.expect("a new database opens");
        database.migrate().await.expect("the schema is created");
        database.close().await;
        let newer = "update _sqlx_migrations set version = 99999999999999 where version = 1";
        execute(url, newer).await.expect("the migrations are rows");
        let settings = [("DATABASE_URL", url), ("BIND_ADDR", "127.0.0.1:0")];
        let said = failure(&settings).await;
        assert!(said.contains("newer"), "{said}");
        let output = run(&["token", "list"], &settings).await;
        assert_eq!(output.status.code(), Some(1), "{output:?}");
    })
    .await;
}

#[tokio::test]
async fn a_command_makes_no_database_and_names_the_one_that_it_uses() {
    let folder = Folder::new();
    let url = folder.sqlite_url();
    let file = folder.0.join("touchline.db").display().to_string();
    let create = ["token", "create", "--email", "ann@example.org", "--role", "admin"];
    for arguments in [&create[..], &["token", "list"], &["verify"], &["restored"], &["migrate"]] {
        let output = run(arguments, &[("DATABASE_URL", &url)]).await;
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success() && said.contains(&format!("no database {file}")), "{said}");
        assert!(!folder.0.join("touchline.db").exists(), "{arguments:?} made one");
    }
    let _server = Server::start(&url, &[]).await;
    for arguments in [&create[..], &["token", "list"], &["verify"]] {
        let output = run(arguments, &[("DATABASE_URL", &url)]).await;
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(output.status.success() && said.contains(&format!("database: {file}")), "{said}");
    }
}

#[tokio::test]
async fn started_it_says_where_it_listens_and_makes_the_databases_folder() {
    let folder = Folder::new();
    let url = format!("sqlite://{}/deep/er/touchline.db", folder.0.display());
    let mut server = Server::start(&url, &[("LOG_FORMAT", "json")]).await;
    assert!(folder.0.join("deep/er/touchline.db").is_file());
    assert_eq!(server.get("/healthz").await.status, 200);
    server.terminate();
    let (status, printed) = server.exit().await;
    assert!(status.success());
    assert_eq!(printed, Vec::<String>::new(), "stdout has the one line alone");
    for line in server.log().lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
}

/// The settings in the contract, with their defaults.
const SETTINGS: &[(&str, &str)] = &[
    ("PING_INTERVAL", "25s"),
    ("PING_TIMEOUT", "20s"),
    ("CONNECT_TIMEOUT", "10s"),
    ("HEARTBEAT_TIMEOUT", "120s"),
    ("HEARTBEAT_REQUIRED", "false"),
    ("MAX_PACKET", "64KiB"),
    ("MAX_ADMIN_PACKET", "1MiB"),
    ("MAX_MESSAGE", "4KiB"),
    ("MAX_ATTACHMENTS", "4"),
    ("QUEUE_SIZE", "128"),
    ("BEHIND_TIMEOUT", "20s"),
    ("MAX_EVENTS_PER_SOCKET", "20"),
    ("HANDSHAKE_RATE", "2000/1s"),
    ("SOCKET_RATE", "50/20s"),
    ("SOCKET_HARD_RATE", "100/1s"),
    ("REACTION_RATE", "10/10s"),
    ("MESSAGE_RATE", "5/10s"),
    ("JOIN_RATE", "40/10s"),
    ("READ_RATE", "20/10s"),
    ("READ_BYTES", "8MiB/10s"),
    ("READ_BUDGET", "128MiB/1s"),
    ("ACTION_RATE", "5/1s"),
    ("REACTION_SINGLES", "20/1s"),
    ("PULSE_INTERVAL", "250ms"),
    ("PULSE_BEAT", "10s"),
    ("OTP_DIGITS", "8"),
    ("OTP_TTL", "10m"),
    ("OTP_TRIES", "5"),
    ("OTP_FAILURES", "10/1h"),
    ("OTP_FAILURES_TOTAL", "100/1h"),
    ("OTP_RESEND", "60s"),
    ("OTP_PER_ADDRESS", "5/1h"),
    ("OTP_PER_ADDRESS_TOTAL", "20/1h"),
    ("OTP_PER_IP", "20/1h"),
    ("OTP_TOTAL", "4000/1h"),
    ("MAIL_QUEUE", "10000"),
    ("TICKET_TTL", "120s"),
    ("SESSION_TTL", "30d"),
    ("SESSION_MAX", "90d"),
    ("SINGLE_DEVICE", "replace"),
    ("RECOVERY_LIMIT", "300"),
    ("COMMENT_LENGTH", "200"),
    ("TEXT_LENGTH", "500"),
    ("NAME_LENGTH", "40"),
    ("BIND_ADDR", "127.0.0.1:3000"),
    ("ADMIN_ADDR", ""),
    ("DATABASE_URL", "sqlite://data/touchline.db"),
    ("LOG_FORMAT", "text"),
    ("TRUST_PROXY", "false"),
    ("MAX_CONNECTIONS", ""),
    ("ALLOWED_ORIGINS", ""),
];

#[tokio::test]
async fn help_shows_every_setting_with_its_default() {
    for arguments in [&["--help"] as &[_], &["serve", "--help"]] {
        let output = run(arguments, &[]).await;
        assert!(output.status.success());
        let help = String::from_utf8(output.stdout).expect("text");
        // Each setting's paragraph, whatever its line breaks.
        let paragraphs: Vec<_> = help
            .split("\n      --")
            .map(|paragraph| paragraph.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        for &(name, default) in SETTINGS {
            let env = [format!("[env: {name}="), format!("[env: {name}]")];
            let of_it = |paragraph: &&String| env.iter().any(|env| paragraph.contains(env));
            let paragraph =
                paragraphs.iter().find(of_it).unwrap_or_else(|| panic!("{name} is not in {help}"));
            let flag = name.to_lowercase().replace('_', "-");
            assert!(paragraph.starts_with(&flag), "{name}: {paragraph}");
            let shown = default.is_empty() || paragraph.contains(&format!("[default: {default}]"));
            assert!(shown, "{name} {default}: {paragraph}");
        }
    }
}
