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
use crate::transport::handlers::operations::{Earlier, OperationKey, OperationKind};
use crate::transport::wire::{MessageAnswer, MessageDelete, WriteOfficial};

/// `message`: posts a message shown as official.
pub async fn write(call: &mut Call<'_>, crowd: &Arc<Crowd>) -> Outcome {
    let writer = (call.credential()?, call.client.sender());
    let (message_id, _) = post(call.context, crowd, writer, call.parse()?).await?;
    yes(&MessageAnswer { message_id })
}

/// Posts a message shown as official, once for each `opId` of the sender in an event. Returns its id, and whether an
/// earlier attempt posted it.
///
/// # Errors
/// The code and a text; `conflict` if the `opId` was used for another text, `unavailable` while an earlier attempt has
/// not finished.
pub async fn post(
    context: &Context,
    crowd: &Arc<Crowd>,
    (credential, who): (Credential, Sender),
    message: WriteOfficial,
) -> Result<(Uuid, bool), Failure> {
    let WriteOfficial { event_id, text, op_id } = message;
    text::check_message(&text.0, context.limits.lengths.text)?;
    let (kind, event) = (OperationKind::Official, event_id.clone());
    let key = op_id.map(|op_id| OperationKey { who, kind, event_id: event, op_id });
    let operation = match context.operations.begin(key, &text.0, Instant::now()) {
        Ok(operation) => operation,
        Err(Earlier { is_same: false, .. }) => {
            return Err(Failure::new(ErrorCode::Conflict, "this opId was used for another message"));
        }
        Err(Earlier { message: Some(message_id), .. }) => return Ok((message_id, true)),
        Err(Earlier { message: None, .. }) => {
            let text = "an earlier attempt is still in progress; retry";
            return Err(Failure::new(ErrorCode::Unavailable, text));
        }
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
