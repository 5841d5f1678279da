//! The running server when a part of it panics.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use clap::Parser as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use super::*;
use crate::config::{Cli, Command};
use crate::domain::clock;
use crate::domain::event::{Event, Status};
use crate::domain::id::{ConnectionId, EventId};
use crate::live::crowd::Viewer;
use crate::live::member::{Member, Sent};
use crate::live::message::Message;
use crate::live::room::JoinRequest;
use crate::storage::events;
use crate::test_folder::TestFolder;

/// Much longer than anything here takes.
const DEADLINE: Duration = Duration::from_mins(1);

/// A member that panics in `show` while it is armed.
#[derive(Default)]
struct Bomb {
    armed: AtomicBool,
    shown: AtomicU32,
    exploded: AtomicU32,
}

impl Member for Bomb {
    fn send(&self, _: &Message) -> Sent {
        Sent::Taken
    }

    fn show(&self, _: &Message) -> Sent {
        if self.armed.load(Ordering::Relaxed) {
            self.exploded.fetch_add(1, Ordering::Relaxed);
            panic!("armed");
        }
        self.shown.fetch_add(1, Ordering::Relaxed);
        Sent::Taken
    }

    fn departures(&self) -> u32 {
        self.shown.load(Ordering::Relaxed)
    }

    fn is_drained(&self) -> bool {
        true
    }

    fn close_slow(&self) {}
}

async fn until(what: &str, reached: impl AsyncFn() -> bool) {
    let reached = async {
        while !reached().await {
            sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(timeout(DEADLINE, reached).await.is_ok(), "{what}: not in time");
}

async fn get(address: SocketAddr, path: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    timeout(DEADLINE, stream.read_to_string(&mut answer)).await.expect("it answers in time").expect("text");
    answer
}

#[tokio::test]
async fn a_loop_that_panics_starts_again_and_one_that_keeps_panicking_makes_the_node_unhealthy() {
    let folder = TestFolder::new();
    let database = format!("sqlite://{}/touchline.db", folder.0.display());
    let arguments = ["touchline", "serve", "--bind-addr", "127.0.0.1:0", "--database-url", &database];
    // Pulses are due all the time.
    let often = ["--pulse-beat", "200ms", "--pulse-interval", "50ms"];
    let cli = Cli::parse_from(arguments.into_iter().chain(often));
    let Some(Command::Serve(settings)) = cli.command else { panic!("the command is serve") };
    let app = App::start(settings).await.expect("it starts");
    let event = Event {
        status: Status::Live,
        ..Event::new(EventId::parse("match").expect("an id"), "chess".to_owned(), "A game".to_owned())
    };
    let mut tx = app.database.begin().await.expect("a transaction");
    assert!(events::add(&mut tx, &event, "epoch", clock::now()).await.expect("it is added"));
    tx.commit().await.expect("it is committed");
    let bomb = Arc::new(Bomb::default());
    bomb.armed.store(true, Ordering::Relaxed);
    let entrant = JoinRequest {
        id: 1,
        member: bomb.clone(),
        viewer: Some(Viewer::Nameless(ConnectionId(1))),
        since: None,
        full: false,
    };
    app.services.crowd.join(&event.event_id, entrant, |_| ()).await.expect("the event is there");

    until("a first panic", async || bomb.exploded.load(Ordering::Relaxed) > 0).await;
    until("a second panic", async || bomb.exploded.load(Ordering::Relaxed) > 1).await;
    until("it is unhealthy", async || get(app.address, "/healthz").await.starts_with("HTTP/1.1 503 ")).await;
    let answer = get(app.address, "/healthz").await;
    assert!(answer.contains("server part pulse keeps panicking"), "{answer}");
    let silence = crate::health::ask(app.address).await.expect_err("it is unhealthy");
    assert!(silence.to_string().contains("pulse"), "{silence}");
    let panics = get(app.address, "/metrics").await;
    for (part, is_panicking) in [("pulse", true), ("sweep", false), ("accept", false)] {
        let line = format!("touchline_panics_total{{part=\"{part}\"}} ");
        let count = panics.lines().find_map(|text| text.strip_prefix(&line)).expect("a count");
        assert_eq!(count.parse::<u32>().expect("a number") > 0, is_panicking, "{part}: {count}");
    }
    // The loop was started again, and continues once the cause of the panic is gone.
    bomb.armed.store(false, Ordering::Relaxed);
    until("pulses", async || bomb.shown.load(Ordering::Relaxed) > 1).await;
    timeout(DEADLINE, app.stop()).await.expect("it stops in time");
}
