//! Limits on the size of a text: in graphemes, which people count as characters (UAX #29), and in bytes. A grapheme
//! has no maximum length: "Z" with two thousand combining marks is one.

use icu_properties::CodePointMapData;
use icu_properties::props::GraphemeClusterBreak;
use unicode_segmentation::UnicodeSegmentation as _;

/// The maximum number of marks on one grapheme: combining marks, vowel signs, joiners. No script and no emoji needs
/// more.
pub const MARKS: usize = 8;

/// The maximum size of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct TextBudget {
    /// Graphemes.
    pub graphemes: usize,
    /// Average bytes per grapheme. An emoji counts as no more than this, however long its sequence is.
    pub bytes_each: usize,
    /// Extra bytes, for short texts with long graphemes.
    pub spare_bytes: usize,
}

/// The limit that a text exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// It has too many graphemes.
    Graphemes,
    /// It has too many bytes.
    Bytes,
    /// A grapheme has more than [`MARKS`] marks.
    Marks,
}

impl TextBudget {
    /// The total of bytes.
    pub(super) fn bytes(self) -> usize {
        self.graphemes.saturating_mul(self.bytes_each).saturating_add(self.spare_bytes)
    }

    /// Checks that a text fits.
    pub(super) fn check(self, text: &str) -> Result<(), Excess> {
        let mut bytes = 0;
        for (place, grapheme) in text.graphemes(true).enumerate() {
            bytes += self.bytes_of(grapheme);
            if place == self.graphemes {
                return Err(Excess::Graphemes);
            } else if marks(grapheme).nth(MARKS).is_some() {
                return Err(Excess::Marks);
            } else if bytes > self.bytes() {
                return Err(Excess::Bytes);
            }
        }
        Ok(())
    }

    /// Cuts a text to fit: keeps the first graphemes, each with its first marks.
    pub(super) fn cut(self, text: &str) -> String {
        let (mut kept, mut bytes) = (String::new(), 0);
        for grapheme in text.graphemes(true).take(self.graphemes) {
            let end = marks(grapheme).nth(MARKS).unwrap_or(grapheme.len());
            let mut grapheme = &grapheme[..end];
            if bytes + self.bytes_of(grapheme) > self.bytes() {
                if !kept.is_empty() {
                    break;
                }
                // The first grapheme alone is too long.
                grapheme = &grapheme[..grapheme.floor_char_boundary(self.bytes())];
            }
            bytes += self.bytes_of(grapheme);
            kept.push_str(grapheme);
        }
        // Without its last marks a grapheme may join the next one.
        while self.check(&kept).is_err() {
            let last = kept.graphemes(true).next_back().map_or(0, str::len);
            kept.truncate(kept.len() - last);
        }
        kept
    }

    fn bytes_of(self, grapheme: &str) -> usize {
        if grapheme.len() > self.bytes_each && emojis::get(grapheme).is_some() {
            self.bytes_each
        } else {
            grapheme.len()
        }
    }
}

/// The byte offsets of a grapheme's marks: the characters that extend it.
fn marks(grapheme: &str) -> impl Iterator<Item = usize> {
    let breaks = CodePointMapData::<GraphemeClusterBreak>::new();
    let is_mark = move |c: char| {
        use GraphemeClusterBreak as Break;
        !c.is_ascii() && matches!(breaks.get(c), Break::Extend | Break::SpacingMark | Break::ZWJ)
    };
    grapheme.char_indices().filter(move |(_, c)| is_mark(*c)).map(|(place, _)| place)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: TextBudget = TextBudget { graphemes: 40, bytes_each: 12, spare_bytes: 0 };

    #[test]
    fn texts_of_every_script_and_all_emoji_fit_at_full_length() {
        for grapheme in ["x", "é", "é", "字", "한", "क्षि", "नि", "த்", "ที่", "שָׁ", "ệ", "🔥", "🇮🇳", "👨‍👩‍👧‍👦", "👩🏽‍❤️‍💋‍👨🏿"]
        {
            assert_eq!(ROOM.check(&grapheme.repeat(40)), Ok(()), "{grapheme}");
            assert_eq!(ROOM.check(&grapheme.repeat(41)), Err(Excess::Graphemes), "{grapheme}");
            assert_eq!(ROOM.cut(&grapheme.repeat(50)), grapheme.repeat(40));
        }
        for emoji in emojis::iter() {
            assert_eq!(ROOM.check(emoji.as_str()), Ok(()), "{emoji}");
            assert_eq!(ROOM.check(&emoji.as_str().repeat(40)), Ok(()), "{emoji}");
        }
    }

    #[test]
    fn no_grapheme_has_unlimited_length() {
        let with = |base: &str, mark: &str, count: usize| format!("{base}{}", mark.repeat(count));
        for (text, expected) in [
            (with("Z", "\u{301}", 8), Ok(())),
            (with("Z", "\u{301}", 9), Err(Excess::Marks)),
            (with("a", "\u{200d}", 9), Err(Excess::Marks)),
            (with("🔥", "\u{e0062}", 9), Err(Excess::Marks)),
            (with("க", "\u{bbe}", 9), Err(Excess::Marks)),
            (with("🔥", "\u{200d}🔥", 9), Err(Excess::Marks)),
            // Hangul syllables and prepended characters are no marks.
            (with("", "\u{1100}", 160), Ok(())),
            (with("", "\u{1100}", 161), Err(Excess::Bytes)),
            (with("", "\u{600}", 2_000), Err(Excess::Bytes)),
            (with("Z", "\u{301}", 8).repeat(28), Ok(())),
            (with("Z", "\u{301}", 8).repeat(29), Err(Excess::Bytes)),
        ] {
            assert_eq!(ROOM.check(&text), expected, "{text:.20}");
            let cut = ROOM.cut(&text);
            assert!(!cut.is_empty() && text.starts_with(cut.chars().next().unwrap_or_default()));
            assert_eq!(ROOM.check(&cut), Ok(()), "{text:.20}");
            assert_eq!(cut == text, expected.is_ok());
        }
    }
}
