//! The summary of a state: the part that lists, previews and other sites show, whatever the sport.

use serde_json::value::RawValue;
use serde_json::{Map, Value};
use thiserror::Error;

use super::json;

/// Maximum size of a summary, in bytes of JSON.
const SIZE_LIMIT: usize = 4 * 1024;
/// Maximum number of sides.
const SIDES_LIMIT: usize = 64;
/// The texts of a summary, and of each of its sides.
const TEXTS: [&str; 3] = ["note", "period", "result"];
const SIDE_TEXTS: [&str; 5] = ["name", "short", "score", "detail", "place"];

/// Why a state's `summary` is not shown in lists. It stays in the state: it may belong to the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidSummary {
    /// It is not an object.
    #[error("summary is not an object, so lists do not show it")]
    NotAnObject,
    /// It has no array `sides` of objects.
    #[error("summary has no array `sides` of objects, so lists do not show it")]
    NoSides,
    /// It has more sides than a list shows.
    #[error("summary has more than 64 sides, so lists do not show it")]
    TooManySides,
    /// It is longer than lists may be.
    #[error("summary is longer than 4 KiB of JSON, so lists do not show it")]
    TooLarge,
}

/// The summary in a state: numbers in the place of texts become texts, unknown fields stay. `None` if it has none.
pub fn of_state(state: &Value) -> Result<Option<Box<RawValue>>, InvalidSummary> {
    let Some(summary) = state.get("summary") else { return Ok(None) };
    let Value::Object(summary) = summary else { return Err(InvalidSummary::NotAnObject) };
    let mut summary = summary.clone();
    let Some(Value::Array(sides)) = summary.get_mut("sides") else { return Err(InvalidSummary::NoSides) };
    if sides.len() > SIDES_LIMIT {
        return Err(InvalidSummary::TooManySides);
    }
    for side in sides {
        let Value::Object(side) = side else { return Err(InvalidSummary::NoSides) };
        numbers_to_texts(side, &SIDE_TEXTS);
    }
    numbers_to_texts(&mut summary, &TEXTS);
    let summary = json::raw(&summary);
    if summary.get().len() > SIZE_LIMIT { Err(InvalidSummary::TooLarge) } else { Ok(Some(summary)) }
}

fn numbers_to_texts(object: &mut Map<String, Value>, texts: &[&str]) {
    for text in texts {
        if let Some(value @ Value::Number(_)) = object.get_mut(*text) {
            *value = Value::String(value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_summary_is_taken_from_the_state_with_numbers_as_texts_and_unknown_fields() {
        let clock = json!({ "running": true, "at": 5, "value": 754_000, "direction": "up" });
        let state = json!({ "home": 1, "summary": {
            "sides": [{ "name": "A", "score": 3, "active": true, "seed": 2 }, { "name": "B", "score": "2.50" }, {}],
            "period": 2, "clock": clock,
        } });
        let summary = of_state(&state).expect("it is valid").expect("there is one");
        let expected = r#"{"sides":[{"name":"A","score":"3","active":true,"seed":2},{"name":"B","score":"2.50"},{}],"period":"2","clock":{"running":true,"at":5,"value":754000,"direction":"up"}}"#;
        assert_eq!(summary.get(), expected);
        assert!(of_state(&json!({ "home": 1 })).expect("no summary is valid").is_none());
        assert!(of_state(&Value::Null).expect("no state is valid").is_none());
    }

    #[test]
    fn a_summary_of_another_shape_belongs_to_the_app() {
        let sides = |n| vec![json!({ "score": "0" }); n];
        for (summary, error) in [
            (json!("2-1"), InvalidSummary::NotAnObject),
            (json!([]), InvalidSummary::NotAnObject),
            (json!({}), InvalidSummary::NoSides),
            (json!({ "sides": {} }), InvalidSummary::NoSides),
            (json!({ "sides": ["A"] }), InvalidSummary::NoSides),
            (json!({ "sides": sides(65) }), InvalidSummary::TooManySides),
            (json!({ "sides": [], "note": "n".repeat(5_000) }), InvalidSummary::TooLarge),
        ] {
            assert_eq!(of_state(&json!({ "summary": summary })).expect_err("it is invalid"), error);
        }
        assert!(of_state(&json!({ "summary": { "sides": sides(64) } })).is_ok());
    }
}
