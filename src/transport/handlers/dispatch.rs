//! Every message of the two namespaces, which function answers it, and which service that is given.

use super::call::{Call, Outcome};
use super::{admin, viewer};
use crate::services::Services;
use crate::transport::error::{ErrorCode, Failure};

/// Messages of `/`. None is handled for a client whose session or token is known to have ended
/// ([`Client::check_credential`], at most a second after it did). Those that write also do this:
///
/// | message | who sends it is checked |
/// |---|---|
/// | `action:start`, `action:complete` | in the transaction that writes |
/// | `message`, `reaction` | by that flag alone: they are written later, and must not wait for the database |
pub(crate) async fn handle_viewer(call: &mut Call<'_>) -> Outcome {
    let Services { crowd, leaderboards, points, .. } = &call.context.services;
    match call.payload.name.as_str() {
        "join" => viewer::join::join(call, crowd).await,
        "leave" => viewer::join::leave(call),
        "score" => viewer::score::resend(call, crowd).await,
        "action:start" => viewer::action::start(call, points).await,
        "action:complete" => viewer::action::complete(call, points).await,
        "leaderboard" => viewer::leaderboard::show(call, leaderboards).await,
        "reaction" => viewer::reaction::react(call),
        "message" => viewer::message::write(call),
        "ping" | "heartbeat" => viewer::ping::ping(call),
        _ => unknown(call),
    }
}

/// Messages of `/admin`. Each asks the database what its sender may do: those that write, in the transaction that
/// writes; those that read, before they do. Only `ping` does not.
pub(crate) async fn handle_admin(call: &mut Call<'_>) -> Outcome {
    let Services { accounts, crowd, events, node, reviews, scoring, .. } = &call.context.services;
    match call.payload.name.as_str() {
        "event:create" => admin::event::create(call, events).await,
        "event:update" => admin::event::update(call, events).await,
        "event:status" => admin::event::status(call, events).await,
        "event:assign" => admin::event::assign(call, events, true).await,
        "event:unassign" => admin::event::assign(call, events, false).await,
        "role:grant" => admin::role::change(call, accounts, true).await,
        "role:revoke" => admin::role::change(call, accounts, false).await,
        "operator:list" => admin::role::list(call, accounts).await,
        "event:list" => admin::event::list(call, events).await,
        "score" => admin::score::publish(call, scoring).await,
        "score:correct" => admin::score::correct(call, scoring).await,
        "review:list" => admin::review::list(call, reviews).await,
        "review:decide" => admin::review::decide(call, reviews).await,
        "message" => admin::message::write(call, crowd).await,
        "message:delete" => admin::message::delete(call, crowd).await,
        "stats" => admin::stats::stats(call, node).await,
        "ping" | "heartbeat" => viewer::ping::ping(call),
        _ => unknown(call),
    }
}

fn unknown(call: &Call<'_>) -> Outcome {
    // The name is the client's: it is not repeated in full.
    let name: String = call.payload.name.chars().take(40).collect();
    Err(Failure::new(ErrorCode::UnknownMessage, format!("there is no message {name:?} in this namespace")))
}
