//! When sessions use a desk: a connection to `/admin`, or a call that writes. Recorded for all nodes, so that a login
//! elsewhere can be told before it ends the desk.

use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use time::OffsetDateTime;

use super::{Accounts, Credential};
use crate::domain::{clock, wait};
use crate::storage::sessions;

/// The shortest time between two records of the same desk.
pub(super) const RECORD_DESKS_EVERY: Duration = Duration::from_secs(20);

/// The sessions that have used a desk lately.
#[derive(Default)]
pub(super) struct DeskUses(Mutex<HashMap<Credential, DeskUse>>);

#[derive(Default)]
struct DeskUse {
    /// The last use that is not recorded.
    seen: Option<OffsetDateTime>,
    recorded: Option<OffsetDateTime>,
}

impl DeskUses {
    fn note(&self, credential: Credential, at: OffsetDateTime) {
        self.0.lock().entry(credential).or_default().seen = Some(at);
    }

    /// Takes the uses to record now. A use that came soon after a record waits until the next is due.
    fn take_due(&self, now: OffsetDateTime) -> Vec<(Credential, OffsetDateTime)> {
        let mut due = Vec::new();
        self.0.lock().retain(|credential, desk| {
            let is_recent = |at| wait::left(at, RECORD_DESKS_EVERY, now).is_some();
            if desk.recorded.is_some_and(is_recent) {
                return true;
            }
            let Some(seen) = desk.seen.take() else { return false };
            due.push((*credential, seen));
            desk.recorded = Some(now);
            true
        });
        due
    }
}

impl Accounts {
    /// Notes that a credential uses a desk. A service token belongs to no device, so its use is not noted.
    pub fn note_desk_use(&self, credential: Credential) {
        if credential.is_session() {
            self.uses.desks.note(credential, clock::now());
        }
    }

    /// Records the uses of desks that are due.
    pub(super) async fn record_desk_uses(&self) {
        let mut due = self.uses.desks.take_due(clock::now());
        if due.is_empty() {
            return;
        }
        // Sorted, so that nodes that record the same sessions do not deadlock.
        due.sort_unstable_by_key(|(credential, _)| credential.hash);
        let recorded = async {
            let mut tx = self.base.database.begin().await?;
            for (credential, at) in &due {
                sessions::use_desk(&mut tx, &credential.hash, *at).await?;
            }
            tx.commit().await
        };
        if let Err(error) = recorded.await {
            error.warn("cannot record the use of desks; retrying at the next use");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_recorded_at_once_and_those_after_it_when_the_next_is_due() {
        let at = |seconds: i64| clock::from_millis(seconds * 1_000).expect("a time");
        let uses = DeskUses::default();
        let desk = Credential::from_token("tls_desk");
        uses.note(desk, at(1));
        assert_eq!(uses.take_due(at(2)), [(desk, at(1))]);
        uses.note(desk, at(3));
        uses.note(desk, at(15));
        assert_eq!(uses.take_due(at(16)), []);
        assert_eq!(uses.take_due(at(22)), [(desk, at(15))], "the last use is not lost");
        assert_eq!(uses.take_due(at(50)), []);
        assert!(uses.0.lock().is_empty(), "a desk that is not used is forgotten");
    }
}
