//! Decimal digits of any script, as people type them into number fields.

use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

/// The value of a decimal digit of any script, such as `7`, `٧`, `७` or `７`; `None` for other characters.
///
/// Unicode stores the ten digits of a script consecutively (The Unicode Standard, section 4.6). So a digit's value is
/// its distance from the start of its run.
pub fn decimal(c: char) -> Option<u8> {
    if c.is_ascii() {
        return c.to_digit(10).and_then(|value| value.try_into().ok());
    }
    if category(u32::from(c)) != GeneralCategory::DecimalNumber {
        return None;
    }
    let earlier = (0..u32::from(c)).rev();
    let distance = earlier.take_while(|code| category(*code) == GeneralCategory::DecimalNumber).count();
    // Some runs contain the digits several times, in several typefaces.
    u8::try_from(distance % 10).ok()
}

/// Whether a character may separate digits: white space, dashes, and invisible marks such as direction marks.
pub fn is_separator(c: char) -> bool {
    let is_mark =
        || matches!(category(u32::from(c)), GeneralCategory::DashPunctuation | GeneralCategory::Format);
    c.is_whitespace() || is_mark()
}

fn category(code: u32) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_of_any_script_has_its_value() {
        for digits in [
            "0123456789",
            "٠١٢٣٤٥٦٧٨٩",
            "۰۱۲۳۴۵۶۷۸۹",
            "०१२३४५६७८९",
            "০১২৩৪৫৬৭৮৯",
            "๐๑๒๓๔๕๖๗๘๙",
            "０１２３４５６７８９",
            "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
            "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
            "𞥐𞥑𞥒𞥓𞥔𞥕𞥖𞥗𞥘𞥙",
        ] {
            let values: Vec<_> = digits.chars().map(decimal).collect();
            assert_eq!(values, (0..10).map(Some).collect::<Vec<_>>(), "{digits}");
        }
        for other in ['a', '-', '²', '½', '①', 'Ⅷ', '五', '\0'] {
            assert_eq!(decimal(other), None, "{other:?}");
        }
    }

    #[test]
    fn the_digits_of_unicode_come_in_runs_of_ten() {
        let is_digit = |code: &u32| category(*code) == GeneralCategory::DecimalNumber;
        let codes: Vec<u32> = (0..=u32::from(char::MAX)).filter(is_digit).collect();
        assert!(codes.len() > 600);
        for run in codes.chunk_by(|a, b| a + 1 == *b) {
            assert_eq!(run.len() % 10, 0, "at U+{:X}", run[0]);
        }
    }

    #[test]
    fn separators_between_digits_are_ignored() {
        for between in [' ', '\u{a0}', '\t', '-', '\u{2011}', '–', '\u{200f}', '\u{61c}', '\u{200b}'] {
            assert!(is_separator(between), "{between:?}");
        }
        for other in ['1', 'a', '.', '٠'] {
            assert!(!is_separator(other), "{other:?}");
        }
    }
}
