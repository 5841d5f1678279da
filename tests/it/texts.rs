//! Limits of every text field: graphemes, bytes, and marks on one character.

use http::Method;
use serde_json::{Value, json};

use crate::databases::{Folder, each_url, execute};
use crate::http::call;
use crate::server::{Server, each_server, run};
use crate::socket::Client;

/// A field: its message or call, the payload for a text, and the most graphemes allowed.
type Field = (&'static str, fn(&str) -> Value, usize);

fn event(more: &Value) -> Value {
    let mut event = json!({ "sport": "x", "title": "y" });
    let fields = event.as_object_mut().expect("an object");
    fields.extend(more.as_object().expect("an object").clone());
    event
}

/// Texts of operators, in messages of `/admin`.
const OF_OPERATORS: [Field; 13] = [
    ("event:create", |text| event(&json!({ "sport": text })), 64),
    ("event:create", |text| event(&json!({ "title": text })), 200),
    ("event:create", |text| event(&json!({ "competitors": [{ "name": text }] })), 2_000),
    ("event:create", |text| event(&json!({ "competitors": { text: 1 } })), 2_000),
    ("event:create", |text| event(&json!({ "actions": [{ "name": text, "points": 1, "dailyCap": 1 }] })), 64),
    ("event:update", |text| json!({ "eventId": "match", "sport": text }), 64),
    ("event:update", |text| json!({ "eventId": "match", "title": text }), 200),
    ("event:update", |text| json!({ "eventId": "match", "competitors": text }), 2_000),
    (
        "event:update",
        |text| json!({ "eventId": "match", "actions": [{ "name": text, "points": 1, "dailyCap": 1 }] }),
        64,
    ),
    ("score:correct", |text| json!({ "eventId": "match", "voids": 1, "data": {}, "reason": text }), 500),
    ("message", |text| json!({ "eventId": "match", "text": text }), 500),
    // Checked before the review is looked up.
    ("review:decide", |text| json!({ "reviewId": NO_REVIEW, "decision": "reject", "note": text }), 500),
    ("review:decide", |text| json!({ "reviewId": NO_REVIEW, "decision": "approve", "note": text }), 500),
];
const NO_REVIEW: &str = "019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90";

/// Texts of viewers, in messages of `/`.
const OF_VIEWERS: [Field; 3] = [
    ("join", |text| json!({ "eventId": "match", "id": text }), 40),
    ("reaction", |text| json!({ "emoji": "🔥", "comment": text }), 200),
    ("message", |text| json!({ "text": text }), 500),
];

/// Texts to refuse: too many graphemes, or few graphemes with many bytes or marks.
fn too_large(graphemes: usize) -> [String; 4] {
    let marks = "\u{301}".repeat(2_000);
    [
        "x".repeat(graphemes + 1),
        "🇮🇳".repeat(graphemes + 1),
        // A viewer's first message has at most 4 KiB.
        format!("Z{}", &marks[..1_000]),
        format!("क्षि{}", "\u{301}".repeat(9)),
    ]
}

async fn assert_bounded(client: &mut Client, (message, with, graphemes): &Field) {
    for text in too_large(*graphemes) {
        let answer = client.call(message, &with(&text)).await;
        assert_eq!(answer["error"]["code"], "too_large", "{message} {:.80}: {answer}", with(&text));
    }
    for grapheme in ["🇮🇳", "क्षि", "👨‍👩‍👧‍👦"] {
        let answer = client.call(message, &with(&grapheme.repeat(*graphemes))).await;
        let is_taken = answer["ok"] == true || answer["error"]["code"] == "not_found";
        assert!(is_taken, "{message} of {grapheme}: {answer}");
    }
}

#[tokio::test]
async fn every_text_of_an_operator_is_bounded_in_graphemes_bytes_and_marks() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        admin.done("score", &json!({ "eventId": "match", "data": { "n": 1 } })).await;
        let reviewer = server.token("reviewer", "reviewer", &[]).await;
        let mut reviewer = Client::admin(server.address, &reviewer).await;
        for field in &OF_OPERATORS {
            let client = if field.0 == "review:decide" { &mut reviewer } else { &mut admin };
            assert_bounded(client, field).await;
        }
    })
    .await;
}

#[tokio::test]
async fn every_text_of_a_viewer_is_bounded_in_graphemes_bytes_and_marks() {
    let limits = [("MAX_MESSAGE", "64KiB"), ("MESSAGE_RATE", "1000/1s"), ("REACTION_RATE", "1000/1s")];
    let server = Server::alone(&limits).await;
    let _admin = server.admin_with_event("match").await;
    let token = server.token("ann", "scorer", &[]).await;
    let ann = Client::open(server.address, "").await;
    let mut ann = ann.connect("/", &json!({ "token": token })).await.expect("she is let in");
    ann.done("join", &json!({ "eventId": "match" })).await;
    for field in &OF_VIEWERS {
        assert_bounded(&mut ann, field).await;
    }
}

#[tokio::test]
async fn every_text_of_a_call_is_bounded_in_graphemes_bytes_and_marks() {
    let server = Server::alone(&[]).await;
    for text in too_large(40) {
        let body = json!({ "email": "ann@example.org", "name": text }).to_string();
        let headers = [("content-type", "application/json")];
        let reply = call(server.address, Method::POST, "/api/auth/signup", &headers, body).await;
        let reply = reply.expect("the server answers");
        assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (413, &json!("too_large")));
    }
}

#[tokio::test]
async fn every_text_of_the_command_line_is_bounded_in_graphemes_bytes_and_marks() {
    let folder = Folder::new();
    let url = folder.sqlite_url();
    let settings = [("DATABASE_URL", url.as_str())];
    drop(Server::start(&url, &[]).await);
    let create = ["token", "create", "--email", "ann@example.org", "--role", "scorer", "--name"];
    for text in too_large(100) {
        let output = run(&[&create[..], &[&text]].concat(), &settings).await;
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success() && said.contains("--name"), "{said}");
        let output = run(&["serve"], &[&settings[..], &[("APP_NAME", &text)]].concat()).await;
        let said = String::from_utf8(output.stderr).expect("text");
        assert!(!output.status.success() && said.contains("--app-name"), "{said}");
    }
    for grapheme in ["🇮🇳", "क्षि"] {
        let output = run(&[&create[..], &[&grapheme.repeat(100)]].concat(), &settings).await;
        assert!(output.status.success(), "{grapheme}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[tokio::test]
async fn an_event_with_longer_texts_from_before_is_shown_and_can_be_changed() {
    each_url(async |url| {
        let mut server = Server::start(url, &[]).await;
        drop(server.admin_with_event("match").await);
        server.kill().await;
        let marks = if url.starts_with("sqlite") {
            "update events set title = 'Z' || replace(hex(zeroblob(2000)), '00', char(769)), \
             sport = 'Z' || replace(hex(zeroblob(100)), '00', char(769))"
        } else {
            "update events set title = 'Z' || repeat(chr(769), 2000), sport = 'Z' || repeat(chr(769), 100)"
        };
        execute(url, marks).await.expect("the statement is valid");
        server.restart().await;
        let marked = |count: usize| json!(format!("Z{}", "\u{301}".repeat(count)));
        let event = server.event("match").await["event"].clone();
        assert_eq!((&event["title"], &event["sport"]), (&marked(2_000), &marked(100)));
        let joined = Client::guest(server.address).await.done("join", &json!({ "eventId": "match" })).await;
        assert_eq!(joined["event"]["title"], marked(2_000));
        let mut admin = server.admin().await;
        admin.done("event:status", &json!({ "eventId": "match", "status": "live" })).await;
        let changed = json!({ "eventId": "match", "title": "Final" });
        assert_eq!(admin.done("event:update", &changed).await["event"]["sport"], marked(100));
    })
    .await;
}
