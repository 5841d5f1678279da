//! Email addresses: which texts are valid, which addresses belong to the same account, and the key for limits.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

use super::name::{self, is_deceptive};

/// The longest part before the `@`, in bytes (RFC 5321 section 4.5.3.1.1).
const LOCAL_BYTES: usize = 64;
/// The longest address, in bytes (RFC 5321 section 4.5.3.1.3, less the angle brackets).
const ADDRESS_BYTES: usize = 254;
/// Characters allowed before the `@`, besides letters and digits (RFC 5322 section 3.2.3, `atext`, and the dot).
const ATEXT: &str = "!#$%&'*+/=?^_`{|}~-.";

/// An email address, possibly internationalized (RFC 6531). It contains nothing that could end a line or a header,
/// and no quoted local part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress {
    text: String,
    key: String,
    /// The length of the part before the `@`, in `text` and in `key`.
    local: (usize, usize),
}

/// Why a text is not an email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("invalid email address")]
pub struct InvalidEmailAddress;

impl EmailAddress {
    /// Parses an address.
    pub fn parse(text: &str) -> Result<Self, InvalidEmailAddress> {
        let address = Self::parse_kept(text)?;
        if address.local().chars().any(becomes_ascii) { Err(InvalidEmailAddress) } else { Ok(address) }
    }

    /// Parses an address from the database. Touchline 0.1.0 accepted some that [`Self::parse`] refuses.
    pub fn parse_kept(text: &str) -> Result<Self, InvalidEmailAddress> {
        let text = text.trim();
        if text.len() > ADDRESS_BYTES {
            return Err(InvalidEmailAddress);
        }
        let (local, domain) = text.split_once('@').ok_or(InvalidEmailAddress)?;
        let dots_are_single_and_inner =
            !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
        if !(1..=LOCAL_BYTES).contains(&local.len()) || !dots_are_single_and_inner {
            return Err(InvalidEmailAddress);
        }
        if !local.chars().all(may_stand_in_local) {
            return Err(InvalidEmailAddress);
        }
        let domain = domain_key(domain).ok_or(InvalidEmailAddress)?;
        let local_key: String = local.nfc().flat_map(char::to_lowercase).nfc().collect();
        let key = format!("{local_key}@{domain}");
        Ok(Self { text: text.to_owned(), key, local: (local.len(), local_key.len()) })
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The account's key. Addresses that differ only in case, in how an accented letter is composed, or in how an
    /// international domain is written have the same key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether both addresses lead to the same mailbox for certain. Only the mail server interprets the part before
    /// the `@`, so this compares it exactly (RFC 5321 section 2.4).
    pub fn is_same_mailbox(&self, other: &Self) -> bool {
        self.local() == other.local() && self.domain_key() == other.domain_key()
    }

    /// The key for limits: the account's key without a `+tag`, because tags give one mailbox any number of addresses.
    pub fn limit_key(&self) -> String {
        let (local, domain) = self.key.split_at(self.local.1);
        let untagged = match local.find('+') {
            Some(tag) if tag > 0 => &local[..tag],
            _ => local,
        };
        format!("{untagged}{domain}")
    }

    /// The part before the `@`, as typed.
    pub fn local(&self) -> &str {
        &self.text[..self.local.0]
    }

    /// The account's initial name: the part before the `@`, without characters that a name may not have.
    pub fn default_name(&self) -> String {
        name::parse_cut(self.local(), LOCAL_BYTES).unwrap_or_else(|_| self.domain_key().to_owned())
    }

    /// The domain as typed; an international one in ASCII (RFC 5890), as used in DNS.
    pub fn ascii_domain(&self) -> &str {
        let typed = &self.text[self.local.0 + 1..];
        if typed.is_ascii() { typed } else { self.domain_key() }
    }

    fn domain_key(&self) -> &str {
        &self.key[self.local.1 + 1..]
    }
}

fn may_stand_in_local(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || ATEXT.contains(c);
    }
    let lowers_to_ascii = c.to_lowercase().any(|lower| lower.is_ascii());
    !c.is_whitespace() && !is_deceptive(c) && !lowers_to_ascii
}

/// Whether a non-ASCII character becomes ASCII in the key. The Kelvin sign becomes `k`, and the Greek varia a
/// backtick, so two mailboxes would share one account.
fn becomes_ascii(c: char) -> bool {
    !c.is_ascii() && std::iter::once(c).nfc().flat_map(char::to_lowercase).any(|key| key.is_ascii())
}

/// The domain in lower-case ASCII; `None` if it is invalid.
fn domain_key(domain: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii(domain).ok()?;
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    (ascii.len() <= 253 && ascii.split('.').all(is_label)).then_some(ascii)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_accepted_or_refused() {
        for good in
            ["a@b", "Ann+tag@Example.org", "é@exämple.org", " a@b.c ", "用户@例子.广告", "o'neil@x.ie"]
        {
            assert!(EmailAddress::parse(good).is_ok(), "{good:?}");
        }
        for bad in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "a b@c",
            "a@b\r\nBcc: c@d",
            "a\r\n@b",
            "a\0@b",
            "<a@b>",
            "a@b>",
            "a,b@c",
            "\"a b\"@c",
            ".a@b",
            "a..b@c",
            "a@b..c",
            "a@-b.c",
            "a@b c",
            "a@[127.0.0.1]",
            "\u{212a}im@b.org",
            "a\u{1fef}b@b.org",
            "a\u{37e}b@b.org",
            "a\u{202e}b@c.org",
            "a\u{2028}b@c.org",
            &format!("{}@b", "x".repeat(65)),
            &format!("a@{}.org", "x".repeat(64)),
            &format!("a@{}", "x.".repeat(199)),
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn spellings_of_one_address_share_a_key_and_tags_share_a_limit() {
        for (text, key, limit) in [
            ("Ann@B.org", "ann@b.org", "ann@b.org"),
            ("ann+news@b.org", "ann+news@b.org", "ann@b.org"),
            ("ANN+a+b@b.ORG", "ann+a+b@b.org", "ann@b.org"),
            ("+tag@b.org", "+tag@b.org", "+tag@b.org"),
            ("É@EXÄMPLE.org", "é@xn--exmple-cua.org", "é@xn--exmple-cua.org"),
            ("e\u{301}@xn--exmple-cua.org", "é@xn--exmple-cua.org", "é@xn--exmple-cua.org"),
        ] {
            let address = EmailAddress::parse(text).expect(text);
            assert_eq!((address.key(), address.limit_key().as_str()), (key, limit), "{text}");
        }
    }

    #[test]
    fn no_character_beyond_ascii_shares_a_key_with_one_of_ascii() {
        for c in ('\u{80}'..=char::MAX).filter(|c| EmailAddress::parse(&format!("{c}@b.org")).is_ok()) {
            let address = EmailAddress::parse(&format!("{c}@b.org")).expect("the address is valid");
            assert!(!address.key().is_ascii(), "{c:?}");
        }
    }

    #[test]
    fn an_address_that_an_earlier_version_accepted_can_still_be_read() {
        let kept = EmailAddress::parse_kept("a\u{1fef}b@b.org").expect("it is read");
        assert_eq!((kept.as_str(), kept.key()), ("a\u{1fef}b@b.org", "a`b@b.org"));
        assert!(!kept.is_same_mailbox(&EmailAddress::parse("a`b@b.org").expect("valid")));
    }

    #[test]
    fn a_mailbox_is_compared_exactly_and_its_domain_by_meaning() {
        for (a, b, same) in [
            ("ann@b.org", "ann@B.ORG", true),
            ("é@exämple.org", "é@xn--exmple-cua.org", true),
            ("ann@b.org", "Ann@b.org", false),
            ("é@b.org", "e\u{301}@b.org", false),
        ] {
            let [a, b] = [a, b].map(|text| EmailAddress::parse(text).expect(text));
            assert_eq!(a.is_same_mailbox(&b), same, "{a:?} {b:?}");
            assert_eq!(a.key(), b.key());
        }
    }

    #[test]
    fn a_mail_goes_to_the_local_part_as_typed_at_the_domain_in_ascii() {
        let address = EmailAddress::parse("É.Ann@EXÄMPLE.org").expect("valid");
        assert_eq!((address.local(), address.ascii_domain()), ("É.Ann", "xn--exmple-cua.org"));
        let address = EmailAddress::parse("Ann@EXAMPLE.org").expect("valid");
        assert_eq!((address.local(), address.ascii_domain()), ("Ann", "EXAMPLE.org"));
    }

    #[test]
    fn an_accounts_first_name_is_its_local_part_within_the_limits_of_names() {
        let marks = "\u{301}".repeat(20);
        for (text, expected) in [
            ("Ann.Bell@example.org", "Ann.Bell".to_owned()),
            (&*format!("z{marks}@example.org"), format!("z{}", &marks[..16])),
            ("\u{2060}@example.org", "example.org".to_owned()),
            (&*format!("{}@example.org", "x".repeat(64)), "x".repeat(64)),
        ] {
            assert_eq!(EmailAddress::parse(text).expect(text).default_name(), expected, "{text}");
        }
    }
}
