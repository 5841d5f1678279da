//! The top ten of an event and overall: read on request, and sent when they change.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::error::ServiceError;
use super::{Base, Resources};
use crate::domain::id::{EventId, UserId};
use crate::domain::leaderboard::{Board, BoardScope, Standing, lines};
use crate::domain::points::PointsChange;
use crate::live::boards::Boards;
use crate::live::message::Message;
use crate::live::recipients::Recipients;
use crate::live::timers::{self, AdaptiveInterval};
use crate::storage::{StorageError, Transaction, events, leaderboard};

/// How often to look for changed boards while some are changing. This adds to the second that lies between two
/// versions of a board.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long to keep looking at that rate after a change, because more changes are likely or a board is still due.
const CHANGED_FOR: Duration = Duration::from_secs(2);
/// How often to query the database for changes by other nodes whose messages were missed.
const ASK_EVERY: Duration = Duration::from_secs(5);

/// Reads leaderboards, and sends points and boards to players and viewers.
#[derive(Clone)]
pub struct Leaderboards {
    base: Base,
    /// The boards of this node.
    boards: Boards,
    /// The clients of players on this node. They are notified of changes to their points.
    pub players: Recipients,
}

impl Leaderboards {
    /// The leaderboards of this database.
    pub fn new(resources: &Resources) -> Self {
        Self { base: resources.base.clone(), boards: Boards::default(), players: Recipients::default() }
    }

    /// The same service for clients that have not authenticated yet: their reads queue behind all others.
    #[must_use]
    pub fn for_anonymous(&self) -> Self {
        Self { base: self.base.for_anonymous(), ..self.clone() }
    }

    /// Sends a player's clients on this node its points, and marks the board if it has changed.
    pub(super) fn show_points(&self, user: UserId, change: &PointsChange, in_ten: bool) {
        if in_ten {
            self.boards.change(&change.event_id);
        }
        self.players.send(user, &Arc::new(Message::points(change)));
    }

    /// The top ten of an event or a competition, or overall.
    ///
    /// # Errors
    /// `NotFound` (the event or the competition); database errors.
    pub async fn board(&self, scope: &BoardScope) -> Result<Board, ServiceError> {
        let board = self.read_board(scope).await?;
        match scope {
            BoardScope::Overall => {}
            BoardScope::Competition(id) => {
                if board.version == 0 && !events::exists_competition(&self.base.database, id).await? {
                    return Err(ServiceError::NotFound("competition"));
                }
            }
            BoardScope::Event(event_id) => {
                if board.version == 0 && !events::exists(&self.base.database, event_id).await? {
                    return Err(ServiceError::NotFound("event"));
                }
                self.boards.note_version(event_id, board.version);
            }
        }
        Ok(board)
    }

    /// A player's points and rank in an event or a competition, or overall.
    pub async fn standing(&self, scope: &BoardScope, user: UserId) -> Result<Standing, ServiceError> {
        Ok(match leaderboard::points(&self.base.database, scope, user).await? {
            Some(points) => {
                let rank = leaderboard::rank(&self.base.database, scope, points).await?;
                Standing { rank: Some(rank), points }
            }
            None => Standing { rank: None, points: 0 },
        })
    }

    /// Sends changed boards to the viewers of their events. Runs until the server stops.
    pub async fn show_changes(&self) {
        let boards = &self.boards;
        let mut looks = AdaptiveInterval::new(boards.changed(), LOOK_EVERY, timers::IDLE, CHANGED_FOR);
        let mut asked = Instant::now();
        loop {
            looks.tick().await;
            if asked.elapsed() >= ASK_EVERY {
                asked = Instant::now();
                self.poll_boards().await;
            }
            let is_watched = |event_id: &EventId| self.base.rooms.loaded(event_id).is_some();
            for event_id in boards.due(is_watched, Instant::now()) {
                if let Err(error) = self.show_board(&event_id).await {
                    error.warn(&format!("cannot read the leaderboard of event {event_id}; retrying"));
                }
            }
        }
    }

    /// Checks whether other nodes have changed boards.
    pub(super) async fn poll_boards(&self) {
        if let Err(error) = self.ask_for_changes().await {
            error.warn("cannot check for changed leaderboards; retrying");
        }
    }

    async fn ask_for_changes(&self) -> Result<(), StorageError> {
        let watched: Vec<_> = self.base.rooms.all().iter().map(|room| room.event_id.clone()).collect();
        if watched.is_empty() {
            return Ok(());
        }
        for (event_id, version) in leaderboard::versions(&self.base.database, &watched).await? {
            self.boards.note_version(&event_id, version);
        }
        Ok(())
    }

    async fn show_board(&self, event_id: &EventId) -> Result<(), StorageError> {
        let board = self.read_board(&BoardScope::Event(event_id.clone())).await?;
        if self.boards.record_if_changed(event_id, &board, Instant::now()) {
            self.base.rooms.show_board(event_id, &Arc::new(Message::leaderboard(&board)));
        }
        Ok(())
    }

    async fn read_board(&self, scope: &BoardScope) -> Result<Board, StorageError> {
        let (version, ten) = leaderboard::ten(&self.base.database, scope).await?;
        let (event_id, competition) = match scope.clone() {
            BoardScope::Overall => (None, None),
            BoardScope::Competition(id) => (None, Some(id)),
            BoardScope::Event(event_id) => (Some(event_id), None),
        };
        Ok(Board { event_id, competition, version, top: lines(&ten) })
    }
}

/// A player's points and rank in an event.
pub(super) async fn standing(
    tx: &mut Transaction,
    event_id: &EventId,
    user: UserId,
) -> Result<(i64, Option<i64>), ServiceError> {
    let scope = BoardScope::Event(event_id.clone());
    Ok(match leaderboard::points_in(tx, &scope, user).await? {
        Some(total) => (total, Some(leaderboard::rank_in(tx, &scope, total).await?)),
        None => (0, None),
    })
}
