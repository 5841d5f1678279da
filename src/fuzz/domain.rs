//! The parsers of `domain`: accepted values keep their invariants and parse again.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{fuzz, mutated_text};
use crate::domain::email::EmailAddress;
use crate::domain::emoji::Emoji;
use crate::domain::id::{EventId, OpId};
use crate::domain::limit::Rate;
use crate::domain::otp::OneTimeCode;
use crate::domain::score::{Snapshot, kept_value};
use crate::domain::{name, text};
use crate::transport::client::limits::quota;

#[test]
fn an_event_id_has_only_its_characters_and_length() {
    fuzz(|u| {
        let text = mutated_text(u, &["match-7", "some Id", "a.b_c~d:e@f", "42", ""])?;
        if let Ok(id) = EventId::parse(&text) {
            assert_eq!(id.as_str(), text);
            assert!((1..=64).contains(&text.len()) && text.trim() == text && !text.contains("  "));
            assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || " ._~:@-".contains(c)));
        }
        if let Ok(id) = serde_json::from_str::<EventId>(&text) {
            assert!(EventId::parse(id.as_str()).is_ok());
        }
        if let Ok(id) = serde_json::from_str::<OpId>(&text) {
            assert!(OpId::parse(id.as_str()).is_ok());
        }
        Ok(())
    });
}

#[test]
fn an_address_is_one_line_and_the_same_when_read_again() {
    fuzz(|u| {
        let corpus =
            ["ann@example.org", " Ann+tag@Example.ORG ", "é@münchen.example", "a.b@xn--bcher-kva.example"];
        let text = mutated_text(u, &corpus)?;
        if let Ok(address) = EmailAddress::parse(&text) {
            assert!(!address.as_str().chars().any(|c| c.is_control() || c.is_whitespace()), "{address:?}");
            let again = EmailAddress::parse(address.as_str()).expect("a parsed address parses again");
            assert_eq!((again.key(), again.limit_key()), (address.key(), address.limit_key()));
            match EmailAddress::parse(address.key()) {
                Ok(of_key) => assert_eq!(of_key.key(), address.key()),
                // A lower-case letter may have more bytes, so the key may be too long to parse.
                Err(_) => assert!(address.key().len() > address.as_str().len(), "{address:?}"),
            }
            assert!(address.ascii_domain().is_ascii());
        }
        Ok(())
    });
}

#[test]
fn a_name_and_a_text_are_within_their_bounds() {
    fuzz(|u| {
        let given = mutated_text(u, &["Ann", "Zoë 🔥", "👨‍👩‍👧", "a\u{301}\u{301}", "  x  "])?;
        if let Ok(name) = name::parse(&given, 40) {
            assert!(!name.is_empty() && !name.contains(['\n', '\r', '\0', '\u{2028}']));
            assert_eq!(name::parse(&name, 40).as_ref(), Ok(&name));
            assert_eq!(name::parse_cut(&given, 40).as_ref(), Ok(&name));
        }
        if text::check(&given, 200).is_ok() {
            assert!(!given.contains('\0') && given.len() <= 64 * 200);
        }
        if text::check_message(&given, 500).is_ok() {
            assert!(!given.trim().is_empty());
        }
        Ok(())
    });
}

#[test]
fn an_emoji_is_short_and_the_same_when_read_again() {
    fuzz(|u| {
        let text = mutated_text(u, &["🔥", "👍🏽", "👨‍👩‍👧", "🇦🇹", "1️⃣", ":)", "<3", "other", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"])?;
        if let Ok(emoji) = Emoji::parse(&text) {
            assert!(emoji.as_str().len() <= 64 && !emoji.as_str().contains(char::is_control));
            assert_eq!(Emoji::parse(emoji.as_str()).as_ref().map(Emoji::as_str), Ok(emoji.as_str()));
            assert!(!emoji.is_other() && Emoji::from_stored(emoji.as_str()) == emoji);
        }
        Ok(())
    });
}

#[test]
fn a_rate_can_be_kept_and_a_code_is_digits() {
    fuzz(|u| {
        let text = mutated_text(u, &["10/10s", "2000/1s", "5/1h", "1/30d", "0/1s", "12345678"])?;
        if let Ok(rate) = text.parse::<Rate>() {
            let _ = quota(rate);
        }
        if let Ok(code) = OneTimeCode::parse(&text, 8) {
            assert!(code.reveal().len() == 8 && code.reveal().bytes().all(|b| b.is_ascii_digit()));
        }
        Ok(())
    });
}

/// The algorithm of RFC 7396 section 2, literally.
fn merge_patch(target: Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else { return patch.clone() };
    let mut target = if let Value::Object(target) = target { target } else { Map::new() };
    for (name, value) in patch {
        if value.is_null() {
            target.remove(name);
        } else {
            let old = target.remove(name).unwrap_or(Value::Null);
            target.insert(name.clone(), merge_patch(old, value));
        }
    }
    Value::Object(target)
}

#[test]
fn a_snapshot_is_all_updates_merged_by_rfc_7396() {
    fuzz(|u| {
        let corpus = [
            r#"{"runs":4,"over":"0.2","teams":{"home":{"name":"é🔥"},"away":null}}"#,
            r#"{"a":{"b":{"c":[1,{"d":null}]}},"e":1e3,"f":-0.0}"#,
            r#"{"a":null,"teams":{"home":null,"x":[]},"":"","__proto__":{"y":1}}"#,
            r#"{"a":[1,2],"a":{"twice":true}}"#,
        ];
        let (mut snapshot, mut expected) =
            (Snapshot::from_json("{}").expect("an object"), Value::Object(Map::new()));
        for _ in 0..3 {
            let Ok(data) = RawValue::from_string(mutated_text(u, &corpus)?) else { continue };
            let Ok(patch @ Value::Object(_)) = serde_json::from_str::<Value>(data.get()) else { continue };
            if kept_value(&data).is_some() && snapshot.merge(&data).is_ok() {
                expected = merge_patch(expected, &patch);
            }
        }
        let json = snapshot.to_json().expect("small");
        assert_eq!(serde_json::from_str::<Value>(json.get()).expect("JSON"), expected);
        Ok(())
    });
}
