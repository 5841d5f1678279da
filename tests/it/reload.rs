//! If this version cannot merge an update in the log, perhaps written by another version, it reads the state again.

use serde_json::json;
use tokio::time::timeout;

use crate::databases::execute;
use crate::history::History;
use crate::http::DEADLINE;
use crate::server::{Server, each_server};
use crate::socket::Client;

/// An update that another version might write: this version refuses NUL in a text.
const FOREIGN: &str = r#"
    update events set seq = 3, snapshot = '{"n":3,"old":1,"note":"\u0000"}';
    insert into updates (event_id, seq, kind, author, at, data)
        select event_id, 3, kind, author, at, '{"n":3,"note":"\u0000"}' from updates where seq = 2
"#;

/// A guest who joins with its earlier history.
async fn watch(server: &Server, seen: &mut History) -> Client {
    let mut client = Client::guest(server.address).await;
    let since = seen.since();
    seen.join(&mut client, "match", since).await;
    client
}

#[tokio::test]
async fn viewers_of_a_room_that_cannot_merge_an_update_get_the_current_state_and_all_that_follows() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        for data in [json!({ "n": 1, "old": 1 }), json!({ "n": 2 })] {
            admin.done("score", &json!({ "eventId": "match", "data": data })).await;
        }
        let (mut stays, mut returns) = (History::default(), History::default());
        let mut watching = watch(server, &mut stays).await;
        let mut leaving = watch(server, &mut returns).await;
        returns.follow(&mut leaving, 2).await;
        drop(leaving);
        stays.follow(&mut watching, 2).await;

        execute(&server.database_url, FOREIGN).await.expect("the log is written");
        let reloaded = timeout(DEADLINE, stays.follow(&mut watching, 3));
        reloaded.await.expect("the viewer gets the state of the log");
        server.until_log("cannot merge update from the log; reloading").await;
        assert_eq!(
            (stays.snapshots, stays.updates),
            (2, 0),
            "a snapshot when it joined, one in place of the update"
        );

        // The room continues from there for viewers who stayed, returned or are new.
        admin.done("score", &json!({ "eventId": "match", "data": { "n": 4, "old": null } })).await;
        let mut new = History::default();
        let mut returned = watch(server, &mut returns).await;
        let mut newcomer = watch(server, &mut new).await;
        let state = json!({ "n": 4, "note": "\0" });
        for (seen, client) in
            [(&mut stays, &mut watching), (&mut returns, &mut returned), (&mut new, &mut newcomer)]
        {
            seen.follow(client, 4).await;
            assert_eq!((&seen.state, seen.seq), (&state, 4));
        }
        assert_eq!((stays.snapshots, stays.updates), (2, 1));
        let event = server.event("match").await;
        assert_eq!((&event["seq"], &event["snapshot"]), (&json!(4), &state));
    })
    .await;
}
