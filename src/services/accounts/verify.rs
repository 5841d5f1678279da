//! Sending a code in: the one way to be signed in.

use std::net::IpAddr;
use std::sync::Arc;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{AccountPolicy, Accounts};
use crate::cluster::message::ClusterMessage;
use crate::domain::account::{Account, Role};
use crate::domain::clock;
use crate::domain::entropy;
use crate::domain::id::UserId;
use crate::domain::name;
use crate::domain::network::Network;
use crate::domain::otp::{ChallengeState, CodeVerdict, OneTimeCode, judge};
use crate::domain::session::{Device, Login, SessionEnding, login};
use crate::domain::token::{self, Token, TokenKind};
use crate::domain::wait;
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::challenges::{self, Challenge};
use crate::storage::sessions::{self, NewSession};
use crate::storage::{Transaction, audit, users};

/// The longest id of a device, in bytes.
const DEVICE_ID_BYTES: usize = 128;

/// A code that somebody sends in.
#[derive(Debug)]
pub struct CodeAttempt {
    /// The challenge that it is to answer; `None`: what was sent is no id of one.
    pub challenge: Option<Uuid>,
    /// What was typed.
    pub code: String,
    /// The address that it is sent from: a wrong one counts for its network.
    pub ip: IpAddr,
    /// Chosen by the app on the device.
    pub device_id: String,
    /// What its owner knows the device by.
    pub device_name: String,
}

/// Somebody who was let in.
pub struct SignedIn {
    /// What the device signs in with from now on; it is not kept here.
    pub token: Token,
    /// Who it is.
    pub account: Account,
    /// Whether another device was signed out for it.
    pub replaced: bool,
}

impl Accounts {
    /// Judges a code. The right one makes the account if there is none, ends its other session, and starts a new
    /// one: all of it, or nothing.
    ///
    /// # Errors
    /// `Invalid` and `Name` (of the code or the device: they do not count as a try), `WrongCode`, `Expired`,
    /// `AlreadyUsed`, `TooManyAttempts`, `Conflict` (another device stays signed in), `Busy`, `Unavailable`.
    pub async fn verify(self: &Arc<Self>, attempt: CodeAttempt) -> Result<SignedIn, ServiceError> {
        let code = OneTimeCode::parse(&attempt.code, self.policy.digits)
            .map_err(|error| ServiceError::Invalid(error.to_string()))?;
        let device = self.device(attempt.device_id, &attempt.device_name)?;
        let challenge = attempt.challenge.ok_or(ServiceError::WrongCode)?;
        let network = Network::widest(attempt.ip);
        self.look_up(challenge, &code, network).await?;
        let accounts = self.clone();
        self.writes
            .run(Lane::Anonymous(network), async move {
                let signed_in = accounts.judge_and_sign_in(challenge, &code, &device, network).await?;
                // Whoever was signed in until now is told at once.
                accounts.uses.ended.notify_one();
                Ok(signed_in)
            })
            .await
    }

    fn device(&self, id: String, name: &str) -> Result<Device, ServiceError> {
        if !(1..=DEVICE_ID_BYTES).contains(&id.len()) || id.chars().any(char::is_control) {
            let text = format!("device.id is 1 to {DEVICE_ID_BYTES} bytes, without control characters");
            return Err(ServiceError::Invalid(text));
        }
        Ok(Device { id, name: name::parse_cut(name, self.policy.name_length)? })
    }

    /// Refuses what needs no write to be refused: nobody gets a turn to write for a challenge that was never made,
    /// or that is over.
    async fn look_up(
        &self,
        challenge: Uuid,
        code: &OneTimeCode,
        network: Network,
    ) -> Result<(), ServiceError> {
        let found = challenges::find(&self.database, challenge).await?;
        let (challenge, standing) = found.ok_or(ServiceError::WrongCode)?;
        match self.judge(&challenge, &standing, code, clock::now()) {
            CodeVerdict::Right | CodeVerdict::Wrong => Ok(()),
            refusal => Err(self.refused(refusal, &challenge, network).await?),
        }
    }

    async fn judge_and_sign_in(
        &self,
        challenge: Uuid,
        code: &OneTimeCode,
        device: &Device,
        network: Network,
    ) -> Result<SignedIn, ServiceError> {
        let mut tx = self.database.begin_for(Lane::Anonymous(network)).await?;
        let found = challenges::lock(&mut tx, challenge).await?;
        let (challenge, standing) = found.ok_or(ServiceError::WrongCode)?;
        // Read once the challenge is held: waiting for it takes time.
        let now = clock::now();
        match self.judge(&challenge, &standing, code, now) {
            CodeVerdict::Right => {
                let signed_in = sign_in(&mut tx, &self.policy, &challenge, device, now).await?;
                let (signed_in, ends_another) = signed_in;
                if ends_another {
                    self.bus.publish_in_tx(&mut tx, &ClusterMessage::Session).await?;
                }
                tx.commit().await?;
                Ok(signed_in)
            }
            refusal => {
                if refusal == CodeVerdict::Wrong {
                    challenges::count_failure(&mut tx, &challenge, network, now).await?;
                    tx.commit().await?;
                } else {
                    drop(tx);
                }
                Err(self.refused(refusal, &challenge, network).await?)
            }
        }
    }

    fn judge(
        &self,
        challenge: &Challenge,
        standing: &ChallengeState,
        code: &OneTimeCode,
        now: OffsetDateTime,
    ) -> CodeVerdict {
        let AccountPolicy { secret, tries, .. } = &*self.policy;
        let is_right = secret.is_right(&challenge.hash, challenge.id, &challenge.email, code);
        judge(standing, is_right, now, tries.tries)
    }

    /// How a code is refused that is not let in.
    async fn refused(
        &self,
        verdict: CodeVerdict,
        challenge: &Challenge,
        network: Network,
    ) -> Result<ServiceError, ServiceError> {
        let account = users::id_of(&self.database, &challenge.email).await?;
        let refused = match verdict {
            CodeVerdict::Right | CodeVerdict::Wrong => ServiceError::WrongCode,
            CodeVerdict::AlreadyUsed => ServiceError::AlreadyUsed,
            CodeVerdict::Expired => ServiceError::Expired,
            CodeVerdict::TooMany => {
                let resend = wait::left(challenge.created_at, self.policy.mail_rates.resend, clock::now());
                let blocked = self.blocked_for(&challenge.email, network).await?;
                ServiceError::TooManyAttempts(resend.max(blocked).unwrap_or_default())
            }
        };
        // The same work whether or not there is an account.
        Ok(match account {
            Some(account) => refused.of(account),
            None => refused,
        })
    }
}

/// Signs in; also whether that has ended another session.
async fn sign_in(
    tx: &mut Transaction,
    policy: &AccountPolicy,
    challenge: &Challenge,
    device: &Device,
    now: OffsetDateTime,
) -> Result<(SignedIn, bool), ServiceError> {
    if !challenges::redeem(tx, challenge.id).await? {
        return Err(ServiceError::AlreadyUsed);
    }
    let name = challenge.name.as_deref();
    let default_name = name.map_or_else(|| challenge.email.default_name(), str::to_owned);
    let id = UserId(Uuid::now_v7());
    let account = users::find_or_add(tx, &challenge.email, &default_name, id, now).await?;
    // Somebody made the account after the code was mailed, and by another spelling of the address.
    if !account.email.is_same_mailbox(&challenge.email) {
        return Err(ServiceError::Expired);
    }
    let user = account.id;
    users::lock(tx, user).await?;
    let is_first = users::verify(tx, user, name, now).await?;
    if policy.is_admin(&challenge.email) {
        grant_by_settings(tx, user, now).await?;
    }
    let live = sessions::find_live(tx, user).await?;
    let found = live.as_ref().map(|(_, device_id, expires_at)| (device_id.as_str(), *expires_at));
    let ending = match login(found, &device.id, now, policy.single_device) {
        Login::Refused => {
            return Err(ServiceError::Conflict("another device is signed in; sign it out first"));
        }
        Login::First => None,
        Login::Ends(ending) => Some(ending),
    };
    let replaced = ending == Some(SessionEnding::Replaced);
    if let (Some((earlier, ..)), Some(ending)) = (live, ending) {
        sessions::end(tx, earlier, ending, now, replaced.then_some(&device.name)).await?;
    }
    let token = Token::generate(TokenKind::Session, &mut entropy::source());
    let new = NewSession {
        id: Uuid::now_v7(),
        user,
        hash: &token::hash(token.reveal()),
        device,
        at: now,
        expires_at: now + policy.session_ttl.min(policy.session_max),
    };
    let session = new.id;
    sessions::add(tx, new).await?;
    let detail = serde_json::json!({ "session": session, "device": device.name, "replaced": replaced });
    record(tx, now, Some(user), if is_first { "account:verify" } else { "session:login" }, user, detail)
        .await?;
    let account = users::find_by_email(tx, &challenge.email).await?;
    let account = account.ok_or(ServiceError::NotFound("account"))?;
    Ok((SignedIn { token, account, replaced }, ending.is_some()))
}

/// Makes an administrator of an account that the settings name: the first time that its owner signs in, and whenever there
/// is no administrator at all. So a role that somebody revoked stays revoked.
async fn grant_by_settings(
    tx: &mut Transaction,
    user: UserId,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    let is_first = users::settle_admin(tx, user, now).await?;
    if !is_first && users::is_role_held(tx, Role::Admin).await? {
        return Ok(());
    }
    if users::grant(tx, user, Role::Admin, now).await? {
        let detail = serde_json::json!({ "role": Role::Admin, "by": "ADMIN_EMAILS" });
        record(tx, now, None, "role:grant", user, detail).await?;
    }
    Ok(())
}

/// Puts what happened to an account on record.
pub(super) async fn record(
    tx: &mut Transaction,
    at: OffsetDateTime,
    actor: Option<UserId>,
    action: &str,
    user: UserId,
    detail: serde_json::Value,
) -> Result<(), ServiceError> {
    let subject = user.to_string();
    Ok(audit::add(tx, audit::AuditEntry { at, actor, action, subject: &subject, detail: Some(detail) })
        .await?)
}
