//! Asking for a code: to sign up, or to sign in.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use rand::RngExt as _;
use uuid::Uuid;

use super::Accounts;
use crate::domain::clock;
use crate::domain::email::EmailAddress;
use crate::domain::entropy;
use crate::domain::name;
use crate::domain::network::Network;
use crate::domain::otp::Code;
use crate::mail::letter::Letter;
use crate::mail::mailer::Place;
use crate::services::Services;
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::challenges::{self, Challenge};
use crate::storage::users;

/// What somebody who signs up says.
#[derive(Debug)]
pub struct SignUp {
    /// The address.
    pub email: String,
    /// What the account is to be called.
    pub name: String,
}

/// What asking for a code is answered by, whether or not one was mailed.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    /// What the code is to be sent in with.
    pub challenge: Uuid,
    /// How long it is good.
    pub expires_in: Duration,
    /// When a new one may be asked for.
    pub resend_after: Duration,
}

impl Services {
    /// Mails a code to somebody who signs up; where there is such an account, it signs in to that.
    ///
    /// # Errors
    /// `Invalid`, `Name`, `RateLimited`, `TooManyAttempts`, `Busy`, `Unavailable`.
    pub async fn sign_up(&self, SignUp { email, name }: SignUp, ip: IpAddr) -> Result<Asked, ServiceError> {
        let name = name::parse(&name, self.accounts.name_length)?;
        self.ask(email, Some(name), ip).await
    }

    /// Mails a code to somebody who signs in. Where there is no such account nothing is mailed; whoever asks
    /// cannot tell.
    ///
    /// # Errors
    /// `Invalid`, `RateLimited`, `TooManyAttempts`, `Busy`, `Unavailable`.
    pub async fn log_in(&self, email: String, ip: IpAddr) -> Result<Asked, ServiceError> {
        self.ask(email, None, ip).await
    }

    /// The same work for every address: the same limits, the same statements, a code made and kept, a place among
    /// the letters. The letter is then mailed, in the background, or forgotten.
    async fn ask(&self, email: String, name: Option<String>, ip: IpAddr) -> Result<Asked, ServiceError> {
        let email = EmailAddress::parse(&email).map_err(|error| ServiceError::Invalid(error.to_string()))?;
        let place = self.place_for_letter()?;
        let share = self.accounts.limits.take(&email, ip, Instant::now())?;
        let network = Network::widest(ip);
        if let Some(wait) = self.blocked_for(&email, network).await? {
            share.spend();
            return Err(ServiceError::TooManyAttempts(wait));
        }
        let services = self.clone();
        let lane = Lane::Anonymous(network);
        self.writes
            .run(lane, async move {
                let accounts = &services.accounts;
                let (id, now) = (Uuid::now_v7(), clock::now());
                let code = Code::generate(&mut entropy::source(), accounts.digits);
                let mut tx = services.database.begin_for(lane).await?;
                // Another spelling of an account's address may be somebody else's mailbox.
                let stored = users::find_address(&mut tx, &email).await?;
                let is_mailed = stored.is_some() || name.is_some();
                let email = stored.unwrap_or(email);
                let hash = accounts.secret.hash(id, &email, &code);
                let no_code: [u8; 32] = entropy::source().random();
                let challenge = Challenge {
                    id,
                    email: email.clone(),
                    name,
                    hash: if is_mailed { hash } else { no_code },
                    created_at: now,
                    expires_at: now + accounts.code_ttl,
                };
                challenges::add(&mut tx, &challenge).await?;
                tx.commit().await?;
                share.spend();
                place.send(Letter { to: email, code, good_for: accounts.code_ttl }, is_mailed);
                Ok(Asked { challenge: id, expires_in: accounts.code_ttl, resend_after: accounts.resend })
            })
            .await
    }

    /// A place in the mailer's queue, taken before anything is promised.
    fn place_for_letter(&self) -> Result<Place, ServiceError> {
        /// The mail server takes some letters in this time, or it is away and they run out.
        const RETRY_AFTER: Duration = Duration::from_secs(30);
        let Accounts { mailer, limits, .. } = &*self.accounts;
        mailer.reserve().ok_or_else(|| {
            limits.warn_of_overload("MAIL_QUEUE letters wait for the mail server");
            ServiceError::Busy(RETRY_AFTER)
        })
    }

    /// Forgets codes and limits that are of no more use, such as those of addresses that nobody has proved.
    pub async fn forget_codes(&self) {
        /// For so long a code is told from one that never was.
        const REMEMBERED: Duration = Duration::from_hours(24);
        let accounts = &self.accounts;
        accounts.limits.forget(Instant::now());
        let now = clock::now();
        let counted = accounts.tries.failures.per.max(accounts.tries.failures_total.per);
        let (asked, failed) = (now - REMEMBERED.max(accounts.code_ttl), now - counted);
        let forgotten = async {
            let mut tx = self.database.begin().await?;
            challenges::forget(&mut tx, asked, failed).await?;
            tx.commit().await
        };
        if let Err(error) = forgotten.await {
            error.warn("cannot delete old codes; retrying later");
        }
    }
}
