//! Sessions: at most one live session per user, enforced by the database.

use std::time::Duration;

use touchline::domain::account::Role;
use touchline::domain::id::UserId;
use touchline::domain::session::{Device, SessionEnding};
use touchline::domain::token::{TokenHash, hash};
use touchline::storage::sessions::{self, NewSession};
use touchline::storage::{StorageError, Transaction, users};
use uuid::Uuid;

use super::{account, at};
use crate::databases::each;

async fn add(
    tx: &mut Transaction,
    user: UserId,
    hash: &TokenHash,
    device: &str,
) -> Result<Uuid, StorageError> {
    let device = Device { id: device.to_owned(), name: format!("{device}'s name") };
    let id = Uuid::now_v7();
    let new = NewSession { id, user, hash, device: &device, at: at(0), expires_at: at(1000) };
    sessions::add(tx, new).await.map(|()| id)
}

#[tokio::test]
async fn a_user_has_one_live_session_whatever_a_program_tries() {
    each(async |db| {
        let (first, second) = (hash("tls_first"), hash("tls_second"));
        let mut tx = db.begin().await.unwrap();
        let (ann, bob) =
            (account(&mut tx, "ann@example.org").await.id, account(&mut tx, "bob@example.org").await.id);
        let id = add(&mut tx, ann, &first, "phone").await.unwrap();
        add(&mut tx, bob, &hash("tls_other"), "phone").await.unwrap();
        tx.commit().await.unwrap();

        let mut tx = db.begin().await.unwrap();
        add(&mut tx, ann, &second, "laptop").await.expect_err("the index allows one");
        drop(tx);

        let mut tx = db.begin().await.unwrap();
        users::lock(&mut tx, ann).await.unwrap();
        assert_eq!(
            sessions::find_live(&mut tx, ann).await.unwrap(),
            Some((id, "phone".to_owned(), at(1000)))
        );
        assert!(sessions::end(&mut tx, id, SessionEnding::Replaced, at(5), Some("laptop")).await.unwrap());
        assert!(!sessions::end(&mut tx, id, SessionEnding::Logout, at(6), None).await.unwrap());
        add(&mut tx, ann, &second, "laptop").await.unwrap();
        tx.commit().await.unwrap();
        let ended = sessions::find(&db, &first).await.unwrap().expect("it is remembered");
        assert_eq!((ended.id, ended.ending, ended.account.id), (id, Some(SessionEnding::Replaced), ann));
        assert_eq!(sessions::find(&db, &second).await.unwrap().expect("it is live").ending, None);
        assert!(sessions::find(&db, &hash("tls_third")).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn a_session_comes_with_the_roles_of_now_and_is_renewed_while_it_lives() {
    each(async |db| {
        let hash = hash("tls_one");
        let mut tx = db.begin().await.unwrap();
        let ann = account(&mut tx, "ann@example.org").await.id;
        let id = add(&mut tx, ann, &hash, "phone").await.unwrap();
        users::grant(&mut tx, ann, Role::Scorer, at(0)).await.unwrap();
        users::grant(&mut tx, ann, Role::Admin, at(0)).await.unwrap();
        let found = sessions::find_in(&mut tx, &hash).await.unwrap().expect("it is live");
        assert_eq!(found.account.roles, [Role::Admin, Role::Scorer]);
        users::revoke(&mut tx, ann, Role::Admin).await.unwrap();
        let found = sessions::find_in(&mut tx, &hash).await.unwrap().expect("it is live");
        assert_eq!(found.account.roles, [Role::Scorer]);

        let longest = Duration::from_millis(2500);
        assert!(sessions::renew(&mut tx, &hash, at(999), at(1999), longest).await.unwrap());
        let found = sessions::find_in(&mut tx, &hash).await.unwrap().expect("it is live");
        assert_eq!((found.last_used_at, found.expires_at), (at(999), at(1999)));
        assert!(!sessions::renew(&mut tx, &hash, at(1999), at(2999), longest).await.unwrap(), "it is over");
        assert!(sessions::end(&mut tx, id, SessionEnding::Logout, at(1000), None).await.unwrap());
        assert!(!sessions::renew(&mut tx, &hash, at(1001), at(2001), longest).await.unwrap(), "it has ended");
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn no_session_is_given_more_time_than_it_may_have_in_all() {
    each(async |db| {
        let (first, second) = (hash("tls_one"), hash("tls_two"));
        let mut tx = db.begin().await.unwrap();
        for (name, hash) in [("ann", &first), ("bob", &second)] {
            let user = account(&mut tx, &format!("{name}@example.org")).await.id;
            add(&mut tx, user, hash, "phone").await.unwrap();
        }
        let expiry = async |tx: &mut Transaction, hash: &TokenHash| {
            sessions::find_in(tx, hash).await.unwrap().expect("it is there").expires_at
        };
        let longest = Duration::from_millis(1500);
        assert!(sessions::renew(&mut tx, &first, at(900), at(1900), longest).await.unwrap());
        assert_eq!(expiry(&mut tx, &first).await, at(1500));
        // Across the end of a month and of a year, to the millisecond.
        let long = Duration::from_millis(400 * 86_400_000 + 7);
        assert!(sessions::renew(&mut tx, &first, at(901), at(i64::pow(10, 11)), long).await.unwrap());
        assert_eq!(expiry(&mut tx, &first).await, at(400 * 86_400_000 + 7));

        // A lowered setting shortens existing sessions, and extends none.
        sessions::cap(&mut tx, Duration::from_millis(1200)).await.unwrap();
        assert_eq!((expiry(&mut tx, &first).await, expiry(&mut tx, &second).await), (at(1200), at(1000)));
        tx.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn ended_sessions_are_listed_with_those_that_ran_out() {
    each(async |db| {
        let mut tx = db.begin().await.unwrap();
        let mut ids = Vec::new();
        for name in ["ann", "bob", "eve"] {
            let user = account(&mut tx, &format!("{name}@example.org")).await.id;
            ids.push(add(&mut tx, user, &hash(name), "phone").await.unwrap());
        }
        sessions::end(&mut tx, ids[0], SessionEnding::Replaced, at(500), Some("laptop")).await.unwrap();
        sessions::end(&mut tx, ids[1], SessionEnding::Logout, at(400), None).await.unwrap();
        tx.commit().await.unwrap();
        let list = async |since, now| {
            let ended = sessions::list_ended(&db, at(since), at(now)).await.unwrap();
            let mut ended: Vec<_> = ended
                .into_iter()
                .map(|ended| (ended.at, ended.hash, ended.ending, ended.replaced_by))
                .collect();
            ended.sort_by_key(|ended| ended.0);
            ended
        };
        let replaced = (at(500), hash("ann"), SessionEnding::Replaced, Some("laptop".to_owned()));
        let logout = (at(400), hash("bob"), SessionEnding::Logout, None);
        let expired = (at(1000), hash("eve"), SessionEnding::Expired, None);
        assert_eq!(list(399, 999).await, [logout, replaced.clone()]);
        assert_eq!(list(400, 1000).await, [replaced, expired.clone()]);
        assert_eq!(list(500, 1000).await, [expired]);
        assert_eq!(list(1000, 2000).await, []);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_proved_first_gives_the_account_its_name() {
    each(async |db| {
        let mut tx = db.begin().await.unwrap();
        let ann = account(&mut tx, "ann@example.org").await.id;
        assert!(users::verify(&mut tx, ann, Some("Annie"), at(0)).await.unwrap());
        assert!(!users::verify(&mut tx, ann, Some("Anna"), at(1)).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(users::find(&db, ann).await.unwrap().expect("it is there").name, "Annie");
    })
    .await;
}
