//! A node's summary of an event's viewers for the other nodes, so that a person on two nodes counts once.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// Up to this many viewers of a kind are listed individually; beyond it only their number is sent.
pub const NAMED_LIMIT: usize = 100;
/// Bytes of a [`ViewerHash`]: among some hundreds of viewers, two collide in one of 10^9 events.
const HASH_BYTES: usize = 6;
/// Characters of an encoded hash.
const HASH_LENGTH: usize = 8;

/// Identifies a viewer between nodes: the start of a hash of its name.
pub type ViewerHash = [u8; HASH_BYTES];

/// The hash of a viewer.
pub fn viewer_hash(name: &str) -> ViewerHash {
    let hash = Sha256::digest(name);
    let mut viewer_hash = ViewerHash::default();
    viewer_hash.copy_from_slice(&hash[..HASH_BYTES]);
    viewer_hash
}

/// The viewers of one kind on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewerSet {
    /// Each viewer.
    Named(BTreeSet<ViewerHash>),
    /// Only their number.
    Number(u32),
}

impl Default for ViewerSet {
    fn default() -> Self {
        Self::Named(BTreeSet::new())
    }
}

impl ViewerSet {
    /// A set of `number` viewers; `names` yields each one's name.
    pub fn of<'a>(number: u32, names: impl Iterator<Item = &'a str>) -> Self {
        if number as usize > NAMED_LIMIT {
            Self::Number(number)
        } else {
            Self::Named(names.map(viewer_hash).collect())
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Number(0)) || matches!(self, Self::Named(hashes) if hashes.is_empty())
    }
}

impl Serialize for ViewerSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(hashes) => {
                let text: String =
                    hashes.iter().map(|viewer_hash| URL_SAFE_NO_PAD.encode(viewer_hash)).collect();
                serializer.serialize_str(&text)
            }
            Self::Number(number) => serializer.serialize_u32(*number),
        }
    }
}

impl<'de> Deserialize<'de> for ViewerSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum ViewerSetInput {
            Number(u32),
            Hashes(String),
        }
        let broken = || serde::de::Error::custom("expected hashes of viewers");
        match ViewerSetInput::deserialize(deserializer)? {
            ViewerSetInput::Number(number) => Ok(Self::Number(number)),
            ViewerSetInput::Hashes(text) => {
                let hashes = text.as_bytes().chunks(HASH_LENGTH).map(|encoded| {
                    let decoded = URL_SAFE_NO_PAD.decode(encoded).ok();
                    decoded.and_then(|bytes| ViewerHash::try_from(bytes).ok()).ok_or_else(broken)
                });
                hashes.collect::<Result<_, _>>().map(Self::Named)
            }
        }
    }
}

/// A node's viewers of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ViewerSummary {
    /// Viewers with an account.
    pub users: ViewerSet,
    /// Guests with a name.
    pub guests: ViewerSet,
    /// Guests without a name; each socket is one viewer.
    pub sockets: u32,
}

impl ViewerSummary {
    /// Whether there are no viewers.
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.guests.is_empty() && self.sockets == 0
    }
}

/// The number of people in these summaries: users, and guests. A viewer listed in several counts once.
pub fn people<'a>(summaries: &(impl Iterator<Item = &'a ViewerSummary> + Clone)) -> (u32, u32) {
    let count = |part: fn(&ViewerSummary) -> &ViewerSet| {
        let (mut named, mut number) = (BTreeSet::<ViewerHash>::new(), 0_u32);
        for part in summaries.clone().map(part) {
            match part {
                ViewerSet::Named(hashes) => named.extend(hashes),
                ViewerSet::Number(more) => number = number.saturating_add(*more),
            }
        }
        number.saturating_add(u32::try_from(named.len()).unwrap_or(u32::MAX))
    };
    let sockets = summaries.clone().fold(0_u32, |sum, summary| sum.saturating_add(summary.sockets));
    (count(|summary| &summary.users), count(|summary| &summary.guests).saturating_add(sockets))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(users: &[&str], guests: &[&str], sockets: u32) -> ViewerSummary {
        let part =
            |names: &[&str]| ViewerSet::of(u32::try_from(names.len()).expect("few"), names.iter().copied());
        ViewerSummary { users: part(users), guests: part(guests), sockets }
    }

    #[test]
    fn a_person_on_two_nodes_counts_once_and_a_guest_is_not_an_account() {
        let (a, b) = (summary(&["ann", "bob"], &["ann"], 2), summary(&["ann"], &["ann", "carol"], 1));
        assert_eq!(people(&[&a, &b].into_iter()), (2, 5));
        assert_eq!(people(&[&a].into_iter()), (2, 3));
        assert_eq!(people(&[&ViewerSummary::default()].into_iter()), (0, 0));
    }

    #[test]
    fn many_viewers_are_sent_as_a_number_and_a_summary_survives_the_wire() {
        let names: Vec<_> = (0..=NAMED_LIMIT).map(|number| number.to_string()).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let many = summary(&names, &names[1..], 3);
        assert_eq!(many.users, ViewerSet::Number(101));
        assert!(matches!(&many.guests, ViewerSet::Named(hashes) if hashes.len() == NAMED_LIMIT));
        let text = serde_json::to_string(&many).expect("JSON");
        assert!(text.len() < 1000, "{text}");
        assert_eq!(serde_json::from_str::<ViewerSummary>(&text).expect("a share"), many);
        assert_eq!(people(&[&many, &summary(&["0"], &["1"], 0)].into_iter()), (102, 103));
        assert!(serde_json::from_str::<ViewerSummary>(r#"{"users":"abc","guests":0,"sockets":0}"#).is_err());
    }
}
