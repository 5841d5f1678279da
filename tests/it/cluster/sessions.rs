//! One device per account, whichever node it signs in on.

use std::time::{Duration, Instant};

use http::{Method, StatusCode};
use serde_json::json;

use crate::accounts::desks;
use crate::accounts::server::{NO_LIMITS, Server, signed_in};
use crate::accounts::service_tokens::Opened;
use crate::accounts::socket::{Seen, Socket};
use crate::databases::{PostgresDatabase, query};
use crate::soak;

async fn two_nodes() -> (PostgresDatabase, Server, Server) {
    let database = PostgresDatabase::create().await;
    let first = Server::start(&database.url, &NO_LIMITS).await;
    let second = Server::start(&database.url, &NO_LIMITS).await;
    (database, first, second)
}

#[tokio::test]
async fn a_login_at_one_node_ends_the_device_at_the_other_within_a_second() {
    let (database, first, second) = two_nodes().await;
    let phone = first.sign_in("ann@example.org", "phone").await;
    assert_eq!(second.me(&phone.token).await.status, StatusCode::OK, "a token is good everywhere at once");
    let mut on_phone = Socket::connect(&first, "/", Some(&phone.token)).await.expect("it connects");
    let (challenge, code) = second.challenge("ann@example.org").await;
    let started = Instant::now();
    let laptop = signed_in(&second.verify(&challenge, &code, "laptop").await);
    assert!(laptop.replaced);
    assert_eq!(first.me(&phone.token).await.code(), "session_replaced");
    let Seen::Message(name, replaced) = on_phone.next().await else { panic!("it is told first") };
    assert_eq!((name.as_str(), &replaced["device"]["name"]), ("session:replaced", &json!("laptop's name")));
    assert_eq!(on_phone.next().await, Seen::Disconnected);
    soak::took_less(started.elapsed(), Duration::from_secs(1));

    let mut on_laptop = Socket::connect(&first, "/", Some(&laptop.token)).await.expect("it connects");
    let out = second.call(Method::POST, "/api/auth/logout", Some(&laptop.token), None).await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert_eq!(first.me(&laptop.token).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(on_laptop.next().await, Seen::Closed);
    drop((first, second));
    database.drop().await;
}

#[tokio::test]
async fn a_login_that_asks_at_one_node_is_told_of_the_desk_at_the_other() {
    let database = PostgresDatabase::create().await;
    let first = desks::server_with_scorer(&database.url).await;
    let second = Server::start(&database.url, &NO_LIMITS).await;
    let phone = first.sign_in("ann@example.org", "phone").await;
    let _desk = Socket::connect(&first, "/admin", Some(&phone.token)).await.expect("Ann is a scorer");
    desks::desk_is_recorded(&database.url).await;
    let (challenge, code) = second.challenge("ann@example.org").await;
    let refused = desks::verify(&second, &challenge, &code, "laptop", json!(true)).await;
    desks::assert_desk_is_used(&refused, "phone");
    assert!(signed_in(&second.verify(&challenge, &code, "laptop").await).replaced);
    drop((first, second));
    database.drop().await;
}

#[tokio::test]
async fn a_service_token_that_is_revoked_closes_its_sockets_on_every_node() {
    let (database, first, second) = two_nodes().await;
    let _admin = first.program.admin_with_event("match").await;
    let token = first.program.token("bob", "admin", &[]).await;
    let (here, there) = (Opened::with(&first, &token).await, Opened::with(&second, &token).await);
    let listed = first.program.token_command(&["list"]).await;
    let line = listed.lines().find(|line| line.contains("bob@")).expect("it is listed");
    first.program.token_command(&["revoke", line.split(' ').next().expect("an id")]).await;
    here.end(&first).await;
    there.end(&first).await;
    for node in [&first, &second] {
        assert_eq!(node.me(&token).await.code(), "unauthenticated");
    }
    drop((first, second));
    database.drop().await;
}

#[tokio::test]
async fn of_two_devices_that_sign_in_at_the_same_instant_on_two_nodes_one_is_live() {
    let (database, first, second) = two_nodes().await;
    for round in 0..soak::count(20, 200) {
        let email = format!("player{}@example.org", round / 4);
        let (challenge, code) = first.challenge(&email).await;
        let (phone, laptop) = tokio::join!(
            first.verify(&challenge, &code, "phone"),
            second.verify(&challenge, &code, "laptop")
        );
        let (winner, loser) = if phone.status == StatusCode::OK { (phone, laptop) } else { (laptop, phone) };
        assert_eq!(loser.code(), "already_used", "round {round}");
        let winner = signed_in(&winner);
        let (challenge, code) = second.challenge(&email).await;
        let newer = second.verify(&challenge, &code, "tablet");
        let (newer, me) = tokio::join!(newer, first.me(&winner.token));
        let newer = signed_in(&newer);
        assert!(newer.replaced);
        assert!(me.status == StatusCode::OK || me.code() == "session_replaced", "{:?}", me.body);
        for node in [&first, &second] {
            assert_eq!(node.me(&winner.token).await.code(), "session_replaced");
            assert_eq!(node.me(&newer.token).await.status, StatusCode::OK);
        }
        let live: Vec<(i64,)> = query(
            &database.url,
            "select count(*) from sessions where ending is null group by user_id having count(*) > 1",
        )
        .await;
        assert!(live.is_empty());
    }
    drop((first, second));
    database.drop().await;
}
