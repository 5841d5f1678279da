//! `message` and `message:delete` of `/admin`: posting official messages to an event's room, and deleting
//! messages from it.

use std::sync::Arc;

use crate::domain::text;
use crate::services::crowd::Crowd;
use crate::transport::handlers::call::{Call, Outcome, done};
use crate::transport::handlers::operations::OperationKind;
use crate::transport::wire::{MessageDelete, WriteOfficial};

/// `message`: posts a message shown as official.
pub async fn write(call: &mut Call<'_>, crowd: &Arc<Crowd>) -> Outcome {
    let WriteOfficial { event_id, text, op_id } = call.parse()?;
    text::check_message(&text.0, call.context.limits.lengths.text)?;
    let Some(operation) = call.begin(OperationKind::Official, op_id) else { return done() };
    crowd.post_official(call.credential()?, event_id, text.0).await?;
    operation.done();
    done()
}

/// `message:delete`.
pub async fn delete(call: &mut Call<'_>, crowd: &Arc<Crowd>) -> Outcome {
    let MessageDelete { event_id, message_id } = call.parse()?;
    crowd.delete_message(call.credential()?, event_id, message_id).await?;
    done()
}
