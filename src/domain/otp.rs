//! One-time codes: how they are made and kept, and what becomes of one that is typed in.

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

/// What is mailed to prove an address. Never logged: it has no `Debug` that shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct OneTimeCode(String);

/// Why a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a code is {0} digits")]
pub struct InvalidCode(pub u8);

impl OneTimeCode {
    /// A new code. It does not begin with 0, which a client that takes it for a number would lose.
    pub fn generate(rng: &mut impl CryptoRng, digits: u8) -> Self {
        let first = 10_u64.pow(u32::from(digits) - 1);
        Self(rng.random_range(first..first * 10).to_string())
    }

    /// Takes what somebody typed as a code, in the digits of any script. What separates digits does not count.
    ///
    /// # Errors
    /// [`InvalidCode`].
    pub fn parse(text: &str, digits: u8) -> Result<Self, InvalidCode> {
        let mut code = String::with_capacity(usize::from(digits));
        for c in text.chars().filter(|c| !digit::is_separator(*c)) {
            let value = digit::decimal(c).filter(|_| code.len() < usize::from(digits));
            code.push(char::from(b'0' + value.ok_or(InvalidCode(digits))?));
        }
        if code.len() == usize::from(digits) { Ok(Self(code)) } else { Err(InvalidCode(digits)) }
    }

    /// The digits, to be mailed.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for OneTimeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// The form in which a code is kept: HMAC-SHA256.
pub type CodeHash = [u8; 32];

/// The server's secret. A code has too few digits to be kept under a plain hash: whoever stole the database
/// would try them all.
#[derive(Clone)]
pub struct Secret(Hmac<Sha256>);

impl Secret {
    /// The secret in these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Hmac::new_from_slice(bytes).expect("HMAC takes a key of any length"))
    }

    /// The form in which a code is kept. It is that of this challenge and this address alone.
    #[must_use]
    pub fn hash(&self, challenge: Uuid, email: &EmailAddress, code: &OneTimeCode) -> CodeHash {
        self.bind(challenge, email, code).finalize().into_bytes().into()
    }

    /// Whether a code is the one that was kept, in a time that does not tell how much of it is right.
    #[must_use]
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
        // The parts have fixed lengths but for the address, which holds no NUL.
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
    /// A newer code was asked for. Version 0.1.0 ended challenges so; its rows are read for a day.
    Superseded,
}

impl ChallengeEnding {
    /// The word for it in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Superseded => "superseded",
        }
    }

    /// The ending that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Used, Self::Superseded].into_iter().find(|ending| ending.as_str() == word)
    }
}

/// How a challenge stands when a code is typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChallengeState {
    /// From when on its code is too late.
    pub expires_at: OffsetDateTime,
    /// Wrong codes so far.
    pub tries: u32,
    /// Whether it has ended, and how.
    pub ending: Option<ChallengeEnding>,
}

/// How many wrong codes there may be.
#[derive(Debug, Clone, Copy)]
pub struct CodeLimits {
    /// Of one challenge. Beyond it no code is judged, not even the right one.
    pub tries: u32,
    /// Of an account, from one network. Beyond it no new code is mailed on behalf of that network.
    pub failures: Rate,
    /// Of an account, from all networks. Beyond it no new code is mailed.
    pub failures_total: Rate,
}

/// What becomes of a code that is typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeVerdict {
    /// It is the one: its challenge is used up, and its owner signed in.
    Right,
    /// It is not; this counts.
    Wrong,
    /// Its challenge was redeemed before.
    AlreadyUsed,
    /// It came too late.
    Expired,
    /// The challenge has used up its tries.
    TooMany,
}

/// Judges a code. `is_right` says whether it is the one that was kept; that alone lets nobody in. What others typed for
/// the same account does not matter here: the right code of a challenge that has a try left is always taken.
#[must_use]
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
    fn a_kept_code_is_that_of_one_secret_challenge_and_address() {
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
    fn a_code_has_so_many_digits_and_does_not_show_itself() {
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
