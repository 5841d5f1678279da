//! Enums whose variants have a word each: in the database, on the wire or in the log.

/// Gives an enum `ALL` its variants and their words: `words!(Role: Scorer = "scorer", …)`.
macro_rules! words {
    ($type:ident: $($variant:ident = $word:literal),+ $(,)?) => {
        impl $type {
            /// All variants.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The variant's word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }

            /// The variant with this word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.as_str() == word)
            }
        }
    };
}
pub(crate) use words;
