//! Login codes by mail: the letter, SMTP, and retries.

pub mod console;
pub mod letter;
pub mod mailer;
pub mod smtp;
