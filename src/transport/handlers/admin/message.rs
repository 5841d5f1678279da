//! `message` and `message:delete` of `/admin`: posting official messages to an event's room, and deleting
//! messages from it.

use std::sync::Arc;
use std::time::Instant;

use uuid::Uuid;

use crate::domain::sender::Sender;
use crate::domain::text;
use crate::services::accounts::Credential;
use crate::services::crowd::Crowd;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::handlers::call::{Call, Outcome, done, yes};
use crate::transport::handlers::context::Context;
use crate::transport::handlers::operations::OperationKind;
use crate::transport::wire::{MessageAnswer, MessageDelete, WriteOfficial};

/// `message`: posts a message shown as official.
pub async fn write(call: &mut Call<'_>, crowd: &Arc<Crowd>) -> Outcome {
    let writer = (call.credential()?, call.client.sender());
    let (message_id, _) = post(call.context, crowd, writer, call.parse()?).await?;
    yes(&MessageAnswer { message_id })
}

/// Posts a message shown as official, once for each `opId` of the sender. Returns its id, and whether an earlier attempt
/// posted it.
///
/// # Errors
/// The code and a text; `unavailable` while an earlier attempt has not finished.
pub async fn post(
    context: &Context,
    crowd: &Arc<Crowd>,
    (credential, sender): (Credential, Sender),
    message: WriteOfficial,
) -> Result<(Uuid, bool), Failure> {
    let WriteOfficial { event_id, text, op_id } = message;
    text::check_message(&text.0, context.limits.lengths.text)?;
    let kind = OperationKind::Official;
    let Some(operation) = context.operations.begin(sender, kind, op_id.clone(), Instant::now()) else {
        let earlier = op_id.and_then(|op_id| context.operations.message_of(sender, kind, op_id));
        let earlier = earlier.map(|message_id| (message_id, true));
        return earlier.ok_or_else(|| {
            Failure::new(ErrorCode::Unavailable, "an earlier attempt is still in progress; retry")
        });
    };
    let message_id = crowd.post_official(credential, event_id, text.0).await?;
    operation.done_with(message_id);
    Ok((message_id, false))
}

/// `message:delete`.
pub async fn delete(call: &mut Call<'_>, crowd: &Arc<Crowd>) -> Outcome {
    let MessageDelete { event_id, message_id } = call.parse()?;
    crowd.delete_message(call.credential()?, event_id, message_id).await?;
    done()
}
