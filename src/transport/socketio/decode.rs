//! Decoding messages from packets.

use serde_json::value::RawValue;
pub use socketioxide::handler::Value;

use super::msgpack;
use crate::transport::error::Failure;
use crate::transport::wire::payload::Payload;

/// Decodes a message. Only its first argument is used.
///
/// # Errors
/// The message's name with `bad_request`: the arguments are binary or malformed.
pub fn decode(value: &Value) -> Result<Payload, (String, Failure)> {
    let (json, attachments) = match value {
        Value::Str(json, attachments) => (json, attachments),
        Value::Bytes(packed) => return decode_msgpack(packed),
    };
    // The engine has already read the name from this text.
    let parts: Vec<&RawValue> = serde_json::from_str(json)
        .map_err(|_| (String::new(), Failure::bad_request("the arguments must be JSON")))?;
    let name = parts.first().and_then(|name| serde_json::from_str(name.get()).ok()).unwrap_or_default();
    if attachments.as_ref().is_some_and(|attachments| !attachments.is_empty()) {
        return Err((name, Failure::bad_request("binary arguments are not supported")));
    }
    Ok(Payload::new(name, parts.get(1).map(|first| (*first).to_owned())))
}

fn decode_msgpack(packed: &[u8]) -> Result<Payload, (String, Failure)> {
    let refused = || (String::new(), Failure::bad_request("the arguments must be representable in JSON"));
    let (name, first) = msgpack::decode(packed).ok_or_else(refused)?;
    Ok(Payload::new(name, first))
}
