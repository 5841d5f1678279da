//! Reactions: what counts as an emoji, and what viewers are shown of one.

use std::fmt;
use std::sync::Arc;

use icu_properties::CodePointSetData;
use icu_properties::props::{EmojiModifier, ExtendedPictographic, RegionalIndicator};
use serde::{Deserialize, Deserializer, Serialize};
use thiserror::Error;
use time::OffsetDateTime;
use ts_rs::TS;
use unicode_segmentation::UnicodeSegmentation as _;

use super::clock;

/// The longest emoji, in bytes. The longest of Unicode 17 has 35.
pub const EMOJI_BYTES: usize = 64;
/// Under what reactions are counted that have no count of their own. No emoji is written so.
const OTHER: &str = "other";

const ZERO_WIDTH_JOINER: char = '\u{200d}';
const EMOJI_STYLE: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';
const TAG_END: char = '\u{e007f}';

/// One emoji grapheme of at most 64 bytes, or a text emoticon of 2 to 4 ASCII characters; or [`Emoji::other`].
/// Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Emoji(Arc<str>);

/// Why a text is not an emoji.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("an emoji is one emoji of at most 64 bytes, or a text emoticon of 2 to 4 ASCII characters")]
pub struct InvalidEmoji;

impl Emoji {
    /// Takes a client's text as an emoji. It is judged by its form (UTS #51, section 1.4.9), so that one
    /// of a newer Unicode than this program's is taken too.
    ///
    /// # Errors
    /// [`InvalidEmoji`].
    pub fn parse(text: &str) -> Result<Self, InvalidEmoji> {
        if is_emoticon(text) || is_emoji(text) { Ok(Self(text.into())) } else { Err(InvalidEmoji) }
    }

    /// What stands for all emoji that have no count of their own.
    #[must_use]
    pub fn other() -> Self {
        Self(OTHER.into())
    }

    /// The emoji that a count is kept under.
    ///
    /// # Errors
    /// [`InvalidEmoji`].
    pub fn parse_kept(text: &str) -> Result<Self, InvalidEmoji> {
        if text == OTHER { Ok(Self::other()) } else { Self::parse(text) }
    }

    /// The emoji as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is [`Emoji::other`].
    #[must_use]
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

/// A text emoticon, such as `:)`.
fn is_emoticon(text: &str) -> bool {
    (2..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// One emoji: a flag, a keycap, or elements that zero width joiners make one.
fn is_emoji(text: &str) -> bool {
    text.len() <= EMOJI_BYTES
        && text.graphemes(true).nth(1).is_none()
        && (is_flag(text) || is_keycap(text) || text.split(ZERO_WIDTH_JOINER).all(is_element))
}

fn is_flag(text: &str) -> bool {
    let indicator = CodePointSetData::new::<RegionalIndicator>();
    text.chars().count() == 2 && text.chars().all(|c| indicator.contains(c))
}

fn is_keycap(text: &str) -> bool {
    let rest = text.strip_prefix(|c: char| c.is_ascii_digit() || c == '#' || c == '*');
    let rest = rest.map(|rest| rest.strip_prefix(EMOJI_STYLE).unwrap_or(rest));
    rest.and_then(|rest| rest.strip_prefix(KEYCAP)) == Some("")
}

/// A pictograph, perhaps with a skin tone, the emoji style, or the tags of a subdivision's flag.
fn is_element(text: &str) -> bool {
    let modifier = CodePointSetData::new::<EmojiModifier>();
    let mut chars = text.chars();
    let base = chars.next();
    let is_base =
        |c: char| CodePointSetData::new::<ExtendedPictographic>().contains(c) || modifier.contains(c);
    if !base.is_some_and(is_base) {
        return false;
    }
    let rest = chars.as_str();
    let rest = rest.strip_prefix(|c| modifier.contains(c)).unwrap_or(rest);
    let rest = rest.strip_prefix(EMOJI_STYLE).unwrap_or(rest);
    let is_tag = |c: char| ('\u{e0020}'..='\u{e007e}').contains(&c);
    rest.is_empty()
        || rest.strip_suffix(TAG_END).is_some_and(|tags| !tags.is_empty() && tags.chars().all(is_tag))
}

/// One reaction, as viewers are sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Reaction {
    /// The `viewerId` of who reacted.
    pub id: String,
    /// What an account calls itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub name: Option<String>,
    /// The emoji.
    #[ts(type = "string")]
    pub emoji: Emoji,
    /// What was said with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub comment: Option<String>,
    /// When, in milliseconds since the Unix epoch.
    #[serde(serialize_with = "clock::as_millis", deserialize_with = "clock::of_millis")]
    #[ts(type = "number")]
    pub at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_taken_by_its_form() {
        let good = [
            "🔥",
            "❤",
            "❤️",
            "☎",
            "©️",
            "👍🏽",
            "🏻",
            "👨‍👩‍👧‍👦",
            "👩🏽‍❤️‍💋‍👨🏿",
            "🏳️‍🌈",
            "🏴‍☠️",
            "🕵🏻‍♂️",
            "👁️‍🗨️",
            "🇮🇳",
            "🇦🇺",
            "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
            "1️⃣",
            "#⃣",
            "*️⃣",
            // Not given out yet, but reserved for emoji.
            "\u{1faff}",
            ":)",
            "<3",
            ":-(",
            "o_O",
            "^^",
            "xD",
            ":'-(",
        ];
        for text in good {
            assert_eq!(Emoji::parse(text).map(|emoji| emoji.to_string()).as_deref(), Ok(text), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_emoji_is_refused() {
        let zalgo = format!("🔥{}", "\u{301}".repeat(1_000));
        let family = ["👨"; 20].join("\u{200d}");
        let bad = [
            "",
            " ",
            "a",
            ":",
            "1",
            "#",
            "other",
            "hello",
            ": )",
            "a\0",
            "\0\0",
            "a\tb",
            "é",
            "é)",
            "🔥🔥",
            "🔥 ",
            " 🔥",
            "🔥a",
            "a🔥",
            "🇮",
            "🇮🇳🇦",
            "🇮🇳🇦🇺",
            "🔥\u{301}",
            "🔥\u{200f}",
            "\u{200f}🔥",
            "🔥\0",
            "🔥\u{200d}",
            "\u{200d}🔥",
            "🔥\u{200d}\u{200d}🔥",
            "\u{fe0f}",
            "\u{200d}",
            "1️",
            "1⃣1⃣",
            "🏴\u{e0067}",
            "🏴\u{e007f}",
            "❤\u{fe0e}",
            "\u{202e}",
            "中",
            "க்",
            &zalgo,
            &family,
        ];
        for text in bad {
            assert_eq!(Emoji::parse(text), Err(InvalidEmoji), "{text:?}");
        }
    }

    #[test]
    fn no_client_can_name_what_stands_for_the_others() {
        assert!(Emoji::parse("other").is_err());
        assert_eq!(Emoji::parse_kept("other"), Ok(Emoji::other()));
    }
}
