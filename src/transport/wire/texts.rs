//! Numbers and flags that may be strings, and fields that may be present and `null`.

use serde::de::IntoDeserializer as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// An integer, or a string that holds one.
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
        let number = match NumberInput::deserialize(deserializer) {
            Ok(NumberInput::Number(number)) => Some(number),
            Ok(NumberInput::Text(text)) => text.parse().ok(),
            Err(_) => None,
        };
        number.map(Self).ok_or_else(|| serde::de::Error::custom("expected an integer"))
    }
}

pub(super) fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    Number::deserialize(deserializer).map(|Number(number)| number)
}

pub(super) fn optional_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    Ok(Option::<Number>::deserialize(deserializer)?.map(|Number(number)| number))
}

/// `true` or `1`, `false`, `0` or `null`; as a string too, because a query has only strings.
pub(super) fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum FlagInput {
        Flag(bool),
        Number(u64),
        Text(String),
    }
    let flag = match Option::<FlagInput>::deserialize(deserializer) {
        Ok(None | Some(FlagInput::Number(0))) => Some(false),
        Ok(Some(FlagInput::Number(1))) => Some(true),
        Ok(Some(FlagInput::Flag(flag))) => Some(flag),
        Ok(Some(FlagInput::Text(text))) => match text.as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        Ok(Some(FlagInput::Number(_))) | Err(_) => None,
    };
    flag.ok_or_else(|| serde::de::Error::custom("expected true or false"))
}

/// Deserializes a field that is present, possibly as `null`.
#[expect(clippy::option_option, reason = "the field has three states: missing, null, or a number")]
pub(super) fn given_number<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<i64>>, D::Error> {
    optional_number(deserializer).map(Some)
}

/// Deserializes a field that is present, possibly as `null`, which `Option` alone would read as missing.
pub(super) fn given_json<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::<RawValue>::deserialize(deserializer).map(Some)
}

/// A string, or a number as a string.
pub(super) struct Text(String);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum TextInput {
            Text(String),
            Number(serde_json::Number),
        }
        match TextInput::deserialize(deserializer) {
            Ok(TextInput::Text(text)) => Ok(Self(text)),
            Ok(TextInput::Number(number)) => Ok(Self(number.to_string())),
            Err(_) => Err(serde::de::Error::custom("expected a string or a number")),
        }
    }
}

pub(super) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Text::deserialize(deserializer).map(|Text(text)| text)
}

pub(super) fn optional_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<Text>::deserialize(deserializer)?.map(|Text(text)| text))
}

/// A string that names one variant of an enum.
pub(super) fn word<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(String::deserialize(deserializer)?.into_deserializer())
}

/// The same for a field that may be left out or `null`.
pub(super) fn optional_word<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let word = Option::<String>::deserialize(deserializer)?;
    word.map(|word| T::deserialize(word.into_deserializer())).transpose()
}

/// One word, several, or none: a list may also be `null`.
pub(super) fn words<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum WordsInput {
        One(String),
        Many(Vec<String>),
        None(()),
    }
    let words = match WordsInput::deserialize(deserializer) {
        Ok(WordsInput::One(word)) => vec![word],
        Ok(WordsInput::Many(words)) => words,
        Ok(WordsInput::None(())) => Vec::new(),
        Err(_) => return Err(serde::de::Error::custom("expected a word, or an array of words")),
    };
    words.into_iter().map(|word| T::deserialize(word.into_deserializer())).collect()
}

/// Deserializes a field that is present, possibly as `null`.
#[expect(clippy::option_option, reason = "the field has three states: missing, null, or a value")]
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}
