//! The last updates of an event, for returning members. Bounded in number and in bytes.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::live::message::Message;

/// The most bytes of missed updates that a returning member gets; if it missed more, it gets a snapshot. This bounds
/// the memory of rooms and queues, however large the updates are.
pub const RECOVERY_BYTES: i64 = 1024 * 1024;

/// The last updates, oldest first, without gaps.
#[derive(Default)]
pub(super) struct RecentUpdates {
    updates: VecDeque<Arc<Message>>,
    bytes: usize,
    /// The most updates to keep.
    limit: usize,
}

impl RecentUpdates {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    /// Adds the next update, and drops the oldest beyond the limits.
    pub(super) fn push(&mut self, update: Message) {
        self.bytes += update.bytes();
        self.updates.push_back(Arc::new(update));
        let is_too_much = |bytes| i64::try_from(bytes).unwrap_or(i64::MAX) > RECOVERY_BYTES;
        while self.updates.len() > self.limit || is_too_much(self.bytes) {
            let Some(oldest) = self.updates.pop_front() else { break };
            self.bytes -= oldest.bytes();
        }
    }

    /// The number of updates.
    pub(super) fn len(&self) -> usize {
        self.updates.len()
    }

    /// The sequence number of the oldest update.
    pub(super) fn first(&self) -> Option<i64> {
        self.updates.front().map(|oldest| oldest.seq)
    }

    /// The updates from a sequence number on.
    pub(super) fn since(&self, seq: i64) -> impl Iterator<Item = &Arc<Message>> {
        self.updates.range(self.updates.partition_point(|update| update.seq < seq)..)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;
    use time::OffsetDateTime;

    use super::*;
    use crate::domain::id::EventId;
    use crate::domain::score::{Update, UpdateBody};
    use crate::domain::update_time::UpdateTime;

    fn update(seq: i64, bytes: usize) -> Message {
        let data = RawValue::from_string(format!("\"{}\"", "x".repeat(bytes))).expect("JSON");
        let body = UpdateBody { data: data.into(), correction: None };
        let event_id = EventId::parse("match").expect("an id");
        let time = UpdateTime { at: OffsetDateTime::UNIX_EPOCH, received_at: None };
        Message::update(&event_id, "epoch", &Update { seq, time, body })
    }

    fn kept(recent: &RecentUpdates) -> Vec<i64> {
        recent.since(0).map(|update| update.seq).collect()
    }

    #[test]
    fn the_last_updates_are_kept_up_to_a_number_and_up_to_a_mebibyte() {
        let mut recent = RecentUpdates::new(3);
        for seq in 1..=5 {
            recent.push(update(seq, 10));
        }
        assert_eq!((kept(&recent), recent.first(), recent.len()), (vec![3, 4, 5], Some(3), 3));
        assert_eq!(recent.since(5).count(), 1);
        recent.push(update(6, 1_000_000));
        assert_eq!(kept(&recent), [4, 5, 6]);
        recent.push(update(7, 60_000));
        assert_eq!(kept(&recent), [7], "older updates exceed the limit");
        recent.push(update(8, 2_000_000));
        assert_eq!((kept(&recent), recent.bytes), (vec![], 0), "a single update exceeds the limit");
        recent.push(update(9, 10));
        assert_eq!(kept(&recent), [9]);
    }

    #[test]
    fn nothing_is_kept_where_nobody_recovers() {
        let mut recent = RecentUpdates::new(0);
        recent.push(update(1, 10));
        assert_eq!((kept(&recent), recent.first()), (vec![], None));
    }
}
