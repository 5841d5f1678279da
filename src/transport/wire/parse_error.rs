//! What is wrong with what a client sent, in words for people: which field, and what it must be. The parsers' own texts
//! name Rust types.

use std::error::Error;

use axum::extract::path::ErrorKind;
use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use serde::de::DeserializeOwned;

/// Reads JSON; `whole` is what the text is called where no field of it is to blame.
///
/// # Errors
/// What is wrong, in words for people.
pub fn parse<T: DeserializeOwned>(json: &str, whole: &str) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_str(json);
    serde_path_to_error::deserialize(&mut reader).map_err(|error| of_json(&error, whole))
}

/// What is wrong with a body that was not taken.
#[must_use]
pub fn of_body(rejection: &JsonRejection) -> String {
    match rejection {
        JsonRejection::JsonDataError(_) | JsonRejection::JsonSyntaxError(_) => {
            let error = source::<serde_path_to_error::Error<serde_json::Error>>(rejection);
            error.map_or_else(|| "the body is not valid".to_owned(), |error| of_json(error, "the body"))
        }
        JsonRejection::MissingJsonContentType(_) => {
            "the body must be JSON, with Content-Type: application/json".to_owned()
        }
        _ => "the body cannot be read".to_owned(),
    }
}

/// What is wrong with a query that was not taken.
#[must_use]
pub fn of_query(rejection: &QueryRejection) -> String {
    let error = source::<serde_path_to_error::Error<serde::de::value::Error>>(rejection);
    error.map_or_else(
        || "the query is not valid".to_owned(),
        |error| describe(&error.path().to_string(), &error.inner().to_string(), "the query"),
    )
}

/// What is wrong with a path that was not taken.
#[must_use]
pub fn of_path(rejection: &PathRejection) -> String {
    match rejection {
        PathRejection::FailedToDeserializePathParams(error) => match error.kind() {
            ErrorKind::Message(message) => message.clone(),
            _ => "the path is not valid".to_owned(),
        },
        _ => "the path is not valid".to_owned(),
    }
}

/// The error of this kind that a rejection was made from.
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

/// The words for a parser's text about the field at a path.
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
        return format!("{field} must be an id that the server gave");
    }
    if ["invalid digit", "number too", "cannot parse integer"].iter().any(|start| text.starts_with(start)) {
        return format!("{field} must be a whole number within its limits");
    }
    if text.contains("untagged enum") {
        return format!("{field} is not of the kind that is expected");
    }
    // In our own words.
    if is_whole { text.to_owned() } else { format!("{field}: {text}") }
}

/// The name between backticks, behind a beginning.
fn quoted<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.split('`').next()
}

/// A kind of value, as people call it.
fn kind(expected: &str) -> String {
    match expected {
        "a string" | "a borrowed string" | "string or map" => "a text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number, from 0".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a Duration" => "a time".to_owned(),
        expected if expected.starts_with("struct ") => "an object".to_owned(),
        expected if expected.starts_with("a formatted UUID") => "an id that the server gave".to_owned(),
        // Words of a closed set, or our own.
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
        Write,
    };

    fn wrong<T: DeserializeOwned>(json: &str) -> String {
        parse::<Object<T>>(json, "the payload").map(|_| ()).expect_err(json)
    }

    #[test]
    fn the_field_is_named_and_what_it_must_be() {
        for (said, expected) in [
            (wrong::<Join>("[]"), "the payload must be an object"),
            (wrong::<Join>("5"), "the payload must be an object"),
            (wrong::<Join>("{}"), "eventId is missing"),
            (wrong::<Join>(r#"{"eventId":{}}"#), "eventId must be a text or a number"),
            (wrong::<Join>(r#"{"eventId":"a","id":{}}"#), "id must be a text or a number"),
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
            (wrong::<React>(r#"{"emoji":5}"#), "emoji must be a text"),
            (wrong::<Write>(r#"{"text":null}"#), "text must be a text or a number"),
            (wrong::<Write>(r#"{"text":"a","opId":true}"#), "opId: an opId is 1 to 128 bytes of text"),
            (wrong::<Score>(r#"{"eventId":"a","data":{},"baseSeq":"x"}"#), "baseSeq must be a whole number"),
            (wrong::<Score>(r#"{"eventId":"a"}"#), "data is missing"),
            (
                wrong::<ScoreCorrect>(r#"{"eventId":"a","voids":{},"data":{},"reason":""}"#),
                "voids must be a whole number, or a list of them",
            ),
            (
                wrong::<EventStatus>(r#"{"eventId":"a","status":"over"}"#),
                "status must be one of scheduled, live, paused, ended",
            ),
            (wrong::<EventStatus>(r#"{"eventId":"a","status":1}"#), "status must be a text"),
            (wrong::<EventCreate>(r#"{"sport":1,"title":""}"#), "sport must be a text"),
            (
                wrong::<EventCreate>(r#"{"sport":"","title":"","startsAt":[]}"#),
                "startsAt must be a whole number",
            ),
            (wrong::<EventCreate>(r#"{"sport":"","title":"","actions":{}}"#), "actions must be a list"),
            (
                wrong::<EventCreate>(r#"{"sport":"","title":"","actions":[{"name":"a","points":-1}]}"#),
                "actions[0].points must be a whole number, from 0",
            ),
            (
                wrong::<EventCreate>(r#"{"sport":"","title":"","actions":[{"name":"a"}]}"#),
                "actions[0].points is missing",
            ),
            (wrong::<EventUpdate>(r#"{"eventId":"a","messages":"no"}"#), "messages must be true or false"),
            (
                wrong::<MessageDelete>(r#"{"eventId":"a","messageId":"x"}"#),
                "messageId must be an id that the server gave",
            ),
            (
                wrong::<RoleChange>(r#"{"email":"a","role":"x"}"#),
                "role must be one of scorer, reviewer, admin",
            ),
            (wrong::<RoleChange>(r#"{"email":"a","role":{}}"#), "role must be a text"),
            (
                wrong::<ReviewDecide>(r#"{"reviewId":"x","decision":"approve"}"#),
                "reviewId must be an id that the server gave",
            ),
            (wrong::<ReviewList>(r#"{"status":7}"#), "status must be a text"),
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
    fn an_event_id_says_what_it_is_made_of() {
        let said = wrong::<Join>(r#"{"eventId":"a/b"}"#);
        assert!(said.starts_with("eventId: an eventId is 1 to 64 characters"), "{said}");
    }
}
