//! Ranks of players by points. A tree of counts finds a rank without counting all players above it.

use std::borrow::Cow;

use serde::Serialize;
use time::OffsetDateTime;
use ts_rs::TS;
use utoipa::ToSchema;

use super::id::{EventId, UserId};

/// The number of players on a board.
pub const TOP: usize = 10;

/// Bits per digit of the tree: each node has 16 children.
const DIGIT_BITS: u32 = 4;
/// Levels of the tree. Totals have at most 56 bits.
pub const LEVELS: usize = 14;
/// The largest total that the tree distinguishes: 2^56 - 1.
const LARGEST: i64 = (1 << (DIGIT_BITS * 14)) - 1;
/// The number of rows that a node's count is spread over.
const SHARDS: u8 = 8;

/// The scope of a leaderboard.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum BoardScope {
    /// All events.
    Overall,
    /// All events of a competition.
    Competition(EventId),
    /// One event.
    Event(EventId),
}

/// Begins the scope of a competition in the database. No event id contains it.
pub const COMPETITION_MARK: char = '/';

impl BoardScope {
    /// The value in the database: an event's id, `/` and a competition's id, or the empty string.
    pub fn key(&self) -> Cow<'_, str> {
        match self {
            Self::Overall => "".into(),
            Self::Competition(id) => format!("{COMPETITION_MARK}{id}").into(),
            Self::Event(event_id) => event_id.as_str().into(),
        }
    }

    /// The scope of an event, or of all events.
    pub fn of(event_id: Option<EventId>) -> Self {
        event_id.map_or(Self::Overall, Self::Event)
    }
}

/// A player's total, and when it was reached: the latest time at which a counted entry was earned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayerTotal {
    /// The player.
    pub user: UserId,
    /// The player's name.
    pub name: String,
    /// When the account was created.
    pub joined_at: OffsetDateTime,
    /// The total.
    pub points: i64,
    /// When it was reached.
    pub reached_at: OffsetDateTime,
}

/// A line of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, ToSchema)]
#[ts(export, rename = "BoardLine")]
#[schema(as = BoardLine)]
pub struct BoardLine {
    /// The rank. Players with equal points share a rank, and the next ranks are skipped: 1, 2, 2, 4.
    pub rank: i64,
    /// The player's name.
    pub name: String,
    /// The player's points.
    pub points: i64,
}

/// The leaderboard of an event, of a competition, or of all events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct Board {
    /// The event; `null` for all events, and for a competition.
    #[ts(type = "string | null")]
    #[schema(value_type = Option<String>)]
    pub event_id: Option<EventId>,
    /// The competition.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(type = "string", optional)]
    #[schema(value_type = Option<String>)]
    pub competition: Option<EventId>,
    /// Grows with each change of the top ten.
    pub version: i64,
    /// At most ten players, the best first.
    pub top: Vec<BoardLine>,
}

/// A player's standing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS, ToSchema)]
#[ts(export)]
pub struct Standing {
    /// The rank; `null` before the first counted points.
    pub rank: Option<i64>,
    /// The points.
    pub points: i64,
}

/// The lines of a board, from totals in board order: by points, then by the earlier time.
pub fn lines(totals: &[PlayerTotal]) -> Vec<BoardLine> {
    let mut rank = 0;
    let mut last = None;
    let line = |(place, total): (i64, &PlayerTotal)| {
        if last != Some(total.points) {
            rank = place;
            last = Some(total.points);
        }
        BoardLine { rank, name: total.name.clone(), points: total.points }
    };
    (1..).zip(totals).map(line).collect()
}

/// The nodes that contain a total. A node consists of the total's leading digits, with the level in the bits above
/// them. Nodes whose last digit is 0 are left out: they are never above another total.
pub fn nodes(points: i64) -> impl Iterator<Item = i64> {
    let points = points.clamp(0, LARGEST);
    (0..LEVELS).filter_map(move |level| {
        let prefix = points >> shift(level);
        (prefix & digit_mask() != 0).then(|| node(level, prefix))
    })
}

/// The ranges of nodes, both ends included, that contain the totals above this one, each total exactly once. A range
/// may be empty.
pub fn nodes_above(points: i64) -> [(i64, i64); LEVELS] {
    let points = points.clamp(0, LARGEST);
    std::array::from_fn(|level| {
        let prefix = points >> shift(level);
        (node(level, prefix) + 1, node(level, prefix | digit_mask()))
    })
}

/// The changes of the nodes' counts when a total grows, in the order of the nodes.
pub fn moves(before: Option<i64>, after: i64) -> Vec<(i64, i64)> {
    let from: Vec<_> = before.into_iter().flat_map(nodes).collect();
    let to: Vec<_> = nodes(after).collect();
    let left = from.iter().filter(|node| !to.contains(node)).map(|node| (*node, -1));
    let entered = to.iter().filter(|node| !from.contains(node)).map(|node| (*node, 1));
    let mut moves: Vec<_> = left.chain(entered).collect();
    moves.sort_unstable();
    moves
}

/// The row of a node's count that counts this player.
pub fn shard(user: UserId) -> i64 {
    i64::from(user.0.as_bytes()[15] % SHARDS)
}

fn node(level: usize, prefix: i64) -> i64 {
    (i64::try_from(level).expect("there are 14 levels") << (DIGIT_BITS * 14)) | prefix
}

fn shift(level: usize) -> u32 {
    DIGIT_BITS * u32::try_from(level).expect("there are 14 levels")
}

const fn digit_mask() -> i64 {
    (1 << DIGIT_BITS) - 1
}

#[cfg(test)]
mod tests {
    use rand::rngs::StdRng;
    use rand::{RngExt as _, SeedableRng as _};
    use std::collections::HashMap;
    use uuid::Uuid;

    use super::*;

    fn ranks(points: &[i64]) -> Vec<i64> {
        let total = |points: &i64| PlayerTotal {
            user: UserId(Uuid::nil()),
            name: String::new(),
            joined_at: OffsetDateTime::UNIX_EPOCH,
            points: *points,
            reached_at: OffsetDateTime::UNIX_EPOCH,
        };
        lines(&points.iter().map(total).collect::<Vec<_>>()).iter().map(|line| line.rank).collect()
    }

    #[test]
    fn equal_points_share_a_rank_and_the_next_ranks_are_skipped() {
        assert_eq!(ranks(&[9, 7, 7, 5]), [1, 2, 2, 4]);
        assert_eq!(ranks(&[9, 9, 9, 1, 1]), [1, 1, 1, 4, 4]);
        assert_eq!(ranks(&[]), [] as [i64; 0]);
    }

    #[test]
    fn a_competition_has_another_scope_than_any_event() {
        let id = EventId::parse("cup").expect("an id");
        let key = BoardScope::Competition(id.clone()).key().into_owned();
        assert_ne!(key, BoardScope::Event(id).key());
        assert!(EventId::parse(&key).is_err(), "{key}");
    }

    #[test]
    fn the_tree_counts_who_is_above() {
        let mut rng = StdRng::seed_from_u64(4);
        let mut tree: HashMap<i64, i64> = HashMap::new();
        let mut totals: Vec<i64> = Vec::new();
        for round in 0..2_000 {
            let bound = [20, 5_000, 1 << 40][round % 3];
            let step = rng.random_range(0..bound);
            let before = (rng.random_bool(0.5) && !totals.is_empty())
                .then(|| totals.swap_remove(rng.random_range(0..totals.len())));
            let after = before.unwrap_or(0) + step;
            for (node, change) in moves(before, after) {
                *tree.entry(node).or_default() += change;
            }
            totals.push(after);
        }
        assert!(tree.values().all(|count| *count >= 0));
        for total in totals.iter().take(300).copied().chain([0, 1, 15, 16, 1 << 41, LARGEST]) {
            let in_tree: i64 = nodes_above(total)
                .iter()
                .flat_map(|(low, high)| tree.iter().filter(move |(node, _)| (low..=high).contains(node)))
                .map(|(_, count)| count)
                .sum();
            let counted = totals.iter().filter(|other| **other > total).count();
            assert_eq!(in_tree, i64::try_from(counted).expect("a few"), "above {total}");
        }
    }

    #[test]
    fn a_small_step_touches_few_nodes() {
        assert_eq!(moves(None, 10).len(), 1);
        assert_eq!(moves(Some(0x120), 0x12a).len(), 1);
        assert_eq!(moves(Some(0x12a), 0x12a), []);
        assert_eq!(moves(Some(0x121), 0x135).len(), 4);
    }
}
