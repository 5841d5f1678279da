//! Limits of text that people write.

use serde_json::Value;
use thiserror::Error;

use super::grapheme::{Excess, MARKS, TextBudget};

/// Bytes allowed per grapheme of the limit, …
const BYTES_EACH: usize = 16;
/// … plus this many.
const SPARE_BYTES: usize = 64;

/// Why a text is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// It contains a NUL, which Postgres and many clients cannot store.
    #[error("the text contains a NUL character")]
    Nul,
    /// It is empty or blank.
    #[error("the text is empty")]
    Empty,
    /// It has too many graphemes, which people count as characters (UAX #29).
    #[error("the text is longer than {0} characters")]
    TooLong(usize),
    /// It has too many bytes, even if it has few graphemes.
    #[error("the text is longer than {0} bytes")]
    TooManyBytes(usize),
    /// It has too many marks on one grapheme.
    #[error("the text has a character with more than {MARKS} marks")]
    TooManyMarks,
}

/// Checks a text. An accepted text is stored and sent unchanged.
///
/// # Errors
/// `Nul`; `TooLong` beyond `graphemes`; `TooManyBytes` beyond 16 bytes per grapheme plus 64; `TooManyMarks`.
pub fn check(text: &str, graphemes: usize) -> Result<(), TextError> {
    if text.contains('\0') {
        return Err(TextError::Nul);
    }
    let room = TextBudget { graphemes, bytes_each: BYTES_EACH, spare_bytes: SPARE_BYTES };
    room.check(text).map_err(|excess| match excess {
        Excess::Graphemes => TextError::TooLong(graphemes),
        Excess::Bytes => TextError::TooManyBytes(room.bytes()),
        Excess::Marks => TextError::TooManyMarks,
    })
}

/// Like [`check`], but refuses an empty text.
///
/// # Errors
/// Those of [`check`], and `Empty`.
pub fn check_message(text: &str, graphemes: usize) -> Result<(), TextError> {
    if text.trim().is_empty() { Err(TextError::Empty) } else { check(text, graphemes) }
}

/// An operators' text field and its limit. Values in the database are not checked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    name: &'static str,
    graphemes: usize,
    may_be_empty: bool,
}

/// Why a text is refused in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{field}: {error}")]
pub struct FieldError {
    /// The field's name.
    pub field: &'static str,
    /// What is wrong.
    pub error: TextError,
}

impl Field {
    /// `sport` of an event.
    pub const SPORT: Self = Self::new("sport", 64);
    /// `sport` of the events in a list.
    pub const SPORT_OF_LIST: Self = Self::SPORT.or_empty();
    /// `title` of an event.
    pub const TITLE: Self = Self::new("title", 200);
    /// `name` of an action.
    pub const ACTION: Self = Self::new("name of an action", 64);
    /// Each text in an event's `competitors`: names, image URLs.
    pub const COMPETITORS: Self = Self::new("competitors", 2_000).or_empty();
    /// `venue` of an event.
    pub const VENUE: Self = Self::new("venue", 200);
    /// `title` of a competition.
    pub const COMPETITION: Self = Self::new("title of the competition", 200);
    /// `q`: what a list of events is searched for.
    pub const SEARCH: Self = Self::new("q", 200).or_empty();
    /// `reason` of a correction.
    pub const REASON: Self = Self::new("reason", 500).or_empty();
    /// `note` of a decision on a review.
    pub const NOTE: Self = Self::new("note", 500).or_empty();
    /// `--name` of a service token.
    pub const TOKEN: Self = Self::new("name of a token", 100).or_empty();
    /// `APP_NAME`.
    pub const APP: Self = Self::new("APP_NAME", 100).or_empty();

    const fn new(name: &'static str, graphemes: usize) -> Self {
        Self { name, graphemes, may_be_empty: false }
    }

    const fn or_empty(self) -> Self {
        Self { may_be_empty: true, ..self }
    }

    /// Checks a text, with [`check`] or [`check_message`].
    ///
    /// # Errors
    /// [`FieldError`], with the field's name.
    pub fn check(self, text: &str) -> Result<(), FieldError> {
        let check = if self.may_be_empty { check } else { check_message };
        check(text, self.graphemes).map_err(|error| FieldError { field: self.name, error })
    }

    /// Checks every text in a JSON value, including field names.
    pub fn check_all(self, json: &Value) -> Result<(), FieldError> {
        match json {
            Value::String(text) => self.check(text),
            Value::Array(items) => items.iter().try_for_each(|item| self.check_all(item)),
            Value::Object(fields) => fields.iter().try_for_each(|(name, value)| {
                self.check(name)?;
                self.check_all(value)
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 11] = [
        Field::SPORT,
        Field::TITLE,
        Field::VENUE,
        Field::COMPETITION,
        Field::SEARCH,
        Field::ACTION,
        Field::COMPETITORS,
        Field::REASON,
        Field::NOTE,
        Field::TOKEN,
        Field::APP,
    ];

    #[test]
    fn a_field_accepts_every_script_at_full_length_and_no_more() {
        for field in FIELDS {
            for grapheme in ["x", "🇮🇳", "👨‍👩‍👧‍👦", "क्षि", "é"] {
                assert_eq!(field.check(&grapheme.repeat(field.graphemes)), Ok(()), "{field:?} {grapheme}");
                let over = field.check(&grapheme.repeat(field.graphemes + 1)).map_err(|error| error.error);
                assert_eq!(over, Err(TextError::TooLong(field.graphemes)), "{field:?} {grapheme}");
            }
            let refusal = |text: &str| field.check(text).map_err(|error| error.error);
            assert_eq!(refusal(&format!("Z{}", "\u{301}".repeat(2_000))), Err(TextError::TooManyMarks));
            let bytes = field.graphemes * BYTES_EACH + SPARE_BYTES;
            assert_eq!(refusal(&"\u{1100}".repeat(bytes / 3 + 1)), Err(TextError::TooManyBytes(bytes)));
            assert_eq!(refusal("a\0"), Err(TextError::Nul), "{field:?}");
            let empty = if field.may_be_empty { Ok(()) } else { Err(TextError::Empty) };
            assert_eq!(refusal(" "), empty, "{field:?}");
        }
    }

    #[test]
    fn every_text_in_json_is_checked() {
        let marked = format!("Z{}", "\u{301}".repeat(9));
        let check = |json: &Value| Field::COMPETITORS.check_all(json).map_err(|error| error.error);
        for json in [
            serde_json::json!(marked),
            serde_json::json!({ "home": { "players": ["Ann", marked] } }),
            serde_json::json!([{ "home": 1, marked: 1 }]),
        ] {
            assert_eq!(check(&json), Err(TextError::TooManyMarks), "{json}");
        }
        assert_eq!(check(&serde_json::json!({ "home": ["Zoë", "", 1, 2.5, null, true] })), Ok(()));
    }

    #[test]
    fn a_text_is_measured_in_graphemes_and_bounded_in_bytes() {
        let family = "👨‍👩‍👧‍👦";
        let marked = format!("Z{}", "\u{301}".repeat(8));
        let cases: [(String, Result<(), TextError>); 14] = [
            (String::new(), Ok(())),
            ("x".repeat(200), Ok(())),
            ("x".repeat(201), Err(TextError::TooLong(200))),
            (family.repeat(200), Ok(())),
            (family.repeat(201), Err(TextError::TooLong(200))),
            ("🇮🇳".repeat(200), Ok(())),
            ("🇮🇳".repeat(201), Err(TextError::TooLong(200))),
            ("क्षि".repeat(200), Ok(())),
            (marked.repeat(192), Ok(())),
            (marked.repeat(196), Err(TextError::TooManyBytes(3_264))),
            (format!("{marked}\u{301}"), Err(TextError::TooManyMarks)),
            ("\u{202e}right to left\u{200f}".to_owned(), Ok(())),
            ("a\0b".to_owned(), Err(TextError::Nul)),
            ("\r\n".repeat(200), Ok(())),
        ];
        for (text, expected) in cases {
            assert_eq!(check(&text, 200), expected, "{} bytes: {:.20}", text.len(), text);
        }
    }

    #[test]
    fn a_message_says_something() {
        for empty in ["", " ", "\n\t", "\u{a0}"] {
            assert_eq!(check_message(empty, 10), Err(TextError::Empty), "{empty:?}");
        }
        assert_eq!(check_message(" 😀 ", 3), Ok(()));
    }
}
