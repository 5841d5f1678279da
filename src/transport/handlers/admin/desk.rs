//! A scorer's desk: it sends `/admin` clients the scores of the events they may score.

use crate::transport::client::{Client, Identity};
use crate::transport::handlers::context::Context;

/// Subscribes a client to the scores of the events it may score.
pub async fn open(context: &Context, client: &Client) {
    let Identity::Account(known) = &client.identity else { return };
    let desks = &context.services.desks;
    desks.open(&known.account, client.id, client.link.clone()).await;
    if !client.link.is_connected() {
        // It disconnected before its desk existed, so nothing else closes the desk.
        desks.close(client.id);
    }
}
