//! `GET /api/openapi.json`: every endpoint with its responses, its errors and an example of each.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{OpenApi as Description, Ref, RefOr};
use utoipa::{OpenApi, ToSchema};

use super::{auth, events, health, leaderboard, publish, updates};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::plain::sse;
use crate::transport::wire::Summary;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Touchline",
        description = "Accounts, events and their logs. Times are milliseconds since the Unix epoch, UTC. \
                       Live data is sent over Socket.IO at `/socket.io/`, WebSocket at `/ws/updates`, \
                       and server-sent events.",
        license(name = "MIT", identifier = "MIT")
    ),
    servers((url = "/", description = "This server")),
    // A call that names no other needs no token.
    security(()),
    paths(
        auth::sign_up,
        auth::log_in,
        auth::verify,
        auth::log_out,
        auth::me,
        events::list,
        events::show,
        publish::events::create,
        publish::events::put,
        publish::events::change,
        publish::events::set_status,
        publish::events::archive,
        publish::events::unarchive,
        publish::events::delete,
        publish::updates::publish,
        publish::updates::correct,
        publish::messages::write,
        publish::messages::delete,
        publish::scorers::assign,
        publish::scorers::unassign,
        updates::log,
        events::stats,
        sse::list_stream,
        sse::stream,
        leaderboard::of_event,
        leaderboard::overall,
        describe,
        health::alive,
        health::ready,
        health::measure,
    ),
    components(schemas(ErrorAnswer, Summary))
)]
struct ApiDoc;

/// An error response.
#[derive(ToSchema)]
#[schema(as = Refusal)]
#[expect(dead_code, reason = "only its derive reads it")]
struct ErrorAnswer {
    /// Always false.
    #[schema(example = false)]
    ok: bool,
    /// The error.
    error: Failure,
}

/// The errors of each call that writes, besides `unavailable` and `internal`.
const OF_WRITING: &[ErrorCode] = &[
    ErrorCode::BadRequest,
    ErrorCode::Unauthenticated,
    ErrorCode::SessionReplaced,
    ErrorCode::Forbidden,
    ErrorCode::NotFound,
    ErrorCode::Conflict,
    ErrorCode::EventEnded,
    ErrorCode::TooLarge,
    ErrorCode::RateLimited,
];

/// The errors of each endpoint that does not write an event, besides `unavailable` and `internal`.
fn refusals(path: &str) -> &'static [ErrorCode] {
    use ErrorCode::{
        AlreadyUsed, BadRequest, Conflict, Expired, Forbidden, NotFound, RateLimited, SessionReplaced,
        TooLarge, TooManyAttempts, Unauthenticated, WrongCode,
    };
    match path {
        "/api/auth/signup" | "/api/auth/login" => &[BadRequest, TooLarge, RateLimited, TooManyAttempts],
        "/api/auth/verify" => {
            &[BadRequest, WrongCode, AlreadyUsed, Conflict, Expired, TooLarge, TooManyAttempts]
        }
        "/api/auth/logout" => &[Unauthenticated, SessionReplaced, Forbidden],
        "/api/me" | "/api/leaderboard" => &[Unauthenticated, SessionReplaced],
        "/api/events" => &[BadRequest, Unauthenticated, SessionReplaced, Forbidden, TooLarge],
        "/api/events/stream" => {
            &[BadRequest, Unauthenticated, SessionReplaced, Forbidden, TooLarge, RateLimited]
        }
        "/api/events/{id}/stream" => {
            &[BadRequest, Unauthenticated, SessionReplaced, Forbidden, NotFound, RateLimited]
        }
        "/api/events/{id}/stats" => &[BadRequest, Unauthenticated, SessionReplaced, Forbidden, NotFound],
        "/api/events/{id}/leaderboard" => &[BadRequest, Unauthenticated, SessionReplaced, NotFound],
        "/api/events/{id}" | "/api/events/{id}/updates" => &[BadRequest, NotFound],
        _ => &[],
    }
}

/// An example of each error.
fn example(code: ErrorCode) -> Value {
    let (message, retry_after_ms) = match code {
        ErrorCode::BadRequest => ("invalid email address", None),
        ErrorCode::UnknownMessage => ("unknown message \"x\" in this namespace", None),
        ErrorCode::Unauthenticated => ("the token is not valid", None),
        ErrorCode::Forbidden => {
            ("a service token has no session to log out; revoke it with: touchline token revoke", None)
        }
        ErrorCode::NotFound => ("no such event", None),
        ErrorCode::Conflict => ("another device is signed in; sign it out first", None),
        ErrorCode::RateLimited => ("too many requests; slow down", Some(41_500)),
        ErrorCode::TooLarge => ("a name is at most 40 characters", None),
        ErrorCode::EventEnded => ("the event has ended; only corrections are accepted", None),
        ErrorCode::NotJoined => ("join an event first", None),
        ErrorCode::AlreadyUsed => ("the code was already used; request a new one", None),
        ErrorCode::Expired => ("the code has expired; request a new one", None),
        ErrorCode::WrongCode => ("wrong code", None),
        ErrorCode::TooManyAttempts => ("too many wrong codes", Some(2_700_000)),
        ErrorCode::SessionReplaced => ("you have signed in on another device", None),
        ErrorCode::Unavailable => ("database unavailable; retry", Some(2_000)),
        ErrorCode::Internal => ("something went wrong on the server", None),
    };
    let error_id = Some("019a8d5e-4c1f-7d9a-9f6b-2d1c5b7e8a90".into());
    let failure = Failure { retry_after_ms, error_id, ..Failure::new(code, message) };
    json!({ "ok": false, "error": failure })
}

/// Adds an endpoint's errors: one response for each status, with an example for each code.
fn add_refusals(operation: &mut Operation, codes: &[ErrorCode]) {
    let mut by_status: BTreeMap<u16, Vec<ErrorCode>> = BTreeMap::new();
    for code in codes.iter().copied().chain([ErrorCode::Unavailable, ErrorCode::Internal]) {
        by_status.entry(code.status().as_u16()).or_default().push(code);
    }
    for (status, codes) in by_status {
        let words: Vec<_> = codes.iter().map(|code| format!("`{}`", code.as_str())).collect();
        let examples = codes.iter().map(|code| {
            let example = utoipa::openapi::example::ExampleBuilder::new().value(Some(example(*code)));
            (code.as_str(), example.build())
        });
        let content = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Refusal")))
            .examples_from_iter(examples)
            .build();
        let response =
            ResponseBuilder::new().description(words.join(", ")).content("application/json", content);
        operation.responses.responses.insert(status.to_string(), RefOr::T(response.build()));
    }
}

fn description() -> Description {
    let mut description = ApiDoc::openapi();
    for (path, item) in &mut description.paths.paths {
        let writes = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in writes.into_iter().flatten() {
            let is_sign_in = path.starts_with("/api/auth/");
            add_refusals(operation, if is_sign_in { refusals(path) } else { OF_WRITING });
        }
        if let Some(operation) = &mut item.get {
            add_refusals(operation, refusals(path));
        }
    }
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The token from `verify`, or a service token from `touchline token create`."));
    let components = description.components.get_or_insert_default();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
    description
}

/// The document. It does not change while the server runs.
static DESCRIPTION: LazyLock<String> = LazyLock::new(|| {
    description().to_json().expect("the description has text keys and serializes without error")
});

/// The description of all endpoints: this document.
#[utoipa::path(
    get, path = "/api/openapi.json", tag = "operations",
    responses((status = 200, description = "OpenAPI 3.1", body = Object, example = json!({ "openapi": "3.1.0" })))
)]
pub async fn describe() -> Response {
    ([(CONTENT_TYPE, "application/json")], DESCRIPTION.as_str()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_endpoint_lists_its_errors_with_examples() {
        let description: Value = serde_json::from_str(&DESCRIPTION).expect("it is JSON");
        let paths = description["paths"].as_object().expect("it has paths");
        assert_eq!(paths.len(), 23, "{:?}", paths.keys());
        for (path, item) in paths {
            for (method, operation) in item.as_object().expect("operations") {
                let responses = operation["responses"].as_object().expect("responses");
                assert!(responses.contains_key("500") && responses.contains_key("503"), "{method} {path}");
                assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}");
                for (status, response) in
                    responses.iter().filter(|(status, _)| !["204", "304"].contains(&status.as_str()))
                {
                    for content in response["content"].as_object().expect("a body").values() {
                        let has_example = !content["example"].is_null() || content["examples"].is_object();
                        assert!(has_example, "{method} {path} {status}");
                    }
                }
            }
        }
        // A reference to an undefined schema breaks the document.
        let schemas = description["components"]["schemas"].as_object().expect("schemas");
        for part in DESCRIPTION.split("#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap_or_default();
            assert!(schemas.contains_key(name), "{name}");
        }
    }
}
