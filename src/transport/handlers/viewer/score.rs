//! `score` of `/`: sends the state again.

use super::join::event_ref;
use crate::services::crowd::Crowd;
use crate::transport::error::{ErrorCode, Failure};
use crate::transport::handlers::call::{Call, Handled, Outcome};
use crate::transport::wire::{Misplaced, PositionAnswer};

/// Answers with the position, then sends the snapshot.
pub async fn resend(call: &mut Call<'_>, crowd: &Crowd) -> Outcome {
    if call.payload.is_object() && call.parse::<Misplaced>()?.has_data {
        return Err(Failure::new(ErrorCode::Forbidden, "scores are published in the /admin namespace"));
    }
    let room = call.client.room(event_ref(call)?.event_id.as_ref())?;
    let limits = &call.context.limits;
    limits.reads.take(&call.client.sender())?;
    limits.admit(call.client, room.bytes_of_state()).await?;
    let mut answered = Ok(());
    let answer = &mut call.answer;
    let sent = crowd.resend(&room, call.client.id, |position| {
        let Some(answer) = answer.take() else { return };
        answered = answer.yes(PositionAnswer { epoch: &position.epoch, seq: position.seq });
    });
    if !sent {
        return Err(Failure::new(ErrorCode::NotJoined, "join the event first"));
    }
    if answered.is_err() {
        call.client.close_if_connected();
    }
    Ok(Handled::Answered)
}
