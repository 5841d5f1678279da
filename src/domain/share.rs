//! A node's share of an event's viewers, as it tells the other nodes: so that a person who is on two nodes is
//! counted once.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};

/// So many viewers of a kind are told one by one; more are told by their number.
pub const NAMED_LIMIT: usize = 100;
/// Bytes of a [`Trace`]: among some hundreds two are alike once in 10^9 events.
const TRACE_BYTES: usize = 6;
/// Characters of a trace as it is sent.
const TRACE_LENGTH: usize = 8;

/// What stands for a viewer between nodes: the start of a hash of its name.
pub type Trace = [u8; TRACE_BYTES];

/// The trace of a viewer.
#[must_use]
pub fn trace(name: &str) -> Trace {
    let hash = Sha256::digest(name);
    let mut trace = Trace::default();
    trace.copy_from_slice(&hash[..TRACE_BYTES]);
    trace
}

/// Viewers of a kind on a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Each of them.
    Named(BTreeSet<Trace>),
    /// So many.
    Number(u32),
}

impl Default for Part {
    fn default() -> Self {
        Self::Named(BTreeSet::new())
    }
}

impl Part {
    /// The part of so many viewers; `names` gives each one's name.
    #[must_use]
    pub fn of<'a>(number: u32, names: impl Iterator<Item = &'a str>) -> Self {
        if number as usize > NAMED_LIMIT {
            Self::Number(number)
        } else {
            Self::Named(names.map(trace).collect())
        }
    }

    fn is_empty(&self) -> bool {
        matches!(self, Self::Number(0)) || matches!(self, Self::Named(traces) if traces.is_empty())
    }
}

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Named(traces) => {
                let text: String = traces.iter().map(|trace| URL_SAFE_NO_PAD.encode(trace)).collect();
                serializer.serialize_str(&text)
            }
            Self::Number(number) => serializer.serialize_u32(*number),
        }
    }
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Number(u32),
            Traces(String),
        }
        let broken = || serde::de::Error::custom("expected traces of viewers");
        match Form::deserialize(deserializer)? {
            Form::Number(number) => Ok(Self::Number(number)),
            Form::Traces(text) => {
                let traces = text.as_bytes().chunks(TRACE_LENGTH).map(|encoded| {
                    let decoded = URL_SAFE_NO_PAD.decode(encoded).ok();
                    decoded.and_then(|bytes| Trace::try_from(bytes).ok()).ok_or_else(broken)
                });
                traces.collect::<Result<_, _>>().map(Self::Named)
            }
        }
    }
}

/// A node's viewers of an event.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Those with an account.
    pub users: Part,
    /// Guests with a name.
    pub guests: Part,
    /// Guests without one: each socket is one.
    pub sockets: u32,
}

impl Share {
    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.users.is_empty() && self.guests.is_empty() && self.sockets == 0
    }
}

/// How many people are in these shares: users, and guests. Who is named in several counts once.
#[must_use]
pub fn people<'a>(shares: &(impl Iterator<Item = &'a Share> + Clone)) -> (u32, u32) {
    let count = |part: fn(&Share) -> &Part| {
        let (mut named, mut number) = (BTreeSet::<Trace>::new(), 0_u32);
        for part in shares.clone().map(part) {
            match part {
                Part::Named(traces) => named.extend(traces),
                Part::Number(more) => number = number.saturating_add(*more),
            }
        }
        number.saturating_add(u32::try_from(named.len()).unwrap_or(u32::MAX))
    };
    let sockets = shares.clone().fold(0_u32, |sum, share| sum.saturating_add(share.sockets));
    (count(|share| &share.users), count(|share| &share.guests).saturating_add(sockets))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(users: &[&str], guests: &[&str], sockets: u32) -> Share {
        let part = |names: &[&str]| Part::of(u32::try_from(names.len()).expect("few"), names.iter().copied());
        Share { users: part(users), guests: part(guests), sockets }
    }

    #[test]
    fn who_is_on_two_nodes_counts_once_and_a_guest_is_not_an_account() {
        let (a, b) = (share(&["ann", "bob"], &["ann"], 2), share(&["ann"], &["ann", "carol"], 1));
        assert_eq!(people(&[&a, &b].into_iter()), (2, 5));
        assert_eq!(people(&[&a].into_iter()), (2, 3));
        assert_eq!(people(&[&Share::default()].into_iter()), (0, 0));
    }

    #[test]
    fn many_are_told_by_their_number_and_all_of_it_survives_the_way() {
        let names: Vec<_> = (0..=NAMED_LIMIT).map(|number| number.to_string()).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let many = share(&names, &names[1..], 3);
        assert_eq!(many.users, Part::Number(101));
        assert!(matches!(&many.guests, Part::Named(traces) if traces.len() == NAMED_LIMIT));
        let text = serde_json::to_string(&many).expect("JSON");
        assert!(text.len() < 1000, "{text}");
        assert_eq!(serde_json::from_str::<Share>(&text).expect("a share"), many);
        assert_eq!(people(&[&many, &share(&["0"], &["1"], 0)].into_iter()), (102, 103));
        assert!(serde_json::from_str::<Share>(r#"{"users":"abc","guests":0,"sockets":0}"#).is_err());
    }
}
