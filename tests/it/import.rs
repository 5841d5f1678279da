//! `touchline import`: events from a fixture list, alongside the server.

use std::process::Output;

use serde_json::{Value, json};

use crate::databases::{Folder, each_url, query};
use crate::server::{Server, each_server, run};
use crate::socket::Client;

/// Runs the command on a file with this text.
async fn import(url: &str, csv: impl AsRef<[u8]>, more: &[&str]) -> (bool, Vec<String>, String) {
    let folder = Folder::new();
    let file = folder.0.join("fixtures.csv");
    std::fs::write(&file, csv).expect("the file is written");
    let file = file.display().to_string();
    let arguments = [&["import", &file], more].concat();
    let Output { status, stdout, stderr } = run(&arguments, &[("DATABASE_URL", url)]).await;
    let lines = String::from_utf8(stdout).expect("text").lines().map(str::to_owned).collect();
    (status.success(), lines, String::from_utf8(stderr).expect("text"))
}

#[tokio::test]
async fn good_lines_are_written_and_bad_ones_named() {
    each_server(&[], async |server| {
        // A byte order mark, CRLF, an empty line, columns in another order, quotes, a line break in a field, and a title that
        // means something elsewhere.
        let csv = concat!(
            "\u{feff}Title,eventId,sport,startsAt,notes,competitors,competition,venue\r\n",
            "\"Harbour, \"\"the\"\" Lane\",cup-1,cricket,2026-06-01T18:30:00+02:00,x,Harbour Lane|Meadow Bank,cup|The Cup,Lane\r\n",
            "\r\n",
            "=cmd|' /C calc'!A0 <b>,cup-2,cricket,1780000000000,,A| B |,cup,\r\n",
            ",cup-3,cricket,,,,,\r\n",
            "No id,,cricket,,,,,\r\n",
            "Bad id,a/b,cricket,,,,,\r\n",
            "Soon,cup-4,cricket,tomorrow,,,,\r\n",
            "Short,cup-5\r\n",
            "\"Two\r\nlines\",cup-6,cricket,,,,,\r\n",
            "Taken,stream,cricket,,,,,\r\n",
            "Good,cup-7,chess,,,,,\r\n",
        );
        let (ok, dry, _) = import(&server.database_url, csv, &["--dry-run"]).await;
        assert!(!ok);
        assert_eq!(server.get("/api/events").await.json()["events"], json!([]));
        let (ok, lines, said) = import(&server.database_url, csv, &[]).await;
        assert!(!ok);
        assert_eq!(lines, dry.iter().map(|line| line.replace("would create", "created")).collect::<Vec<_>>());
        assert!(said.contains("\"notes\""), "{said}");
        let expected = [
            "line 2: created cup-1",
            "line 4: created cup-2",
            "line 5: error: cup-3 a new event needs a title",
            "line 6: error: eventId is missing",
            "line 7: error: an eventId is",
            "line 8: error: cup-4 startsAt must be",
            "line 9: error: it has 2 fields, and the first line has 8",
            "line 10: created cup-6",
            "line 12: error: `stream` cannot be an eventId",
            "line 13: created cup-7",
        ];
        assert_eq!(lines.len(), expected.len(), "{lines:#?}");
        for (line, expected) in lines.iter().zip(expected) {
            assert!(line.starts_with(expected), "{line}: {expected}");
        }
        let first = server.event("cup-1").await["event"].clone();
        let expected = json!({
            "eventId": "cup-1", "sport": "cricket", "title": "Harbour, \"the\" Lane", "status": "scheduled",
            "startsAt": 1_780_331_400_000_i64, "competitors": [{ "name": "Harbour Lane" }, { "name": "Meadow Bank" }],
            "actions": [], "messages": true, "venue": "Lane", "competition": { "id": "cup", "title": "The Cup" },
        });
        assert_eq!(first, expected);
        let second = server.event("cup-2").await["event"].clone();
        assert_eq!(second["title"], "=cmd|' /C calc'!A0 <b>");
        assert_eq!(second["competition"], json!({ "id": "cup", "title": "cup" }));
        assert_eq!(second["competitors"], json!([{ "name": "A" }, { "name": "B" }]));
        let listed = server.get("/api/events?competition=cup").await.json();
        assert_eq!(listed["events"].as_array().map(Vec::len), Some(2));
        let audited: Vec<(String, i64)> = query(
            &server.database_url,
            "select action, count(*) from audit where actor is null and subject like 'cup-%' group by action",
        )
        .await;
        assert_eq!(audited, [("event:create".to_owned(), 4)]);
    })
    .await;
}

#[tokio::test]
async fn a_list_that_is_imported_again_changes_what_it_names_and_the_server_shows_it() {
    each_server(&[], async |server| {
        let mut admin = server.admin().await;
        let sides = json!([{ "name": "A", "short": "AAA" }, { "name": "B" }]);
        let event = json!({
            "eventId": "cup-1", "sport": "cricket", "title": "One", "venue": "Lane", "competitors": sides,
            "actions": [{ "name": "cheer", "points": 1, "dailyCap": 1 }],
            "competition": { "id": "cup", "title": "The Cup" },
        });
        admin.done("event:create", &event).await;
        admin.done("event:status", &json!({ "eventId": "cup-1", "status": "live" })).await;
        let before = server.event("cup-1").await["event"].clone();
        let mut viewer = Client::guest(server.address).await;
        viewer.done("join", &json!("cup-1")).await;

        let same = "eventId,sport,venue,competition,competitors\ncup-1,cricket,,cup,A|B\n";
        let (ok, lines, _) = import(&server.database_url, same, &[]).await;
        assert_eq!((ok, lines), (true, vec!["line 2: unchanged cup-1".to_owned()]));
        assert_eq!(server.event("cup-1").await["event"], before);

        let moved = "eventId,startsAt,venue\ncup-1,1780000000000,\"The \"\"New\"\" Lane\"\n";
        let (ok, lines, _) = import(&server.database_url, moved, &["--dry-run"]).await;
        assert_eq!((ok, lines), (true, vec!["line 2: would change cup-1".to_owned()]));
        let (ok, lines, _) = import(&server.database_url, moved, &[]).await;
        assert_eq!((ok, lines), (true, vec!["line 2: changed cup-1".to_owned()]));
        let mut expected = before.clone();
        expected["venue"] = json!("The \"New\" Lane");
        expected["startsAt"] = json!(1_780_000_000_000_i64);
        assert_eq!(viewer.message("event").await, [expected.clone()]);
        let listed = server.get("/api/events").await.json();
        assert_eq!(listed["events"][0]["venue"], expected["venue"]);
    })
    .await;
}

#[tokio::test]
async fn the_id_of_a_deleted_event_is_refused_by_an_import_and_by_its_dry_run() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        admin.done("event:status", &json!({ "eventId": "match", "status": "ended" })).await;
        admin.done("event:delete", &json!({ "eventId": "match", "confirm": "match" })).await;
        let csv = "eventId,sport,title\nmatch,x,Again\n";
        let expected = ["line 2: error: match this eventId belonged to an event that was deleted"];
        for more in [&["--dry-run"][..], &[]] {
            let (ok, lines, _) = import(&server.database_url, csv, more).await;
            assert!(!ok && lines == expected, "{lines:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_no_fixture_list_changes_nothing() {
    each_url(async |url| {
        let server = Server::start(url, &[]).await;
        for (csv, expected) in [
            ("", "one of them must be eventId"),
            ("title,sport\nA,b\n", "one of them must be eventId"),
            ("eventId,title,TITLE\n", "the column title twice"),
        ] {
            let (ok, lines, said) = import(url, csv, &[]).await;
            assert!(!ok && lines.is_empty() && said.contains(expected), "{csv:?}: {said}");
        }
        let not_utf8 = b"eventId,sport,title\na,x,\xff\nb,x,y\n";
        let (ok, lines, _) = import(url, not_utf8, &[]).await;
        assert_eq!(
            (ok, lines),
            (false, vec!["line 2: error: it is not UTF-8".to_owned(), "line 3: created b".to_owned()])
        );
        let missing = run(&["import", "/nowhere/x.csv"], &[("DATABASE_URL", url)]).await;
        assert!(!missing.status.success());
        let listed: Value = server.get("/api/events").await.json();
        assert_eq!(listed["events"].as_array().map(Vec::len), Some(1));
    })
    .await;
}
