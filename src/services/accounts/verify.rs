//! Redeeming a code: the only way to sign in.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{AccountPolicy, Accounts};
use crate::cluster::message::ClusterMessage;
use crate::domain::account::{Account, Role};
use crate::domain::id::UserId;
use crate::domain::network::Network;
use crate::domain::otp::{ChallengeState, CodeVerdict, OneTimeCode, judge};
use crate::domain::session::{Device, Login, SessionEnding, login};
use crate::domain::token::{self, Token, TokenKind};
use crate::domain::{clock, entropy, name, wait};
use crate::services::error::ServiceError;
use crate::services::writes::Lane;
use crate::storage::challenges::{self, Challenge};
use crate::storage::sessions::{self, NewSession};
use crate::storage::{Transaction, audit, users};

/// Maximum length of a device id, in bytes.
const DEVICE_ID_BYTES: usize = 128;

/// A code that a client sends in.
#[derive(Debug)]
pub struct CodeAttempt {
    /// The id of the challenge; `None` if the client did not send a valid id.
    pub challenge: Option<Uuid>,
    /// The code as typed.
    pub code: String,
    /// The client's address. A wrong code counts against its network.
    pub ip: IpAddr,
    /// The device's id, chosen by the app.
    pub device_id: String,
    /// The device's name, for its owner.
    pub device_name: String,
    /// Whether to refuse the login if another device used a desk a moment ago.
    pub asks: bool,
}

/// How long after its last use a desk counts as in use.
const DESK_IN_USE_FOR: Duration = Duration::from_mins(2);

/// The result of signing in.
pub struct SignedIn {
    /// The device's session token. Only its hash is stored.
    pub token: Token,
    /// The account.
    pub account: Account,
    /// Whether another device was signed out.
    pub replaced: bool,
}

impl Accounts {
    /// Checks a code. The right code creates the account if there is none, ends its other session and starts a new
    /// one, all in one transaction.
    ///
    /// # Errors
    /// `Invalid` and `Name` (a malformed code or device, which does not count as a try), `WrongCode`, `Expired`,
    /// `AlreadyUsed`, `TooManyAttempts`, `Conflict` (another device stays signed in), `DeskInUse` (the code stays valid),
    /// `Busy`, `Unavailable`.
    pub async fn verify(self: &Arc<Self>, attempt: CodeAttempt) -> Result<SignedIn, ServiceError> {
        let code = OneTimeCode::parse(&attempt.code, self.policy.digits)
            .map_err(|error| ServiceError::Invalid(error.to_string()))?;
        let device = self.device(attempt.device_id, &attempt.device_name)?;
        let challenge = attempt.challenge.ok_or(ServiceError::WrongCode)?;
        let network = Network::widest(attempt.ip);
        self.look_up(challenge, &code, network).await?;
        let accounts = self.clone();
        let write = async move {
            let signed_in =
                accounts.judge_and_sign_in(challenge, &code, &device, attempt.asks, network).await?;
            // Close the connections of the device that was signed out, at once.
            accounts.uses.ended.notify_one();
            Ok(signed_in)
        };
        self.base.writes.run(Lane::Anonymous(network), write).await
    }

    fn device(&self, id: String, name: &str) -> Result<Device, ServiceError> {
        if !(1..=DEVICE_ID_BYTES).contains(&id.len()) || id.chars().any(char::is_control) {
            let text = format!("device.id must be 1 to {DEVICE_ID_BYTES} bytes, without control characters");
            return Err(ServiceError::Invalid(text));
        }
        Ok(Device { id, name: name::parse_cut(name, self.policy.name_length)? })
    }

    /// Refuses challenges that do not exist or are over, without queueing a write.
    async fn look_up(
        &self,
        challenge: Uuid,
        code: &OneTimeCode,
        network: Network,
    ) -> Result<(), ServiceError> {
        let found = challenges::find(&self.base.database, challenge).await?;
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
        asks: bool,
        network: Network,
    ) -> Result<SignedIn, ServiceError> {
        let mut tx = self.base.database.begin_for(Lane::Anonymous(network)).await?;
        let found = challenges::lock(&mut tx, challenge).await?;
        let (challenge, standing) = found.ok_or(ServiceError::WrongCode)?;
        // Read the time after the lock, because waiting for it takes time.
        let now = clock::now();
        match self.judge(&challenge, &standing, code, now) {
            CodeVerdict::Right => {
                let signed_in = sign_in(&mut tx, &self.policy, &challenge, device, asks, now).await?;
                let (signed_in, ends_another) = signed_in;
                if ends_another {
                    self.base.bus.publish_in_tx(&mut tx, &ClusterMessage::Session).await?;
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

    /// The error for a code that is not accepted.
    async fn refused(
        &self,
        verdict: CodeVerdict,
        challenge: &Challenge,
        network: Network,
    ) -> Result<ServiceError, ServiceError> {
        let account = users::id_of(&self.base.database, &challenge.email).await?;
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
        // The work is the same whether or not there is an account.
        Ok(match account {
            Some(account) => refused.of(account),
            None => refused,
        })
    }
}

/// Signs in. The second value says whether another session was ended.
async fn sign_in(
    tx: &mut Transaction,
    policy: &AccountPolicy,
    challenge: &Challenge,
    device: &Device,
    asks: bool,
    now: OffsetDateTime,
) -> Result<(SignedIn, bool), ServiceError> {
    if !challenges::redeem(tx, challenge.id).await? {
        return Err(ServiceError::AlreadyUsed);
    }
    let name = challenge.name.as_deref();
    let default_name = name.map_or_else(|| challenge.email.default_name(), str::to_owned);
    let id = UserId(Uuid::now_v7());
    let account = users::find_or_add(tx, &challenge.email, &default_name, id, now).await?;
    // The account was created after the code was mailed, for a mailbox with another spelling of the address.
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
        if asks && replaced {
            refuse_while_desk_is_used(tx, earlier, now).await?;
        }
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
    let action = if is_first { "account:verify" } else { "session:login" };
    let detail = json!({ "session": session, "device": device.name, "replaced": replaced });
    audit::add(tx, now, Some(user), action, user, Some(detail)).await?;
    let account = users::find_by_email(tx, &challenge.email).await?;
    let account = account.ok_or(ServiceError::NotFound("account"))?;
    Ok((SignedIn { token, account, replaced }, ending.is_some()))
}

/// Refuses to end a session whose device used a desk a moment ago. The transaction is then dropped, so the code stays valid.
async fn refuse_while_desk_is_used(
    tx: &mut Transaction,
    session: Uuid,
    now: OffsetDateTime,
) -> Result<(), ServiceError> {
    match sessions::desk_of(tx, session).await? {
        Some((device, last_used_at)) if wait::left(last_used_at, DESK_IN_USE_FOR, now).is_some() => {
            Err(ServiceError::DeskInUse { device, last_used_at })
        }
        _ => Ok(()),
    }
}

/// Grants the admin role to an account that `ADMIN_EMAILS` names: at its owner's first sign-in, and whenever there
/// is no administrator. So a revoked role stays revoked.
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
        let detail = json!({ "role": Role::Admin, "by": "ADMIN_EMAILS" });
        audit::add(tx, now, None, "role:grant", user, Some(detail)).await?;
    }
    Ok(())
}
