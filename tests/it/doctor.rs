//! `touchline doctor` and `touchline health` name each problem and its fix.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use touchline::storage::Database;

use crate::accounts::mailbox::Mailbox;
use crate::databases::{Folder, PostgresDatabase, each_url, execute, options};
use crate::machine::own_address;
use crate::server::{Server, run, secret};

mod encryption;
mod pooler;

/// The output of `touchline doctor`: a line per topic, and whether it succeeded.
struct Examination {
    lines: Vec<String>,
    well: bool,
}

impl Examination {
    async fn of(settings: &[(&str, &str)]) -> Self {
        // Port 0 is always free; tests of the port set another.
        let defaults = [("BIND_ADDR", "127.0.0.1:0"), ("SECRET_KEY", secret())];
        let output = run(&["doctor"], &[&defaults[..], settings].concat()).await;
        let (said, failed) = (text(output.stdout), text(output.stderr));
        assert_eq!(output.status.success(), failed.is_empty(), "{said}{failed}");
        assert!(!failed.contains("panicked") && failed.lines().count() <= 1, "{failed}");
        let lines: Vec<_> = said.lines().map(ToOwned::to_owned).collect();
        assert_eq!(output.status.success(), !lines.iter().any(|line| line.starts_with("WRONG")), "{said}");
        Self { lines, well: output.status.success() }
    }

    /// The only line on a topic.
    fn line(&self, topic: &str) -> &str {
        let of_topic = |line: &&String| line.split_whitespace().nth(1) == Some(topic);
        let found: Vec<_> = self.lines.iter().filter(of_topic).collect();
        let [line] = found[..] else { panic!("{topic}: {:#?}", self.lines) };
        line
    }

    /// Asserts the verdict on a topic, and that its line contains the words.
    fn check(&self, topic: &str, verdict: &str, words: &[&str]) {
        let line = self.line(topic);
        assert!(line.starts_with(verdict), "{line}");
        for word in words {
            assert!(line.contains(word), "{word}: {line}");
        }
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("text")
}

#[tokio::test]
async fn a_server_that_can_be_started_is_well_and_nothing_is_made() {
    let folder = Folder::new();
    let url = format!("sqlite://{}/deep/er/t.db", folder.0.display());
    let pages = folder.0.join("pages");
    std::fs::create_dir_all(pages.join("socket.io")).unwrap();
    std::fs::write(pages.join("index.html"), "").unwrap();
    std::fs::write(pages.join("socket.io/socket.io.js"), "").unwrap();
    let settings = [("DATABASE_URL", url.as_str()), ("WEB_DIR", pages.to_str().unwrap()), ("SECRET_KEY", "")];
    let found = Examination::of(&settings).await;
    assert!(found.well);
    found.check("settings", "ok", &[]);
    found.check("secret", "ok", &["not there yet"]);
    found.check("database", "ok", &["does not exist yet", "t.db"]);
    found.check("mail", "advice", &["SMTP_URL"]);
    found.check("pages", "ok", &[]);
    found.check("port", "ok", &["free"]);
    assert!(!folder.0.join("deep").exists(), "the doctor changes nothing");
}

#[tokio::test]
async fn a_running_server_and_its_database_are_recognised() {
    each_url(async |url| {
        let fresh = Examination::of(&[("DATABASE_URL", url)]).await;
        if url.starts_with("postgres") {
            fresh.check("schema", "ok", &["does not exist yet"]);
        }
        let server = Server::start(url, &[]).await;
        let address = server.address.to_string();
        let found = Examination::of(&[("DATABASE_URL", url), ("BIND_ADDR", &address)]).await;
        found.check("database", "ok", &["SQL", "answers in"]);
        found.check("schema", "ok", &["up to date"]);
        found.check("clock", "ok", &[]);
        found.check("port", "ok", &["already runs"]);
        if url.starts_with("postgres") {
            found.check("notices", "ok", &["LISTEN"]);
            found.check("room", "ok", &[]);
        } else {
            found.check("space", "", &["MiB"]);
        }
        assert!(run(&["health"], &[("BIND_ADDR", &address)]).await.status.success());
    })
    .await;
}

#[tokio::test]
async fn a_schema_of_another_program_is_named() {
    each_url(async |url| {
        let database = Database::connect(url, &options()).await.expect("a new database opens");
        database.migrate().await.expect("the schema is created");
        database.close().await;
        execute(url, "delete from _sqlx_migrations where version > 1").await.unwrap();
        Examination::of(&[("DATABASE_URL", url)]).await.check("schema", "ok", &["older", "Back up first"]);
        execute(url, "update _sqlx_migrations set version = 99999 where version = 1").await.unwrap();
        let found = Examination::of(&[("DATABASE_URL", url)]).await;
        found.check("schema", "WRONG", &["newer", "99999"]);
        assert!(!found.well);
    })
    .await;
}

#[tokio::test]
async fn a_database_that_cannot_be_used_is_named_as_at_the_start() {
    let folder = Folder::new();
    std::fs::write(folder.0.join("text.db"), "not a database, but a text of some length".repeat(40)).unwrap();
    let nothing_there = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for (url, word) in [
        ("nonsense".to_owned(), "DATABASE_URL"),
        (format!("sqlite://{}/text.db", folder.0.display()), "not an SQLite database"),
        (format!("sqlite://{}/text.db/t.db", folder.0.display()), "cannot create"),
        (format!("postgres://someone:secret@{nothing_there}/x"), "cannot reach"),
    ] {
        let found = Examination::of(&[("DATABASE_URL", &url)]).await;
        found.check("database", "WRONG", &[word]);
        assert!(!found.lines.concat().contains("secret@"), "{:?}", found.lines);
    }
    let standby = PostgresDatabase::create().await;
    let read_only = format!("{}?options=-c%20default_transaction_read_only%3Don", standby.url);
    let found = Examination::of(&[("DATABASE_URL", &read_only)]).await;
    let named = |line: &String| line.starts_with("WRONG") && line.contains("refuses writes");
    assert!(found.lines.iter().any(named), "{:?}", found.lines);
    standby.drop().await;
}

#[tokio::test]
async fn settings_that_do_not_go_together_are_named() {
    let folder = Folder::new();
    let url = folder.sqlite_url();
    for (settings, verdict, word) in [
        (vec![("LOG_LEVEL", "a=b=c")], "WRONG", "LOG_LEVEL"),
        (vec![("MAX_MESSAGE", "1MiB")], "WRONG", "MAX_PACKET"),
        (vec![("PING_INTERVAL", "50s")], "advice", "PING_INTERVAL"),
        (vec![("ALLOWED_ORIGINS", "https://a.example,*")], "advice", "ALLOWED_ORIGINS"),
    ] {
        let found = Examination::of(&[&settings[..], &[("DATABASE_URL", &url)]].concat()).await;
        found.check("settings", verdict, &[word]);
    }
    for (secret, database, word) in [
        ("short", url.as_str(), "too short"),
        ("for trying out only, known to everybody", &url, "public example"),
        ("", "postgres://someone@127.0.0.1:1/x", "SECRET_KEY is not set"),
    ] {
        let found = Examination::of(&[("SECRET_KEY", secret), ("DATABASE_URL", database)]).await;
        found.check("secret", "WRONG", &[word, "openssl rand"]);
    }
    let limit = Examination::of(&[("MAX_CONNECTIONS", "999999999"), ("DATABASE_URL", &url)]).await;
    limit.check("files", "WRONG", &["MAX_CONNECTIONS", "LimitNOFILE"]);
    let unbuilt = Examination::of(&[("WEB_DIR", "/nowhere"), ("DATABASE_URL", &url)]).await;
    unbuilt.check("pages", "WRONG", &["index.html", "WEB_DIR"]);
}

#[tokio::test]
async fn the_mail_server_is_greeted_and_sent_nothing() {
    let folder = Folder::new();
    let (url, mailbox) = (folder.sqlite_url(), Mailbox::start().await);
    let smtp = format!("smtp://127.0.0.1:{}", mailbox.port);
    let settings =
        [("DATABASE_URL", url.as_str()), ("SMTP_URL", &smtp), ("MAIL_FROM", "Scores <scores@example.org>")];
    let found = Examination::of(&settings).await;
    found.check("mail", "ok", &["scores@example.org"]);
    assert!(mailbox.unread().is_empty());
    let away = Mailbox::start_at(own_address()).await;
    let place = format!("smtp://{}:{}", own_address(), away.port);
    for (url, verdict, word) in
        [(&place, "WRONG", "offers no TLS"), (&format!("{place}?tls=none"), "advice", "can read")]
    {
        Examination::of(&[&settings[..], &[("SMTP_URL", url)]].concat()).await.check(
            "mail",
            verdict,
            &[word],
        );
    }
    let nothing_there = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let silent = format!("smtp://me:secret@{nothing_there}");
    for (name, value, word) in [
        ("SMTP_URL", silent.as_str(), "refused"),
        ("MAIL_FROM", "", "MAIL_FROM"),
        ("SMTP_URL", "mail", "SMTP_URL"),
    ] {
        let found = Examination::of(&[&settings[..], &[(name, value)]].concat()).await;
        found.check("mail", "WRONG", &[word]);
        assert!(!found.line("mail").contains("secret"));
    }
}

#[tokio::test]
async fn a_port_that_another_program_has_is_named_and_is_not_health() {
    let folder = Folder::new();
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let stranger = tokio::spawn(async move {
        while let Ok((mut stream, _)) = taken.accept().await {
            let mut request = [0; 512];
            let _ = stream.read(&mut request).await;
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nhello")
                .await;
        }
    });
    let address = address.to_string();
    let found = Examination::of(&[("DATABASE_URL", &folder.sqlite_url()), ("BIND_ADDR", &address)]).await;
    found.check("port", "WRONG", &[&address, "BIND_ADDR"]);
    assert_eq!(health(&address).await, (Some(1), true));
    stranger.abort();
}

#[tokio::test]
async fn health_is_asked_at_this_machine_where_every_network_is_listened_on() {
    let mut server = Server::alone(&[]).await;
    let anywhere = SocketAddr::new("0.0.0.0".parse().unwrap(), server.address.port()).to_string();
    assert_eq!(health(&anywhere).await, (Some(0), false));
    server.kill().await;
    assert_eq!(health(&anywhere).await, (Some(1), true));
}

/// The exit code of `touchline health`, and whether it printed a reason.
async fn health(address: &str) -> (Option<i32>, bool) {
    let output = run(&["health"], &[("BIND_ADDR", address)]).await;
    (output.status.code(), text(output.stderr).contains(address.rsplit(':').next().expect("a port")))
}
