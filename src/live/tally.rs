//! A bounded number of counts, one per emoji.

use indexmap::IndexMap;

use crate::domain::emoji::Emoji;

/// The emoji that are sent with their own count; the rest are summed up.
const SHOWN_LIMIT: usize = 64;
/// The most emoji outside Unicode's list that get their own count. Emoji in the list always do, so that no client can
/// hide one by inventing others.
pub(super) const UNLISTED_LIMIT: usize = 256;

/// The count of each emoji.
pub type Counts = IndexMap<Emoji, u64>;

/// A value for each emoji.
#[derive(Debug)]
pub(super) struct Tally<T> {
    pub(super) counts: IndexMap<Emoji, T>,
    /// How many of them are not in Unicode's list.
    unlisted: usize,
}

impl<T> Default for Tally<T> {
    fn default() -> Self {
        Self { counts: IndexMap::new(), unlisted: 0 }
    }
}

impl<T> FromIterator<(Emoji, T)> for Tally<T> {
    fn from_iter<I: IntoIterator<Item = (Emoji, T)>>(counts: I) -> Self {
        let counts: IndexMap<_, _> = counts.into_iter().collect();
        let unlisted = counts.keys().filter(|emoji| !emoji.is_listed()).count();
        Self { counts, unlisted }
    }
}

impl<T: Default> Tally<T> {
    /// The slot that counts an emoji: its own, or the shared one if the emoji is not in Unicode's list and too many
    /// such emoji have slots.
    pub(super) fn slot(&mut self, emoji: &Emoji) -> &mut T {
        let place = if let Some(place) = self.counts.get_index_of(emoji) {
            place
        } else {
            let is_listed = emoji.is_listed();
            let own = is_listed || self.unlisted < UNLISTED_LIMIT;
            self.unlisted += usize::from(own && !is_listed);
            let entry = self.counts.entry(if own { emoji.clone() } else { Emoji::other() });
            let place = entry.index();
            entry.or_default();
            place
        };
        &mut self.counts[place]
    }
}

/// The counts to send: the most frequent emoji, and the sum of all others. Emoji in Unicode's list go first, so that
/// invented sequences hide none of them.
pub(super) fn shown(mut all: Vec<(Emoji, u64)>) -> Counts {
    if all.len() <= SHOWN_LIMIT {
        return all.into_iter().collect();
    }
    all.sort_by_key(|(emoji, count)| (emoji.is_other(), !emoji.is_listed(), std::cmp::Reverse(*count)));
    let rest = all.split_off(SHOWN_LIMIT);
    let mut shown: Counts = all.into_iter().collect();
    let others = shown.entry(Emoji::other()).or_default();
    *others = rest.iter().fold(*others, |sum, (_, count)| sum.saturating_add(*count));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_sequences_hide_no_real_emoji() {
        let emoji = |text: &str| Emoji::parse(text).expect("an emoji");
        let made_up = ('\u{1F400}'..='\u{1F440}').map(|c| (emoji(&format!("🔥\u{200D}{c}\u{200D}{c}")), 9));
        let counts = shown(made_up.chain([(emoji("🦖"), 1)]).collect());
        assert_eq!(counts.get(&emoji("🦖")), Some(&1));
        assert!(counts.contains_key(&Emoji::other()));
    }
}
