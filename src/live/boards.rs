//! Tracks which leaderboards changed, and sends each at most once a second.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::sync::Notify;

use crate::domain::id::EventId;
use crate::domain::leaderboard::{Board, BoardLine};

/// The minimum time between two boards of an event.
const EVERY: Duration = Duration::from_secs(1);

/// The boards of the events that are watched on this node. Cheap to clone.
#[derive(Clone, Default)]
pub struct Boards(Arc<BoardsState>);

#[derive(Default)]
struct BoardsState {
    shown: Mutex<HashMap<EventId, SentBoard>>,
    changed: Notify,
}

/// What viewers were sent of a board.
#[derive(Default)]
struct SentBoard {
    /// The latest version that viewers may have.
    version: i64,
    /// Whether there may be a newer version.
    stale: bool,
    /// When a board was last sent, and its lines.
    sent: Option<(Instant, Vec<BoardLine>)>,
}

impl Boards {
    /// Marks an event's top ten as possibly changed.
    pub fn change(&self, event_id: &EventId) {
        self.0.shown.lock().entry(event_id.clone()).or_default().stale = true;
        self.0.changed.notify_one();
    }

    /// Notified when a board may have changed.
    pub fn changed(&self) -> &Notify {
        &self.0.changed
    }

    /// Records the version in the database. A board that was not sent yet does not count as changed.
    pub fn note_version(&self, event_id: &EventId, version: i64) {
        let mut boards = self.0.shown.lock();
        match boards.get_mut(event_id) {
            Some(shown) => {
                shown.stale |= version > shown.version;
                if shown.stale {
                    self.0.changed.notify_one();
                }
            }
            None => {
                boards.insert(event_id.clone(), SentBoard { version, ..SentBoard::default() });
            }
        }
    }

    /// The events whose boards are due. Drops events that nobody watches any more.
    pub fn due(&self, is_watched: impl Fn(&EventId) -> bool, now: Instant) -> Vec<EventId> {
        let mut boards = self.0.shown.lock();
        boards.retain(|event_id, _| is_watched(event_id));
        let is_due = |shown: &SentBoard| {
            let rested = |(at, _): &(Instant, Vec<BoardLine>)| now.duration_since(*at) >= EVERY;
            shown.stale && shown.sent.as_ref().is_none_or(rested)
        };
        boards.iter().filter(|(_, shown)| is_due(shown)).map(|(event_id, _)| event_id.clone()).collect()
    }

    /// Records a board to send. Returns false if viewers already have the same lines.
    #[must_use]
    pub fn record_if_changed(&self, event_id: &EventId, board: &Board, now: Instant) -> bool {
        let mut boards = self.0.shown.lock();
        let shown = boards.entry(event_id.clone()).or_default();
        shown.stale = board.version < shown.version;
        shown.version = shown.version.max(board.version);
        if shown.sent.as_ref().is_some_and(|(_, lines)| *lines == board.top) {
            return false;
        }
        shown.sent = Some((now, board.top.clone()));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event() -> EventId {
        EventId::parse("1").expect("valid")
    }

    fn board(version: i64, points: i64) -> Board {
        let line = BoardLine { rank: 1, name: "Ann".to_owned(), points };
        Board { event_id: Some(event()), competition: None, version, top: vec![line] }
    }

    #[test]
    fn a_changed_board_is_sent_at_once_and_then_once_a_second() {
        let (boards, start) = (Boards::default(), Instant::now());
        let due = |millis| boards.due(|_| true, start + Duration::from_millis(millis)).len();
        assert_eq!(due(0), 0);
        boards.change(&event());
        assert_eq!(due(0), 1);
        assert!(boards.record_if_changed(&event(), &board(1, 10), start));
        for _ in 0..100 {
            boards.change(&event());
        }
        assert_eq!((due(1), due(999), due(1_000)), (0, 0, 1));
        assert!(boards.record_if_changed(&event(), &board(101, 20), start + EVERY));
        assert_eq!(due(9_000), 0);
    }

    #[test]
    fn a_board_that_looks_the_same_is_not_sent_again() {
        let (boards, now) = (Boards::default(), Instant::now());
        assert!(boards.record_if_changed(&event(), &board(1, 10), now));
        assert!(!boards.record_if_changed(&event(), &board(2, 10), now));
    }

    #[test]
    fn another_nodes_change_is_seen_by_its_version() {
        let (boards, now) = (Boards::default(), Instant::now());
        boards.note_version(&event(), 4);
        assert_eq!(boards.due(|_| true, now).len(), 0);
        boards.note_version(&event(), 5);
        assert_eq!(boards.due(|_| true, now).len(), 1);
        assert_eq!(boards.due(|_| false, now).len(), 0);
    }
}
