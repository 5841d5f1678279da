//! One-time login codes: how they are generated, stored and checked.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::{CryptoRng, RngExt as _};
use sha2::Sha256;
use thiserror::Error;
use time::OffsetDateTime;
use uuid::Uuid;

use super::digit;
use super::email::EmailAddress;
use super::limit::Rate;
use super::words::words;

/// A code that is mailed to verify an address. Never logged: its `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

/// Why a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a code is {0} digits")]
pub struct InvalidCode(pub u8);

impl OneTimeCode {
    /// Generates a code. It does not begin with 0, which a client that treats it as a number would lose.
    pub fn generate(rng: &mut impl CryptoRng, digits: u8) -> Self {
        let first = 10_u64.pow(u32::from(digits) - 1);
        Self(rng.random_range(first..first * 10).to_string())
    }

    /// Parses a typed code. Accepts the digits of any script, and ignores separators.
    pub fn parse(text: &str, digits: u8) -> Result<Self, InvalidCode> {
        let mut code = String::with_capacity(usize::from(digits));
        for c in text.chars().filter(|c| !digit::is_separator(*c)) {
            let value = digit::decimal(c).filter(|_| code.len() < usize::from(digits));
            code.push(char::from(b'0' + value.ok_or(InvalidCode(digits))?));
        }
        if code.len() == usize::from(digits) { Ok(Self(code)) } else { Err(InvalidCode(digits)) }
    }

    /// The digits, for the mail.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// The stored form of a code: HMAC-SHA256.
pub type CodeHash = [u8; 32];

/// The server's secret. Codes have too few digits for a plain hash: a thief of the database could try them all.
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

impl Secret {
    /// Creates a secret from bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(Hmac::new_from_slice(bytes).expect("HMAC accepts a key of any length"))
    }

    /// The stored form of a code. It is valid only for this challenge and this address.
    pub fn hash(&self, challenge: Uuid, email: &EmailAddress, code: &OneTimeCode) -> CodeHash {
        self.bind(challenge, email, code).finalize().into_bytes().into()
    }

    /// Whether a code matches the stored one. Compares in constant time.
    pub fn is_right(
        &self,
        kept: &CodeHash,
        challenge: Uuid,
        email: &EmailAddress,
        code: &OneTimeCode,
    ) -> bool {
        self.bind(challenge, email, code).verify_slice(kept).is_ok()
    }

    fn bind(&self, challenge: Uuid, email: &EmailAddress, code: &OneTimeCode) -> Hmac<Sha256> {
        // All parts have fixed lengths except the address, which contains no NUL.
        let parts =
            [b"code".as_slice(), challenge.as_bytes(), email.key().as_bytes(), b"\0", code.0.as_bytes()];
        parts.into_iter().fold(self.0.clone(), Hmac::chain_update)
    }
}

/// How a challenge ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeEnding {
    /// Its code was redeemed.
    Used,
    /// A newer code was requested. Only version 0.1.0 ended challenges like this; its rows are read for a day.
    Superseded,
}

words!(ChallengeEnding: Used = "used", Superseded = "superseded");

/// The state of a challenge when a code is entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChallengeState {
    /// When the code expires.
    pub expires_at: OffsetDateTime,
    /// The number of wrong codes so far.
    pub tries: u32,
    /// Whether it has ended, and how.
    pub ending: Option<ChallengeEnding>,
}

/// Limits on wrong codes.
#[derive(Debug, Clone, Copy)]
pub struct CodeLimits {
    /// Per challenge. Beyond it no code is accepted, not even the right one.
    pub tries: u32,
    /// Per account and network. Beyond it no new code is mailed for that network.
    pub failures: Rate,
    /// Per account, from all networks. Beyond it no new code is mailed.
    pub failures_total: Rate,
}

/// The verdict on an entered code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeVerdict {
    /// Correct: the challenge is used up, and the user is signed in.
    Right,
    /// Wrong; counts as a try.
    Wrong,
    /// The challenge was already used.
    AlreadyUsed,
    /// The challenge has expired.
    Expired,
    /// The challenge has no tries left.
    TooMany,
}

/// Judges a code. `is_right` says whether it matches the stored one, which alone is not enough. Attempts in other
/// challenges of the account do not matter: the right code of a challenge with a try left is always accepted.
pub fn judge(standing: &ChallengeState, is_right: bool, now: OffsetDateTime, tries: u32) -> CodeVerdict {
    match standing.ending {
        Some(ChallengeEnding::Used) => return CodeVerdict::AlreadyUsed,
        Some(ChallengeEnding::Superseded) => return CodeVerdict::Expired,
        None if now >= standing.expires_at => return CodeVerdict::Expired,
        None => {}
    }
    if standing.tries >= tries {
        return CodeVerdict::TooMany;
    }
    if is_right { CodeVerdict::Right } else { CodeVerdict::Wrong }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::from_millis;
    use crate::domain::entropy;

    fn at(millis: i64) -> OffsetDateTime {
        from_millis(millis).expect("a time")
    }

    #[test]
    fn a_code_is_judged_by_its_challenge_first() {
        let open = ChallengeState { expires_at: at(600_000), tries: 0, ending: None };
        let used = ChallengeState { ending: Some(ChallengeEnding::Used), ..open };
        let superseded = ChallengeState { ending: Some(ChallengeEnding::Superseded), ..open };
        let tried = ChallengeState { tries: 5, ..open };
        for (standing, now, if_right, if_wrong) in [
            (open, 599_999, CodeVerdict::Right, CodeVerdict::Wrong),
            (open, 600_000, CodeVerdict::Expired, CodeVerdict::Expired),
            (open, 601_000, CodeVerdict::Expired, CodeVerdict::Expired),
            (ChallengeState { tries: 4, ..open }, 0, CodeVerdict::Right, CodeVerdict::Wrong),
            (tried, 0, CodeVerdict::TooMany, CodeVerdict::TooMany),
            (tried, 600_000, CodeVerdict::Expired, CodeVerdict::Expired),
            (used, 0, CodeVerdict::AlreadyUsed, CodeVerdict::AlreadyUsed),
            (
                ChallengeState { tries: 5, ..used },
                700_000,
                CodeVerdict::AlreadyUsed,
                CodeVerdict::AlreadyUsed,
            ),
            (superseded, 0, CodeVerdict::Expired, CodeVerdict::Expired),
        ] {
            assert_eq!(judge(&standing, true, at(now), 5), if_right, "{standing:?} at {now}");
            assert_eq!(judge(&standing, false, at(now), 5), if_wrong, "{standing:?} at {now}");
        }
    }

    #[test]
    fn a_stored_code_is_valid_for_one_secret_challenge_and_address() {
        let (secret, other) = (Secret::new(b"one"), Secret::new(b"two"));
        let (ann, bob) = (EmailAddress::parse("Ann@b.org"), EmailAddress::parse("bob@b.org"));
        let (ann, bob) = (ann.expect("valid"), bob.expect("valid"));
        let code = OneTimeCode::parse("1234 56-78", 8).expect("a code");
        let (id, other_id) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let kept = secret.hash(id, &ann, &code);
        assert!(secret.is_right(&kept, id, &EmailAddress::parse("ann@B.org").expect("valid"), &code));
        assert!(!other.is_right(&kept, id, &ann, &code));
        assert!(!secret.is_right(&kept, other_id, &ann, &code));
        assert!(!secret.is_right(&kept, id, &bob, &code));
        assert!(!secret.is_right(&kept, id, &ann, &OneTimeCode::parse("12345679", 8).expect("a code")));
    }

    #[test]
    fn a_code_has_its_digits_and_is_hidden_from_debug() {
        for digits in [4, 8, 12] {
            let code = OneTimeCode::generate(&mut entropy::source(), digits);
            assert_eq!(OneTimeCode::parse(code.reveal(), digits), Ok(code.clone()));
            assert!(!code.reveal().starts_with('0'));
            assert!(!format!("{code:?}").contains(code.reveal()));
        }
        for typed in [
            "12345678",
            " 1234 5678\n",
            "1234\u{2011}56-78",
            "١٢٣٤٥٦٧٨",
            "\u{200f}۱۲۳۴ ۵۶۷۸",
            "१२३४५६७८",
            "１２３４５６７８",
        ] {
            assert_eq!(
                OneTimeCode::parse(typed, 8).map(|code| code.0),
                Ok("12345678".to_owned()),
                "{typed:?}"
            );
        }
        for bad in ["", "1234567", "123456789", "1234567a", "1234567²", "①②③④⑤⑥⑦⑧", &"1".repeat(400)]
        {
            assert_eq!(OneTimeCode::parse(bad, 8), Err(InvalidCode(8)), "{bad:?}");
        }
    }
}
