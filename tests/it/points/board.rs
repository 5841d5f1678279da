//! The board on every screen, and a review from hold to decision, over sockets of the real server.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use touchline::domain::account::Role;
use touchline::domain::clock;

use super::field::{grant, sign_in, sign_in_on, times};
use super::tickets::{SETTINGS, database, join, live_event, start};
use crate::server::each_server;
use crate::soak;
use crate::socket::Client;

fn cheer() -> Value {
    json!([{ "name": "cheer", "points": 10, "dailyCap": 100_000 }])
}

async fn viewer(server: std::net::SocketAddr) -> Client {
    let mut viewer = Client::guest(server).await;
    viewer.done("join", &json!({ "eventId": "1" })).await;
    viewer
}

/// Waits until a viewer's board has this many points in its first line. Returns all boards until then, with their arrival
/// times.
async fn boards_until(viewer: &mut Client, points: i64) -> Vec<(Instant, Value)> {
    let mut boards = Vec::new();
    loop {
        let mut arguments = viewer.message("leaderboard").await;
        let board = arguments.remove(0);
        let reached = board["top"][0]["points"] == points;
        boards.push((Instant::now(), board));
        if reached {
            return boards;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_board_is_on_every_screen_within_moments_and_comes_at_most_once_a_second() {
    // Turn off the rhythm rule, which this burst would trigger.
    let settings =
        [&SETTINGS[..], &[("INTEGRITY_RHYTHM_PERCENT", "0"), ("INTEGRITY_RHYTHM_SPREAD", "0s")]].concat();
    each_server(&settings, async |server| {
        live_event(server, cheer()).await;
        let db = database(server).await;
        let mut player = join(server.address, &sign_in(&db, "ann", clock::now()).await).await;
        let mut viewers = [viewer(server.address).await, viewer(server.address).await];

        let ticket = json!({ "ticket": start(&mut player, "cheer").await });
        let acted = Instant::now();
        player.done("action:complete", &ticket).await;
        for viewer in &mut viewers {
            let boards = boards_until(viewer, 10).await;
            soak::took_less(acted.elapsed(), Duration::from_millis(1_500));
            let line = json!({ "rank": 1, "name": "ann", "points": 10 });
            assert_eq!(boards[0].1, json!({ "eventId": "1", "version": 1, "top": [line] }));
        }

        let count = i64::try_from(times(60, 600)).unwrap();
        let burst = async {
            for _ in 0..count {
                let ticket = json!({ "ticket": start(&mut player, "cheer").await });
                player.done("action:complete", &ticket).await;
            }
        };
        let last = 10 * (count + 1);
        let bursting = Instant::now();
        let [first, second] = &mut viewers;
        let ((), first, second) = tokio::join!(burst, boards_until(first, last), boards_until(second, last));
        for boards in [first, second] {
            let versions: Vec<_> = boards.iter().map(|(_, board)| board["version"].as_i64()).collect();
            assert!(versions.is_sorted_by(|a, b| a < b), "{versions:?}");
            // One at the start and one for each second since. A viewer on a busy machine may read two at once.
            assert!(boards.len() as u64 <= bursting.elapsed().as_secs() + 2, "{} boards", boards.len());
        }
        db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_held_action_goes_to_the_reviewers_and_its_owner_is_told_of_each_step() {
    let settings = [&SETTINGS[..], &[("INTEGRITY_DEVICE_ACCOUNTS", "1")]].concat();
    each_server(&settings, async |server| {
        let mut admin = live_event(server, cheer()).await;
        let db = database(server).await;
        let first = sign_in_on(&db, "first", clock::now(), "one phone").await;
        let second = sign_in_on(&db, "second", clock::now(), "one phone").await;
        let rita = sign_in(&db, "rita", clock::now()).await;
        grant(&db, &rita, Role::Reviewer).await;
        let mut reviewer = Client::admin(server.address, &rita.token).await;
        let (mut first, mut second) =
            (join(server.address, &first).await, join(server.address, &second).await);
        for client in [&mut first, &mut second] {
            let ticket = json!({ "ticket": start(client, "cheer").await });
            client.done("action:complete", &ticket).await;
        }
        let told = second.message("points").await;
        assert_eq!(
            (&told[0]["status"], &told[0]["total"], &told[0]["rank"]),
            (&json!("held"), &json!(0), &Value::Null)
        );
        assert!(told[0]["reason"].is_string());

        let review = reviewer.message("review:new").await.remove(0);
        assert_eq!(review["player"]["name"], "second");
        assert_eq!(review["reasons"], json!(["together"]));
        assert_eq!(review["evidence"]["together"]["accountsOfDevice"], 1);
        assert_eq!((&review["status"], &review["version"]), (&json!("pending"), &json!(1)));
        assert!(!review.to_string().contains("example.org"), "an address is shown: {review}");
        let listed = reviewer.done("review:list", &json!({ "eventId": "1", "status": "pending" })).await;
        assert_eq!((&listed["reviews"][0]["id"], &listed["next"]), (&review["id"], &Value::Null));
        let refused = admin.call("review:list", &json!({})).await;
        assert_eq!(refused["error"]["code"], "forbidden");

        let decide = json!({ "reviewId": review["id"], "decision": "approve", "note": "a family" });
        let decided = reviewer.done("review:decide", &decide).await;
        assert_eq!(decided["review"]["status"], "approved");
        assert_eq!(decided["review"]["decided"]["note"], "a family");
        assert_eq!(reviewer.message("review:decided").await[0]["id"], review["id"]);
        let told = second.message("points").await;
        assert_eq!((&told[0]["status"], &told[0]["total"]), (&json!("approved"), &json!(10)));
        let again = reviewer.call("review:decide", &decide).await;
        assert_eq!(
            (&again["error"]["code"], &again["error"]["decision"]),
            (&json!("conflict"), &json!("approve"))
        );

        let ticket = json!({ "ticket": start(&mut second, "cheer").await });
        second.done("action:complete", &ticket).await;
        let review = reviewer.message("review:new").await.remove(0);
        assert_eq!(review["others"][0]["status"], "approved");
        let decide = json!({ "reviewId": review["id"], "decision": "reject" });
        reviewer.done("review:decide", &decide).await;
        assert_eq!(second.message("points").await[0]["status"], "held");
        assert_eq!(second.message("points").await[0]["status"], "rejected");
        let board = server.get("/api/events/1/leaderboard").await.json();
        let points: Vec<_> = board["top"].as_array().unwrap().iter().map(|line| &line["points"]).collect();
        assert_eq!(points, [10, 10]);
        db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_competition_has_a_board_and_an_event_that_moves_takes_its_points_along() {
    each_server(&SETTINGS, async |server| {
        let mut admin = live_event(server, cheer()).await;
        let db = database(server).await;
        let mut player = join(server.address, &sign_in(&db, "ann", clock::now()).await).await;
        let of = async |competition: &str| {
            let by_http = server.get(&format!("/api/leaderboard?competition={competition}")).await;
            let mut guest = Client::guest(server.address).await;
            let by_message = guest.call("leaderboard", &json!({ "competition": competition })).await;
            if by_http.status == 200 {
                assert_eq!(by_http.json(), by_message);
            } else {
                assert_eq!(by_message["error"]["code"], "not_found");
            }
            (by_http.status.as_u16(), by_message["top"][0]["points"].clone())
        };
        assert_eq!(of("cup").await.0, 404);
        let update = |competition: Value| json!({ "eventId": "1", "competition": competition });
        let cup = json!({ "id": "cup", "title": "The Cup" });
        let ticket = json!({ "ticket": start(&mut player, "cheer").await });
        player.done("action:complete", &ticket).await;
        admin.done("event:update", &update(cup)).await;
        assert_eq!(of("cup").await, (200, json!(10)));
        let ticket = json!({ "ticket": start(&mut player, "cheer").await });
        player.done("action:complete", &ticket).await;
        assert_eq!(of("cup").await, (200, json!(20)));
        let you = player.done("leaderboard", &json!({ "competition": "cup" })).await;
        assert_eq!((&you["competition"], &you["eventId"]), (&json!("cup"), &Value::Null));
        assert_eq!(you["you"], json!({ "rank": 1, "points": 20 }));
        let both = player.call("leaderboard", &json!({ "eventId": "1", "competition": "cup" })).await;
        assert_eq!(both["error"]["code"], "bad_request");

        // Another title moves nothing, another competition does.
        admin.done("event:update", &update(json!({ "id": "cup", "title": "Cup" }))).await;
        assert_eq!(of("cup").await, (200, json!(20)));
        admin.done("event:update", &update(json!({ "id": "league", "title": "League" }))).await;
        assert_eq!((of("cup").await.0, of("league").await), (404, (200, json!(20))));
        admin.done("event:update", &update(Value::Null)).await;
        assert_eq!((of("cup").await.0, of("league").await.0), (404, 404));
        let verified = crate::server::run(&["verify"], &[("DATABASE_URL", &server.database_url)]).await;
        assert!(verified.status.success(), "{verified:?}");
        db.close().await;
    })
    .await;
}
