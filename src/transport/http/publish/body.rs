//! The body of a call that writes, completed by the path and by `Idempotency-Key`, and read as the message of `/admin` that the
//! call is the twin of.

use std::fmt;

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use crate::domain::id::{EventId, OpId};
use crate::domain::json;
use crate::transport::error::Failure;
use crate::transport::http_error::HttpFailure;
use crate::transport::wire::object::Object;
use crate::transport::wire::parse_error;

/// The fields of a JSON object, in order.
#[derive(Debug)]
pub struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    /// Adds the event of the path.
    ///
    /// # Errors
    /// `bad_request`: the body names another event.
    pub fn of_event(mut self, event_id: &EventId) -> Result<Self, Failure> {
        let is_same =
            |given: &RawValue| serde_json::from_str::<EventId>(given.get()).is_ok_and(|id| id == *event_id);
        match self.given("eventId") {
            Some(given) if !is_same(given) => {
                Err(Failure::bad_request("eventId must be that of the path, or left out"))
            }
            _ => {
                self.set("eventId", json::raw(event_id));
                Ok(self)
            }
        }
    }

    /// Adds the key of the request as its `opId`.
    ///
    /// # Errors
    /// `bad_request`: the body has another `opId`.
    pub fn named(mut self, IdempotencyKey(key): IdempotencyKey) -> Result<Self, Failure> {
        let Some(key) = key else { return Ok(self) };
        let is_same = |given: &RawValue| serde_json::from_str::<OpId>(given.get()).is_ok_and(|id| id == key);
        match self.given("opId") {
            Some(given) if !is_same(given) => Err(Failure::bad_request("Idempotency-Key and opId differ")),
            _ => {
                self.set("opId", json::raw(&key));
                Ok(self)
            }
        }
    }

    /// Reads the fields as a message.
    ///
    /// # Errors
    /// `bad_request`, with the name of the field.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let read = parse_error::parse::<Object<T>>(&json::text(self), "the body");
        read.map(|Object(message)| message).map_err(Failure::bad_request)
    }

    /// Identifies the fields, whatever their order.
    pub fn hash(mut self) -> [u8; 32] {
        self.0.sort_by(|(a, _), (b, _)| a.cmp(b));
        Sha256::digest(json::text(&self)).into()
    }

    /// A field that is there and not null.
    pub fn given(&self, name: &str) -> Option<&RawValue> {
        let field = self.0.iter().find(|(field, _)| field == name);
        field.map(|(_, value)| &**value).filter(|value| value.get() != "null")
    }

    /// Sets a field, wherever it was given.
    pub fn set(&mut self, name: &str, value: Box<RawValue>) {
        self.0.retain(|(field, given)| field != name || given.get() != "null");
        match self.0.iter_mut().find(|(field, _)| field == name) {
            Some((_, given)) => *given = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Fields(fields))
    }
}

/// The `Idempotency-Key` of a request.
#[derive(Debug)]
pub struct IdempotencyKey(pub Option<OpId>);

/// The header's name.
pub const IDEMPOTENCY_KEY: http::HeaderName = http::HeaderName::from_static("idempotency-key");

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = HttpFailure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpFailure> {
        let mut keys = parts.headers.get_all(IDEMPOTENCY_KEY).iter();
        let Some(key) = keys.next() else { return Ok(Self(None)) };
        let key = keys.next().map_or_else(|| key.to_str().ok(), |_| None);
        key.and_then(|key| OpId::parse(key).ok()).map(|key| Self(Some(key))).ok_or_else(|| {
            Failure::bad_request("Idempotency-Key must be given once, with 1 to 128 bytes of ASCII text")
                .into()
        })
    }
}
