//! Opaque bearer tokens: 256 random bits, of which only a hash is kept.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{CryptoRng, RngExt as _};
use sha2::{Digest as _, Sha256};

/// What a token is of. Its text begins with the prefix, by which it is known without a lookup, and scanners
/// for leaked secrets can find it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// A scoring program or an operator.
    Service,
    /// A signed-in device.
    Session,
}

impl TokenKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Service => "tl_",
            Self::Session => "tls_",
        }
    }

    /// The kind of what a client presents.
    #[must_use]
    pub fn of(presented: &str) -> Self {
        if presented.starts_with(Self::Session.prefix()) { Self::Session } else { Self::Service }
    }
}

/// What proves who a client is. It is shown once, and never logged.
#[derive(Clone)]
pub struct Token(String);

/// The SHA-256 of a token: enough to recognise it, useless to whoever steals it.
pub type TokenHash = [u8; 32];

impl Token {
    /// A new token from a cryptographic source of randomness.
    pub fn generate(kind: TokenKind, rng: &mut impl CryptoRng) -> Self {
        let secret: [u8; 32] = rng.random();
        Self(format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(secret)))
    }

    /// The token's text, to be handed to its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The hash under which a token that a client presents is kept. A slow hash would add nothing: the token
/// has 256 bits of its own.
#[must_use]
pub fn hash(presented: &str) -> TokenHash {
    Sha256::digest(presented.as_bytes()).into()
}
