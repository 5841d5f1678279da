//! Memory for the reads of one client is bounded, however large the log is.

use serde_json::{Value, json};
use socket2::SockRef;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::http::DEADLINE;
use crate::server::{Server, each_server};
use crate::soak;
use crate::socket::Client;

/// Updates of the event, each as large as a packet can be: 7 MB in total.
const UPDATES: i64 = 120;
const BYTES: usize = 60_000;

async fn event_with_large_updates(server: &Server, updates: i64) -> Client {
    let mut admin = server.admin_with_event("match").await;
    for n in 1..=updates {
        let data = json!({ "n": n, "text": "x".repeat(BYTES) });
        admin.done("score", &json!({ "eventId": "match", "data": data })).await;
        admin.forget();
    }
    admin
}

#[tokio::test]
async fn a_page_of_the_log_ends_after_a_mebibyte_and_says_where_the_next_begins() {
    each_server(&[], async |server| {
        let _admin = event_with_large_updates(server, UPDATES).await;
        let (mut seqs, mut after) = (Vec::new(), 0);
        loop {
            let reply = server.get(&format!("/api/events/match/updates?after={after}&limit=1000")).await;
            assert!(reply.text.len() < 1_200_000, "{} bytes", reply.text.len());
            let page = reply.json();
            let updates = page["updates"].as_array().expect("a list");
            assert_eq!(updates.len(), if after < 108 { 18 } else { 12 });
            seqs.extend(updates.iter().map(|update| update["seq"].as_i64().expect("a seq")));
            if page["next"] == Value::Null {
                break;
            }
            after = page["next"].as_i64().expect("a seq");
            assert_eq!(seqs.last(), Some(&after));
        }
        assert_eq!(seqs, (1..=UPDATES).collect::<Vec<_>>());
        let known = server.get("/api/events/match/updates?limit=1000").await.header("etag").to_owned();
        let headers = [("if-none-match", known.as_str())];
        let path = "/api/events/match/updates?limit=1000";
        let again = crate::http::call(server.address, http::Method::GET, path, &headers, String::new()).await;
        assert_eq!(again.expect("an answer").status, 304, "a page that was cut has a tag as others do");
    })
    .await;
}

/// A connection with small kernel buffers on both sides, so that unread data stays in the server. The send buffer grows
/// with the segment size, which is 64 KiB on the loopback.
async fn connect_with_small_buffers(server: &Server) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.set_recv_buffer_size(4096).expect("an option");
    SockRef::from(&socket).set_tcp_mss(536).expect("an option");
    timeout(DEADLINE, socket.connect(server.address)).await.expect("in time").expect("the server accepts")
}

#[tokio::test]
async fn pages_that_nobody_reads_take_little_memory() {
    each_server(&[], async |server| {
        // 20 MB with SOAK.
        let updates = soak::count(120, 340).try_into().expect("it is small");
        let _admin = event_with_large_updates(server, updates).await;
        // The memory that one answer leaves in the allocator.
        server.get("/api/events/match/updates?limit=1000").await;
        let before = server.memory();
        let mut unread = Vec::new();
        for _ in 0..64 {
            let mut stream = connect_with_small_buffers(server).await;
            let request = format!(
                "GET /api/events/match/updates?limit=1000 HTTP/1.1\r\nhost: {}\r\n\r\n",
                server.address
            );
            stream.write_all(request.as_bytes()).await.expect("the server reads");
            let mut begun = [0; 15];
            timeout(DEADLINE, stream.read_exact(&mut begun)).await.expect("in time").expect("an answer");
            assert_eq!(&begun, b"HTTP/1.1 200 OK");
            unread.push(stream);
        }
        let grown = server.memory() - before;
        assert!(grown < 40.0, "64 answers that nobody reads took {grown:.1} MB");
    })
    .await;
}

#[tokio::test]
async fn who_has_missed_more_than_a_mebibyte_is_sent_a_snapshot() {
    each_server(&[], async |server| {
        let _admin = event_with_large_updates(server, UPDATES).await;
        let epoch = server.event("match").await["epoch"].clone();
        // The first join loads the room; the others find it in memory.
        for (missed, recovered) in [(17, true), (18, false), (1, true), (UPDATES, false), (0, true)] {
            let mut viewer = Client::guest(server.address).await;
            let since = json!({ "epoch": epoch, "seq": UPDATES - missed });
            let answer = viewer.done("join", &json!({ "eventId": "match", "since": since })).await;
            assert_eq!(answer["recovered"], recovered, "{missed} updates behind");
            let mut kinds = Vec::new();
            while missed > 0 && kinds.last().is_none_or(|(_, seq)| *seq < UPDATES) {
                let meta = viewer.message("score").await.remove(1);
                kinds.push((meta["kind"] == "snapshot", meta["seq"].as_i64().expect("a seq")));
            }
            let expected: Vec<_> = if recovered {
                (UPDATES - missed + 1..=UPDATES).map(|seq| (false, seq)).collect()
            } else {
                vec![(true, UPDATES)]
            };
            assert_eq!(kinds, expected, "{missed} updates behind");
        }
    })
    .await;
}
