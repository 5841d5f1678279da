//! Crowd data is saved per event: an event whose rows the database refuses does not block others.

use serde_json::json;

use crate::databases::{each_url, execute, query};
use crate::http::until;
use crate::server::Server;
use crate::socket::Client;

/// Rooms per kind. Rooms are saved in random order, so with this many, good ones follow bad ones.
const ROOMS: usize = 6;

/// The events with saved reactions, and their counts.
async fn kept(url: &str) -> Vec<(String, i64)> {
    query(
        url,
        "select event_id, cast(sum(count) as bigint) from reaction_totals group by event_id order by event_id",
    )
    .await
}

#[tokio::test]
async fn an_event_that_cannot_be_saved_holds_up_no_other_neither_while_the_server_runs_nor_as_it_stops() {
    each_url(async |url| {
        let mut server = Server::start(url, &[]).await;
        let mut admin = server.admin().await;
        let mut clients = Vec::new();
        for n in 0..ROOMS {
            for kind in ["bad", "good"] {
                let id = format!("{kind}{n}");
                let event = json!({ "eventId": id, "sport": "cricket", "title": id });
                admin.done("event:create", &event).await;
                let mut client = Client::guest(server.address).await;
                client.done("join", &json!(id)).await;
                clients.push(client);
            }
        }
        let refuse = if url.starts_with("sqlite") {
            "create trigger refuse before insert on reaction_totals when new.event_id like 'bad%'
             begin select raise(abort, 'refused'); end"
        } else {
            "alter table reaction_totals add constraint refuse check (event_id not like 'bad%')"
        };
        execute(url, refuse).await.expect("there are no reactions yet");
        let wanted = |count| (0..ROOMS).map(|n| (format!("good{n}"), count)).collect::<Vec<_>>();
        for client in &mut clients {
            client.done("reaction", &json!({ "emoji": "🔥" })).await;
        }
        until("the good ones are saved", async || kept(url).await == wanted(1)).await;
        server.until_log("cannot save reactions and messages").await;

        // The messages are answered, and the server is stopped before it saves again.
        for client in &mut clients {
            client.done("reaction", &json!({ "emoji": "🔥" })).await;
        }
        server.terminate();
        let (status, _) = server.exit().await;
        assert!(status.success(), "{status}");
        assert_eq!(kept(url).await, wanted(2));
    })
    .await;
}
