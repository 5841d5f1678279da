//! The desks of scorers and administrators, which get the scores of their events without joining.

use serde_json::{Value, json};

use crate::history::number;
use crate::packet::Packet;
use crate::server::each_server;
use crate::socket::Client;

/// The scores that a desk has received so far: event and seq.
pub async fn scores(desk: &mut Client) -> Vec<(String, i64)> {
    let place = |packet| match packet {
        Packet::Message(name, arguments) if name == "score" => {
            let meta: &Value = &arguments[1];
            Some((meta["eventId"].as_str().expect("an id").to_owned(), number(&meta["seq"])))
        }
        _ => None,
    };
    desk.sent_so_far().await.into_iter().filter_map(place).collect()
}

#[tokio::test]
async fn a_desk_is_sent_the_scores_of_the_events_that_it_may_score_and_no_others() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("mine").await;
        admin
            .done("event:create", &json!({ "eventId": "other", "sport": "chess", "title": "Another" }))
            .await;
        let mut scorer = Client::admin(server.address, &server.token("ann", "scorer", &["mine"]).await).await;
        let mut nobody = Client::admin(server.address, &server.token("bob", "scorer", &[]).await).await;
        let mut reviewer = Client::admin(server.address, &server.token("cid", "reviewer", &[]).await).await;
        let mut feed = Client::admin(server.address, &server.token("feed", "admin", &[]).await).await;
        let place = |event: &str, seq| (event.to_owned(), seq);

        for event in ["mine", "other", "mine"] {
            feed.done("score", &json!({ "eventId": event, "data": { "of": event } })).await;
        }
        assert_eq!(scores(&mut admin).await, [place("mine", 1), place("other", 1), place("mine", 2)]);
        assert_eq!(scores(&mut feed).await, [place("mine", 1), place("other", 1), place("mine", 2)]);
        assert_eq!(scores(&mut scorer).await, [place("mine", 1), place("mine", 2)]);
        assert_eq!(scores(&mut nobody).await, []);
        assert_eq!(scores(&mut reviewer).await, []);

        // Corrections too, and assignments that change meanwhile.
        admin.done("event:assign", &json!({ "eventId": "mine", "email": "bob@example.org" })).await;
        admin.done("event:unassign", &json!({ "eventId": "mine", "email": "ann@example.org" })).await;
        let correction = json!({ "eventId": "mine", "voids": 1, "data": {}, "reason": "slip" });
        feed.done("score:correct", &correction).await;
        assert_eq!(scores(&mut nobody).await, [place("mine", 3)]);
        assert_eq!(scores(&mut scorer).await, []);
        // Desks do not count as viewers.
        assert_eq!(server.event("mine").await["viewers"]["total"], 0);

        // A closed desk leaves nothing behind.
        drop((admin, scorer, nobody, reviewer, feed));
        server.until_metric("touchline_members", "", |members| members < 0.5).await;
        server.until_metric("touchline_rooms", "", |rooms| rooms < 0.5).await;
    })
    .await;
}
