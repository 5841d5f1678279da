//! The source of randomness.

use rand::{CryptoRng, RngExt as _};

/// Characters of an epoch, without characters that look alike.
const ALPHABET: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";

/// A cryptographic source of randomness, seeded by the operating system.
pub fn source() -> impl CryptoRng {
    #[expect(clippy::disallowed_methods, reason = "the one place that reaches for randomness")]
    rand::rng()
}

/// A short random text with about 5 bits per character, such as an event's epoch.
pub fn short_text(rng: &mut impl CryptoRng, length: usize) -> String {
    (0..length).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect()
}

/// A random number to use as an id.
pub fn id(rng: &mut impl CryptoRng) -> u64 {
    rng.random()
}
