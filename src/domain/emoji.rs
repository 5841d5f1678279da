//! Emoji: which texts count as one, and which of them are equal.

use std::fmt;
use std::sync::Arc;

use icu_properties::props::{
    Emoji as IsEmoji, EmojiModifier, EmojiModifierBase, ExtendedPictographic, GeneralCategory,
    RegionalIndicator,
};
use icu_properties::{CodePointMapData, CodePointSetData};
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;
use unicode_segmentation::UnicodeSegmentation as _;

/// The longest emoji, in bytes. The longest one in Unicode 17 has 35.
pub const EMOJI_BYTES: usize = 64;
/// The key for reactions that have no count of their own. No emoji is spelled like this.
const OTHER: &str = "other";

const ZERO_WIDTH_JOINER: char = '\u{200d}';
const JOINER: &str = "\u{200d}";
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
/// The first character of a subdivision's flag, …
const BLACK_FLAG: char = '\u{1f3f4}';
/// … and the last one.
const TAG_END: char = '\u{e007f}';

/// The accepted emoticons: common ones, of 2 to 4 ASCII characters. docs/protocol.md lists them.
const EMOTICONS: [&str; 72] = [
    ":)", ":-)", "=)", ":]", ":^)", "(:", ":D", ":-D", "=D", "xD", "XD", ":')", ":'-)", ";)", ";-)", ";D",
    ":(", ":-(", "=(", ":[", "):", ":'(", ":'-(", ":/", ":-/", ":\\", ":-\\", ":|", ":-|", ":P", ":-P", ":p",
    ":-p", "=P", ";P", ";-P", "xP", ":O", ":-O", ":o", ":-o", ":0", ":*", ":-*", ":x", ":X", ":S", ":$",
    ":@", ":3", ">:(", ">:-(", ">:)", "D:", "B)", "B-)", "8)", "8-)", "O:)", "<3", "</3", "^^", "^_^", "-_-",
    "o_O", "O_o", "o_o", "O_O", "T_T", ">_<", "\\o/", "m/",
];

/// One emoji grapheme of at most 64 bytes, a common text emoticon, or [`Emoji::other`]. Spellings with and without
/// U+FE0F are the same emoji. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Emoji(Arc<str>);

/// Why a text is not an emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("emoji must be one emoji of at most 64 bytes, or a common text emoticon such as :) or <3")]
pub struct InvalidEmoji;

impl Emoji {
    /// Parses a client's text, ignoring white space around it. Accepts the emoji in Unicode's list, and sequences of
    /// the form that newer Unicode versions use for new emoji (UTS #51, section 1.4.9). Refuses characters that are
    /// no emoji on their own: a skin tone alone or on an emoji without skin, and a flag of letters that are no
    /// region.
    pub fn parse(text: &str) -> Result<Self, InvalidEmoji> {
        let text = text.trim();
        if let Some(emoji) = listed(text) {
            Ok(Self(emoji.into()))
        } else if is_emoji(text) {
            Ok(Self(qualified(text).into()))
        } else {
            Err(InvalidEmoji)
        }
    }

    /// Whether this is in Unicode's list, an emoticon, or [`Emoji::other`]: there is a fixed number of these.
    pub fn is_listed(&self) -> bool {
        listed(&self.0).is_some() || self.is_other()
    }

    /// The sum of all emoji that have no count of their own.
    pub fn other() -> Self {
        Self(OTHER.into())
    }

    /// Parses an emoji from the database or another node. A text that is no longer an emoji, such as an invented
    /// emoticon that an earlier version accepted, becomes [`Emoji::other`].
    pub fn from_stored(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|_| Self::other())
    }

    /// The emoji as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is [`Emoji::other`].
    pub fn is_other(&self) -> bool {
        &*self.0 == OTHER
    }
}

impl fmt::Display for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Emoji {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

/// An emoticon, or an emoji in Unicode's list in its fully qualified form, with U+FE0F where required.
fn listed(text: &str) -> Option<&str> {
    if text.is_ascii() {
        return EMOTICONS.into_iter().find(|emoticon| *emoticon == text);
    }
    let found = emojis::get(text).filter(|_| is_emoji(text)).map(emojis::Emoji::as_str);
    // The table returns some sequences without U+FE0F with another skin tone (emojis 0.9.1).
    found.filter(|found| bare(found).eq(bare(text)))
}

/// A sequence without U+FE0F.
fn bare(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| *c != EMOJI_STYLE)
}

/// A sequence with U+FE0F where required, and nowhere else.
fn qualified(text: &str) -> String {
    let bare: String = bare(text).collect();
    if let Some(emoji) = listed(&bare) {
        return emoji.to_owned();
    }
    let elements = bare.split(ZERO_WIDTH_JOINER).map(|element| listed(element).unwrap_or(element));
    elements.collect::<Vec<_>>().join(JOINER)
}

/// Whether a text is one emoji: a flag, a keycap, or elements joined by zero width joiners.
fn is_emoji(text: &str) -> bool {
    text.len() <= EMOJI_BYTES
        && text.graphemes(true).nth(1).is_none()
        && (is_flag(text) || is_keycap(text) || text.split(ZERO_WIDTH_JOINER).all(is_element))
}

/// Whether a text is a flag: two letters of a region in Unicode's list. Future regions are not known.
fn is_flag(text: &str) -> bool {
    let indicator = CodePointSetData::new::<RegionalIndicator>();
    text.chars().all(|c| indicator.contains(c)) && emojis::get(text).is_some()
}

fn is_keycap(text: &str) -> bool {
    let rest = text.strip_prefix(|c: char| c.is_ascii_digit() || c == '#' || c == '*');
    let rest = rest.map(|rest| rest.strip_prefix(EMOJI_STYLE).unwrap_or(rest));
    rest.and_then(|rest| rest.strip_prefix(KEYCAP)) == Some("")
}

/// Whether a text is a pictograph, optionally with a skin tone, the emoji style, or the tags of a subdivision's flag.
fn is_element(text: &str) -> bool {
    let mut chars = text.chars();
    let Some(base) = chars.next().filter(|base| is_pictograph(*base)) else { return false };
    let rest = chars.as_str();
    if let Some(tags) = rest.strip_suffix(TAG_END) {
        return base == BLACK_FLAG && is_subdivision(tags);
    }
    let modifier = CodePointSetData::new::<EmojiModifier>();
    let rest = rest.strip_prefix(|c| has_skin(base) && modifier.contains(c)).unwrap_or(rest);
    rest.strip_prefix(EMOJI_STYLE).unwrap_or(rest).is_empty()
}

/// Whether a character is an emoji, or reserved for one.
fn is_pictograph(c: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(c)
        && (CodePointSetData::new::<IsEmoji>().contains(c) || is_reserved(c))
}

/// Whether an emoji has skin tones. An unassigned one might.
fn has_skin(base: char) -> bool {
    CodePointSetData::new::<EmojiModifierBase>().contains(base) || is_reserved(base)
}

fn is_reserved(c: char) -> bool {
    CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Unassigned
}

/// Whether tags spell a subdivision code (UTS #35, `unicode_subdivision_id`): 3 to 7 letters and digits.
fn is_subdivision(tags: &str) -> bool {
    let is_tag = |c: char| matches!(c, '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}');
    (3..=7).contains(&tags.chars().count()) && tags.chars().all(is_tag)
}

#[cfg(test)]
#[path = "emoji_tests.rs"]
mod tests;
