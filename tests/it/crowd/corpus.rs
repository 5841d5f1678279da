//! Hostile text is accepted or refused by rule, delivered unchanged, and harmless to the connection.

use serde_json::{Value, json};

use super::{code, watch, watch_as};
use crate::server::{Server, each_server};

#[tokio::test]
async fn emoji_and_comments_arrive_as_they_were_sent() {
    let server = Server::alone(&[]).await;
    let _admin = server.admin_with_event("match").await;
    let mut ann = watch(&server, "ann").await;
    let emoji = ["👨‍👩‍👧‍👦", "👩🏽‍❤️‍💋‍👨🏿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🇮🇳", "1️⃣", "❤️", ":)", "<3", "\\o/", ">_<"];
    let comments = [
        "\u{202e}right to left\u{200f}\u{2066}".to_owned(),
        format!("Z{}", "\u{301}".repeat(8)),
        "🇮🇳".repeat(200),
        "क्षि".repeat(200),
        "<script>alert(\"1\")</script>\u{2028}\u{feff}\u{fffd}".to_owned(),
        "\u{1}\t\r\n\u{7f}\u{85}".to_owned(),
    ];
    for (emoji, comment) in emoji.iter().zip(comments.iter().cycle()) {
        ann.done("reaction", &json!({ "emoji": emoji, "comment": comment })).await;
        let shown = ann.message("reaction").await.remove(0);
        assert_eq!(
            (shown["emoji"].as_str(), shown["comment"].as_str()),
            (Some(*emoji), Some(comment.as_str()))
        );
    }
    // The same JSON with escapes.
    let escaped = r#"{"emoji":"\ud83d\udd25","comment":"\u00e9"}"#;
    assert_eq!(ann.call_raw("reaction", escaped).await["ok"], true);
    let shown = ann.message("reaction").await.remove(0);
    assert_eq!((&shown["emoji"], &shown["comment"]), (&json!("🔥"), &json!("é")));
}

#[tokio::test]
async fn text_that_no_client_could_show_is_refused() {
    each_server(&[], async |server| {
        let _admin = server.admin_with_event("match").await;
        let mut bob = watch_as(server, "bob").await;
        let mark = "\\u0301";
        let refusals = [
            ("reaction", r#"{"emoji":"\ud83d"}"#.to_owned(), "bad_request"),
            ("reaction", r#"{"emoji":"🔥","comment":"\udd25 a"}"#.to_owned(), "bad_request"),
            ("reaction", r#"{"emoji":"🔥","comment":"a\u0000b"}"#.to_owned(), "bad_request"),
            ("reaction", r#"{"emoji":"\u0000\u0000"}"#.to_owned(), "bad_request"),
            ("reaction", r#"{"emoji":"🔥🔥"}"#.to_owned(), "bad_request"),
            ("reaction", format!(r#"{{"emoji":"🔥{}"}}"#, mark.repeat(100)), "bad_request"),
            ("reaction", format!(r#"{{"emoji":"{}"}}"#, "👨\u{200d}".repeat(20) + "👨"), "bad_request"),
            ("reaction", format!(r#"{{"emoji":"🔥","comment":"{}"}}"#, "x".repeat(201)), "too_large"),
            ("reaction", format!(r#"{{"emoji":"🔥","comment":"Z{}"}}"#, "\u{301}".repeat(9)), "too_large"),
            (
                "reaction",
                format!(r#"{{"emoji":"🔥","comment":"{}"}}"#, "\u{1100}".repeat(1_089)),
                "too_large",
            ),
            ("reaction", r#"{"emoji":"fuck"}"#.to_owned(), "bad_request"),
            ("reaction", r#"{"emoji":":001"}"#.to_owned(), "bad_request"),
            ("message", format!(r#""Z{}""#, "\u{301}".repeat(9)), "too_large"),
            ("message", r#"{"text":"a\u0000"}"#.to_owned(), "bad_request"),
            ("message", r#"{"text":"\ud800"}"#.to_owned(), "bad_request"),
            ("message", r#""\udfff""#.to_owned(), "bad_request"),
            ("message", r#""""#.to_owned(), "bad_request"),
            ("message", r#"{"text":" \n "}"#.to_owned(), "bad_request"),
            ("message", format!(r#""{}""#, "x".repeat(501)), "too_large"),
            ("message", format!(r#""{}""#, "x".repeat(4_200)), "too_large"),
            ("message", "{}".to_owned(), "bad_request"),
            ("message", r#"{"text":["a"]}"#.to_owned(), "bad_request"),
        ];
        for (name, payload, expected) in refusals {
            let answer = bob.call_raw(name, &payload).await;
            assert_eq!(code(&answer), expected, "{name} {payload:.80}");
        }
        bob.done("reaction", &json!({ "emoji": "🔥", "comment": "x".repeat(200) })).await;
        bob.done("message", &Value::from("👨‍👩‍👧‍👦".repeat(150))).await;
        let text = bob.message("message").await.remove(0)["text"].clone();
        assert_eq!(text, Value::from("👨‍👩‍👧‍👦".repeat(150)));
    })
    .await;
}
