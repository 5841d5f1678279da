//! Roles: initial roles, granting and revoking, and their audit.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::each_url;
use super::server::{NO_LIMITS, Server};
use super::socket::{Seen, Socket};
use crate::databases::query;

fn code(answer: &Value) -> &str {
    answer["error"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn administrators_give_roles_and_a_role_that_is_taken_works_no_more_from_the_next_message() {
    each_url(async |url| {
        let settings = [&NO_LIMITS[..], &[("ADMIN_EMAILS", "Boss@example.org, chief@example.org")]].concat();
        let server = Server::start(url, &settings).await;
        let boss = server.sign_in("boss@example.org", "desk").await;
        assert_eq!(server.me(&boss.token).await.body["user"]["roles"], json!(["admin"]));
        let mut admin = Socket::connect(&server, "/admin", Some(&boss.token)).await.unwrap();
        for id in ["1", "2"] {
            let event = json!({ "eventId": id, "sport": "chess", "title": "A game" });
            assert_eq!(admin.ask("event:create", event).await["ok"], true);
        }

        let ann = server.sign_in("ann@example.org", "phone").await;
        assert_eq!(Socket::connect(&server, "/admin", Some(&ann.token)).await.err().unwrap(), "forbidden");
        // For Ann, and for an address without an account.
        for email in ["ANN@example.org", "new@example.org"] {
            let assign = json!({ "eventId": "1", "email": email });
            assert_eq!(admin.ask("event:assign", assign).await["ok"], true);
        }
        let grant = json!({ "email": "new@example.org", "role": "reviewer" });
        assert_eq!(admin.ask("role:grant", grant.clone()).await["ok"], true);
        assert_eq!(admin.ask("role:grant", grant).await["ok"], true);
        let new = server.sign_in("new@example.org", "phone").await;
        let user = server.me(&new.token).await.body["user"].clone();
        assert_eq!((&user["roles"], &user["name"]), (&json!(["reviewer", "scorer"]), &json!("Ann")));

        let listed = async |admin: &mut Socket, asked: Value| {
            let answer = admin.ask("operator:list", asked).await;
            let operators = answer["operators"].as_array().unwrap().clone();
            operators.iter().map(|user| json!([user["email"], user["roles"]])).collect::<Value>()
        };
        let scorers = json!([["ann@example.org", ["scorer"]], ["new@example.org", ["reviewer", "scorer"]]]);
        assert_eq!(listed(&mut admin, json!({ "eventId": "1" })).await, scorers);
        assert_eq!(listed(&mut admin, json!({ "eventId": "2" })).await, json!([]));
        let everybody = json!([scorers[0], ["boss@example.org", ["admin"]], scorers[1]]);
        assert_eq!(listed(&mut admin, Value::Null).await, everybody);

        let mut scorer = Socket::connect(&server, "/admin", Some(&ann.token)).await.unwrap();
        assert_eq!(code(&scorer.ask("operator:list", json!({})).await), "forbidden");
        let score = |id: &str| json!({ "eventId": id, "data": { "move": "e4" } });
        assert_eq!(scorer.ask("score", score("1")).await["ok"], true);
        assert_eq!(code(&scorer.ask("score", score("2")).await), "forbidden");
        assert_eq!(
            code(&scorer.ask("role:grant", json!({ "email": "ann@b.org", "role": "admin" })).await),
            "forbidden"
        );
        let revoke = json!({ "email": "ann@example.org", "role": "scorer" });
        assert_eq!(admin.ask("role:revoke", revoke).await["ok"], true);
        assert_eq!(code(&scorer.ask("score", score("1")).await), "forbidden");
        assert_eq!(server.me(&ann.token).await.body["user"]["roles"], json!([]));
        for (email, role, expected) in [
            ("nobody@example.org", "scorer", "not_found"),
            ("not an address", "scorer", "bad_request"),
            ("ann@example.org", "owner", "bad_request"),
        ] {
            let answer = admin.ask("role:revoke", json!({ "email": email, "role": role })).await;
            assert_eq!(code(&answer), expected, "{email} {role}");
        }

        assert!(server.sign_in("boss@example.org", "another desk").await.replaced);
        let on_record = "select action, actor is not null from audit order by id";
        let actions: Vec<(String, bool)> = query(url, on_record).await;
        for expected in [
            ("role:grant", false),
            ("role:grant", true),
            ("account:verify", true),
            ("session:login", true),
            ("event:assign", true),
            ("role:revoke", true),
        ] {
            assert!(actions.contains(&(expected.0.to_owned(), expected.1)), "{expected:?} in {actions:?}");
        }
        assert_eq!(actions.iter().filter(|(action, by)| action == "role:grant" && *by).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_taken_from_an_unknown_address_creates_no_account() {
    each_url(async |url| {
        let settings = [&NO_LIMITS[..], &[("ADMIN_EMAILS", "boss@example.org")]].concat();
        let server = Server::start(url, &settings).await;
        let boss = server.sign_in("boss@example.org", "desk").await;
        let mut admin = Socket::connect(&server, "/admin", Some(&boss.token)).await.unwrap();
        let event = json!({ "eventId": "1", "sport": "chess", "title": "A game" });
        assert_eq!(admin.ask("event:create", event).await["ok"], true);
        let before: Vec<(i64,)> = query(url, "select count(*) from audit").await;
        let (unassign, revoke) = (
            json!({ "eventId": "1", "email": "nobody@example.org" }),
            json!({ "email": "nobody@example.org", "role": "scorer" }),
        );
        assert_eq!(code(&admin.ask("event:unassign", unassign).await), "not_found");
        assert_eq!(code(&admin.ask("role:revoke", revoke).await), "not_found");
        let users: Vec<(String,)> = query(url, "select email from users").await;
        assert_eq!(users, [("boss@example.org".to_owned(),)]);
        let after: Vec<(i64,)> = query(url, "select count(*) from audit").await;
        assert_eq!(after, before);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_by_the_settings_stays_revoked_unless_nobody_else_is_one() {
    each_url(async |url| {
        let settings = [&NO_LIMITS[..], &[("ADMIN_EMAILS", "boss@example.org,late@example.org")]].concat();
        let server = Server::start(url, &settings).await;
        let roles = async |email: &str| {
            let token = server.sign_in(email, "desk").await.token;
            (server.me(&token).await.body["user"]["roles"].clone(), token)
        };
        assert_eq!(roles("boss@example.org").await.0, json!(["admin"]));
        let chief = server.program.token("chief", "admin", &[]).await;
        let mut chief = Socket::connect(&server, "/admin", Some(&chief)).await.unwrap();
        let mut change = async |message: &str, email: &str| {
            let answer = chief.ask(message, json!({ "email": email, "role": "admin" })).await;
            assert_eq!(answer["ok"], true, "{answer}");
        };
        change("role:revoke", "boss@example.org").await;
        assert_eq!(roles("boss@example.org").await.0, json!([]), "a sign-in does not give it back");
        change("role:grant", "boss@example.org").await;
        assert_eq!(roles("boss@example.org").await.0, json!(["admin"]), "an administrator may");
        // This address never had the role by the settings; an administrator revoked it.
        change("role:grant", "late@example.org").await;
        change("role:revoke", "late@example.org").await;
        assert_eq!(roles("late@example.org").await.0, json!([]));

        // If no administrator is left, the settings apply again, so there is always a way in.
        for email in ["boss@example.org", "chief@example.org"] {
            change("role:revoke", email).await;
        }
        assert_eq!(roles("late@example.org").await.0, json!(["admin"]));
        assert_eq!(roles("boss@example.org").await.0, json!([]), "now somebody is one");
    })
    .await;
}

#[tokio::test]
async fn a_write_of_a_session_that_has_just_been_replaced_is_refused_in_its_own_transaction() {
    each_url(async |url| {
        let settings = [&NO_LIMITS[..], &[("ADMIN_EMAILS", "boss@example.org")]].concat();
        let here = Server::start(url, &settings).await;
        // On Postgres the socket is on a node that has not heard about the login yet.
        let other =
            if url.starts_with("postgres") { Some(Server::start(url, &settings).await) } else { None };
        let there = other.as_ref().unwrap_or(&here);
        let boss = here.sign_in("boss@example.org", "desk").await;
        let mut admin = Socket::connect(&here, "/admin", Some(&boss.token)).await.unwrap();
        let event = |id: &str| json!({ "eventId": id, "sport": "chess", "title": "A game" });
        assert_eq!(admin.ask("event:create", event("1")).await["ok"], true);
        let (challenge, right) = there.challenge("boss@example.org").await;
        assert!(super::server::signed_in(&there.verify(&challenge, &right, "another").await).replaced);
        // If it hears about it meanwhile, the connection ends before the answer.
        if let Some(answer) = admin.ask_or_end("event:create", event("2")).await {
            assert_eq!(code(&answer), "session_replaced");
        } else {
            let told = admin.next().await;
            assert!(matches!(&told, Seen::Message(name, _) if name == "session:replaced"), "{told:?}");
        }
        assert_eq!(here.call(Method::GET, "/api/events/2", None, None).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
