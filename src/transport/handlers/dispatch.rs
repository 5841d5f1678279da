//! Every message of the two namespaces, and which function answers it.

use super::call::{Call, Outcome};
use super::{admin, viewer};
use crate::transport::error::{Code, Failure};

/// Messages of `/`. None is handled for a client whose session or token is known to have ended
/// ([`Client::check_credential`], at most a second after it did). Those that write also do this:
///
/// | message | who sends it is checked |
/// |---|---|
/// | `action:start`, `action:complete` | in the transaction that writes |
/// | `message`, `reaction` | by that flag alone: they are written later, and must not wait for the database |
pub(crate) async fn handle_viewer(call: &mut Call<'_>) -> Outcome {
    match call.payload.name.as_str() {
        "join" => viewer::join::join(call).await,
        "leave" => viewer::join::leave(call),
        "score" => viewer::score::resend(call).await,
        "action:start" => viewer::action::start(call).await,
        "action:complete" => viewer::action::complete(call).await,
        "leaderboard" => viewer::leaderboard::show(call).await,
        "reaction" => viewer::reaction::react(call),
        "message" => viewer::message::write(call),
        "ping" | "heartbeat" => viewer::ping::ping(call),
        _ => unknown(call),
    }
}

/// Messages of `/admin`. Each asks the database what its sender may do: those that write, in the transaction that
/// writes; those that read, before they do. Only `ping` does not.
pub(crate) async fn handle_admin(call: &mut Call<'_>) -> Outcome {
    match call.payload.name.as_str() {
        "event:create" => admin::event::create(call).await,
        "event:update" => admin::event::update(call).await,
        "event:status" => admin::event::status(call).await,
        "event:assign" => admin::event::assign(call, true).await,
        "event:unassign" => admin::event::assign(call, false).await,
        "role:grant" => admin::role::change(call, true).await,
        "role:revoke" => admin::role::change(call, false).await,
        "operator:list" => admin::role::list(call).await,
        "event:list" => admin::event::list(call).await,
        "score" => admin::score::publish(call).await,
        "score:correct" => admin::score::correct(call).await,
        "review:list" => admin::review::list(call).await,
        "review:decide" => admin::review::decide(call).await,
        "message" => admin::message::write(call).await,
        "message:delete" => admin::message::delete(call).await,
        "stats" => admin::stats::stats(call).await,
        "ping" | "heartbeat" => viewer::ping::ping(call),
        _ => unknown(call),
    }
}

fn unknown(call: &Call<'_>) -> Outcome {
    // The name is the client's: it is not repeated in full.
    let name: String = call.payload.name.chars().take(40).collect();
    Err(Failure::new(Code::UnknownMessage, format!("there is no message {name:?} in this namespace")))
}
