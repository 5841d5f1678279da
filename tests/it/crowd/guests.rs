//! Names of guests: never mistaken for an account, and validated like any other name.

use serde_json::{Value, json};

use super::{code, pulse_with, watch_as};
use crate::plain::client::Plain;
use crate::server::{Server, each_server};
use crate::socket::Client;

#[tokio::test]
async fn a_guest_that_calls_itself_by_an_accounts_id_is_not_taken_for_it() {
    each_server(&[], async |server| {
        let _admin = server.admin_with_event("match").await;
        let mut bob = watch_as(server, "bob").await;
        let user = bob.done("join", &json!("match")).await["viewerId"].clone();
        let user = user.as_str().expect("an id");
        let shown_as = json!(format!("guest:{user}"));

        let mut guest = Client::guest(server.address).await;
        let joined = guest.done("join", &json!({ "eventId": "match", "id": user })).await;
        assert_eq!(joined["viewerId"], shown_as);
        let (mut plain, joined) = Plain::joined(server.address, &format!("eventId=match&id={user}")).await;
        assert_eq!(joined["viewerId"], shown_as);
        let viewers = json!({ "total": 2, "users": 1, "guests": 1 });
        assert_eq!(server.event("match").await["viewers"], viewers, "two connections of one guest");
        pulse_with(&mut bob, |pulse| pulse["viewers"] == viewers).await;

        let fire = json!({ "emoji": "🔥", "id": user });
        guest.done("reaction", &fire).await;
        assert_eq!(bob.message("reaction").await[0]["id"], shown_as);
        plain.command("reaction", &json!({ "emoji": "👏" })).await;
        assert_eq!(bob.message("reaction").await[0]["id"], shown_as);
        bob.done("reaction", &fire).await;
        assert_eq!(bob.message("reaction").await[0]["id"], user);
    })
    .await;
}

#[tokio::test]
async fn a_guests_name_follows_the_rules_of_names_whatever_it_comes_over() {
    let server = Server::alone(&[("NAME_LENGTH", "45")]).await;
    let _admin = server.admin_with_event("match").await;
    let mut guest = Client::guest(server.address).await;
    for (name, refused, close) in [
        ("x".repeat(46), "too_large", 4400),
        ("e\u{301}".repeat(46), "too_large", 4400),
        ("two\nlines".to_owned(), "bad_request", 4400),
        ("\u{202e}nna".to_owned(), "bad_request", 4400),
        ("\u{200b}".to_owned(), "bad_request", 4400),
    ] {
        let join = json!({ "eventId": "match", "id": name });
        assert_eq!(code(&guest.call("join", &join).await), refused, "{name:?}");
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("id", &name).finish();
        let mut plain = Plain::open(server.address, &format!("eventId=match&{query}")).await;
        let (ended, _) = plain.end().await;
        let (said, reason) = ended.expect("a close frame");
        assert_eq!((said, reason.split(':').next()), (close, Some(refused)), "{name:?}");
        let reply = server.get(&format!("/api/events/match/stream?{query}")).await;
        assert_eq!(code(&reply.json()), refused, "{name:?}");
    }
    for (name, shown) in [
        (json!("x".repeat(45)), format!("guest:{}", "x".repeat(45))),
        (json!(" Ann é🔥 "), "guest:Ann é🔥".to_owned()),
        (json!(7), "guest:7".to_owned()),
    ] {
        let joined = guest.done("join", &json!({ "eventId": "match", "id": name })).await;
        assert_eq!(joined["viewerId"], shown);
    }
    let nameless = guest.done("join", &json!({ "eventId": "match", "id": "" })).await;
    assert!(nameless["viewerId"].as_str().is_some_and(|id| id.starts_with("guest:#")), "{nameless}");
    assert_eq!(guest.call("join", &json!({ "eventId": "match", "id": Value::Null })).await["ok"], true);
}
