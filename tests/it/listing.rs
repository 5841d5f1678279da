//! The list of events: its order, its filters, its pages, and who gets which.

use ::http::Method;
use serde_json::{Value, json};

use crate::http::{Reply, call};
use crate::server::{Server, each_server};
use crate::socket::Client;

/// The ids of a list.
fn ids(answer: &Value) -> Vec<String> {
    let events = answer["events"].as_array().unwrap_or_else(|| panic!("a list: {answer}"));
    events.iter().map(|event| event["eventId"].as_str().expect("an id").to_owned()).collect()
}

async fn listed(server: &Server, query: &str) -> Vec<String> {
    ids(&server.get(&format!("/api/events?{query}")).await.json())
}

async fn get_with(server: &Server, path: &str, token: &str) -> Reply {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    call(server.address, Method::GET, path, &headers, String::new()).await.expect("the server answers")
}

/// Makes an event from `details`, with this status.
async fn make(admin: &mut Client, id: &str, status: &str, details: Value) {
    let mut event = json!({ "eventId": id, "sport": "cricket", "title": format!("Event {id}") });
    event.as_object_mut().expect("an object").extend(details.as_object().expect("an object").clone());
    admin.done("event:create", &event).await;
    if status != "scheduled" {
        admin.done("event:status", &json!({ "eventId": id, "status": status })).await;
    }
}

/// Events of every status, in the order of the list.
async fn make_several(admin: &mut Client) -> [&'static str; 9] {
    let cup = json!({ "id": "cup", "title": "The Cup" });
    for (id, status, details) in [
        ("ended-never-dated", "ended", json!({ "sport": "chess" })),
        ("ended-1", "ended", json!({ "startsAt": 1_000 })),
        ("ended-2", "ended", json!({ "startsAt": 2_000, "competition": cup })),
        ("someday", "scheduled", json!({ "competitors": ["Straße", { "name": "École", "short": "ECO" }] })),
        ("soon", "scheduled", json!({ "startsAt": 5_000, "sport": "Fußball", "competition": cup })),
        ("later", "scheduled", json!({ "startsAt": 6_000, "title": "Ångström 100% _final_" })),
        ("paused", "paused", json!({ "startsAt": 3_000 })),
        ("live-undated", "live", json!({})),
        ("live", "live", json!({ "startsAt": 4_000, "sport": "chess" })),
    ] {
        make(admin, id, status, details).await;
    }
    ["live", "live-undated", "paused", "soon", "later", "someday", "ended-2", "ended-1", "ended-never-dated"]
}

#[tokio::test]
async fn a_list_has_its_order_and_each_filter_narrows_it() {
    each_server(&[], async |server| {
        let mut admin = server.admin().await;
        let all = make_several(&mut admin).await;
        for (query, expected) in [
            ("", &all[..]),
            ("status=live", &["live", "live-undated"]),
            (
                "status=ended&status=live",
                &["live", "live-undated", "ended-2", "ended-1", "ended-never-dated"],
            ),
            ("status=paused&status=scheduled", &["paused", "soon", "later", "someday"]),
            ("sport=chess", &["live", "ended-never-dated"]),
            ("sport=chess&status=ended", &["ended-never-dated"]),
            ("sport=Chess", &[]),
            ("competition=cup", &["soon", "ended-2"]),
            ("competition=cup&status=scheduled&sport=Fu%C3%9Fball", &["soon"]),
            // Both ends belong to the range; an event without a start is in none.
            ("from=2000&to=5000", &["live", "paused", "soon", "ended-2"]),
            ("from=2001", &["live", "paused", "soon", "later"]),
            ("to=1999", &["ended-1"]),
            ("to=2000&status=ended", &["ended-2", "ended-1"]),
            ("q=%C3%89COLE", &["someday"]),
            ("q=eco", &["someday"]),
            ("q=STRASSE", &[]),
            ("q=stra%C3%9Fe", &["someday"]),
            ("q=%C3%A5NGSTR%C3%96M", &["later"]),
            ("q=A%CC%8Angstro%CC%88m", &["later"]),
            ("q=FU%C3%9FBALL", &["soon"]),
            // Nothing in a search has a special meaning.
            ("q=100%25%20_", &["later"]),
            ("q=%25", &["later"]),
            ("q=event%20live", &["live", "live-undated"]),
            ("q=&limit=500", &all[..]),
            ("unknown=1", &all[..]),
        ] {
            assert_eq!(listed(server, query).await, expected, "{query}");
        }
        let by_message = json!({ "status": ["ended", "live"], "from": 1_001, "to": "4000", "limit": 1 });
        let answer = admin.done("event:list", &by_message).await;
        assert_eq!(ids(&answer), ["live"]);
        let after =
            json!({ "status": ["ended", "live"], "from": 1_001, "to": "4000", "after": answer["next"] });
        let answer = admin.done("event:list", &after).await;
        assert_eq!((ids(&answer), &answer["next"]), (vec!["ended-2".to_owned()], &Value::Null));

        let someday = server.get("/api/events?q=eco").await.json()["events"][0].clone();
        assert_eq!(someday["competitors"], json!(["Straße", { "name": "École", "short": "ECO" }]));
        let soon = server.get("/api/events?competition=cup&limit=1").await.json()["events"][0].clone();
        assert_eq!(soon["competition"], json!({ "id": "cup", "title": "The Cup" }));
    })
    .await;
}

#[tokio::test]
async fn pages_show_each_event_once_while_events_change() {
    each_server(&[], async |server| {
        let mut admin = server.admin().await;
        let all = make_several(&mut admin).await;
        for limit in 1..=10 {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let page = server.get(&format!("/api/events?limit={limit}{after}")).await.json();
                seen.extend(ids(&page));
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={}", next.replace(' ', "%20"));
            }
            assert_eq!(seen, all, "pages of {limit}");
        }
        // An event's id is a place, too, as in older clients.
        assert_eq!(listed(server, "after=paused&limit=2").await, ["soon", "later"]);

        // The last event of a page goes to another place, to the front or to the end: the next page begins where this one ended.
        for (status, title) in [("live", "A"), ("ended", "B"), ("scheduled", "C")] {
            let page = server.get("/api/events?limit=4").await.json();
            let (next, last) = (page["next"].clone(), ids(&page).pop().expect("four events"));
            let before = ids(&page);
            admin.done("event:update", &json!({ "eventId": before[0], "title": title })).await;
            admin.done("event:status", &json!({ "eventId": last, "status": status })).await;
            let rest = listed(server, &format!("after={}", next.as_str().expect("a place"))).await;
            let others = all.iter().filter(|id| !before.contains(&(**id).to_owned())).count();
            let rest: Vec<_> = rest.into_iter().filter(|id| *id != last).collect();
            assert_eq!(rest.len(), others, "{status}: {rest:?}");
            assert!(rest.iter().all(|id| !before.contains(id)), "{status}: {rest:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_list_without_a_limit_has_up_to_a_thousand_events_and_says_that_there_are_more() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin().await;
    for n in 0..1_002 {
        make(&mut admin, &format!("event {n}"), "scheduled", json!({ "startsAt": n })).await;
    }
    let first = server.get("/api/events").await.json();
    assert_eq!(ids(&first).len(), 1_000);
    let next = first["next"].as_str().expect("there are more").replace(' ', "%20");
    let rest = server.get(&format!("/api/events?after={next}")).await.json();
    assert_eq!(
        (ids(&rest), &rest["next"]),
        (vec!["event 1000".to_owned(), "event 1001".to_owned()], &Value::Null)
    );
    let page = server.get("/api/events?after=event%200").await.json();
    assert_eq!((ids(&page).len(), page["next"].is_string()), (500, true));
    let page = server.get("/api/events?limit=500").await.json();
    assert_eq!((ids(&page).len(), page["next"].is_string()), (500, true));
}

#[tokio::test]
async fn a_value_that_is_no_value_of_its_field_is_named() {
    let server = Server::alone(&[]).await;
    let mut admin = server.admin().await;
    for (query, payload, expected) in [
        ("status=over", json!({ "status": "over" }), "status must be one of scheduled, live, paused, ended"),
        ("limit=0", json!({ "limit": 0 }), "limit must be 1 to 500"),
        ("limit=501", json!({ "limit": 501 }), "limit must be 1 to 500"),
        ("limit=x", json!({ "limit": "x" }), "limit must be an integer"),
        ("from=today", json!({ "from": "today" }), "from must be an integer"),
        ("to=1.5", json!({ "to": 1.5 }), "to must be an integer"),
        (
            "to=999999999999999999",
            json!({ "to": 999_999_999_999_999_999_i64 }),
            "to must be milliseconds since 1970, up to the year 9999",
        ),
        ("after=a%2Fb", json!({ "after": "a/b" }), "after must be an eventId, or the `next` of a page"),
        ("after=*1", json!({ "after": "*1" }), "after must be an eventId, or the `next` of a page"),
        ("mine=maybe", json!({ "mine": "maybe" }), "mine must be true or false"),
        ("sport=a&sport=b", json!({ "sport": ["a", "b"] }), "sport must be a string"),
        ("q=a&q=b", json!({ "q": ["a", "b"] }), "q must be a string"),
    ] {
        let reply = server.get(&format!("/api/events?{query}")).await;
        let answer = admin.call("event:list", &payload).await;
        assert_eq!(reply.status, 400, "{query}");
        for error in [&reply.json()["error"], &answer["error"]] {
            assert_eq!(
                (&error["code"], &error["message"]),
                (&json!("bad_request"), &json!(expected)),
                "{query}"
            );
        }
    }
    let long = "x".repeat(201);
    let reply = server.get(&format!("/api/events?q={long}")).await;
    assert_eq!((reply.status.as_u16(), &reply.json()["error"]["code"]), (413, &json!("too_large")));
}

#[tokio::test]
async fn a_list_of_a_sport_with_a_nul_or_too_many_graphemes_is_refused_wherever_it_is_asked_for() {
    each_server(&[], async |server| {
        let mut admin = server.admin().await;
        let mut viewer = Client::guest(server.address).await;
        for (sport, code) in [("a\0b".to_owned(), "bad_request"), ("x".repeat(65), "too_large")] {
            let query = sport.replace('\0', "%00");
            let payload = json!({ "sport": sport });
            for (asked, error) in [
                ("GET", server.get(&format!("/api/events?sport={query}")).await.json()),
                ("stream", server.get(&format!("/api/events/stream?sport={query}")).await.json()),
                ("event:list", admin.call("event:list", &payload).await),
                ("events:watch", viewer.call("events:watch", &payload).await),
            ] {
                assert_eq!(error["error"]["code"], code, "{asked} of {sport:?}: {error}");
            }
        }
        // No event has this sport.
        assert_eq!(server.get("/api/events?sport=").await.json()["events"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn ones_own_events_are_those_that_one_may_score() {
    each_server(&[], async |server| {
        let mut admin = server.admin().await;
        for id in ["a", "b", "c"] {
            make(&mut admin, id, "scheduled", json!({})).await;
        }
        let scorer = server.token("ann", "scorer", &["a", "c"]).await;
        let administrator = server.token("boss", "admin", &[]).await;
        let reviewer = server.token("rev", "reviewer", &[]).await;
        let mine = "/api/events?mine=true";
        for (token, expected) in
            [(&scorer, &["c", "a"][..]), (&administrator, &["c", "b", "a"]), (&reviewer, &[])]
        {
            let reply = get_with(server, mine, token).await;
            assert_eq!(
                (ids(&reply.json()), reply.header("cache-control")),
                (expected.iter().map(|id| (*id).to_owned()).collect(), "private, no-store")
            );
            assert!(reply.headers.get_all("vary").iter().any(|line| line == "authorization"), "{reply:?}");
        }
        let mut ann = Client::admin(server.address, &scorer).await;
        assert_eq!(ids(&ann.done("event:list", &json!({ "mine": true })).await), ["c", "a"]);
        assert_eq!(ids(&ann.done("event:list", &json!({ "mine": "false" })).await), ["c", "b", "a"]);
        let page = get_with(server, "/api/events?mine=true&limit=1", &scorer).await.json();
        assert_eq!(ids(&page), ["c"]);

        // A role that is revoked leaves its assignments.
        let change = json!({ "email": "ann@example.org", "role": "scorer" });
        admin.done("role:grant", &json!({ "email": "ann@example.org", "role": "reviewer" })).await;
        admin.done("role:revoke", &change).await;
        assert_eq!(ids(&get_with(server, mine, &scorer).await.json()), [] as [&str; 0]);
        admin.done("role:grant", &change).await;
        assert_eq!(ids(&get_with(server, mine, &scorer).await.json()), ["c", "a"]);

        for reply in [server.get(mine).await, get_with(server, mine, "tl_none").await] {
            assert_eq!(
                (reply.status.as_u16(), &reply.json()["error"]["code"]),
                (401, &json!("unauthenticated"))
            );
            assert_eq!(reply.header("cache-control"), "private, no-store");
        }
        // Everybody's list is the same with a token, but no cache keeps it.
        let reply = get_with(server, "/api/events?mine=false", &scorer).await;
        assert_eq!((ids(&reply.json()).len(), reply.header("cache-control")), (3, "private, no-store"));
    })
    .await;
}
