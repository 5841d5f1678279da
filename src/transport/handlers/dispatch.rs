//! The routing table: every message of both namespaces, the function that answers it, and the service it is
//! given.

use super::call::{Call, Outcome};
use super::{admin, viewer};
use crate::services::Services;
use crate::transport::error::{ErrorCode, Failure};

/// Messages of `/`. A client whose session or token has ended gets no more answers
/// (`Client::lifetime`), at most a second after it ended. Messages that write also check the sender:
///
/// | message | where the sender is checked |
/// |---|---|
/// | `action:start`, `action:complete` | in the transaction that writes |
/// | `message`, `reaction` | by that flag alone: they are stored later, and must not wait for the database |
pub(crate) async fn handle_viewer(call: &mut Call<'_>) -> Outcome {
    let Services { crowd, leaderboards, list_feed, points, .. } = &call.context.services;
    match call.payload.name.as_str() {
        "join" => viewer::join::join(call, crowd).await,
        "leave" => viewer::join::leave(call),
        "score" => viewer::score::resend(call, crowd).await,
        "events:watch" => viewer::watch::watch(call, list_feed).await,
        "events:unwatch" => viewer::watch::unwatch(call, list_feed),
        "action:start" => viewer::action::start(call, points).await,
        "action:complete" => viewer::action::complete(call, points).await,
        "leaderboard" => viewer::leaderboard::show(call, leaderboards).await,
        "reaction" => viewer::reaction::react(call),
        "message" => viewer::message::write(call),
        "ping" | "heartbeat" => viewer::ping::ping(call),
        _ => unknown(call),
    }
}

/// Messages of `/admin`. Each except `ping` checks the sender's permissions in the database: a write in its
/// own transaction, a read before it reads.
pub(crate) async fn handle_admin(call: &mut Call<'_>) -> Outcome {
    let Services { accounts, crowd, events, node, reviews, scoring, .. } = &call.context.services;
    match call.payload.name.as_str() {
        "event:create" => admin::event::create(call, events).await,
        "event:update" => admin::event::update(call, events).await,
        "event:status" => admin::event::status(call, events).await,
        "event:archive" => admin::event::archive(call, events, true).await,
        "event:unarchive" => admin::event::archive(call, events, false).await,
        "event:delete" => admin::event::delete(call, events).await,
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
    // The client chose the name: quote at most 40 characters.
    let name: String = call.payload.name.chars().take(40).collect();
    Err(Failure::new(ErrorCode::UnknownMessage, format!("unknown message {name:?} in this namespace")))
}
