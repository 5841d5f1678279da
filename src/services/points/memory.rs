//! Memory of the actions completed in this process, by a clock that is never set back. The ledger only has
//! wall-clock times, which may be set back between two completions.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;

use crate::domain::action::Remembered;
use crate::domain::clock::Moment;
use crate::domain::id::{EventId, UserId};

/// Maximum number of remembered completions, each for its cooldown. Above this, only the ledger's times count.
const MOST: usize = 100_000;

/// A player's action in an event.
pub(super) type CompletionKey = (UserId, EventId, String);

struct Completed {
    moment: Moment,
    /// The cooldown, after which this is forgotten.
    cooldown: Duration,
}

/// Recent completions of actions that have a cooldown.
#[derive(Default)]
pub(super) struct Memory(Mutex<HashMap<CompletionKey, Completed>>);

impl Memory {
    /// The last completion of an action, if it is remembered.
    pub fn find(&self, key: &CompletionKey, now: Moment) -> Option<Remembered> {
        let known = self.0.lock();
        let Completed { moment, .. } = known.get(key)?;
        Some(Remembered { at: moment.time, ago: now.steady.saturating_sub(moment.steady) })
    }

    /// Remembers a completion.
    pub fn add(&self, key: CompletionKey, cooldown: Duration, now: Moment) {
        if cooldown.is_zero() {
            return;
        }
        let mut known = self.0.lock();
        if known.len() >= MOST {
            forget(&mut known, now);
        }
        if known.len() < MOST || known.contains_key(&key) {
            known.insert(key, Completed { moment: now, cooldown });
        }
    }

    /// Forgets completions whose cooldown is over.
    pub fn forget_old(&self, now: Moment) {
        let mut known = self.0.lock();
        forget(&mut known, now);
        known.shrink_to_fit();
    }
}

fn forget(known: &mut HashMap<CompletionKey, Completed>, now: Moment) {
    known.retain(|_, completed| now.steady.saturating_sub(completed.moment.steady) < completed.cooldown);
}
