//! The reactions to an event: exact counts however many come, and the few that are shown singly.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use super::tally::{Counts, Tally, shown};
use crate::domain::limit::Rate;
use crate::domain::reaction::{Emoji, Reaction};
use crate::storage::reactions::KeptTotal;

/// What is added to the time of the limit of single reactions: on its way one may catch up with another.
const JITTER: Duration = Duration::from_millis(50);

/// The reactions to an event.
#[derive(Debug)]
pub struct Reactions {
    /// Since the last pulse.
    window: Tally<u64>,
    totals: Tally<Total>,
    /// Since the last point of the statistics.
    recent: u64,
    singles: Singles,
    /// Whether there may be other nodes.
    shared: bool,
}

/// Since the event began.
#[derive(Debug, Default, Clone)]
struct Total {
    /// Counted by this run of the server.
    own: u64,
    /// Of these, what the database has.
    saved: u64,
    /// Of these, what other nodes were told of.
    told: u64,
    /// Counted by others, by run: as the database had it, or as they said later.
    others: BTreeMap<String, u64>,
}

impl Total {
    fn sum(&self) -> u64 {
        self.others.values().fold(self.own, |sum, count| sum.saturating_add(*count))
    }
}

impl Reactions {
    /// What the database has, how many may be shown singly, and whether there are others to be told.
    #[must_use]
    pub fn new(kept: Vec<KeptTotal>, singles: Rate, shared: bool) -> Self {
        let total = |KeptTotal { emoji, own, others }| (emoji, Total { own, saved: own, told: own, others });
        Self {
            window: Tally::default(),
            totals: kept.into_iter().map(total).collect(),
            recent: 0,
            singles: Singles::new(singles, shared),
            shared,
        }
    }

    /// Counts a reaction. `single` makes what is shown of it, if it is to be shown singly.
    pub fn count(&mut self, emoji: &Emoji, has_comment: bool, single: impl FnOnce() -> Reaction) {
        *self.window.slot(emoji) += 1;
        self.totals.slot(emoji).own += 1;
        self.recent += 1;
        if self.singles.has_room(has_comment) {
            self.singles.waiting.push_back(Single { reaction: single(), own: true });
        }
    }

    /// Takes note of how often another run has counted an emoji, from its start on.
    pub fn hear(&mut self, run: &str, emoji: &Emoji, count: u64) {
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

    /// Takes a reaction that another node shows.
    pub fn hear_single(&mut self, reaction: Reaction) {
        if self.singles.has_room(reaction.comment.is_some()) {
            self.singles.waiting.push_back(Single { reaction, own: false });
        }
    }

    /// What other nodes are to be told: whole counts of this run that have changed, and reactions that are shown.
    pub fn take_untold(&mut self) -> (Vec<(Emoji, u64)>, Vec<Reaction>) {
        let changed = self.totals.counts.iter_mut().filter(|(_, total)| total.own > total.told);
        let counts = changed.map(|(emoji, total)| {
            total.told = total.own;
            (emoji.clone(), total.own)
        });
        (counts.collect(), std::mem::take(&mut self.singles.untold))
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

    /// Whether other nodes are to be told of something.
    #[must_use]
    pub fn has_untold(&self) -> bool {
        self.shared
            && (!self.singles.untold.is_empty()
                || self.totals.counts.values().any(|total| total.own > total.told))
    }

    /// How many came since this was last asked.
    pub fn take_recent(&mut self) -> u64 {
        std::mem::take(&mut self.recent)
    }

    /// The singles to be shown now, those with a comment first. To be asked once every `interval`.
    pub fn take_singles(&mut self, now: Instant, interval: Duration) -> Vec<Reaction> {
        self.singles.take(now, interval)
    }

    /// Whether singles wait to be shown.
    #[must_use]
    pub fn has_singles(&self) -> bool {
        !self.singles.waiting.is_empty()
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
                self.hear(&run, &emoji, count);
            }
        }
    }
}

/// The reactions that are shown singly.
#[derive(Debug)]
struct Singles {
    rate: Rate,
    /// Whether there may be other nodes, which are told of those that are shown.
    shared: bool,
    /// At most as many as one period of the rate takes.
    waiting: VecDeque<Single>,
    /// How many were shown, and when; not older than a period.
    sent: VecDeque<(Instant, u32)>,
    /// Those of this node that were shown and that other nodes were not told of; at most as many as wait.
    untold: Vec<Reaction>,
}

/// A reaction that waits to be shown.
#[derive(Debug)]
struct Single {
    reaction: Reaction,
    /// Whether it was made on this node.
    own: bool,
}

impl Singles {
    fn new(rate: Rate, shared: bool) -> Self {
        Self { rate, shared, waiting: VecDeque::new(), sent: VecDeque::new(), untold: Vec::new() }
    }

    /// Whether one more may wait; one with a comment takes the place of one without.
    fn has_room(&mut self, has_comment: bool) -> bool {
        if self.waiting.len() < self.rate.count as usize {
            return true;
        }
        let plain = || self.waiting.iter().rposition(|waiting| waiting.reaction.comment.is_none());
        match has_comment.then(plain).flatten() {
            Some(place) => self.waiting.remove(place).is_some(),
            None => false,
        }
    }

    fn take(&mut self, now: Instant, interval: Duration) -> Vec<Reaction> {
        while self.sent.pop_front_if(|(at, _)| now.duration_since(*at) >= self.rate.per + JITTER).is_some() {}
        let sent: u32 = self.sent.iter().map(|(_, count)| count).sum();
        // Spread over the period, so that a screen shows some all the time.
        let share = f64::from(self.rate.count) * interval.as_secs_f64() / self.rate.per.as_secs_f64();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast saturates, which is meant"
        )]
        let share = share.ceil() as u32;
        let most = share.min(self.rate.count.saturating_sub(sent)) as usize;
        let mut taken = Vec::new();
        for with_comment in [true, false] {
            let mut place = 0;
            while place < self.waiting.len() && taken.len() < most {
                if self.waiting[place].reaction.comment.is_some() == with_comment {
                    let Some(Single { reaction, own }) = self.waiting.remove(place) else { break };
                    if own && self.shared && self.untold.len() < self.rate.count as usize {
                        self.untold.push(reaction.clone());
                    }
                    taken.push(reaction);
                } else {
                    place += 1;
                }
            }
        }
        if !taken.is_empty() {
            self.sent.push_back((now, u32::try_from(taken.len()).unwrap_or(u32::MAX)));
        }
        taken
    }
}

#[cfg(test)]
#[path = "reactions_tests.rs"]
mod tests;
