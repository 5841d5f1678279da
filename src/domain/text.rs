//! Text that people write to each other: how much of it is taken.

use thiserror::Error;
use unicode_segmentation::UnicodeSegmentation as _;

/// The longest text in any field, in bytes: 4 KiB. Without it one grapheme could be as long as one likes.
pub const TEXT_BYTES: usize = 4 * 1024;

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
    #[error("the text is longer than 4 KiB")]
    TooManyBytes,
}

/// Looks whether a text is taken, which then travels unchanged.
///
/// # Errors
/// `Nul`, `TooManyBytes`, and `TooLong` beyond so many graphemes.
pub fn check(text: &str, graphemes: usize) -> Result<(), TextError> {
    if text.contains('\0') {
        Err(TextError::Nul)
    } else if text.len() > TEXT_BYTES {
        Err(TextError::TooManyBytes)
    } else if text.graphemes(true).nth(graphemes).is_some() {
        Err(TextError::TooLong(graphemes))
    } else {
        Ok(())
    }
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
        let zalgo = format!("Z{}", "\u{301}".repeat(1_000));
        let cases: [(String, Result<(), TextError>); 12] = [
            (String::new(), Ok(())),
            ("x".repeat(200), Ok(())),
            ("x".repeat(201), Err(TextError::TooLong(200))),
            (family.repeat(150), Ok(())),
            (family.repeat(164), Err(TextError::TooManyBytes)),
            ("🇮🇳".repeat(200), Ok(())),
            ("🇮🇳".repeat(201), Err(TextError::TooLong(200))),
            (zalgo, Ok(())),
            ("\u{301}".repeat(2_049), Err(TextError::TooManyBytes)),
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
