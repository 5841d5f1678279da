//! The commands of plain WebSocket clients: `{"type":"<message>","id":1, …payload}`.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::domain::json;
use crate::transport::client::Incoming;
use crate::transport::client::reply::Reply;
use crate::transport::error::Failure;
use crate::transport::plain::link::CommandReply;
use crate::transport::plain::queue::PlainLink;
use crate::transport::wire::payload::Payload;

/// Parses a command. Its `id` identifies the answer. `join` expects a guest's name in that field, so it gets
/// the name that the connection began with.
pub fn read(text: &str, plain: &Arc<PlainLink>, guest: Option<&RawValue>) -> Incoming {
    let Ok(mut fields) = serde_json::from_str::<IndexMap<String, Box<RawValue>>>(text) else {
        return refused(None, "a command must be a JSON object: {\"type\": …, \"id\": …}");
    };
    let reply = match fields.shift_remove("id") {
        Some(id) if id.get() == "null" => None,
        Some(id) if id.get().starts_with(['{', '[']) => {
            return refused(None, "the id of a command must be a number or a string");
        }
        id => id.map(|id| Box::new(CommandReply { plain: plain.clone(), id }) as Box<dyn Reply>),
    };
    let name = fields.shift_remove("type").and_then(|name| serde_json::from_str::<String>(name.get()).ok());
    let Some(name) = name else { return refused(reply, "type must be the name of a message") };
    if let ("join", Some(guest)) = (name.as_str(), guest) {
        fields.insert("id".to_owned(), guest.to_owned());
    }
    Incoming { payload: Ok(Payload::made(&name, json::raw(&fields))), reply }
}

fn refused(reply: Option<Box<dyn Reply>>, why: &'static str) -> Incoming {
    Incoming { payload: Err((String::new(), Failure::bad_request(why))), reply }
}
