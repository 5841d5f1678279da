//! Connecting and disconnecting clients: identification, and registration with the registry and the services
//! that notify clients.

use std::sync::Arc;
use std::time::Instant;

use super::context::{Context, Namespace};
use crate::domain::id::{ConnectionId, UserId};
use crate::live::member::MemberId;
use crate::services::accounts::{ANY_ROLE, Credential};
use crate::services::refusals::Refusal;
use crate::transport::client::{Authenticated, Client, Identity};
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::tcp::peer::Peer;

/// Identifies a client by its token; without one it is a guest.
///
/// # Errors
/// `unauthenticated`, `session_replaced`, `forbidden`.
pub async fn identify(
    context: &Context,
    namespace: Namespace,
    peer: &Peer,
    token: Option<String>,
) -> Result<Identity, Failure> {
    let identified = look_up(context, namespace, token).await;
    if let Err(failure) = &identified {
        let asked = match namespace {
            Namespace::Viewer => "connect to /",
            Namespace::Admin => "connect to /admin",
        };
        note_refusal(context, peer, failure.account.as_deref().copied(), asked, failure.code);
    }
    identified
}

/// The log span of a socket. Log lines within it carry the socket's id and its connection's id; the latter
/// also identifies a guest without a name as a viewer.
pub fn span(id: MemberId, connection: ConnectionId) -> tracing::Span {
    tracing::info_span!("socket", id = format_args!("{id:016x}"), %connection)
}

/// Logs and audits a refused request if its code may point to an attack.
pub fn note_refusal(context: &Context, peer: &Peer, account: Option<UserId>, asked: &str, code: ErrorCode) {
    let is_audited =
        matches!(code, ErrorCode::Unauthenticated | ErrorCode::SessionReplaced | ErrorCode::Forbidden);
    if is_audited {
        let refusal = Refusal { address: peer.ip, account, asked, code: code.as_str() };
        context.services.refusals.note(&refusal);
    }
}

async fn look_up(
    context: &Context,
    namespace: Namespace,
    token: Option<String>,
) -> Result<Identity, Failure> {
    let Some(token) = token else {
        return match namespace {
            Namespace::Viewer => Ok(Identity::Guest),
            Namespace::Admin => Err(Failure::new(ErrorCode::Unauthenticated, "/admin requires a token")),
        };
    };
    let credential = Credential::from_token(&token);
    let account = match namespace {
        Namespace::Viewer => context.services.accounts.authenticate(credential).await?,
        Namespace::Admin => {
            let account = context.services.accounts.authorise(credential, ANY_ROLE).await?;
            context.services.accounts.note_desk_use(credential);
            account
        }
    };
    Ok(Identity::Account(Box::new(Authenticated { account, credential })))
}

/// Registers a connected client. Players are then notified of changes to their points, and reviewers of held
/// points.
pub fn on_connect(context: &Context, client: &Arc<Client>) {
    context.connections.add(client.clone());
    let Some(user) = client.account() else { return };
    let (id, link) = (client.id, client.link.clone());
    match client.namespace {
        Namespace::Viewer => context.services.leaderboards.players.add(user, id, link),
        Namespace::Admin => context.services.reviews.reviewers.add(user, id, link),
    }
}

/// How a client disconnected, with the reason that the metrics use.
#[derive(Debug, Clone, Copy)]
pub enum DisconnectCause {
    /// It left the namespace: it is not expected back.
    Left(&'static str),
    /// Its connection was lost or closed: it may reconnect soon.
    Lost(&'static str),
}

/// Removes a disconnected client from the registry, the services and its rooms.
pub fn on_disconnect(context: &Context, client: &Client, cause: DisconnectCause) {
    let (DisconnectCause::Left(reason) | DisconnectCause::Lost(reason)) = cause;
    metrics::counter!("touchline_disconnected_total", "reason" => reason).increment(1);
    // Mark the client as gone first: a concurrent join either sees the mark, or its room is among these.
    let rooms = client.gone();
    undo_connect(context, client);
    context.services.desks.close(client.id);
    context.services.list_feed.unwatch(client.id);
    for room in rooms {
        match cause {
            DisconnectCause::Left(_) => room.leave(client.id),
            DisconnectCause::Lost(_) => room.on_connection_lost(client.id, Instant::now()),
        };
    }
}

/// Reverses [`on_connect`].
pub fn undo_connect(context: &Context, client: &Client) {
    context.connections.remove(client.id);
    let Some(user) = client.account() else { return };
    match client.namespace {
        Namespace::Viewer => context.services.leaderboards.players.remove(user, client.id),
        Namespace::Admin => {
            context.services.reviews.reviewers.remove(user, client.id);
            if let Some(credential) = client.credential() {
                context.services.accounts.note_desk_use(credential);
            }
        }
    }
}
