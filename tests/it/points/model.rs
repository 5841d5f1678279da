//! Random operations against a simple model: in any order, the board equals the model's, and stored totals match the
//! ledger.

use std::collections::{BTreeMap, BTreeSet};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use time::OffsetDateTime;
use tokio::task::JoinSet;
use touchline::domain::account::Role;
use touchline::domain::event::{Changes, Competition};
use touchline::domain::id::{EventId, UserId};
use touchline::domain::leaderboard::{BoardLine, BoardScope};
use touchline::domain::review::{Decision, ReviewStatus};
use touchline::services::Services;
use touchline::services::points::verify;
use touchline::services::reviews::{Judgement, Selection};
use touchline::storage::Database;

use super::field::{
    Player, action, at, earn, event_id, grant, open_event, services, sign_in, suspicious, times, trusting,
};
use crate::databases::each;

/// Operations that run at once.
const AT_ONCE: usize = 8;
/// Operations between two comparisons.
const BATCH: usize = 250;

/// Counted points by event and player: the points, and when they were earned.
#[derive(Default)]
struct Model(Vec<(EventId, UserId, i64, OffsetDateTime)>);

impl Model {
    /// All lines in order, with their accounts.
    fn board(&self, has: impl Fn(&EventId) -> bool, players: &[Player]) -> Vec<(UserId, BoardLine)> {
        let mut totals: BTreeMap<UserId, (i64, OffsetDateTime)> = BTreeMap::new();
        for (of, user, points, earned_at) in &self.0 {
            if has(of) {
                let total = totals.entry(*user).or_insert((0, *earned_at));
                *total = (total.0 + points, total.1.max(*earned_at));
            }
        }
        let mut order: Vec<_> = totals.into_iter().collect();
        order.sort_by_key(|(user, (points, reached_at))| (-points, *reached_at, *user));
        let rank = |points: i64| 1 + order.iter().filter(|(_, (other, _))| *other > points).count();
        let line = |(user, (points, _)): &(UserId, (i64, OffsetDateTime))| {
            let name = players.iter().find(|player| player.id == *user).expect("a player").name.clone();
            (*user, BoardLine { rank: i64::try_from(rank(*points)).expect("a few"), name, points: *points })
        };
        order.iter().map(line).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_board_is_that_of_a_simple_model() {
    each(async |db| {
        let mut rng = StdRng::seed_from_u64(11);
        let (trusts, doubts) = (services(&db, trusting()), services(&db, suspicious(0)));
        let actions = [1, 7, 10, 300].map(|points| action(&format!("worth {points}"), points, 0));
        let mut events = Vec::new();
        for id in ["a", "b", "c"] {
            events.push(open_event(&db, id, actions.to_vec()).await);
        }
        let mut players = Vec::new();
        for n in 0..17 {
            players.push(sign_in(&db, &format!("player{n}"), at(0)).await);
        }
        let reviewer = sign_in(&db, "rita", at(0)).await;
        grant(&db, &reviewer, Role::Reviewer).await;

        let admin = sign_in(&db, "ada", at(0)).await;
        grant(&db, &admin, Role::Admin).await;

        let mut grouped: BTreeMap<EventId, Option<EventId>> = BTreeMap::new();
        let mut model = Model::default();
        let mut clock = 0;
        let batches = times(6 * BATCH, 20_000) / BATCH;
        for _ in 0..batches {
            let pending = Selection { status: Some(ReviewStatus::Pending), ..Selection::default() };
            let (mut pending, _) = trusts.reviews.list(reviewer.credential(), pending).await.unwrap();
            let mut running = JoinSet::new();
            // Each event may move while points are earned in it.
            for event in &events {
                let to = [None, Some("cup"), Some("league")][rng.random_range(0..3)].map(event_id);
                grouped.insert(event.clone(), to.clone());
                let competition = to.map(|id| Competition { title: format!("The {id}"), id });
                let changes = Changes { competition: Some(competition), ..Changes::default() };
                let (services, by, event) = (trusts.clone(), admin.credential(), event.clone());
                running.spawn(async move {
                    services.events.change(by, event, changes).await.expect("a move");
                });
            }
            for _ in 0..BATCH {
                if running.len() == AT_ONCE {
                    running.join_next().await.expect("some run").unwrap();
                }
                if let (true, Some(case)) = (rng.random_bool(0.3), pending.pop()) {
                    let decision = if rng.random_bool(0.5) { Decision::Approve } else { Decision::Reject };
                    let review = case.review;
                    if decision == Decision::Approve {
                        let player = review.player.id;
                        model.0.push((review.event_id.clone(), player, review.points, review.at));
                    }
                    let judgement = Judgement { review: review.id, decision, note: None };
                    let (services, by) = (trusts.clone(), reviewer.credential());
                    running.spawn(async move {
                        services.reviews.decide(by, judgement, at(clock)).await.expect("a decision");
                    });
                    continue;
                }
                // Some points are earned at the same time.
                clock += rng.random_range(0..3);
                let player = players[rng.random_range(0..players.len())].clone();
                let event = events[rng.random_range(0..events.len())].clone();
                let action = actions[rng.random_range(0..actions.len())].clone();
                let held = rng.random_bool(0.2);
                if !held {
                    model.0.push((event.clone(), player.id, action.points.into(), at(clock)));
                }
                let services = if held { doubts.clone() } else { trusts.clone() };
                running.spawn(async move {
                    earn(&services, &player, &event, &action.name, at(clock), at(clock))
                        .await
                        .expect("points");
                });
            }
            running.join_all().await;
            compare(&db, &trusts, &model, &grouped, &players).await;
        }
    })
    .await;
}

async fn compare(
    db: &Database,
    services: &Services,
    model: &Model,
    grouped: &BTreeMap<EventId, Option<EventId>>,
    players: &[Player],
) {
    let events = grouped.keys().cloned().map(BoardScope::Event);
    let competitions: BTreeSet<_> = grouped.values().flatten().cloned().collect();
    let competitions = competitions.into_iter().map(BoardScope::Competition);
    for scope in events.chain(competitions).chain([BoardScope::Overall]) {
        let has = |event: &EventId| match &scope {
            BoardScope::Overall => true,
            BoardScope::Competition(id) => grouped[event].as_ref() == Some(id),
            BoardScope::Event(id) => event == id,
        };
        let expected = model.board(has, players);
        let board = services.leaderboards.board(&scope).await.expect("a board");
        let top: Vec<_> = expected.iter().take(10).map(|(_, line)| line.clone()).collect();
        assert_eq!(board.top, top, "{scope:?}");
        for (user, line) in expected {
            let standing = services.leaderboards.standing(&scope, user).await.expect("a standing");
            assert_eq!((standing.rank, standing.points), (Some(line.rank), line.points), "{}", line.name);
        }
    }
    assert_eq!(verify(db).await.expect("an answer").1, []);
}
