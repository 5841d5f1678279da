//! A scorer's desk: clients of `/admin` are sent the scores of the events that they may score.

use crate::transport::client::{Client, Identity};
use crate::transport::handlers::context::Context;

/// Has a client sent the scores of the events that it may score, from now on.
pub async fn open(context: &Context, client: &Client) {
    let Identity::Account(known) = &client.identity else { return };
    let desks = &context.services.desks;
    desks.open(&known.account, client.id, client.link.clone()).await;
    if !client.link.is_connected() {
        // It was disconnected before its desk was there to be closed.
        desks.close(client.id);
    }
}
