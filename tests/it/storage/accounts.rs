//! Accounts, roles, service tokens and the audit.

use touchline::domain::account::Role;
use touchline::domain::id::UserId;
use touchline::domain::token;
use touchline::storage::tokens::NewServiceToken;
use touchline::storage::{audit, tokens, users};
use uuid::Uuid;

use super::{account, at, email};
use crate::databases::each;

#[tokio::test]
async fn an_address_in_another_case_is_the_same_account_and_keeps_its_first_spelling() {
    each(async |db| {
        let mut tx = db.begin().await.unwrap();
        let first = account(&mut tx, "Ann@Example.org").await;
        let (other_case, id) = (email("ANN@example.ORG"), UserId(Uuid::now_v7()));
        let second = users::find_or_add(&mut tx, &other_case, "Another", id, at(1)).await.unwrap();
        assert_eq!(second, first);
        assert_eq!((first.email.as_str(), first.name.as_str()), ("Ann@Example.org", "Ann"));
        assert_eq!(
            users::find_by_email(&mut tx, &email("ann@EXAMPLE.org")).await.unwrap(),
            Some(first.clone())
        );
        assert_eq!(users::find_by_email(&mut tx, &email("ann+tag@example.org")).await.unwrap(), None);
        tx.commit().await.unwrap();
        assert_eq!(users::find(&db, first.id).await.unwrap(), Some(first));
        assert_eq!(users::find(&db, UserId(Uuid::now_v7())).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn of_many_who_add_one_address_at_once_one_adds_it() {
    each(async |db| {
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let db = db.clone();
            tasks.spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let account = account(&mut tx, "same@example.org").await;
                tx.commit().await.unwrap();
                account.id
            });
        }
        let ids = tasks.join_all().await;
        assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    })
    .await;
}

#[tokio::test]
async fn a_role_is_granted_once_and_gone_when_revoked() {
    each(async |db| {
        let mut tx = db.begin().await.unwrap();
        let id = account(&mut tx, "ann@example.org").await.id;
        assert!(users::grant(&mut tx, id, Role::Scorer, at(0)).await.unwrap());
        assert!(!users::grant(&mut tx, id, Role::Scorer, at(1)).await.unwrap());
        assert!(users::grant(&mut tx, id, Role::Admin, at(2)).await.unwrap());
        tx.commit().await.unwrap();
        let found = users::find(&db, id).await.unwrap().expect("the account is there");
        assert_eq!(found.roles, [Role::Admin, Role::Scorer]);

        let mut tx = db.begin().await.unwrap();
        assert!(users::revoke(&mut tx, id, Role::Admin).await.unwrap());
        assert!(!users::revoke(&mut tx, id, Role::Admin).await.unwrap());
        tx.commit().await.unwrap();
        let found = users::find(&db, id).await.unwrap().expect("the account is there");
        assert_eq!(found.roles, [Role::Scorer]);
    })
    .await;
}

#[tokio::test]
async fn a_token_is_known_by_its_hash_with_the_roles_of_now_until_it_ends() {
    each(async |db| {
        let hashes = ["tl_one", "tl_two", "tl_three"].map(token::hash);
        let ids = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
        let mut tx = db.begin().await.unwrap();
        let user = account(&mut tx, "ann@example.org").await.id;
        for (nth, (name, expires_at)) in
            [("desk", None), ("feed", Some(at(10))), ("old", Some(at(5)))].into_iter().enumerate()
        {
            let created_at = at(i64::try_from(nth).unwrap());
            let new =
                NewServiceToken { id: ids[nth], user, name, hash: &hashes[nth], at: created_at, expires_at };
            tokens::add(&mut tx, new).await.unwrap();
        }
        users::grant(&mut tx, user, Role::Scorer, at(0)).await.unwrap();
        users::grant(&mut tx, user, Role::Reviewer, at(0)).await.unwrap();
        tx.commit().await.unwrap();

        let found = tokens::find(&db, &hashes[0]).await.unwrap().expect("it is there");
        assert_eq!((found.id, found.account.id, found.name.as_str()), (ids[0], user, "desk"));
        assert_eq!(found.account.roles, [Role::Reviewer, Role::Scorer]);
        assert_eq!((found.created_at, found.last_used_at, found.revoked_at), (at(0), None, None));
        assert!(found.is_live(at(1_000_000)), "a token without an end");
        let feed = tokens::find(&db, &hashes[1]).await.unwrap().expect("it is there");
        assert!(feed.is_live(at(9)) && !feed.is_live(at(10)));
        assert!(tokens::find(&db, &token::hash("tl_four")).await.unwrap().is_none());

        let mut tx = db.begin().await.unwrap();
        users::revoke(&mut tx, user, Role::Scorer).await.unwrap();
        tokens::touch(&mut tx, &hashes[0], at(3)).await.unwrap();
        let found = tokens::find_in(&mut tx, &hashes[0]).await.unwrap().expect("it is there");
        assert_eq!((found.account.roles, found.last_used_at), (vec![Role::Reviewer], Some(at(3))));
        tx.commit().await.unwrap();
        let live = async |now| {
            let live = tokens::list_live(&db, at(now)).await.unwrap();
            hashes.iter().map(|hash| live.contains(hash)).collect::<Vec<_>>()
        };
        assert_eq!(live(4).await, [true, true, true]);
        assert_eq!(live(5).await, [true, true, false]);

        let mut tx = db.begin().await.unwrap();
        assert!(tokens::revoke(&mut tx, ids[0], at(4)).await.unwrap());
        assert!(!tokens::revoke(&mut tx, ids[0], at(5)).await.unwrap());
        let revoked = tokens::find_in(&mut tx, &hashes[0]).await.unwrap().expect("it is there");
        assert!(!revoked.is_live(at(4)));
        tx.commit().await.unwrap();
        assert_eq!(live(4).await, [false, true, true]);

        let listed = tokens::list(&db).await.unwrap();
        let seen: Vec<_> =
            listed.iter().map(|token| (token.id, token.revoked_at, token.expires_at)).collect();
        assert_eq!(
            seen,
            [(ids[0], Some(at(4)), None), (ids[1], None, Some(at(10))), (ids[2], None, Some(at(5)))]
        );
        assert_eq!(listed[1].account.roles, [Role::Reviewer]);
    })
    .await;
}

#[tokio::test]
async fn the_audit_takes_entries_of_accounts_and_of_operators() {
    each(async |db| {
        let mut tx = db.begin().await.unwrap();
        let actor = account(&mut tx, "ann@example.org").await.id;
        let detail = Some(serde_json::json!({"status": "live"}));
        for (actor, detail) in [(Some(actor), detail), (None, None)] {
            audit::add(&mut tx, at(0), actor, "event:status", "1", detail).await.unwrap();
        }
        tx.commit().await.unwrap();

        let mut tx = db.begin().await.unwrap();
        let stranger = Some(UserId(Uuid::now_v7()));
        let added = audit::add(&mut tx, at(0), stranger, "event:status", "1", None).await;
        added.expect_err("an actor is an account");
    })
    .await;
}
