//! `reaction`: counts a reaction, and may show it to the room.

use crate::domain::{clock, text};
use crate::transport::client::Identity;
use crate::transport::handlers::call::{Call, Outcome, done};
use crate::transport::handlers::operations::OperationKind;
use crate::transport::wire::React;

/// Counts a reaction.
pub fn react(call: &Call<'_>) -> Outcome {
    let React { emoji, comment, event_id, op_id } = call.parse()?;
    let comment = comment.filter(|comment| !comment.is_empty());
    let limits = &call.context.limits;
    comment.as_deref().map_or(Ok(()), |comment| text::check(comment, limits.lengths.comment))?;
    let room = call.client.room(event_id.as_ref())?;
    let operation = call.begin(OperationKind::Reaction, &room.event_id, op_id);
    let Some(operation) = operation else { return done() };
    limits.admit_reaction(call.client)?;
    let name = match &call.client.identity {
        Identity::Account(known) => Some(known.account.name.as_str()),
        Identity::Guest => None,
    };
    room.react(call.client.id, call.client.source(), name, &emoji, comment.as_deref(), clock::now())?;
    operation.done();
    metrics::counter!("touchline_reactions_total").increment(1);
    done()
}
