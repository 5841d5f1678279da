//! A scorer's desk: clients of `/admin` are sent the scores of the events that they may score.

use std::sync::Arc;

use socketioxide::extract::SocketRef;

use crate::storage::StorageError;
use crate::transport::client::{Client, Identity};
use crate::transport::handlers::context::Context;
use crate::transport::socketio::member::SocketMember;

/// Has a client sent the scores of the events that it may score, from now on.
///
/// # Errors
/// The database could not be read.
pub async fn open(context: &Arc<Context>, client: &Client, socket: &SocketRef) -> Result<(), StorageError> {
    let Identity::Account(account, _) = &client.identity else { return Ok(()) };
    let Some(scope) = context.services.scope_of(account).await? else { return Ok(()) };
    let member = Arc::new(SocketMember::new(socket.clone(), context.connections.clone()));
    context.services.rooms.desks().open(client.id, account.id, member, scope);
    if !socket.connected() {
        // It was disconnected before its desk was there to be closed.
        context.services.rooms.close_desk(client.id);
    }
    Ok(())
}
