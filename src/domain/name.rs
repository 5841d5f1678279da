//! Names of people and devices.

use thiserror::Error;

use super::grapheme::{Excess, MARKS, TextBudget};

/// Bytes allowed per grapheme of the limit.
const BYTES_EACH: usize = 12;

/// Why a name is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidName {
    /// It has no visible character.
    #[error("a name must have a visible character")]
    Empty,
    /// It contains characters that could end a line, or reverse the text around it.
    #[error("a name must be one line without control characters")]
    Control,
    /// It is too long.
    #[error("a name is at most {0} characters")]
    TooLong(usize),
    /// It has too many bytes, even if it has few graphemes.
    #[error("a name is at most {0} bytes")]
    TooManyBytes(usize),
    /// It has too many marks on one grapheme.
    #[error("the name has a character with more than {MARKS} marks")]
    TooManyMarks,
}

/// Parses a name of at most `graphemes` graphemes: one line, trimmed.
pub fn parse(text: &str, graphemes: usize) -> Result<String, InvalidName> {
    let text = text.trim();
    if text.chars().any(is_deceptive) {
        return Err(InvalidName::Control);
    }
    if text.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(InvalidName::Empty);
    }
    let room = room(graphemes);
    room.check(text).map_err(|excess| match excess {
        Excess::Graphemes => InvalidName::TooLong(graphemes),
        Excess::Bytes => InvalidName::TooManyBytes(room.bytes()),
        Excess::Marks => InvalidName::TooManyMarks,
    })?;
    Ok(text.to_owned())
}

/// Like [`parse`], for a name made by a program: cuts it if it is too long.
///
/// # Errors
/// [`InvalidName::Empty`], [`InvalidName::Control`].
pub fn parse_cut(text: &str, graphemes: usize) -> Result<String, InvalidName> {
    parse(&room(graphemes).cut(text.trim()), graphemes)
}

/// The maximum size of a name with this many graphemes.
fn room(graphemes: usize) -> TextBudget {
    TextBudget { graphemes, bytes_each: BYTES_EACH, spare_bytes: 0 }
}

/// Whether a character makes a text look like another one, or like several lines: control characters, line and
/// paragraph separators, and marks that change the direction of the text (Unicode standard annex 9, section 2).
pub(super) fn is_deceptive(c: char) -> bool {
    let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether a character is invisible: joiners and similar ones, which emoji and some scripts need.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_visible_line_of_limited_length() {
        for (text, expected) in [
            (" Ann ", Ok("Ann")),
            ("<b>Ann</b>", Ok("<b>Ann</b>")),
            ("👩‍👩‍👧‍👦é名字", Ok("👩‍👩‍👧‍👦é名字")),
            ("four", Ok("four")),
            ("fives", Err(InvalidName::TooLong(4))),
            ("", Err(InvalidName::Empty)),
            (" \u{a0}", Err(InvalidName::Empty)),
            ("\u{200b}\u{3164}", Err(InvalidName::Empty)),
            ("a\nb", Err(InvalidName::Control)),
            ("a\0", Err(InvalidName::Control)),
            ("a\u{85}b", Err(InvalidName::Control)),
            ("a\u{2028}b", Err(InvalidName::Control)),
            ("\u{202e}nnA", Err(InvalidName::Control)),
        ] {
            let limit = if text.starts_with('<') { 40 } else { 4 };
            assert_eq!(parse(text, limit), expected.map(str::to_owned), "{text:?}");
        }
        let zalgo = format!("a{}", "\u{301}".repeat(3000));
        assert_eq!(parse(&zalgo, 4), Err(InvalidName::TooManyMarks));
        assert_eq!(parse(&"\u{1100}".repeat(17), 4), Err(InvalidName::TooManyBytes(48)));
    }

    #[test]
    fn a_name_that_is_too_long_is_cut_between_graphemes() {
        for (text, expected) in [
            ("Ann", Ok("Ann")),
            (" four ", Ok("four")),
            ("fives", Ok("five")),
            ("a b c d", Ok("a b")),
            ("👩‍👩‍👧‍👦é名字字", Ok("👩‍👩‍👧‍👦é名字")),
            ("five\n", Ok("five")),
            ("fives\nx", Ok("five")),
            ("\u{202e}fives", Err(InvalidName::Control)),
            ("", Err(InvalidName::Empty)),
        ] {
            assert_eq!(parse_cut(text, 4), expected.map(str::to_owned), "{text:?}");
        }
        let marks = "\u{301}".repeat(3000);
        for long in [format!("a{marks}"), format!("abc{marks}"), marks.clone()] {
            let cut = parse_cut(&long, 4).expect("it is cut");
            assert!(long.starts_with(&cut) && parse(&cut, 4) == Ok(cut.clone()), "{} bytes", cut.len());
        }
    }
}
