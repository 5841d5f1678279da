//! Mail: what is written, and how it leaves.

pub mod console;
pub mod letter;
pub mod mailer;
pub mod smtp;
