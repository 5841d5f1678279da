//! Chooses fairly which reactions to an event are shown individually.
//!
//! One reaction of each network goes first, so that no sender can crowd others out; then the rest. Within both
//! groups, reactions with a comment go first. After that networks take turns, and within a network its clients. A
//! network that reacts alone gets all places.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher as _};
use std::time::{Duration, Instant};

use crate::domain::limit::Rate;
use crate::domain::network::NetworkKey;
use crate::domain::reaction::{Reaction, SharedReaction};
use crate::domain::sender::Source;

/// Added to the rate's period, because reactions in transit may arrive closer together.
const JITTER: Duration = Duration::from_millis(50);

/// The reactions to show individually.
#[derive(Debug)]
pub struct Singles {
    rate: Rate,
    /// Whether to publish shown reactions to other nodes.
    shared: bool,
    /// In order of arrival; at most the rate's count.
    waiting: Vec<Single>,
    /// How many of these each network has, …
    of_network: HashMap<NetworkKey, u32>,
    /// … and each client.
    of_client: HashMap<Source, u32>,
    /// When reactions were shown, and how many; not older than a period.
    sent: VecDeque<(Instant, u32)>,
    /// Reactions of this node that were shown but not published; at most the rate's count.
    unpublished: Vec<SharedReaction>,
}

/// A reaction that waits.
#[derive(Debug)]
struct Single {
    reaction: Reaction,
    source: Source,
    /// Whether it was made on this node.
    own: bool,
}

impl Single {
    fn is_plain(&self) -> bool {
        self.reaction.comment.is_none()
    }
}

impl Singles {
    /// An empty queue with this rate.
    pub fn new(rate: Rate, shared: bool) -> Self {
        Self {
            rate,
            shared,
            waiting: Vec::new(),
            of_network: HashMap::new(),
            of_client: HashMap::new(),
            sent: VecDeque::new(),
            unpublished: Vec::new(),
        }
    }

    /// Queues a reaction of this node, unless every queued one has priority over it. `make` creates the message to show.
    pub fn offer(&mut self, source: Source, has_comment: bool, make: impl FnOnce() -> Reaction) {
        self.take_in(source, has_comment, true, make);
    }

    /// Queues a reaction that another node shows, under the same rule.
    pub fn offer_shared(&mut self, SharedReaction { reaction, network }: SharedReaction) {
        // The other node chose fairly between its clients, so the id is enough.
        let mut client = DefaultHasher::new();
        reaction.id.hash(&mut client);
        let source = Source { network, client: client.finish() };
        self.take_in(source, reaction.comment.is_some(), false, || reaction);
    }

    fn take_in(&mut self, source: Source, has_comment: bool, own: bool, make: impl FnOnce() -> Reaction) {
        self.count_in(source);
        if self.waiting.len() >= self.rate.count as usize {
            match self.least_claim(source, !has_comment) {
                Some(place) => {
                    let displaced = self.waiting.remove(place);
                    self.count_out(displaced.source);
                }
                None => return self.count_out(source),
            }
        }
        self.waiting.push(Single { reaction: make(), source, own });
    }

    /// The place of the reaction with the lowest priority; `None` if that is the new one.
    fn least_claim(&self, new: Source, new_is_plain: bool) -> Option<usize> {
        let known = self.waiting.iter().map(|single| (single.source, single.is_plain()));
        let all = known.chain([(new, new_is_plain)]).enumerate();
        let least = all.max_by_key(|(place, (source, is_plain))| {
            let of_network = self.of_network.get(&source.network).copied();
            let of_client = self.of_client.get(source).copied();
            // Drop from networks with several reactions first. Ties drop the newest.
            (of_network > Some(1), *is_plain, of_network, of_client, *place)
        });
        least.map(|(place, _)| place).filter(|place| *place < self.waiting.len())
    }

    /// Takes the reactions to show now. Call once every `interval`.
    pub fn take(&mut self, now: Instant, interval: Duration) -> Vec<Reaction> {
        while self.sent.pop_front_if(|(at, _)| now.duration_since(*at) >= self.rate.per + JITTER).is_some() {}
        let sent: u32 = self.sent.iter().map(|(_, count)| count).sum();
        // Spread them over the period, so that a screen always shows some.
        let share = f64::from(self.rate.count) * interval.as_secs_f64() / self.rate.per.as_secs_f64();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturating is intended")]
        let share = share.ceil() as u32;
        let most = share.min(self.rate.count.saturating_sub(sent)) as usize;
        let taken: Vec<_> = self.choose(most).into_iter().map(|single| self.show(single)).collect();
        if !taken.is_empty() {
            self.sent.push_back((now, u32::try_from(taken.len()).unwrap_or(u32::MAX)));
        }
        taken
    }

    /// Removes the first `most` waiting reactions in display order.
    fn choose(&mut self, most: usize) -> Vec<Single> {
        let mut chosen: Vec<_> = self.in_order().into_iter().take(most).enumerate().collect();
        chosen.sort_by_key(|(_, place)| Reverse(*place));
        let mut taken: Vec<_> =
            chosen.into_iter().map(|(order, place)| (order, self.waiting.remove(place))).collect();
        taken.sort_by_key(|(order, _)| *order);
        taken.into_iter().map(|(_, single)| single).collect()
    }

    /// The places of the waiting reactions in display order.
    fn in_order(&self) -> Vec<usize> {
        let is_plain = |place: usize| self.waiting[place].is_plain();
        let source = |place: usize| self.waiting[place].source;
        let mut places: Vec<_> = (0..self.waiting.len()).collect();
        places.sort_by_key(|place| is_plain(*place));
        let mut places = number_by(places, source);
        places.sort_by_key(|(turn, place)| (is_plain(*place), *turn, *place));
        let places = places.into_iter().map(|(_, place)| place);
        let mut places = number_by(places, |place| source(place).network);
        places.sort_by_key(|(turn, place)| (*turn > 0, is_plain(*place), *turn, *place));
        places.into_iter().map(|(_, place)| place).collect()
    }

    fn show(&mut self, Single { reaction, source, own }: Single) -> Reaction {
        self.count_out(source);
        if own && self.shared && self.unpublished.len() < self.rate.count as usize {
            self.unpublished.push(SharedReaction { reaction: reaction.clone(), network: source.network });
        }
        reaction
    }

    fn count_in(&mut self, source: Source) {
        *self.of_network.entry(source.network).or_default() += 1;
        *self.of_client.entry(source).or_default() += 1;
    }

    fn count_out(&mut self, source: Source) {
        count_down(&mut self.of_network, &source.network);
        count_down(&mut self.of_client, &source);
    }

    /// Whether any reactions wait.
    pub fn are_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Whether there are reactions to publish to other nodes.
    pub fn are_untold(&self) -> bool {
        !self.unpublished.is_empty()
    }

    /// Takes the reactions to publish to other nodes.
    pub fn take_unpublished(&mut self) -> Vec<SharedReaction> {
        std::mem::take(&mut self.unpublished)
    }
}

/// Numbers the places within each kind, from 0.
fn number_by<K: Eq + Hash>(
    places: impl IntoIterator<Item = usize>,
    kind: impl Fn(usize) -> K,
) -> Vec<(u32, usize)> {
    let mut counts: HashMap<K, u32> = HashMap::new();
    let number = |place| {
        let count = counts.entry(kind(place)).or_default();
        *count += 1;
        (*count - 1, place)
    };
    places.into_iter().map(number).collect()
}

fn count_down<K: Eq + Hash>(counts: &mut HashMap<K, u32>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count -= 1;
        if *count == 0 {
            counts.remove(key);
        }
    }
}

#[cfg(test)]
#[path = "singles_tests.rs"]
mod tests;
