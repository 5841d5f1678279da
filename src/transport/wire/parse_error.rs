//! Parse errors in words for clients: which field is wrong, and what it must be. The parsers' own messages
//! name Rust types.

use std::error::Error;

use axum::extract::path::ErrorKind;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use serde::de::DeserializeOwned;

/// Parses JSON. `whole` names the whole text in errors that no single field causes.
///
/// # Errors
/// A message for people.
pub fn parse<T: DeserializeOwned>(json: &str, whole: &str) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| of_json(&error, whole))
}

/// The message for a rejected body.
pub fn of_body(rejection: &JsonRejection) -> String {
    match rejection {
        JsonRejection::JsonDataError(_) | JsonRejection::JsonSyntaxError(_) => {
            let error = source::<serde_path_to_error::Error<serde_json::Error>>(rejection);
            error.map_or_else(|| "invalid request body".to_owned(), |error| of_json(error, "the body"))
        }
        JsonRejection::MissingJsonContentType(_) => {
            "the body must be JSON, with Content-Type: application/json".to_owned()
        }
        _ => "cannot read the request body".to_owned(),
    }
}

/// The message for a rejected query.
pub fn of_query(rejection: &QueryRejection) -> String {
    let error = source::<serde_path_to_error::Error<serde::de::value::Error>>(rejection);
    error.map_or_else(
        || "invalid query".to_owned(),
        |error| describe(&error.path().to_string(), &error.inner().to_string(), "the query"),
    )
}

/// The message for a rejected path.
pub fn of_path(rejection: &PathRejection) -> String {
    match rejection {
        PathRejection::FailedToDeserializePathParams(error) => match error.kind() {
            ErrorKind::Message(message) | ErrorKind::DeserializeError { message, .. } => message.clone(),
            _ => "invalid path".to_owned(),
        },
        _ => "invalid path".to_owned(),
    }
}

/// The underlying error of type `E`.
fn source<'a, E: Error + 'static>(rejection: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut cause = Some(rejection);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

fn of_json(error: &serde_path_to_error::Error<serde_json::Error>, whole: &str) -> String {
    let inner = error.inner();
    let text = inner.to_string();
    if !inner.is_data() {
        return format!("{whole} is not valid JSON (line {}, column {})", inner.line(), inner.column());
    }
    let place = format!(" at line {} column {}", inner.line(), inner.column());
    describe(&error.path().to_string(), text.strip_suffix(&place).unwrap_or(&text), whole)
}

/// Rewrites a parser's message about the field at `path`.
fn describe(path: &str, text: &str, whole: &str) -> String {
    let is_whole = matches!(path, "." | "?" | "");
    let field = if is_whole { whole } else { path };
    if let Some(name) = quoted(text, "missing field `") {
        return if is_whole { format!("{name} is missing") } else { format!("{path}.{name} is missing") };
    }
    if let Some(name) = quoted(text, "duplicate field `") {
        return format!("{name} is given twice");
    }
    let is_about_kind = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant `"];
    if is_about_kind.iter().any(|start| text.starts_with(start))
        && let Some((_, expected)) = text.rsplit_once(", expected ")
    {
        return format!("{field} must be {}", kind(expected));
    }
    if let Some(expected) = text.strip_prefix("expected ") {
        return format!("{field} must be {expected}");
    }
    if text.starts_with("UUID parsing failed") {
        return format!("{field} must be a UUID");
    }
    if ["invalid digit", "number too", "cannot parse integer"].iter().any(|start| text.starts_with(start)) {
        return format!("{field} must be an integer within its range");
    }
    if text.contains("untagged enum") {
        return format!("{field} has the wrong type");
    }
    // A message from this codebase.
    if is_whole { text.to_owned() } else { format!("{field}: {text}") }
}

/// The name between backticks after `start`.
fn quoted<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.split('`').next()
}

/// The name of a type, for people.
fn kind(expected: &str) -> String {
    match expected {
        "a string" | "a borrowed string" | "string or map" => "a string".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "an array".to_owned(),
        "a map" => "an object".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "a non-negative integer".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "an integer".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a Duration" => "a time".to_owned(),
        expected if expected.starts_with("struct ") => "an object".to_owned(),
        expected if expected.starts_with("a formatted UUID") => "a UUID".to_owned(),
        // The variants of an enum, or a text from this codebase.
        expected => expected.replace('`', ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::wire::accounts::{RoleChange, VerifyBody};
    use crate::transport::wire::object::Object;
    use crate::transport::wire::points::{ReviewDecide, ReviewList};
    use crate::transport::wire::{
        EventCreate, EventRef, EventStatus, EventUpdate, Join, MessageDelete, React, Score, ScoreCorrect,
        ScoreEntry, Write,
    };

    fn wrong<T: DeserializeOwned>(json: &str) -> String {
        parse::<Object<T>>(json, "the payload").map(|_| ()).expect_err(json)
    }

    #[test]
    fn an_error_names_the_field_and_what_it_must_be() {
        for (said, expected) in [
            (wrong::<Join>("[]"), "the payload must be an object"),
            (wrong::<Join>("5"), "the payload must be an object"),
            (wrong::<Join>("{}"), "eventId is missing"),
            (wrong::<Join>(r#"{"eventId":{}}"#), "eventId must be a string or a number"),
            (wrong::<Join>(r#"{"eventId":"a","id":{}}"#), "id must be a string or a number"),
            (
                wrong::<Join>(r#"{"eventId":"a","since":[]}"#),
                "since must be {epoch, seq} or epoch:seq, with a seq from 0",
            ),
            (
                wrong::<Join>(r#"{"eventId":"a","since":"x"}"#),
                "since must be {epoch, seq} or epoch:seq, with a seq from 0",
            ),
            (
                wrong::<Join>(r#"{"eventId":"a","since":{"epoch":"e","seq":-1}}"#),
                "since must be {epoch, seq} or epoch:seq, with a seq from 0",
            ),
            (wrong::<EventRef>(r#"{"eventId":"a","eventId":"b"}"#), "eventId is given twice"),
            (wrong::<React>(r#"{"emoji":5}"#), "emoji must be a string"),
            (wrong::<Write>(r#"{"text":null}"#), "text must be a string or a number"),
            (wrong::<Write>(r#"{"text":"a","opId":true}"#), "opId: an opId is 1 to 128 bytes of text"),
            (wrong::<Score>(r#"{"eventId":"a","data":{},"baseSeq":"x"}"#), "baseSeq must be an integer"),
            (wrong::<ScoreEntry>(r#"{"at":1}"#), "data is missing"),
            (
                wrong::<ScoreCorrect>(r#"{"eventId":"a","voids":{},"data":{},"reason":""}"#),
                "voids must be an integer or an array of integers",
            ),
            (
                wrong::<EventStatus>(r#"{"eventId":"a","status":"over"}"#),
                "status must be one of scheduled, live, paused, ended",
            ),
            (wrong::<EventStatus>(r#"{"eventId":"a","status":1}"#), "status must be a string"),
            (wrong::<EventCreate>(r#"{"sport":1,"title":""}"#), "sport must be a string"),
            (wrong::<EventCreate>(r#"{"sport":"","title":"","startsAt":[]}"#), "startsAt must be an integer"),
            (wrong::<EventCreate>(r#"{"sport":"","title":"","actions":{}}"#), "actions must be an array"),
            (
                wrong::<EventCreate>(r#"{"sport":"","title":"","actions":[{"name":"a","points":-1}]}"#),
                "actions[0].points must be a non-negative integer",
            ),
            (
                wrong::<EventCreate>(r#"{"sport":"","title":"","actions":[{"name":"a"}]}"#),
                "actions[0].points is missing",
            ),
            (wrong::<EventUpdate>(r#"{"eventId":"a","messages":"no"}"#), "messages must be true or false"),
            (wrong::<MessageDelete>(r#"{"eventId":"a","messageId":"x"}"#), "messageId must be a UUID"),
            (
                wrong::<RoleChange>(r#"{"email":"a","role":"x"}"#),
                "role must be one of scorer, reviewer, admin",
            ),
            (wrong::<RoleChange>(r#"{"email":"a","role":{}}"#), "role must be a string"),
            (wrong::<ReviewDecide>(r#"{"reviewId":"x","decision":"approve"}"#), "reviewId must be a UUID"),
            (wrong::<ReviewList>(r#"{"status":7}"#), "status must be a string"),
            (
                wrong::<VerifyBody>(r#"{"challengeId":"c","code":"1","device":[]}"#),
                "device must be an object",
            ),
            (wrong::<VerifyBody>(r#"{"challengeId":"c","code":"1","device":{}}"#), "device.id is missing"),
            (
                wrong::<VerifyBody>(r#"{"challengeId":"c","#),
                "the payload is not valid JSON (line 1, column 19)",
            ),
        ] {
            assert_eq!(said, expected);
        }
    }

    #[test]
    fn an_invalid_event_id_says_which_characters_are_allowed() {
        let said = wrong::<Join>(r#"{"eventId":"a/b"}"#);
        assert!(said.starts_with("eventId: an eventId is 1 to 64 characters"), "{said}");
    }
}
