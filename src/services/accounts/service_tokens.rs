//! Service tokens, which scoring programs and operators sign in with. They are created on the command line.

use std::time::Duration;

use uuid::Uuid;

use crate::cluster::bus::Bus;
use crate::cluster::message::ClusterMessage;
use crate::domain::account::Role;
use crate::domain::email::EmailAddress;
use crate::domain::id::{EventId, UserId};
use crate::domain::token::{self, Token, TokenKind};
use crate::domain::{clock, entropy};
use crate::services::error::ServiceError;
use crate::storage::tokens::NewServiceToken;
use crate::storage::{Database, StorageError, audit, events, tokens, users};

/// Length of the random name under which the command line publishes a message, in characters.
const NAME_LENGTH: usize = 12;

/// The input for a new service token.
#[derive(Debug)]
pub struct NewToken {
    /// The account's address. The account is created if there is none.
    pub email: EmailAddress,
    /// A role to grant to the account.
    pub role: Role,
    /// Events to assign the account to.
    pub events: Vec<EventId>,
    /// What the token is for, as the operator describes it.
    pub name: String,
    /// How long the token is valid; `None`: until it is revoked.
    pub expires: Option<Duration>,
}

/// Creates a service token. Only its hash is stored, so the returned text cannot be read again.
///
/// # Errors
/// `NotFound` (an event); database errors.
pub async fn create_token(database: &Database, new: NewToken) -> Result<(Uuid, Token), ServiceError> {
    let (now, id) = (clock::now(), Uuid::now_v7());
    let token = Token::generate(TokenKind::Service, &mut entropy::source());
    let mut tx = database.begin().await?;
    let name = &new.email.default_name();
    let account = users::find_or_add(&mut tx, &new.email, name, UserId(Uuid::now_v7()), now).await?;
    users::grant(&mut tx, account.id, new.role, now).await?;
    for event in &new.events {
        events::lock(&mut tx, event).await?.ok_or(ServiceError::NotFound("event"))?;
        events::assign(&mut tx, event, account.id, now).await?;
    }
    let expires_at = new.expires.map(|expires| now + expires);
    let hash = token::hash(token.reveal());
    let token_row =
        NewServiceToken { id, user: account.id, name: &new.name, hash: &hash, at: now, expires_at };
    tokens::add(&mut tx, token_row).await?;
    let detail = serde_json::json!({
        "role": new.role, "events": new.events, "user": account.id,
        "expiresAt": expires_at.map(clock::to_millis),
    });
    audit::add(&mut tx, now, None, "token:create", id, Some(detail)).await?;
    tx.commit().await?;
    Ok((id, token))
}

/// Revokes a service token, which closes its sockets on every node. Returns false if there is no such token, or it
/// was already revoked.
pub async fn revoke_token(database: &Database, id: Uuid) -> Result<bool, StorageError> {
    let now = clock::now();
    let mut tx = database.begin().await?;
    let revoked = tokens::revoke(&mut tx, id, now).await?;
    if revoked {
        audit::add(&mut tx, now, None, "token:revoke", id, None).await?;
        // This process is not a node; it needs a name for this one message only.
        let name = entropy::short_text(&mut entropy::source(), NAME_LENGTH);
        Bus::new(database, &name).publish_in_tx(&mut tx, &ClusterMessage::Session).await?;
    }
    tx.commit().await?;
    Ok(revoked)
}

/// The account of the demo.
const DEMO_ADDRESS: &str = "demo@touchline.invalid";

/// The service token of the demo.
pub struct DemoToken {
    /// Its id, for revoking it.
    pub id: Uuid,
    /// The token.
    pub token: Token,
}

/// Creates a token for the demo, and revokes the tokens of earlier runs.
pub async fn demo_token(database: &Database) -> Result<DemoToken, ServiceError> {
    for earlier in tokens::list(database).await? {
        if earlier.account.email.as_str() == DEMO_ADDRESS && earlier.revoked_at.is_none() {
            revoke_token(database, earlier.id).await?;
        }
    }
    let email =
        EmailAddress::parse(DEMO_ADDRESS).map_err(|error| ServiceError::Invalid(error.to_string()))?;
    let new =
        NewToken { email, role: Role::Admin, events: Vec::new(), name: "demo".to_owned(), expires: None };
    let (id, token) = create_token(database, new).await?;
    Ok(DemoToken { id, token })
}
