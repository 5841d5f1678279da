//! The arguments of a message from a client.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::parse_error;
use crate::transport::error::Failure;

/// A message's name and its first argument, as the client sent them.
#[derive(Debug)]
pub struct Payload {
    /// The message's name.
    pub name: String,
    /// The first argument as JSON text.
    first: Option<Box<RawValue>>,
}

impl Payload {
    /// A message of this name with its first argument.
    pub fn new(name: String, first: Option<Box<RawValue>>) -> Self {
        Self { name, first }
    }

    /// A message that the server makes on a client's behalf.
    pub fn made(name: &str, first: Box<RawValue>) -> Self {
        Self { name: name.to_owned(), first: Some(first) }
    }

    /// The payload of a message that could not be parsed, to answer it.
    pub fn unreadable(name: String) -> Self {
        Self { name, first: None }
    }

    /// The first argument, an object, as a wire type.
    ///
    /// # Errors
    /// `bad_request` with the field that is wrong, and what it must be.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        if self.first.is_some() && !self.is_object() {
            // The parser would accept an array of the fields as an object.
            return Err(Failure::bad_request("the payload must be an object"));
        }
        self.parse_bare()
    }

    /// The first argument, of any kind.
    pub fn parse_bare<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        let json = self.first.as_deref().ok_or_else(|| Failure::bad_request("missing payload"))?;
        parse_error::parse(json.get(), "the payload").map_err(Failure::bad_request)
    }

    /// The first argument as a wire type, or its default if the argument is missing or `null`.
    pub fn parse_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, Failure> {
        match self.first.as_deref() {
            None => Ok(T::default()),
            Some(json) if json.get() == "null" => Ok(T::default()),
            Some(_) => self.parse(),
        }
    }

    /// Whether the first argument is a bare string or number.
    pub fn is_bare(&self) -> bool {
        self.first_starts_with(|c| c == '"' || c == '-' || c.is_ascii_digit())
    }

    /// Whether the first argument is an object.
    pub fn is_object(&self) -> bool {
        self.first_starts_with(|c| c == '{')
    }

    fn first_starts_with(&self, of_kind: impl Fn(char) -> bool) -> bool {
        self.first.as_deref().is_some_and(|json| json.get().starts_with(of_kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::error::ErrorCode;
    use crate::transport::wire::{EventRef, Join};

    fn payload(json: &str) -> Payload {
        let mut parts = serde_json::from_str::<Vec<Box<RawValue>>>(json).expect("a list").into_iter().skip(1);
        Payload::new("join".to_owned(), parts.next())
    }

    #[test]
    fn a_payload_is_parsed_as_the_client_sent_it() {
        let join: Join = payload(r#"["join",{"eventId":7,"id":5,"since":{"epoch":"e","seq":"12"},"x":1}]"#)
            .parse()
            .expect("a join");
        assert_eq!(join.event_id.as_str(), "7");
        assert_eq!(join.id.as_deref(), Some("5"));
        assert_eq!(join.since.map(|since| since.0.seq), Some(12));
    }

    #[test]
    fn a_payload_that_does_not_parse_is_a_bad_request() {
        for bad in [
            r#"["join"]"#,
            r#"["join",{}]"#,
            r#"["join",{"eventId":""}]"#,
            r#"["join",{"eventId":"a","since":"x"}]"#,
            r#"["join",{"eventId":"a","since":{"epoch":"e","seq":-1}}]"#,
            r#"["join",{"eventId":"a","id":{}}]"#,
        ] {
            let failure = payload(bad).parse::<Join>().expect_err(bad);
            assert_eq!(failure.code, ErrorCode::BadRequest);
        }
        assert!(payload(r#"["leave"]"#).parse_or_default::<EventRef>().is_ok());
        assert!(payload(r#"["leave",null]"#).parse_or_default::<EventRef>().is_ok());
        assert!(payload(r#"["leave",[]]"#).parse_or_default::<EventRef>().is_err());
    }
}
