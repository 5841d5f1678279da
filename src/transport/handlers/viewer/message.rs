//! `message`: a signed-in viewer writes to the room.

use uuid::Uuid;

use crate::domain::message::RoomMessage;
use crate::domain::{clock, text};
use crate::transport::client::Identity;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::handlers::call::{Call, Outcome, done};
use crate::transport::handlers::operations::OperationKind;
use crate::transport::wire::Write;

/// Posts a message to the room.
pub fn write(call: &Call<'_>) -> Outcome {
    let Write { text, event_id, op_id } = if call.payload.is_bare() {
        Write { text: call.payload.parse_bare()?, event_id: None, op_id: None }
    } else {
        call.parse()?
    };
    let limits = &call.context.limits;
    text::check_message(&text.0, limits.lengths.text)?;
    let Identity::Account(known) = &call.client.identity else {
        return Err(Failure::new(ErrorCode::Unauthenticated, "sign in to post messages"));
    };
    let room = call.client.room(event_id.as_ref())?;
    let operation = call.begin(OperationKind::Message, &room.event_id, op_id);
    let Some(operation) = operation else { return done() };
    limits.messages.take(&call.client.sender())?;
    let message = RoomMessage {
        message_id: Uuid::now_v7(),
        author: known.account.id,
        name: known.account.name.clone(),
        text: text.0,
        at: clock::now(),
        official: false,
    };
    room.post(call.client.source(), message)?;
    operation.done();
    metrics::counter!("touchline_messages_total").increment(1);
    done()
}
