//! Requests for one-time codes, to sign up or to log in.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::RngExt as _;
use uuid::Uuid;

use super::Accounts;
use crate::domain::email::EmailAddress;
use crate::domain::network::Network;
use crate::domain::otp::OneTimeCode;
use crate::domain::{clock, entropy, name, wait};
use crate::live::timers;
use crate::mail::letter::Letter;
use crate::mail::mailer::MailSlot;
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::challenges::{self, Challenge};
use crate::storage::{StorageError, users};

/// How often old codes are deleted.
const DELETE_EVERY: Duration = Duration::from_mins(10);

/// The input of a sign-up.
#[derive(Debug)]
pub struct SignUp {
    /// The email address.
    pub email: String,
    /// The name for the account.
    pub name: String,
}

/// The answer to a request for a code. It is the same whether or not a code was mailed.
#[derive(Debug, Clone, Copy)]
pub struct IssuedChallenge {
    /// The id to send in with the code.
    pub challenge: Uuid,
    /// How long the code is valid.
    pub expires_in: Duration,
    /// How long to wait before requesting a new code.
    pub resend_after: Duration,
}

impl Accounts {
    /// Mails a code to sign up; if the account exists, the code signs in to it.
    ///
    /// # Errors
    /// `Invalid`, `Name`, `RateLimited`, `TooManyAttempts`, `Busy`, `Unavailable`.
    pub async fn sign_up(
        self: &Arc<Self>,
        SignUp { email, name }: SignUp,
        ip: IpAddr,
    ) -> Result<IssuedChallenge, ServiceError> {
        let name = name::parse(&name, self.policy.name_length)?;
        self.ask(email, Some(name), ip).await
    }

    /// Mails a code to log in. If there is no such account, nothing is mailed, and the caller cannot tell the
    /// difference.
    ///
    /// # Errors
    /// `Invalid`, `RateLimited`, `TooManyAttempts`, `Busy`, `Unavailable`.
    pub async fn log_in(
        self: &Arc<Self>,
        email: String,
        ip: IpAddr,
    ) -> Result<IssuedChallenge, ServiceError> {
        self.ask(email, None, ip).await
    }

    /// Does the same work for every address: the same limits and statements, a stored code, and a slot in the mail
    /// queue. Then the mail is sent in the background, or dropped if there is no account.
    async fn ask(
        self: &Arc<Self>,
        email: String,
        name: Option<String>,
        ip: IpAddr,
    ) -> Result<IssuedChallenge, ServiceError> {
        let email = EmailAddress::parse(&email).map_err(|error| ServiceError::Invalid(error.to_string()))?;
        let place = self.place_for_letter()?;
        let share = self.limits.take(&email, ip, Instant::now())?;
        let network = Network::widest(ip);
        if let Some(wait) = self.blocked_for(&email, network).await? {
            share.spend();
            return Err(ServiceError::TooManyAttempts(wait));
        }
        let accounts = self.clone();
        let lane = Lane::Anonymous(network);
        let write = async move {
            let policy = &accounts.policy;
            let (id, now) = (Uuid::now_v7(), clock::now());
            let code = OneTimeCode::generate(&mut entropy::source(), policy.digits);
            let mut tx = accounts.base.database.begin_for(lane).await?;
            // An address that differs only in spelling may be somebody else's mailbox, so mail the stored
            // address.
            let stored = users::find_address(&mut tx, &email).await?;
            let is_mailed = stored.is_some() || name.is_some();
            let email = stored.unwrap_or(email);
            let hash = policy.secret.hash(id, &email, &code);
            let no_code: [u8; 32] = entropy::source().random();
            let challenge = Challenge {
                id,
                email: email.clone(),
                name,
                hash: if is_mailed { hash } else { no_code },
                created_at: now,
                expires_at: now + policy.code_ttl,
            };
            challenges::add(&mut tx, &challenge).await?;
            tx.commit().await?;
            share.spend();
            place.send(Letter { to: email, code, good_for: policy.code_ttl }, is_mailed);
            Ok(IssuedChallenge {
                challenge: id,
                expires_in: policy.code_ttl,
                resend_after: policy.mail_rates.resend,
            })
        };
        self.base.writes.run(lane, write).await
    }

    /// How long no new code is mailed to an address on behalf of a network, because of too many wrong codes from
    /// that network or in total. `None` if a code may be requested. The result does not depend on whether the
    /// address has an account.
    pub(super) async fn blocked_for(
        &self,
        email: &EmailAddress,
        network: Network,
    ) -> Result<Option<Duration>, StorageError> {
        let (now, limits) = (clock::now(), self.policy.tries);
        let mut longest = None;
        for (network, rate) in [(Some(network), limits.failures), (None, limits.failures_total)] {
            // The limit holds until this failure is older than the limit's window.
            let found =
                challenges::find_failure(&self.base.database, email, network, rate.per, now, rate.count);
            let wait = found.await?.and_then(|at| wait::left(at, rate.per, now));
            longest = longest.max(wait);
        }
        Ok(longest)
    }

    /// A slot in the mail queue, reserved before the request is accepted.
    fn place_for_letter(&self) -> Result<MailSlot, ServiceError> {
        /// By then the mail server has accepted some mails, or it is down and they have expired.
        const RETRY_AFTER: Duration = Duration::from_secs(30);
        self.mailer.reserve().ok_or_else(|| {
            self.limits.warn_of_overload("MAIL_QUEUE is full");
            ServiceError::Busy(RETRY_AFTER)
        })
    }

    /// Deletes old codes, used up or not, and mail limits that are full again. Runs until the server stops.
    pub async fn delete_old_codes(&self) {
        let mut ticks = timers::every(DELETE_EVERY);
        loop {
            ticks.tick().await;
            self.forget_codes().await;
        }
    }

    async fn forget_codes(&self) {
        /// How long an old code gets a different answer than one that never existed.
        const REMEMBERED: Duration = Duration::from_hours(24);
        self.limits.forget(Instant::now());
        let (policy, now) = (&self.policy, clock::now());
        let counted = policy.tries.failures.per.max(policy.tries.failures_total.per);
        let (asked, failed) = (now - REMEMBERED.max(policy.code_ttl), now - counted);
        let forgotten = async {
            let mut tx = self.base.database.begin().await?;
            challenges::forget(&mut tx, asked, failed).await?;
            tx.commit().await
        };
        if let Err(error) = forgotten.await {
            error.warn("cannot delete old codes; retrying later");
        }
    }
}
