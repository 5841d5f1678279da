//! Answers to messages: through the client's acknowledgement if it asked for one, or else as a message.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::link::{self, Link, Unsent};
use crate::domain::json;
use crate::transport::error::Failure;
use crate::transport::wire::{Exception, NotOk, Ok as Yes, Pong};

/// The way back for one answer that a client asked for.
pub trait Reply: Send + Sync {
    /// Sends it.
    ///
    /// # Errors
    /// [`Unsent`]; after [`Unsent::Full`], it may be sent again.
    fn reply(&self, answer: Arc<RawValue>) -> Result<(), Unsent>;
}

/// The one answer to a message.
pub struct Answer {
    link: Arc<dyn Link>,
    name: String,
    /// `None`: the client did not ask for an answer.
    reply: Option<Box<dyn Reply>>,
}

impl Answer {
    /// The answer to a message of this name.
    pub fn new(link: Arc<dyn Link>, name: String, reply: Option<Box<dyn Reply>>) -> Self {
        Self { link, name, reply }
    }

    /// Whether the client asked for an answer.
    pub fn is_wanted(&self) -> bool {
        self.reply.is_some()
    }

    /// Answers success with a body. Without an acknowledgement nothing is sent.
    pub fn yes(&self, body: impl Serialize) -> Result<(), Unsent> {
        self.send(&Yes::with(body))
    }

    /// Sends a whole answer, if the client asked for one.
    pub fn send(&self, answer: &impl Serialize) -> Result<(), Unsent> {
        let Some(reply) = &self.reply else { return Ok(()) };
        let answer = json::raw(answer);
        reply.reply(answer.into())
    }

    /// Answers with the time: the one success that is also sent without an acknowledgement.
    pub fn pong(&self, pong: Pong) -> Result<(), Unsent> {
        if self.reply.is_some() { self.yes(pong) } else { link::emit(&*self.link, "pong", &pong) }
    }

    /// Answers with an error.
    pub fn no(&self, failure: &Failure) -> Result<(), Unsent> {
        if self.reply.is_some() {
            self.send(&NotOk { ok: false, error: failure })
        } else {
            link::emit(&*self.link, "exception", &Exception { event: &self.name, error: failure })
        }
    }
}
