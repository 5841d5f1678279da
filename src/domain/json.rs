//! Our own values as JSON. Their keys are texts and their numbers are finite, so writing them cannot fail.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

/// A value as JSON text.
#[must_use]
pub fn text(value: &(impl Serialize + ?Sized)) -> String {
    serde_json::to_string(value).expect(CANNOT_FAIL)
}

/// A value as JSON text that is known to be JSON.
#[must_use]
pub fn raw(value: &(impl Serialize + ?Sized)) -> Box<RawValue> {
    to_raw_value(value).expect(CANNOT_FAIL)
}

const CANNOT_FAIL: &str = "text keys and finite numbers are written without error";
