//! A scorer's desk: clients of `/admin` are sent the scores of the events that they may score.

use crate::storage::StorageError;
use crate::transport::client::{Client, Identity};
use crate::transport::handlers::context::Context;

/// Has a client sent the scores of the events that it may score, from now on.
///
/// # Errors
/// The database could not be read.
pub async fn open(context: &Context, client: &Client) -> Result<(), StorageError> {
    let Identity::Account(account, _) = &client.identity else { return Ok(()) };
    let Some(scope) = context.services.scope_of(account).await? else { return Ok(()) };
    context.services.rooms.desks().open(client.id, account.id, client.link.clone(), scope);
    if !client.link.is_connected() {
        // It was disconnected before its desk was there to be closed.
        context.services.rooms.close_desk(client.id);
    }
    Ok(())
}
