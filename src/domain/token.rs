//! Opaque bearer tokens: 256 random bits. Only a hash is stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{CryptoRng, RngExt as _};
use sha2::{Digest as _, Sha256};

/// The kind of a token. Its prefix shows the kind without a lookup, and lets secret scanners find leaked tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// For a scoring program or an operator.
    Service,
    /// For a signed-in device.
    Session,
}

impl TokenKind {
    fn prefix(self) -> &'static str {
        match self {
            Self::Service => "tl_",
            Self::Session => "tls_",
        }
    }

    /// The kind of a presented token.
    pub fn of(presented: &str) -> Self {
        if presented.starts_with(Self::Session.prefix()) { Self::Session } else { Self::Service }
    }
}

/// A token that authenticates a client. It is shown once, and never logged.
#[derive(Clone)]
pub struct Token(String);

/// The SHA-256 of a token: enough to recognize it, useless to a thief.
pub type TokenHash = [u8; 32];

impl Token {
    /// Generates a token from a cryptographic source of randomness.
    pub fn generate(kind: TokenKind, rng: &mut impl CryptoRng) -> Self {
        let secret: [u8; 32] = rng.random();
        Self(format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(secret)))
    }

    /// The token's text for its owner.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// The stored hash of a presented token. A slow hash would add nothing, because the token has 256 random bits.
pub fn hash(presented: &str) -> TokenHash {
    Sha256::digest(presented.as_bytes()).into()
}
