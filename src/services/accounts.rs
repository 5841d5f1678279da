//! Accounts: sign-in, sessions, service tokens and roles.

mod codes;
mod desk_uses;
mod known_operators;
mod limits;
mod roles;
mod service_tokens;
mod sessions;
mod verify;
mod watch;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use time::OffsetDateTime;
use tokio::sync::Notify;

pub use codes::{IssuedChallenge, SignUp};
use desk_uses::DeskUses;
use known_operators::KnownOperators;
pub use limits::{MailLimits, MailRates};
pub use service_tokens::{DemoToken, NewToken, create_token, demo_token, revoke_token};
pub use verify::{CodeAttempt, SignedIn};
pub use watch::{CredentialEnd, SignedInClients};

use super::desks::ScorerDesks;
use super::error::ServiceError;
use super::{Base, Resources};
use crate::domain::account::{Account, Role};
use crate::domain::email::EmailAddress;
use crate::domain::id::{EventId, UserId};
use crate::domain::otp::{self, Secret};
use crate::domain::session::{self, SingleDevice};
use crate::domain::token::{self, TokenHash, TokenKind};
use crate::domain::{clock, wait};
use crate::mail::mailer::Mailer;
use crate::storage::sessions::StoredSession;
use crate::storage::tokens::ServiceToken;
use crate::storage::{Transaction, events, sessions as stored_sessions, tokens};

/// A token that a client presented. Each write looks it up again in its own transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Credential {
    kind: TokenKind,
    hash: TokenHash,
}

impl Credential {
    /// The credential for a token that a client presents.
    pub fn from_token(presented: &str) -> Self {
        Self { kind: TokenKind::of(presented), hash: token::hash(presented) }
    }

    /// The hash of the token. It identifies the session.
    pub(super) fn hash(&self) -> &TokenHash {
        &self.hash
    }

    /// Whether this is a session of a signed-in device rather than a service token.
    pub fn is_session(&self) -> bool {
        self.kind == TokenKind::Session
    }
}

/// The shortest time between two recorded uses of a service token.
const RECORD_USE_EVERY: Duration = Duration::from_mins(1);

/// Sign-in settings.
pub struct AccountPolicy {
    /// The server's secret.
    pub secret: Secret,
    /// How often codes are mailed.
    pub mail_rates: MailRates,
    /// Digits of a code.
    pub digits: u8,
    /// How long a code is valid.
    pub code_ttl: Duration,
    /// How many wrong codes are allowed.
    pub tries: otp::CodeLimits,
    /// How long a session lasts without use.
    pub session_ttl: Duration,
    /// Maximum lifetime of a session, however much it is used.
    pub session_max: Duration,
    /// What a login on a second device does.
    pub single_device: SingleDevice,
    /// Keys of the email addresses that become administrators.
    pub admins: HashSet<String>,
    /// Maximum length of a name, in graphemes.
    pub name_length: usize,
}

impl AccountPolicy {
    fn is_admin(&self, email: &EmailAddress) -> bool {
        self.admins.contains(email.key())
    }
}

/// Signs people in and out, checks credentials, and grants roles.
#[derive(Clone)]
pub struct Accounts {
    base: Base,
    desks: Arc<ScorerDesks>,
    mailer: Mailer,
    limits: MailLimits,
    policy: Arc<AccountPolicy>,
    uses: Arc<Uses>,
}

/// Credential activity on this node.
#[derive(Default)]
struct Uses {
    /// Credentials whose use will be recorded soon. Only valid ones get in, which bounds the set.
    used: Mutex<HashSet<Credential>>,
    /// Operators that were accepted lately.
    operators: KnownOperators,
    /// Sessions that have used a desk lately.
    desks: DeskUses,
    /// Notified when a session or a service token has ended.
    ended: Notify,
}

impl Accounts {
    /// Accounts in this database, with codes sent by this mailer.
    pub fn new(resources: &Resources, desks: Arc<ScorerDesks>, policy: AccountPolicy) -> Self {
        Self {
            base: resources.base.clone(),
            desks,
            mailer: resources.mailer.clone(),
            limits: MailLimits::new(policy.mail_rates),
            policy: Arc::new(policy),
            uses: Arc::default(),
        }
    }

    /// The same service for clients that have not authenticated yet: their reads queue behind all others.
    #[must_use]
    pub fn for_anonymous(&self) -> Self {
        Self { base: self.base.for_anonymous(), ..self.clone() }
    }

    /// The shortest time between two recorded uses of a credential.
    fn use_step(&self, credential: Credential) -> Duration {
        match credential.kind {
            TokenKind::Session => self.renewal_step(),
            TokenKind::Service => RECORD_USE_EVERY,
        }
    }

    /// The shortest time between two renewals of a session.
    fn renewal_step(&self) -> Duration {
        session::renewal_step(self.policy.session_ttl)
    }

    /// Queues the use of a valid credential for recording, unless one was recorded recently.
    fn note_use(&self, credential: Credential, last_used_at: Option<OffsetDateTime>) {
        let step = self.use_step(credential);
        let now = clock::now();
        if last_used_at.and_then(|last| wait::left(last, step, now)).is_none() {
            self.uses.used.lock().insert(credential);
        }
    }

    /// The account that a credential belongs to.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`; database errors.
    pub async fn authenticate(&self, credential: Credential) -> Result<Account, ServiceError> {
        match credential.kind {
            TokenKind::Service => {
                let token = live_token(tokens::find(&self.base.database, &credential.hash).await?)?;
                self.note_use(credential, token.last_used_at);
                Ok(token.account)
            }
            TokenKind::Session => {
                let session = stored_sessions::find(&self.base.database, &credential.hash).await?;
                Ok(live(session)?.account)
            }
        }
    }

    /// The account behind a credential, which must have one of these roles.
    ///
    /// # Errors
    /// `Unauthenticated`, `SessionReplaced`, `Forbidden`; database errors.
    pub async fn authorise(&self, credential: Credential, roles: &[Role]) -> Result<Account, ServiceError> {
        with_role(self.authenticate(credential).await?, roles)
    }
}

/// The session, if it is live.
fn live(session: Option<StoredSession>) -> Result<StoredSession, ServiceError> {
    let session = session.ok_or(ServiceError::Unauthenticated)?;
    let refused = match session.ending {
        Some(session::SessionEnding::Replaced) => ServiceError::SessionReplaced,
        Some(_) => ServiceError::Unauthenticated,
        None if session::is_over(session.expires_at, clock::now()) => ServiceError::Unauthenticated,
        None => return Ok(session),
    };
    Err(refused.of(session.account.id))
}

/// The service token, if it is live.
fn live_token(token: Option<ServiceToken>) -> Result<ServiceToken, ServiceError> {
    let token = token.ok_or(ServiceError::Unauthenticated)?;
    if token.is_live(clock::now()) {
        Ok(token)
    } else {
        Err(ServiceError::Unauthenticated.of(token.account.id))
    }
}

/// Any role: the requirement for `/admin`.
pub const ANY_ROLE: &[Role] = &[Role::Scorer, Role::Reviewer, Role::Admin];

/// The account behind a credential, read in a write's transaction.
pub(super) async fn authenticate_in(
    tx: &mut Transaction,
    credential: Credential,
) -> Result<Account, ServiceError> {
    match credential.kind {
        TokenKind::Service => Ok(live_token(tokens::find_in(tx, &credential.hash).await?)?.account),
        TokenKind::Session => Ok(live(stored_sessions::find_in(tx, &credential.hash).await?)?.account),
    }
}

/// The account behind a credential, which must have one of these roles, read in a write's transaction.
pub(super) async fn authorise(
    tx: &mut Transaction,
    credential: Credential,
    roles: &[Role],
) -> Result<Account, ServiceError> {
    with_role(authenticate_in(tx, credential).await?, roles)
}

/// The account behind a credential, which must be an administrator or a scorer assigned to the event.
pub(super) async fn authorise_scorer(
    tx: &mut Transaction,
    credential: Credential,
    event_id: &EventId,
) -> Result<UserId, ServiceError> {
    let account = authorise(tx, credential, &[Role::Scorer, Role::Admin]).await?;
    if account.has(Role::Admin) || events::is_assigned(tx, event_id, account.id).await? {
        Ok(account.id)
    } else {
        Err(ServiceError::Forbidden("you are not assigned to this event"))
    }
}

fn with_role(account: Account, roles: &[Role]) -> Result<Account, ServiceError> {
    if roles.iter().any(|role| account.has(*role)) {
        Ok(account)
    } else {
        let forbidden = ServiceError::Forbidden(match roles {
            [Role::Admin] => "requires the admin role",
            _ => "your account does not have the required role",
        });
        Err(forbidden.of(account.id))
    }
}
