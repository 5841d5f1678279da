//! Permissions at `/admin`, and how administrators manage events.

use serde_json::{Value, json};

use crate::server::{Server, each_server};
use crate::socket::Client;

/// The error code of a refused call.
async fn refusal(client: &mut Client, name: &str, payload: &Value) -> String {
    let answer = client.call(name, payload).await;
    assert_eq!(answer["ok"], false, "{name} {payload}: {answer}");
    answer["error"]["code"].as_str().expect("a code").to_owned()
}

fn score(event_id: &str) -> Value {
    json!({ "eventId": event_id, "data": { "n": 1 } })
}

#[tokio::test]
async fn admin_is_refused_to_who_has_no_token_or_a_wrong_one() {
    let server = Server::alone(&[]).await;
    let token = server.token("ann", "scorer", &[]).await;
    for auth in [
        json!(null),
        json!({}),
        json!({ "token": "" }),
        json!({ "token": "nonsense" }),
        json!({ "token": 7 }),
    ] {
        let refused = Client::open(server.address, "").await.connect("/admin", &auth).await;
        assert_eq!(refused.err(), Some(json!({ "message": "unauthenticated" })), "{auth}");
    }
    // `/` refuses a wrong token too; without a token the client is a guest.
    let refused = Client::open(server.address, "").await.connect("/", &json!({ "token": "nonsense" })).await;
    assert_eq!(refused.err(), Some(json!({ "message": "unauthenticated" })));
    // A token also works in the query.
    let query = format!("&token={token}");
    assert!(Client::open(server.address, &query).await.connect("/admin", &Value::Null).await.is_ok());
    let refused = Client::open(server.address, &query).await.connect("/elsewhere", &Value::Null).await;
    assert_eq!(refused.err(), Some(json!({ "message": "Invalid namespace" })));
}

#[tokio::test]
async fn an_account_whose_roles_were_taken_away_is_forbidden() {
    let folder = crate::databases::Folder::new();
    let server = Server::start(&folder.sqlite_url(), &[]).await;
    let token = server.token("ann", "admin", &[]).await;
    let mut ann = Client::admin(server.address, &token).await;
    ann.done("event:list", &Value::Null).await;
    crate::databases::execute(&folder.sqlite_url(), "delete from roles").await.expect("roles are rows");
    assert_eq!(refusal(&mut ann, "event:list", &Value::Null).await, "forbidden");
    assert_eq!(refusal(&mut ann, "event:create", &json!({ "sport": "x", "title": "y" })).await, "forbidden");
    let refused = Client::open(server.address, "").await.connect("/admin", &json!({ "token": token })).await;
    assert_eq!(refused.err(), Some(json!({ "message": "forbidden" })));
}

#[tokio::test]
async fn each_role_may_do_what_the_table_says() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("mine").await;
        admin
            .done("event:create", &json!({ "eventId": "other", "sport": "chess", "title": "Another" }))
            .await;
        let mut scorer =
            Client::admin(server.address, &server.token("scorer", "scorer", &["mine"]).await).await;
        let mut reviewer =
            Client::admin(server.address, &server.token("reviewer", "reviewer", &[]).await).await;
        let correct = json!({ "eventId": "mine", "voids": 1, "data": {}, "reason": "slip" });
        let status = |event_id: &str| json!({ "eventId": event_id, "status": "live" });
        let assign = json!({ "eventId": "mine", "email": "new@example.org" });
        // Each call, with the answers to the administrator, the scorer and the reviewer.
        for (name, payload, answers) in [
            ("score", score("mine"), ["", "", "forbidden"]),
            ("score", score("other"), ["", "forbidden", "forbidden"]),
            ("score:correct", correct, ["", "", "forbidden"]),
            ("event:status", status("mine"), ["", "", "forbidden"]),
            ("event:status", status("other"), ["", "forbidden", "forbidden"]),
            ("event:update", json!({ "eventId": "mine", "title": "T" }), ["", "forbidden", "forbidden"]),
            ("event:create", json!({ "sport": "x", "title": "y" }), ["", "forbidden", "forbidden"]),
            ("event:archive", json!({ "eventId": "mine" }), ["", "forbidden", "forbidden"]),
            ("event:unarchive", json!({ "eventId": "mine" }), ["", "forbidden", "forbidden"]),
            ("event:assign", assign.clone(), ["", "forbidden", "forbidden"]),
            ("event:unassign", assign, ["", "forbidden", "forbidden"]),
            ("event:list", Value::Null, ["", "", ""]),
            ("score", score("nope"), ["not_found", "not_found", "not_found"]),
        ] {
            for (client, expected) in [&mut admin, &mut scorer, &mut reviewer].into_iter().zip(answers) {
                let answer = client.call(name, &payload).await;
                let code = answer["error"]["code"].as_str().unwrap_or_default();
                assert_eq!(
                    (code, &answer["ok"]),
                    (expected, &json!(expected.is_empty())),
                    "{name} {payload}: {answer}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_assignment_and_its_end_take_effect_with_the_next_message() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let mut scorer = Client::admin(server.address, &server.token("ann", "scorer", &[]).await).await;
        let ann = json!({ "eventId": "match", "email": "ANN@example.org" });
        for _ in 0..2 {
            assert_eq!(refusal(&mut scorer, "score", &score("match")).await, "forbidden");
            admin.done("event:assign", &ann).await;
            scorer.done("score", &score("match")).await;
            admin.done("event:unassign", &ann).await;
        }
        // An address without an account gets one, with the assignment.
        admin.done("event:assign", &json!({ "eventId": "match", "email": "bob@example.org" })).await;
        let mut bob = Client::admin(server.address, &server.token("bob", "reviewer", &[]).await).await;
        bob.done("score", &score("match")).await;
        assert_eq!(
            refusal(&mut admin, "event:assign", &json!({ "eventId": "match", "email": "x" })).await,
            "bad_request"
        );
        let nowhere = json!({ "eventId": "nope", "email": "ann@example.org" });
        assert_eq!(refusal(&mut admin, "event:assign", &nowhere).await, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_revoked_token_closes_its_socket_and_lets_nobody_in() {
    each_server(&[], async |server| {
        let mut admin = server.admin_with_event("match").await;
        let token = server.token("ann", "scorer", &["match"]).await;
        let mut scorer = Client::admin(server.address, &token).await;
        scorer.done("score", &score("match")).await;
        let list = server.token_command(&["list"]).await;
        let line = list.lines().find(|line| line.contains("ann@example.org")).expect("it is listed");
        assert!(line.contains("live") && !list.contains(&token), "{list}");
        let id = line.split_whitespace().next().expect("an id");
        server.token_command(&["revoke", id]).await;
        tokio::time::timeout(crate::http::DEADLINE, scorer.end())
            .await
            .expect("its socket is closed in time");
        let again =
            Client::open(server.address, "").await.connect("/admin", &json!({ "token": token })).await;
        assert_eq!(again.err(), Some(json!({ "message": "unauthenticated" })));
        admin.done("score", &score("match")).await;
    })
    .await;
}
