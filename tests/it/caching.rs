//! Caching: answers that are the same for everybody may be cached for a second; answers that depend on a token never.

use ::http::Method;
use serde_json::json;

use crate::http::{Reply, call};
use crate::server::Server;

async fn ask(server: &Server, method: Method, path: &str, headers: &[(&str, &str)]) -> Reply {
    call(server.address, method, path, headers, String::new()).await.expect("the server answers")
}

/// The values of a header, in lower case.
fn words(reply: &Reply, name: &str) -> Vec<String> {
    reply.header(name).split(',').map(|word| word.trim().to_lowercase()).collect()
}

const PUBLIC: [&str; 7] = [
    "/api/events",
    "/api/events?status=live",
    "/api/events/match",
    "/api/events/match/updates",
    "/api/leaderboard",
    "/api/events/match/leaderboard",
    "/api/openapi.json",
];

#[tokio::test]
async fn guests_share_an_answer_for_a_second_and_an_answer_to_a_token_is_nobody_elses() {
    let server = Server::alone(&[("ALLOWED_ORIGINS", "https://a.example")]).await;
    let mut admin = server.admin_with_event("match").await;
    admin.done("score", &json!({ "eventId": "match", "data": { "text": "x".repeat(2000) } })).await;
    let operator = format!("Bearer {}", server.token("operator", "admin", &[]).await);
    let bearer = ("authorization", operator.as_str());
    for path in PUBLIC {
        for headers in [
            &[][..],
            &[("origin", "https://a.example"), ("accept-encoding", "identity")],
            &[("cookie", "token=x")],
        ] {
            let reply = ask(&server, Method::GET, path, headers).await;
            assert_eq!(
                (reply.status.as_u16(), reply.header("cache-control")),
                (200, "public, max-age=1"),
                "{path}"
            );
            // nginx before 1.23 reads only the last line, and caches nothing if the line is over 128 bytes.
            let lines: Vec<_> = reply.headers.get_all("vary").iter().collect();
            assert!(lines.len() == 1 && lines[0].len() <= 128, "{path}: {lines:?}");
            let vary = words(&reply, "vary");
            for name in ["authorization", "origin"] {
                assert!(vary.contains(&name.to_owned()), "{path}: {vary:?}");
            }
            // This answer is large enough to compress.
            assert!(path != "/api/events/match" || vary.contains(&"accept-encoding".to_owned()), "{vary:?}");
        }
        let reply = ask(&server, Method::GET, path, &[bearer]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("cache-control")),
            (200, "private, no-store"),
            "{path}"
        );
        let reply = ask(&server, Method::HEAD, path, &[]).await;
        assert_eq!(reply.header("cache-control"), "public, max-age=1", "{path}");
    }
    for (method, path) in [
        (Method::GET, "/api/me"),
        (Method::GET, "/api/events/match/stats"),
        (Method::POST, "/api/auth/logout"),
        (Method::GET, "/api/events/nope"),
        (Method::GET, "/api/events/match/updates?limit=0"),
        (Method::GET, "/api/nope"),
    ] {
        for headers in [&[][..], &[bearer], &[("authorization", "Bearer tl_none")]] {
            let reply = ask(&server, method.clone(), path, headers).await;
            assert_eq!(reply.header("cache-control"), "private, no-store", "{path} {headers:?}: {reply:?}");
            let varies = reply.headers.get_all("vary").iter().any(|line| line == "authorization");
            assert!(varies, "{path} {headers:?}: {reply:?}");
        }
    }
    for path in ["/healthz", "/readyz", "/metrics", "/socket.io/?EIO=4&transport=polling"] {
        assert_eq!(server.get(path).await.header("cache-control"), "no-store", "{path}");
    }
}
