//! `join` and `leave`: entering and leaving an event's room.

use crate::domain::name;
use crate::live::room::JoinRequest;
use crate::services::crowd::Crowd;
use crate::transport::error::Failure;
use crate::transport::handlers::call::{Call, Handled, Outcome, done};
use crate::transport::wire::{EventRef, Join, JoinAnswer};

/// The length that a guest's name may always have, in graphemes. It fits a UUID, which programs use as a
/// name.
const GUEST_NAME_LENGTH: usize = 40;

/// `join`: answers, then sends the state.
pub async fn join(call: &mut Call<'_>, crowd: &Crowd) -> Outcome {
    let Join { event_id, id, since, full } = if call.payload.is_bare() {
        Join { event_id: call.payload.parse_bare()?, id: None, since: None, full: false }
    } else {
        call.parse()?
    };
    let longest = call.context.limits.lengths.name.max(GUEST_NAME_LENGTH);
    let name = id.filter(|id| !id.is_empty()).map(|id| name::parse(&id, longest)).transpose()?;
    call.context.limits.joins.take(&call.client.sender())?;
    call.client.may_join(&event_id, call.context.settings.max_events_per_socket)?;

    let viewer = call.client.viewer(name.as_deref());
    let viewer_id = viewer.id();
    let member = call.client.link.clone();
    let since = since.map(|since| since.0);
    let room = crowd.open(&event_id).await?;
    call.context.limits.admit(call.client, room.bytes_of_join(since.as_ref(), full)).await?;

    let request = JoinRequest { id: call.client.id, member, viewer: Some(viewer), since, full };
    let mut answered = Ok(());
    let answer = &mut call.answer;
    let joining = crowd.join(&event_id, request, |joined| {
        let Some(answer) = answer.take() else { return };
        answered = answer.yes(JoinAnswer {
            event_id: &event_id,
            viewer_id,
            epoch: &joined.position.epoch,
            seq: joined.position.seq,
            recovered: joined.recovered,
            event: &joined.event,
            viewers: joined.viewers,
        });
    });
    let room = joining.await?;
    // A client that disconnected in the meantime would stay in the room forever.
    if !call.client.joined(&room) || answered.is_err() {
        room.leave(call.client.id);
        call.client.close_if_connected();
    }
    Ok(Handled::Answered)
}

/// `leave`: leaves an event's room.
pub fn leave(call: &mut Call<'_>) -> Outcome {
    let EventRef { event_id } = event_ref(call)?;
    let room = call.client.room(event_id.as_ref())?;
    if let Some(room) = call.client.left(&room.event_id) {
        room.leave(call.client.id);
    }
    done()
}

/// The event that a message names: `{eventId}`, the bare `eventId`, or nothing.
pub fn event_ref(call: &Call<'_>) -> Result<EventRef, Failure> {
    if call.payload.is_bare() {
        Ok(EventRef { event_id: Some(call.payload.parse_bare()?) })
    } else {
        call.payload.parse_or_default()
    }
}
