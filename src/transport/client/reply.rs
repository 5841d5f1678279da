//! Answering a message: as the client asked for it, or without that by a message.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::link::{self, Link, Unsent};
use crate::domain::json;
use crate::transport::error::Failure;
use crate::transport::wire::{Exception, NotOk, Ok as Yes, Pong};

/// How one answer goes back to a client that asked for it.
pub trait Reply: Send + Sync {
    /// Sends it.
    ///
    /// # Errors
    /// [`Unsent`]; where the queue was full, it may be sent again.
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
    #[must_use]
    pub fn new(link: Arc<dyn Link>, name: String, reply: Option<Box<dyn Reply>>) -> Self {
        Self { link, name, reply }
    }

    /// Says yes, with this. A message without acknowledgement needs no such answer.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn yes(&self, body: impl Serialize) -> Result<(), Unsent> {
        self.send(&Yes::with(body))
    }

    /// Sends a whole answer, if one was asked for.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn send(&self, answer: &impl Serialize) -> Result<(), Unsent> {
        let Some(reply) = &self.reply else { return Ok(()) };
        let answer = json::raw(answer);
        reply.reply(answer.into())
    }

    /// Says the time: the one success that is told without an acknowledgement too.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn pong(&self, pong: Pong) -> Result<(), Unsent> {
        if self.reply.is_some() { self.yes(pong) } else { link::emit(&*self.link, "pong", &pong) }
    }

    /// Says no, and why.
    ///
    /// # Errors
    /// [`Unsent`].
    pub fn no(&self, failure: &Failure) -> Result<(), Unsent> {
        if self.reply.is_some() {
            self.send(&NotOk { ok: false, error: failure })
        } else {
            link::emit(&*self.link, "exception", &Exception { event: &self.name, error: failure })
        }
    }
}
