//! The reactions to an event: exact counts however many come.

use std::collections::BTreeMap;

use super::singles::Singles;
use super::tally::{Counts, Tally, shown};
use crate::domain::emoji::Emoji;
use crate::domain::limit::Rate;
use crate::domain::reaction::SharedReaction;
use crate::storage::reactions::KeptTotal;

/// The reactions to an event.
#[derive(Debug)]
pub struct Reactions {
    /// Since the last pulse.
    window: Tally<u64>,
    totals: Tally<EmojiTotal>,
    /// Since the last point of the statistics.
    recent: u64,
    /// Those that are shown singly.
    pub singles: Singles,
    /// Whether there may be other nodes.
    shared: bool,
}

/// Since the event began.
#[derive(Debug, Default, Clone)]
struct EmojiTotal {
    /// Counted by this run of the server.
    own: u64,
    /// Of these, what the database has.
    saved: u64,
    /// Of these, what other nodes were told of.
    told: u64,
    /// Counted by others, by run: as the database had it, or as they said later.
    others: BTreeMap<String, u64>,
}

impl EmojiTotal {
    fn sum(&self) -> u64 {
        self.others.values().fold(self.own, |sum, count| sum.saturating_add(*count))
    }
}

impl Reactions {
    /// What the database has, how many may be shown singly, and whether there are others to be told.
    #[must_use]
    pub fn new(kept: Vec<KeptTotal>, singles: Rate, shared: bool) -> Self {
        let total =
            |KeptTotal { emoji, own, others }| (emoji, EmojiTotal { own, saved: own, told: own, others });
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

    /// Takes note of how often another run has counted an emoji, from its start on.
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

    /// What other nodes are to be told: whole counts of this run that have changed, and reactions that are shown.
    pub fn take_unpublished(&mut self) -> (Vec<(Emoji, u64)>, Vec<SharedReaction>) {
        let changed = self.totals.counts.iter_mut().filter(|(_, total)| total.own > total.told);
        let counts = changed.map(|(emoji, total)| {
            total.told = total.own;
            (emoji.clone(), total.own)
        });
        (counts.collect(), self.singles.take_unpublished())
    }

    /// Whether something was counted since the last pulse.
    #[must_use]
    pub fn has_window(&self) -> bool {
        !self.window.counts.is_empty()
    }

    /// The counts since the last pulse, which start anew.
    pub fn take_window(&mut self) -> Counts {
        shown(std::mem::take(&mut self.window).counts.into_iter().collect())
    }

    /// The counts since the event began.
    #[must_use]
    pub fn totals(&self) -> Counts {
        shown(self.totals.counts.iter().map(|(emoji, total)| (emoji.clone(), total.sum())).collect())
    }

    /// Whether there are counts or reactions to publish to other nodes.
    #[must_use]
    pub fn has_untold(&self) -> bool {
        self.shared
            && (self.singles.are_untold() || self.totals.counts.values().any(|total| total.own > total.told))
    }

    /// How many came since this was last asked.
    pub fn take_recent(&mut self) -> u64 {
        std::mem::take(&mut self.recent)
    }

    /// What the database does not have yet: the whole counts of this run.
    #[must_use]
    pub fn unsaved(&self) -> Vec<(Emoji, u64)> {
        let changed = self.totals.counts.iter().filter(|(_, total)| total.own > total.saved);
        changed.map(|(emoji, total)| (emoji.clone(), total.own)).collect()
    }

    /// The database has these.
    pub fn saved(&mut self, counts: &[(Emoji, u64)]) {
        for (emoji, count) in counts {
            if let Some(total) = self.totals.counts.get_mut(emoji) {
                total.saved = total.saved.max(*count);
            }
        }
    }

    /// Takes over what others have counted meanwhile, as the database has it.
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
