//! The reactions to an event: exact counts however many come, and the few that are shown singly.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use indexmap::IndexMap;

use crate::domain::limit::Rate;
use crate::domain::reaction::{Emoji, Reaction};
use crate::storage::reactions::KeptTotal;

/// So many emoji have a count of their own where counts are sent; the rest are counted as one.
const SHOWN_LIMIT: usize = 64;
/// So many have one where they are kept: a few clients with strange ones cannot hide the others for ever.
const KEPT_LIMIT: usize = 1024;
/// What is added to the time of the limit of single reactions: on its way one may catch up with another.
const JITTER: Duration = Duration::from_millis(50);

/// How often each emoji was reacted with.
pub type Counts = IndexMap<Emoji, u64>;

/// The reactions to an event.
#[derive(Debug)]
pub struct Reactions {
    /// Since the last pulse.
    window: Counts,
    totals: IndexMap<Emoji, Total>,
    /// Since the last point of the statistics.
    recent: u64,
    singles: Singles,
}

/// Since the event began.
#[derive(Debug, Default, Clone, Copy)]
struct Total {
    /// Counted by this run of the server.
    own: u64,
    /// Of these, what the database has.
    saved: u64,
    /// Counted by others, as the database had it.
    others: u64,
}

impl Reactions {
    /// What the database has, and how many may be shown singly.
    #[must_use]
    pub fn new(kept: Vec<KeptTotal>, singles: Rate) -> Self {
        let total = |KeptTotal { emoji, own, others }| (emoji, Total { own, saved: own, others });
        Self {
            window: Counts::new(),
            totals: kept.into_iter().map(total).collect(),
            recent: 0,
            singles: Singles { rate: singles, waiting: VecDeque::new(), sent: VecDeque::new() },
        }
    }

    /// Counts a reaction. `single` makes what is shown of it, if it is to be shown singly.
    pub fn count(&mut self, emoji: &Emoji, has_comment: bool, single: impl FnOnce() -> Reaction) {
        *slot(&mut self.window, emoji, SHOWN_LIMIT) += 1;
        slot(&mut self.totals, emoji, KEPT_LIMIT).own += 1;
        self.recent += 1;
        if self.singles.has_room(has_comment) {
            self.singles.waiting.push_back(single());
        }
    }

    /// Whether something was counted since the last pulse.
    #[must_use]
    pub fn has_window(&self) -> bool {
        !self.window.is_empty()
    }

    /// The counts since the last pulse, which start anew.
    pub fn take_window(&mut self) -> Counts {
        std::mem::take(&mut self.window)
    }

    /// The counts since the event began.
    #[must_use]
    pub fn totals(&self) -> Counts {
        let mut all: Vec<_> =
            self.totals.iter().map(|(emoji, t)| (emoji.clone(), t.own + t.others)).collect();
        if all.len() <= SHOWN_LIMIT {
            return all.into_iter().collect();
        }
        all.sort_by_key(|(emoji, count)| (emoji.is_other(), std::cmp::Reverse(*count)));
        let rest = all.split_off(SHOWN_LIMIT);
        let mut shown: Counts = all.into_iter().collect();
        *shown.entry(Emoji::other()).or_default() += rest.iter().map(|(_, count)| count).sum::<u64>();
        shown
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
        let changed = self.totals.iter().filter(|(_, total)| total.own > total.saved);
        changed.map(|(emoji, total)| (emoji.clone(), total.own)).collect()
    }

    /// The database has these.
    pub fn saved(&mut self, counts: &[(Emoji, u64)]) {
        for (emoji, count) in counts {
            if let Some(total) = self.totals.get_mut(emoji) {
                total.saved = total.saved.max(*count);
            }
        }
    }

    /// Takes over what others have counted meanwhile.
    pub fn read(&mut self, kept: Vec<KeptTotal>) {
        for KeptTotal { emoji, others, .. } in kept {
            self.totals.entry(emoji).or_default().others = others;
        }
    }
}

/// The place where an emoji is counted: its own while there are fewer than so many, else that of the others.
fn slot<'a, T: Default>(counts: &'a mut IndexMap<Emoji, T>, emoji: &Emoji, limit: usize) -> &'a mut T {
    let own = counts.len() < limit || counts.contains_key(emoji);
    let key = if own { emoji.clone() } else { Emoji::other() };
    counts.entry(key).or_default()
}

/// The reactions that are shown singly.
#[derive(Debug)]
struct Singles {
    rate: Rate,
    /// At most as many as one period of the rate takes.
    waiting: VecDeque<Reaction>,
    /// How many were shown, and when; not older than a period.
    sent: VecDeque<(Instant, u32)>,
}

impl Singles {
    /// Whether one more may wait; one with a comment takes the place of one without.
    fn has_room(&mut self, has_comment: bool) -> bool {
        if self.waiting.len() < self.rate.count as usize {
            return true;
        }
        let plain = || self.waiting.iter().rposition(|waiting| waiting.comment.is_none());
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
                if self.waiting[place].comment.is_some() == with_comment {
                    taken.extend(self.waiting.remove(place));
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
