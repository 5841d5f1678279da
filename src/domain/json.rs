//! Serializes the program's own values. Their keys are strings and their numbers are finite, so this cannot fail.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// A value as JSON text.
pub fn text(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect(CANNOT_FAIL)
}

/// A value as raw JSON.
pub fn raw(value: &(impl Serialize + ?Sized)) -> Box<RawValue> {
    to_raw_value(value).expect(CANNOT_FAIL)
}

const CANNOT_FAIL: &str = "string keys and finite numbers serialize without error";
