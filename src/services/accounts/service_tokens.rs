//! Service tokens: what scoring programs and operators sign in with, made at the command line.

use std::time::Duration;

use uuid::Uuid;

use crate::cluster::bus::Bus;
use crate::cluster::message::ClusterMessage;
use crate::domain::account::Role;
use crate::domain::clock;
use crate::domain::email::EmailAddress;
use crate::domain::entropy;
use crate::domain::id::{EventId, UserId};
use crate::domain::token::{self, Token, TokenKind};
use crate::services::error::ServiceError;
use crate::storage::tokens::NewServiceToken;
use crate::storage::{Database, StorageError, audit, events, tokens, users};

/// Characters of the name under which a process that is no node sends a note.
const NAME_LENGTH: usize = 12;

/// What the holder of the database asks for when making a service token.
#[derive(Debug)]
pub struct NewToken {
    /// The account's address; the account is made if there is none.
    pub email: EmailAddress,
    /// A role that the account is given.
    pub role: Role,
    /// Events that the account is assigned to.
    pub events: Vec<EventId>,
    /// What the token is for.
    pub name: String,
    /// How long it is good; `None`: until it is revoked.
    pub expires: Option<Duration>,
}

/// Makes a service token. The text that is returned is not kept.
///
/// # Errors
/// `NotFound` (an event); those of the database.
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
    let subject = id.to_string();
    let entry = audit::AuditEntry {
        at: now,
        actor: None,
        action: "token:create",
        subject: &subject,
        detail: Some(detail),
    };
    audit::add(&mut tx, entry).await?;
    tx.commit().await?;
    Ok((id, token))
}

/// Ends a service token, which closes its sockets on every node. False if there is none of this id that was not
/// revoked before.
///
/// # Errors
/// Those of the database.
pub async fn revoke_token(database: &Database, id: Uuid) -> Result<bool, StorageError> {
    let now = clock::now();
    let mut tx = database.begin().await?;
    let revoked = tokens::revoke(&mut tx, id, now).await?;
    if revoked {
        let subject = id.to_string();
        let entry = audit::AuditEntry {
            at: now,
            actor: None,
            action: "token:revoke",
            subject: &subject,
            detail: None,
        };
        audit::add(&mut tx, entry).await?;
        // This process is no node: it needs a name for this one note alone.
        let name = entropy::short_text(&mut entropy::source(), NAME_LENGTH);
        Bus::new(database, &name).publish_in_tx(&mut tx, &ClusterMessage::Session).await?;
    }
    tx.commit().await?;
    Ok(revoked)
}

/// The account that the demo scores with.
const DEMO_ADDRESS: &str = "demo@touchline.invalid";

/// What the demo signs in with.
pub struct DemoToken {
    /// Its id, to end it by.
    pub id: Uuid,
    /// The token.
    pub token: Token,
}

/// A token for the demo, which takes the place of those of earlier runs.
///
/// # Errors
/// Those of the database.
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
