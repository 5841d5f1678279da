//! Reviewers decide once, only about others' points; approved points count from when they were earned.

use tokio::task::JoinSet;
use touchline::domain::account::Role;
use touchline::domain::leaderboard::BoardScope;
use touchline::domain::leaderboard::Standing;
use touchline::domain::review::{Decision, ReviewStatus};
use touchline::services::error::ServiceError;
use touchline::services::points::verify;
use touchline::services::reviews::{Judgement, Selection};

use super::field::{action, at, earn, grant, open_event, services, sign_in, suspicious, times, trusting};
use crate::databases::each;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_decisions_at_once_one_is_taken_and_the_other_is_told_of_it() {
    each(async |db| {
        let services = services(&db, suspicious(0));
        let event = open_event(&db, "1", vec![action("guess", 10, 0)]).await;
        let player = sign_in(&db, "player", at(0)).await;
        let reviewers = [sign_in(&db, "rita", at(0)).await, sign_in(&db, "rob", at(0)).await];
        for reviewer in &reviewers {
            grant(&db, reviewer, Role::Reviewer).await;
        }
        let mut approved = 0;
        for n in 0..times(25, 200) {
            let now = at(i64::try_from(n).unwrap() * 1_000);
            earn(&services, &player, &event, "guess", now, now).await.unwrap();
            let pending = Selection { status: Some(ReviewStatus::Pending), ..Selection::default() };
            let (pending, _) = services.reviews.list(reviewers[0].credential(), pending).await.unwrap();
            assert_eq!(pending.len(), 1);
            let review = pending[0].review.id;
            let mut deciding = JoinSet::new();
            for (reviewer, decision) in reviewers.iter().zip([Decision::Approve, Decision::Reject]) {
                let (services, by) = (services.clone(), reviewer.credential());
                let judgement = Judgement { review, decision, note: Some("seen".to_owned()) };
                deciding.spawn(async move { (decision, services.reviews.decide(by, judgement, now).await) });
            }
            let answers = deciding.join_all().await;
            let (taken, refused): (Vec<_>, Vec<_>) =
                answers.into_iter().partition(|(_, answer)| answer.is_ok());
            assert_eq!((taken.len(), refused.len()), (1, 1));
            let decision = taken[0].0;
            assert_eq!(taken[0].1.as_ref().unwrap().review.status, decision.status());
            let told = refused[0].1.as_ref().unwrap_err();
            assert!(
                matches!(told, ServiceError::Decided { decision: told } if *told == decision),
                "{told:?}"
            );
            approved += i64::from(decision == Decision::Approve);
        }
        let standing = services.leaderboards.standing(&BoardScope::Event(event), player.id).await.unwrap();
        assert_eq!(standing.points, approved * 10);
        assert_eq!(verify(&db).await.unwrap().1, []);
    })
    .await;
}

fn is_forbidden(error: &ServiceError) -> bool {
    match error {
        ServiceError::Of { error, .. } => is_forbidden(error),
        error => matches!(error, ServiceError::Forbidden(_)),
    }
}

#[tokio::test]
async fn nobody_decides_on_themselves_or_without_the_role() {
    each(async |db| {
        let services = services(&db, suspicious(0));
        let event = open_event(&db, "1", vec![action("guess", 10, 0)]).await;
        let player = sign_in(&db, "player", at(0)).await;
        let other = sign_in(&db, "other", at(0)).await;
        grant(&db, &player, Role::Reviewer).await;
        grant(&db, &other, Role::Admin).await;
        earn(&services, &player, &event, "guess", at(0), at(0)).await.unwrap();
        let (cases, _) = services.reviews.list(player.credential(), Selection::default()).await.unwrap();
        let judgement = || Judgement { review: cases[0].review.id, decision: Decision::Approve, note: None };
        for by in [&player, &other] {
            let refused = services.reviews.decide(by.credential(), judgement(), at(1)).await.unwrap_err();
            assert!(is_forbidden(&refused), "{refused:?}");
        }
        let refused = services.reviews.list(other.credential(), Selection::default()).await.unwrap_err();
        assert!(is_forbidden(&refused), "{refused:?}");
        let standing = services.leaderboards.standing(&BoardScope::Event(event), player.id).await.unwrap();
        assert_eq!(standing, Standing { rank: None, points: 0 });
    })
    .await;
}

#[tokio::test]
async fn approved_points_count_from_when_they_were_earned() {
    each(async |db| {
        let (trusts, doubts) = (services(&db, trusting()), services(&db, suspicious(0)));
        let event = open_event(&db, "1", vec![action("guess", 10, 0)]).await;
        let (early, late) = (sign_in(&db, "early", at(0)).await, sign_in(&db, "late", at(0)).await);
        let reviewer = sign_in(&db, "rita", at(0)).await;
        grant(&db, &reviewer, Role::Reviewer).await;
        earn(&doubts, &early, &event, "guess", at(1_000), at(1_000)).await.unwrap();
        earn(&trusts, &late, &event, "guess", at(2_000), at(2_000)).await.unwrap();
        let names = async || {
            let board = trusts.leaderboards.board(&BoardScope::Event(event.clone())).await.unwrap();
            board.top.into_iter().map(|line| (line.rank, line.name)).collect::<Vec<_>>()
        };
        assert_eq!(names().await, [(1, "late".to_owned())]);
        let (cases, _) = doubts.reviews.list(reviewer.credential(), Selection::default()).await.unwrap();
        assert_eq!(cases[0].review.player.name, "early");
        assert_eq!(cases[0].history.len(), 1);
        assert_eq!(cases[0].review.evidence["together"]["accountsOfDevice"], 0);
        let judgement = Judgement { review: cases[0].review.id, decision: Decision::Approve, note: None };
        doubts.reviews.decide(reviewer.credential(), judgement, at(9_000)).await.unwrap();
        assert_eq!(names().await, [(1, "early".to_owned()), (1, "late".to_owned())]);
        assert_eq!(verify(&db).await.unwrap(), (4, vec![]));
    })
    .await;
}
