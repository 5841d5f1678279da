//! The arguments of a message, in each of the forms that clients read.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The arguments of a message: one or two JSON values.
#[derive(Debug, Clone)]
pub struct Args(pub Arc<RawValue>, pub Option<Arc<RawValue>>);

impl Serialize for Args {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self(first, Some(second)) => (first, second).serialize(serializer),
            Self(first, None) => (first,).serialize(serializer),
        }
    }
}

/// The arguments as values, for clients with a binary parser.
#[derive(Debug, Clone)]
pub struct Values(Value, Option<Value>);

impl Values {
    /// Parses the arguments.
    pub fn of(Args(first, second): &Args) -> Self {
        // Scorers' data is checked on arrival, so it holds nothing that this parser rejects, such as a number beyond
        // a double.
        let value = |json: &Arc<RawValue>| serde_json::from_str(json.get()).unwrap_or_default();
        Self(value(first), second.as_ref().map(value))
    }
}

impl Serialize for Values {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self(first, Some(second)) => (first, second).serialize(serializer),
            Self(first, None) => (first,).serialize(serializer),
        }
    }
}

/// The same JSON in ASCII. Other characters occur in JSON only within strings, so they can be escaped.
pub fn to_ascii(json: &Arc<RawValue>) -> Arc<RawValue> {
    if json.get().is_ascii() {
        return json.clone();
    }
    let mut ascii = String::with_capacity(json.get().len() * 2);
    for c in json.get().chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(ascii, "\\u{unit:04x}").expect("writing to a String cannot fail");
            }
        }
    }
    RawValue::from_string(ascii).expect("escapes within strings keep JSON valid").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_means_the_same() {
        let raw: Arc<RawValue> =
            RawValue::from_string(r#"{"é":"🔥 \"ok\" é","n":1}"#.to_owned()).expect("valid").into();
        let ascii = to_ascii(&raw);
        assert!(ascii.get().is_ascii());
        let value = |raw: &RawValue| serde_json::from_str::<serde_json::Value>(raw.get()).expect("valid");
        assert_eq!(value(&raw), value(&ascii));
    }
}
