//! Reaction counts of an event: exact, with bounded memory.

use std::collections::BTreeMap;

use super::singles::Singles;
use super::tally::{Counts, Tally, shown};
use crate::domain::emoji::Emoji;
use crate::domain::limit::Rate;
use crate::domain::reaction::SharedReaction;
use crate::storage::reactions::KeptTotal;

/// The reactions of an event.
#[derive(Debug)]
pub struct Reactions {
    /// Counts since the last pulse.
    window: Tally<u64>,
    totals: Tally<EmojiTotal>,
    /// Reactions since the last point of the statistics.
    recent: u64,
    /// Reactions that are shown individually.
    pub singles: Singles,
    /// Whether to publish to other nodes.
    shared: bool,
}

/// An emoji's count since the event began.
#[derive(Debug, Default, Clone)]
struct EmojiTotal {
    /// Counted by this run of the server.
    own: u64,
    /// Of these, saved in the database.
    saved: u64,
    /// Of these, published to other nodes.
    published: u64,
    /// Counted by other runs, as read from the database or received later.
    others: BTreeMap<String, u64>,
}

impl EmojiTotal {
    fn sum(&self) -> u64 {
        self.others.values().fold(self.own, |sum, count| sum.saturating_add(*count))
    }
}

impl Reactions {
    /// Starts with the counts from the database.
    pub fn new(kept: Vec<KeptTotal>, singles: Rate, shared: bool) -> Self {
        let total = |KeptTotal { emoji, own, others }| {
            (emoji, EmojiTotal { own, saved: own, published: own, others })
        };
        Self {
            window: Tally::default(),
            totals: kept.into_iter().map(total).collect(),
            recent: 0,
            singles: Singles::new(singles, shared),
            shared,
        }
    }

    /// Counts a reaction.
    pub fn count(&mut self, emoji: &Emoji) {
        *self.window.slot(emoji) += 1;
        self.totals.slot(emoji).own += 1;
        self.recent += 1;
    }

    /// Records another run's total count of an emoji.
    pub fn on_count(&mut self, run: &str, emoji: &Emoji, count: u64) {
        let total = self.totals.slot(emoji);
        let known = match total.others.get_mut(run) {
            Some(known) => known,
            None => total.others.entry(run.to_owned()).or_default(),
        };
        let more = count.saturating_sub(*known);
        if more > 0 {
            *known = count;
            *self.window.slot(emoji) += more;
        }
    }

    /// Takes what to publish to other nodes: the total counts of this run that changed, and the reactions that are
    /// shown.
    pub fn take_unpublished(&mut self) -> (Vec<(Emoji, u64)>, Vec<SharedReaction>) {
        let changed = self.totals.counts.iter_mut().filter(|(_, total)| total.own > total.published);
        let counts = changed.map(|(emoji, total)| {
            total.published = total.own;
            (emoji.clone(), total.own)
        });
        (counts.collect(), self.singles.take_unpublished())
    }

    /// Whether anything was counted since the last pulse.
    pub fn has_window(&self) -> bool {
        !self.window.counts.is_empty()
    }

    /// Takes the counts since the last pulse, and starts a new window.
    pub fn take_window(&mut self) -> Counts {
        shown(std::mem::take(&mut self.window).counts.into_iter().collect())
    }

    /// The counts since the event began.
    pub fn totals(&self) -> Counts {
        shown(self.totals.counts.iter().map(|(emoji, total)| (emoji.clone(), total.sum())).collect())
    }

    /// Whether there are counts or reactions to publish to other nodes.
    pub fn has_untold(&self) -> bool {
        self.shared
            && (self.singles.are_untold()
                || self.totals.counts.values().any(|total| total.own > total.published))
    }

    /// Takes the number of reactions since the last call.
    pub fn take_recent(&mut self) -> u64 {
        std::mem::take(&mut self.recent)
    }

    /// The total counts of this run that are not saved yet.
    pub fn unsaved(&self) -> Vec<(Emoji, u64)> {
        let changed = self.totals.counts.iter().filter(|(_, total)| total.own > total.saved);
        changed.map(|(emoji, total)| (emoji.clone(), total.own)).collect()
    }

    /// Marks counts as saved.
    pub fn saved(&mut self, counts: &[(Emoji, u64)]) {
        for (emoji, count) in counts {
            if let Some(total) = self.totals.counts.get_mut(emoji) {
                total.saved = total.saved.max(*count);
            }
        }
    }

    /// Merges the counts of other runs from the database.
    pub fn read(&mut self, kept: Vec<KeptTotal>) {
        for KeptTotal { emoji, others, .. } in kept {
            for (run, count) in others {
                self.on_count(&run, &emoji, count);
            }
        }
    }
}

#[cfg(test)]
#[path = "reactions_tests.rs"]
mod tests;
