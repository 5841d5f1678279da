//! `action:start` and `action:complete`: earning points.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use crate::domain::clock;
use crate::domain::text::TextError;
use crate::services::points::{Completion, Points, Start};
use crate::transport::client::Identity;
use crate::transport::handlers::call::{Call, Outcome, yes};
use crate::transport::wire::points::{ActionComplete, ActionCompleted, ActionStart, ActionStarted};

/// `action:start`: answers with a ticket.
pub async fn start(call: &mut Call<'_>, points: &Arc<Points>) -> Outcome {
    let ActionStart { event_id, action } = call.parse()?;
    // No length check: the name is only compared with the event's actions, and stored names may predate
    // today's limit.
    if action.contains('\0') {
        return Err(TextError::Nul.into());
    }
    let player = call.credential()?;
    if let Identity::Account(known) = &call.client.identity {
        call.context.limits.actions.take(&known.account.id)?;
    }
    let event_id = call.client.room(event_id.as_ref())?.event_id.clone();
    let start = Start { event_id, action, address: Some(address(call)) };
    let started = points.start(player, start, clock::moment()).await?;
    yes(&ActionStarted {
        ticket: started.ticket.reveal(),
        min_ms: started.min_ms,
        expires_at: clock::to_millis(started.expires_at),
    })
}

/// `action:complete`: answers with the points, or says that a reviewer will decide.
pub async fn complete(call: &mut Call<'_>, points: &Arc<Points>) -> Outcome {
    let ActionComplete { ticket } = call.parse()?;
    let player = call.credential()?;
    let completion = Completion { ticket, joined: call.client.joined_events(), address: Some(address(call)) };
    let change = points.complete(player, completion, clock::moment()).await?;
    yes(&ActionCompleted::from(change))
}

/// The client's address; for IPv6, the /64 prefix, which one household has (RFC 6177).
fn address(call: &Call<'_>) -> String {
    match call.client.link.peer().ip.to_canonical() {
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX)).to_string(),
        ip @ IpAddr::V4(_) => ip.to_string(),
    }
}
