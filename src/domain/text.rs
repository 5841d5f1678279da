//! Text that people write to each other: how much of it is taken.

use thiserror::Error;

use super::grapheme::{Excess, MARKS, Room};

/// Bytes that a text has for each grapheme of its limit, …
const BYTES_EACH: usize = 16;
/// … and beyond that.
const SPARE_BYTES: usize = 64;

/// Why a text is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TextError {
    /// It holds a NUL, which Postgres and many clients cannot keep.
    #[error("the text holds a NUL character")]
    Nul,
    /// It has nothing to read in it.
    #[error("the text is empty")]
    Empty,
    /// It has too many graphemes: what people count as characters (UAX #29).
    #[error("the text is longer than {0} characters")]
    TooLong(usize),
    /// It has too many bytes, however few its graphemes.
    #[error("the text is longer than {0} bytes")]
    TooManyBytes(usize),
    /// It has too many marks on one grapheme.
    #[error("a character of the text has more than {MARKS} marks")]
    TooManyMarks,
}

/// Checks that a text may be taken. It then travels unchanged.
///
/// # Errors
/// `Nul`; `TooLong` beyond so many graphemes, `TooManyBytes` beyond 16 bytes for each of these and 64, and
/// `TooManyMarks`.
pub fn check(text: &str, graphemes: usize) -> Result<(), TextError> {
    if text.contains('\0') {
        return Err(TextError::Nul);
    }
    let room = Room { graphemes, bytes_each: BYTES_EACH, spare_bytes: SPARE_BYTES };
    room.check(text).map_err(|excess| match excess {
        Excess::Graphemes => TextError::TooLong(graphemes),
        Excess::Bytes => TextError::TooManyBytes(room.bytes()),
        Excess::Marks => TextError::TooManyMarks,
    })
}

/// The same for a text that must say something.
///
/// # Errors
/// Those of [`check`], and `Empty`.
pub fn check_message(text: &str, graphemes: usize) -> Result<(), TextError> {
    if text.trim().is_empty() { Err(TextError::Empty) } else { check(text, graphemes) }
}

#[cfg(test)]
mod tests {
    use super::*;

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
