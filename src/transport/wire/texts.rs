//! Numbers that may be texts, and fields that may be there and null.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A whole number, or its text.
#[derive(Debug)]
pub(super) struct Number(pub i64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum NumberInput {
            Number(i64),
            Text(String),
        }
        match NumberInput::deserialize(deserializer)? {
            NumberInput::Number(number) => Ok(Self(number)),
            NumberInput::Text(text) => {
                text.parse().map(Self).map_err(|_| serde::de::Error::custom("expected a whole number"))
            }
        }
    }
}

pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Number::deserialize(deserializer).map(|Number(number)| number)
}

pub(super) fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<Number>::deserialize(deserializer)?.map(|Number(number)| number))
}

/// A field that is given, perhaps as `null`.
#[expect(clippy::option_option, reason = "the field's own type: not given, null, or a number")]
pub(super) fn given_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<i64>>, D::Error> {
    optional_number(deserializer).map(Some)
}

/// A field that is given, perhaps as `null`, which `Option` would take for not given.
pub(super) fn given_json<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

/// A text, or a number as its text.
pub(super) struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum TextInput {
            Text(String),
            Number(serde_json::Number),
        }
        Ok(Self(match TextInput::deserialize(deserializer)? {
            TextInput::Text(text) => text,
            TextInput::Number(number) => number.to_string(),
        }))
    }
}

pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Text::deserialize(deserializer).map(|Text(text)| text)
}

pub(super) fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Text>::deserialize(deserializer)?.map(|Text(text)| text))
}
